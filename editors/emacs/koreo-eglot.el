;;; koreo-eglot.el --- Koreo: previews, graphs and tests by the language server -*- lexical-binding: t -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "29.1"))
;; Keywords: languages
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; `koreo-mode' loads this with the server.  It gives what the Language Server Protocol has no words for:
;;
;;   M-x koreo-preview     what the function at point makes, or every object of the Workflow
;;   M-x koreo-graph       the graph of the Workflow; with a prefix argument into a file
;;   M-x koreo-run-tests   runs all FunctionTests
;;
;; Previews and graphs follow point and typing.  RET or M-. on a field leads to the expression that made it.

;;; Code:

(require 'cl-lib)
(require 'eglot)
(require 'koreo-mode)

(defclass koreo-eglot-server (eglot-lsp-server) ()
  :documentation "The language server of Koreo.")

(cl-defmethod eglot-client-capabilities :around ((_server koreo-eglot-server))
  "Say that previews are shown, so that the server tells of changes."
  (plist-put (copy-sequence (cl-call-next-method)) :experimental '(:koreo (:preview t))))

(cl-defmethod eglot-handle-notification
  ((_server koreo-eglot-server) (_method (eql koreo/previewChanged)) &key &allow-other-keys)
  "Ask again for what is shown."
  (koreo--refresh-shown))

;;;; Pages: buffers that show what the server makes of the source

(defvar-local koreo--source nil "The buffer that this page is about.")
(defvar-local koreo--method nil "The request that gives this page.")
(defvar-local koreo--question nil "What the request takes besides the place.")
(defvar-local koreo--writer nil "The function that writes an answer into this page.")
(defvar-local koreo--asked 0 "How often was asked; an answer to an earlier question is dropped.")
(defvar-local koreo--place nil "Where point was in the source when was asked.")
(defvar koreo--timer nil "Looks where point is, as long as a page is shown.")

(defconst koreo--follow-seconds 0.2 "So long Emacs is idle before a page follows point.")
(defconst koreo--note-columns 78 "Columns of a line of notes.")

(defvar-keymap koreo-page-mode-map
  :doc "Keys in pages."
  "RET" #'koreo-follow
  "M-." #'koreo-follow
  "<mouse-2>" #'koreo-follow)

(define-derived-mode koreo-page-mode special-mode "Koreo page"
  "What the language server makes of a Koreo file."
  :syntax-table koreo-mode-syntax-table
  (setq-local truncate-lines t
              revert-buffer-function (lambda (&rest _) (koreo--refresh (current-buffer)))))

(define-derived-mode koreo-preview-mode koreo-page-mode "Koreo preview"
  "What a function or a Workflow makes."
  :syntax-table koreo-mode-syntax-table
  (setq-local font-lock-defaults '(koreo-font-lock-keywords)))

(defun koreo--server ()
  "Return the server of this buffer, or of the source of this page."
  (unless (or koreo--source (derived-mode-p 'koreo-mode))
    (user-error "This is no Koreo file; their names end in .k.yaml, .k.yml, .koreo or .k"))
  (or (with-current-buffer (koreo--source) (eglot-current-server))
      (user-error "The language server does not run for this file; M-x eglot starts it")))

(defun koreo--source ()
  "Return the Koreo file that this buffer is, or is about."
  (if (buffer-live-p koreo--source) koreo--source (current-buffer)))

(defun koreo--uri (buffer)
  "Return the URI of the file of BUFFER, as the server knows it."
  (with-current-buffer buffer
    (plist-get (eglot--TextDocumentIdentifier) :uri)))

(defun koreo--position (buffer)
  "Return where point is in BUFFER, as the server counts."
  (with-current-buffer buffer
    (let ((window (get-buffer-window buffer t)))
      (eglot--pos-to-lsp-position (if window (window-point window) (point))))))

(defun koreo--shown ()
  "Return the pages that are in a window."
  (cl-remove-if-not
   (lambda (buffer)
     (and (with-current-buffer buffer (derived-mode-p 'koreo-page-mode))
          (get-buffer-window buffer t)))
   (buffer-list)))

(defun koreo--refresh (page)
  "Ask for what PAGE shows."
  (with-current-buffer page
    (let* ((source koreo--source)
           (server (and (buffer-live-p source) (with-current-buffer source (eglot-current-server)))))
      (when server
        (setq koreo--place (with-current-buffer source (point)))
        (let ((number (cl-incf koreo--asked))
              (params (append (list :uri (koreo--uri source) :position (koreo--position source))
                              koreo--question)))
          (jsonrpc-async-request
           server koreo--method params
           :success-fn (lambda (answer)
                         (when (buffer-live-p page)
                           (with-current-buffer page
                             (when (= number koreo--asked)
                               (koreo--write answer)))))
           :error-fn (lambda (refused) (message "Koreo: %s" (plist-get refused :message)))))))))

(defun koreo--write (answer)
  "Write ANSWER into this page; point and windows stay on their lines."
  (let ((inhibit-read-only t)
        (places (mapcar (lambda (window) (cons window (line-number-at-pos (window-point window))))
                        (get-buffer-window-list nil nil t))))
    (erase-buffer)
    (funcall koreo--writer answer)
    (set-buffer-modified-p nil)
    (dolist (place places)
      (goto-char (point-min))
      (forward-line (1- (cdr place)))
      (set-window-point (car place) (point)))))

(defun koreo--refresh-shown ()
  "Ask for all pages again that are shown."
  (mapc #'koreo--refresh (koreo--shown)))

(defun koreo--follow-point ()
  "Let pages follow point in the selected window; end this when none is shown."
  (let ((pages (koreo--shown))
        (buffer (window-buffer)))
    (if (null pages)
        (when koreo--timer
          (cancel-timer koreo--timer)
          (setq koreo--timer nil))
      (when (with-current-buffer buffer (and (derived-mode-p 'koreo-mode) (eglot-current-server)))
        (dolist (page pages)
          (with-current-buffer page
            (unless (and (eq buffer koreo--source)
                         (eql koreo--place (with-current-buffer buffer (point))))
              (setq koreo--source buffer)
              (koreo--refresh page))))))))

(defun koreo--open (name mode method question writer)
  "Show the page NAME in MODE: METHOD with QUESTION gives it, WRITER writes it."
  (koreo--server)
  (let ((source (koreo--source))
        (page (get-buffer-create name)))
    (with-current-buffer page
      (unless (eq major-mode mode)
        (funcall mode))
      (setq koreo--source source
            koreo--method method
            koreo--question question
            koreo--writer writer)
      ;; Columns count here as the source's server wants it.
      (dolist (variable '(eglot-move-to-linepos-function eglot-move-to-column-function))
        (when (boundp variable)
          (set (make-local-variable variable) (buffer-local-value variable source)))))
    (display-buffer page)
    (koreo--refresh page)
    (unless koreo--timer
      (setq koreo--timer (run-with-idle-timer koreo--follow-seconds t #'koreo--follow-point)))))

(defun koreo--link (start end target)
  "Let the text from START to END lead to TARGET, a location of the protocol."
  (add-text-properties start end (list 'koreo-target target
                                       'mouse-face 'highlight
                                       'help-echo "RET: go to what made this")))

(defun koreo-follow (&optional event)
  "Go to what made the text at point, or at the click EVENT."
  (interactive (list last-nonmenu-event))
  (when (mouse-event-p event)
    (mouse-set-point event))
  (let* ((first (text-property-not-all (line-beginning-position) (line-end-position) 'koreo-target nil))
         (target (or (get-text-property (point) 'koreo-target)
                     (and first (get-text-property first 'koreo-target)))))
    (unless target
      (user-error "Nothing leads on from here"))
    (xref-push-marker-stack)
    (pop-to-buffer (find-file-noselect (koreo--path (plist-get target :uri))))
    (goto-char (car (koreo--region (plist-get target :range))))))

;; Emacs 30 names these anew.
(defalias 'koreo--path (if (fboundp 'eglot-uri-to-path) 'eglot-uri-to-path 'eglot--uri-to-path)
  "Return the name of the file with a URI.")
(defalias 'koreo--region (if (fboundp 'eglot-range-region) 'eglot-range-region 'eglot--range-region)
  "Return beginning and end in this buffer of a range of the protocol.")

;;;; The pages

(defun koreo--insert-notes (notes prefix)
  "Insert NOTES as lines of comments that begin with PREFIX."
  (let ((start (point)))
    (dolist (note notes)
      (let ((fill-column koreo--note-columns)
            (begin (point)))
        (insert note "\n")
        (fill-region begin (point))))
    (goto-char start)
    (while (not (eobp))
      (insert prefix)
      (forward-line))))

(defun koreo--write-preview (answer)
  "Write the preview ANSWER; nil if there is none."
  (koreo--insert-notes
   (if answer
       (cons (plist-get answer :title) (append (plist-get answer :notes) nil))
     '("There is nothing to preview here. Put point into a function with a FunctionTest, into a FunctionTest, or into a Workflow."))
   "# ")
  (let ((text (or (plist-get answer :text) "")))
    ;; A text of nothing but comments repeats the notes, for editors that do not show them.
    (when (string-match-p "^[^#\n]" text)
      (insert "\n")
      (let* ((above (1- (line-number-at-pos)))
             (_ (insert text))
             (regions (mapcar (lambda (link)
                                (cons (koreo--region (koreo--moved (plist-get link :range) above))
                                      (plist-get link :target)))
                              (plist-get answer :links))))
        ;; The smallest come last, and win.
        (dolist (one (sort regions (lambda (a b) (> (- (cdar a) (caar a)) (- (cdar b) (caar b))))))
          (koreo--link (caar one) (cdar one) (cdr one)))))))

(defun koreo--moved (range lines)
  "Return RANGE of the protocol, so many LINES further down."
  (mapcan (lambda (end)
            (let ((position (plist-get range end)))
              (list end (list :line (+ lines (plist-get position :line))
                              :character (plist-get position :character)))))
          '(:start :end)))

(defun koreo--write-mermaid (answer)
  "Write the graph ANSWER as text; nil if there is none."
  (insert (if answer
              (concat "%% " (plist-get answer :title) "\n" (plist-get answer :text))
            "%% There is no Workflow in this file."))
  (seq-doseq (node (plist-get answer :nodes))
    (goto-char (point-min))
    (while (re-search-forward (format "\\_<%s\\_>" (regexp-quote (plist-get node :id))) nil t)
      (koreo--link (match-beginning 0) (match-end 0) (plist-get node :target)))))

(defun koreo--write-svg (answer)
  "Write the graph ANSWER as a picture; nil if there is none."
  (if answer
      (insert-image (create-image (encode-coding-string (plist-get answer :text) 'utf-8) 'svg t)
                    (plist-get answer :title))
    (insert "There is no Workflow in this file.")))

;;;###autoload
(defun koreo-preview ()
  "Show what the function at point makes, or every object of the Workflow."
  (interactive)
  (koreo--open "*Koreo preview*" 'koreo-preview-mode :koreo/preview nil #'koreo--write-preview))

;;;###autoload
(defun koreo-graph (&optional file)
  "Show the graph of the Workflow at point, a picture where Emacs can.
With a prefix argument write it to FILE: a picture if its name ends
in .svg, else Mermaid text."
  (interactive (list (and current-prefix-arg (read-file-name "Write the graph to: "))))
  (cond
   (file
    (let* ((format (if (string-suffix-p ".svg" file) "svg" "mermaid"))
           (answer (jsonrpc-request (koreo--server) :koreo/graph
                                    (list :uri (koreo--uri (koreo--source))
                                          :position (koreo--position (koreo--source))
                                          :format format))))
      (unless answer
        (user-error "There is no Workflow in this file"))
      (let ((coding-system-for-write 'utf-8-unix))
        (write-region (plist-get answer :text) nil file))))
   ((and (display-images-p) (image-type-available-p 'svg))
    (koreo--open "*Koreo graph*" 'koreo-page-mode :koreo/graph '(:format "svg") #'koreo--write-svg))
   (t
    (koreo--open "*Koreo graph*" 'koreo-page-mode :koreo/graph '(:format "mermaid") #'koreo--write-mermaid))))

;;;###autoload
(defun koreo-run-tests ()
  "Run all FunctionTests, and tell how they went."
  (interactive)
  (jsonrpc-async-request (koreo--server) :workspace/executeCommand '(:command "koreo.runAllTests")
                         :success-fn #'ignore))

(provide 'koreo-eglot)
;;; koreo-eglot.el ends here
