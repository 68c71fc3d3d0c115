"""Another word in place of one: the edit that keeps its quotes, and gives it some where YAML would misread it bare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.edit.scalars import written
from koreo_analyzer.problems import Edit
from koreo_analyzer.yaml.nodes import Style

if TYPE_CHECKING:
    from koreo_analyzer.text import Span

_STYLES: Final = {"'": Style.SINGLE, '"': Style.DOUBLE}


def respelled(text: str, span: Span, word: str) -> Edit:
    """Return the edit that writes `word` for the key or value of one line at `span`, its quotes included.

    A word such as `on`, `null` or `5` gets quotes, as bare it is no text. It may stand in brackets.
    """
    style = _STYLES.get(text[span.start : span.start + 1], Style.PLAIN)
    return Edit(span, written(word, style, Style.DOUBLE, flow=True))
