"""What is foreign to YAML: merge conflicts, Markdown fences, template directives, blanks that are none.

It is found before a broken document is read, because each of these would otherwise look like several mistakes of
YAML. A foreign line is read as a comment, a foreign blank as a blank, so that the rest keeps its places.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from koreo_analyzer.text import Span
from koreo_analyzer.yaml.problem import SYNTAX, YamlProblem
from koreo_analyzer.yaml.scalars import BREAKS

_LINE = re.compile(rf"[^{BREAKS}]+")
_FOREIGN = re.compile(
    r"(?P<conflict>(?:<{7}|\|{7}|={7}|>{7})(?=[ \t]|\Z).*)|(?P<fence>```.*|~~~.*)|(?P<template>\{\{.*\}\})[ \t]*\Z"
)
INVISIBLE: Final = (
    "\u00a0\u00ad\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u200c\u200d\u200e\u200f\u202f\u205f\u2060\u3000\ufeff"
)
"""Characters that look like a blank or like nothing, and are neither to YAML."""
FALSE_BLANKS = re.compile(rf"(?:[\w./-]+:)?[ \t]*([{INVISIBLE}]+)[ \t]*")
"""Such characters where a blank was meant: at the beginning, or after `key:`."""
_SUSPECTS = (*INVISIBLE, "<<<<<<<", "=======", ">>>>>>>", "```", "~~~", "{{")
_BLOCK_TEXT = re.compile(r"(?:^|(?<=[ \t]))[|>][-+0-9]{0,2}[ \t]*(?:#.*)?\Z")

_CONFLICT: Final = (
    "merge conflict: both versions stand in the file",
    "keep one of them, and remove the markers",
)
_MESSAGES: Final = {
    "fence": ("a line of Markdown, not of YAML", "remove it"),
    "template": ("a template directive, not YAML", "render the template first, or exclude the file"),
}


def mask(text: str) -> tuple[str, list[YamlProblem]]:
    """Return a text of the same length in which foreign lines are comments, and one problem for each cause.

    Of a merge conflict our version stays. Lines of block texts are left alone, unless a foreign line interrupts
    the text: then what is left of it becomes a comment, too.
    """
    if not any(suspect in text for suspect in _SUSPECTS):
        return text, []
    masked: list[str] = []
    problems: list[YamlProblem] = []
    done = 0
    block = -1  # the indentation of the line that began a block text; -1 outside of one
    interrupted = theirs = False
    for line in _LINE.finditer(text):
        written = line.group()
        content = written.lstrip(" \t\ufeff" if line.start() == 0 else " \t")
        start = line.end() - len(content)
        indent = start - line.start()
        if not content:
            continue
        in_block = 0 <= block < indent
        found = None if in_block else _FOREIGN.match(content)
        if found is not None:
            interrupted = interrupted or block >= 0
            if found.lastgroup == "conflict":
                theirs = content[0] in "|="
                if content[0] == "<" or not (problems and problems[-1].message == _CONFLICT[0]):
                    problems.append(YamlProblem(Span(start, line.end()), SYNTAX, *_CONFLICT))
            else:
                end = start + len(content.rstrip())
                problems.append(YamlProblem(Span(start, end), SYNTAX, *_MESSAGES[str(found.lastgroup)]))
        elif not in_block:
            interrupted = False
            block = indent if _BLOCK_TEXT.search(content) else -1
            blanks = FALSE_BLANKS.match(content)
            if blanks is not None and not theirs:
                first, last = blanks.span(1)
                problems.append(_false_blank(text[start + first], Span(start + first, start + last)))
                masked += (text[done : start + first], " " * (last - first))
                done = start + last
        if found is not None or theirs or (in_block and interrupted):
            masked += (text[done:start], "#" * len(content))
            done = line.end()
    masked.append(text[done:])
    return "".join(masked), problems


def name_of(character: str) -> str:
    """Return the code and the name of a character that cannot be seen, for a message."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'without a name')}"


def _false_blank(character: str, span: Span) -> YamlProblem:
    return YamlProblem(span, SYNTAX, f"{name_of(character)} is no blank to YAML", "replace it by a blank")
