;;; koreo-mode.el --- Koreo: YAML with CEL expressions -*- lexical-binding: t -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "29.1"))
;; Keywords: languages
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; A major mode for Koreo documents, and the language server `koreo-ls' through eglot, which is part of Emacs.
;; In init.el:
;;
;;   (add-to-list 'load-path "/folder/with/koreo-mode")
;;   (require 'koreo-mode)
;;   (add-hook 'koreo-mode-hook #'eglot-ensure)
;;
;; M-x koreo-preview, koreo-graph and koreo-run-tests are in koreo-eglot.el, which is loaded with eglot.

;;; Code:

(defvar eglot-server-programs)
(defvar project-vc-extra-root-markers)

(defgroup koreo nil
  "Koreo documents."
  :group 'languages)

(defcustom koreo-server-command '("koreo-ls")
  "The command that starts the language server, as a list of words."
  :type '(repeat string))

(defvar koreo-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?- "_" table)
    (modify-syntax-entry ?_ "_" table)
    (dolist (character (string-to-list "=.+*/%<>&|!?:"))
      (modify-syntax-entry character "." table))
    table)
  "Syntax of Koreo documents.")

(defconst koreo-font-lock-keywords
  `(("^---.*$" . 'font-lock-preprocessor-face)
    ("^[ \t]*\\(?:- +\\)*\\([A-Za-z0-9_./-]+\\|'[^'\n]*'\\|\"[^\"\n]*\"\\)[ \t]*:\\(?:[ \t]\\|$\\)"
     1 'font-lock-variable-name-face t)
    ("\\(?::[ \t]+\\|- +\\|[[{,][ \t]*\\|^[ \t]+\\)['\"]?\\(=\\)" 1 font-lock-builtin-face t)
    (,(regexp-opt '("inputs" "locals" "parent" "steps" "resource" "value") 'symbols)
     0 'font-lock-keyword-face keep)
    ("\\_<\\([A-Za-z_][A-Za-z0-9_]*\\)(" 1 'font-lock-function-name-face keep)
    (,(regexp-opt '("true" "false" "null") 'symbols) 0 'font-lock-constant-face keep))
  "Colours for Koreo documents.")

(defun koreo-indent-line ()
  "Indent to the next level, or back to the first after the deepest one.
The deepest is two columns to the right of the line before."
  (interactive)
  (let* ((present (current-indentation))
         (before (save-excursion
                   (if (re-search-backward "^[ \t]*[^ \t\n#]" nil t) (current-indentation) 0)))
         (deepest (+ before 2)))
    (save-excursion
      (indent-line-to (if (>= present deepest) 0 (* 2 (1+ (/ present 2))))))
    (when (< (current-column) (current-indentation))
      (back-to-indentation))))

;;;###autoload
(define-derived-mode koreo-mode prog-mode "Koreo"
  "Koreo documents: YAML with CEL expressions."
  (setq-local comment-start "# "
              comment-start-skip "#+[ \t]*"
              indent-tabs-mode nil
              tab-width 2
              indent-line-function #'koreo-indent-line
              font-lock-defaults '(koreo-font-lock-keywords)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.k\\.ya?ml\\'\\|\\.koreo\\'\\|\\.k\\'" . koreo-mode))

(autoload 'koreo-preview "koreo-eglot" "Show what the function at point makes." t)
(autoload 'koreo-graph "koreo-eglot" "Show the graph of the Workflow at point." t)
(autoload 'koreo-run-tests "koreo-eglot" "Run all FunctionTests." t)

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               `(koreo-mode . ,(lambda (&rest _)
                                 (require 'koreo-eglot)
                                 (cons 'koreo-eglot-server koreo-server-command)))))

;; A koreo.toml marks a project, also outside of version control.
(with-eval-after-load 'project
  (when (boundp 'project-vc-extra-root-markers)
    (add-to-list 'project-vc-extra-root-markers "koreo.toml")))

(provide 'koreo-mode)
;;; koreo-mode.el ends here
