;;; emacs_session.el --- A user's session in Emacs -*- lexical-binding: t -*-
;; Reads a plan as JSON from $PLAN, writes what was seen to $RESULT.  Every wait is for something to be there, with a limit.

(require 'json)
(require 'koreo-mode)
(require 'eglot)

(setq make-backup-files nil auto-save-default nil create-lockfiles nil
      koreo-server-command (list (getenv "KOREO_LS")))

(defvar plan (with-temp-buffer
               (insert-file-contents (getenv "PLAN"))
               (json-parse-buffer :object-type 'alist)))
(defvar seen nil)

(defun planned (name) (alist-get name plan))
(defun note (name value) (push (cons name value) seen))

(defun wait-for (condition)
  "Wait until CONDITION is true, at most 15 s; return what it is."
  (let ((end (+ (float-time) 15)) value)
    (while (and (not (setq value (funcall condition))) (< (float-time) end))
      (accept-process-output nil 0.05))
    value))

(defun text-of (name)
  (if (get-buffer name) (with-current-buffer name (buffer-substring-no-properties (point-min) (point-max))) ""))

(defun wait-for-text (name expected)
  (wait-for (lambda () (string-search expected (text-of name))))
  (text-of name))

(defun go-to (text)
  (goto-char (point-min))
  (search-forward text)
  (set-window-point (selected-window) (point)))

(defun line () (string-trim (thing-at-point 'line t)))

(find-file (planned 'file))
(note 'mode (symbol-name major-mode))
(setq eglot-connect-timeout 30 eglot-sync-connect t)
(apply #'eglot (eglot--guess-contact))
(note 'attached (and (eglot-current-server) t))

(go-to (planned 'expression))
(koreo-preview)
(note 'opened (wait-for-text "*Koreo preview*" (planned 'opened)))
(end-of-line)
(delete-char -1)
(insert "2")
(set-window-point (selected-window) (point))
(eglot--signal-textDocument/didChange)
(note 'typed (wait-for-text "*Koreo preview*" (planned 'shown)))
(goto-char (point-min))
(set-window-point (selected-window) (point))
(pop-to-buffer "*Koreo preview*")
(go-to (planned 'shown))
(koreo-follow)
(note 'linked (list (buffer-name) (line)))
(koreo-run-tests)
(note 'told (wait-for (lambda () (with-current-buffer (messages-buffer)
                                   (save-excursion
                                     (goto-char (point-min))
                                     (and (search-forward "groesse-test" nil t) (line)))))))

(find-file (planned 'workflow))
(koreo-graph)
(note 'graph (wait-for-text "*Koreo graph*" "flowchart"))
(pop-to-buffer "*Koreo graph*")
(go-to "later")
(koreo-follow)
(note 'step (list (buffer-name) (line)))
(koreo-graph (planned 'picture))
(note 'picture (with-temp-buffer (insert-file-contents (planned 'picture)) (buffer-substring 1 5)))

(with-temp-file (getenv "RESULT")
  (insert (json-encode (mapcar (lambda (one) (cons (car one) (cdr one))) seen))))
(with-current-buffer (find-file-noselect (planned 'file)) (set-buffer-modified-p nil))
(kill-emacs 0)
;;; emacs_session.el ends here
