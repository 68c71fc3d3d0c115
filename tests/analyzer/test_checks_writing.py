"""The same problems at the same words, however a file is written: line breaks, byte order mark, place in the file."""

from __future__ import annotations

import pytest
from koreo_analyzer.checks import RULES
from markers import analyze

WRONG = {code: rule.wrong for code, rule in RULES.items() if rule.wrong}
OTHER = """\
apiVersion: v1
kind: Namespace
metadata: {name: "😀 ünïcode"}
---
"""


def found(text: str) -> list[tuple[str, str, str]]:
    """Return code, message and marked words of every problem."""
    problems = analyze({"a.k.yaml": text}).problems("a.k.yaml")
    return [(p.code, p.message, text[p.span.start : p.span.end].replace("\r\n", "\n")) for p in problems]


@pytest.mark.parametrize("code", WRONG)
def test_line_breaks(code: str) -> None:
    assert found(WRONG[code].replace("\n", "\r\n")) == found(WRONG[code])


@pytest.mark.parametrize("code", WRONG)
def test_byte_order_mark(code: str) -> None:
    assert found("\ufeff" + WRONG[code]) == found(WRONG[code])


@pytest.mark.parametrize("code", WRONG)
def test_later_in_a_file(code: str) -> None:
    assert found(OTHER + WRONG[code]) == found(WRONG[code])


@pytest.mark.parametrize("code", WRONG)
def test_without_a_line_break_at_the_end(code: str) -> None:
    assert found(WRONG[code].rstrip("\n")) == found(WRONG[code])
