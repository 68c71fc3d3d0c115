"""The formatter: other white space, the same document.

A formatted document has the same tree, texts, comments and order as before; expressions have the same tokens. The
formatter reads its result again and compares before it hands out edits, and leaves alone what it cannot keep so.
"""

from koreo_analyzer.format.document import WIDTH, Formatted, Source, Untouched, format_sources, format_text
from koreo_analyzer.format.newline import indent_new_line

__all__ = ["WIDTH", "Formatted", "Source", "Untouched", "format_sources", "format_text", "indent_new_line"]
