"""What a preview is: a text, what leads from it to the files, and what there is to say about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from koreo_server.ide.preview_text import parts, yaml_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from koreo_analyzer.language.document import Path
    from koreo_analyzer.text import Span

    from koreo_server.ide.basis import Basis
    from koreo_server.ide.makers import Maker

_WIDTH: Final = 98
"""How long the lines of a comment are at most, without its `# `."""


@dataclass(frozen=True, slots=True)
class PreviewLink:
    """A part of the preview's text, and the text of a file that made it."""

    span: Span
    maker: Maker


@dataclass(frozen=True, slots=True)
class Preview:
    """YAML, with links in the order of the text. `notes` say why something is not there."""

    title: str
    text: str
    notes: tuple[str, ...]
    links: tuple[PreviewLink, ...]
    basis: Basis


@dataclass(slots=True)
class PreviewText:
    """A preview's text while it grows, document by document; `basis` is what the preview follows from."""

    basis: Basis
    text: str = ""
    links: list[PreviewLink] = field(default_factory=list)

    def add(self, comment: str, value: Any, maker: Callable[[Path], Maker | None]) -> None:
        """Append a value as a document, after a comment that says what it is."""
        if self.text:
            self.text += "---\n"
        self.text += _comment(comment)
        start = len(self.text)
        written = yaml_text(value)
        self.text += written
        for path, span in parts(written):
            made_by = maker(path)
            if made_by is not None:
                self.links.append(PreviewLink(span.shift(start), made_by))

    def preview(self, title: str, notes: list[str]) -> Preview:
        """Return what there is now. Without any text the notes are it, as comments."""
        text = self.text or "".join(map(_comment, notes))
        return Preview(title, text, tuple(notes), tuple(self.links), self.basis)


def _comment(sentence: str) -> str:
    """Return a sentence as lines of a comment, which no editor wraps."""
    lines = wrap(sentence, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return "".join(f"# {line}\n" for line in lines)
