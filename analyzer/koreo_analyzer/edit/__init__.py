"""Edits of the text of a document: the only writer of Koreo text.

Given the data that a document shall hold at a path, `set_value`, `set_values`, `remove` and `rename_key` return the
smallest sensible edits of its text: comments, order, quotes, indentation, block and flow style and line endings stay
as they are, what is new looks like what is around it, and a new key comes behind the one before it in the data. An
edit never changes what the rest of the document holds: every result is read again before it is handed out, and a
change that cannot be made is refused with its reason. `graft` moves a block as text, `respelled` puts a word in
place of another.
"""

from koreo_analyzer.edit.change import Change, apply, remove, rename_key, set_value, set_values
from koreo_analyzer.edit.data import Path
from koreo_analyzer.edit.graft import graft
from koreo_analyzer.edit.respell import respelled

__all__ = ["Change", "Path", "apply", "graft", "remove", "rename_key", "respelled", "set_value", "set_values"]
