"""The files of a Koreo workspace: finding, configuring and reading them.

This package alone touches the disk; the analyzer gets texts. The command line and the language server
share it, so that both see the same files with the same settings.
"""
