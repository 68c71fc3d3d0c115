"""Koreo text in, facts out: syntax, meaning, problems.

The analyzer is pure. It reads no file, no clock and no network, and knows nothing of the Language Server
Protocol, so that the editor, the command line and the reconcile runtime share one answer.
"""

__version__ = "0.1.0"
