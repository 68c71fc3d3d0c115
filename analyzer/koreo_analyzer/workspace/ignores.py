"""Comments that hide problems: `# koreo: ignore[code, …]` on its line or the line below, `ignore-document` anywhere."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koreo_analyzer.checks import RULES, Origin
from koreo_analyzer.checks.documents import UNUSED_IGNORE
from koreo_analyzer.problems import Edit, Fix, Tag
from koreo_analyzer.suggest import closest
from koreo_analyzer.text import LineIndex, Span
from koreo_analyzer.yaml.comments import comments
from koreo_analyzer.yaml.nodes import Alias, Scalar, Style, children

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from koreo_analyzer.problems import Problem
    from koreo_analyzer.yaml.nodes import Node
    from koreo_analyzer.yaml.parse import Tree

_MARKS: Final = ("koreo:", "Koreo:", "KOREO:")
# `ignore`, or another word that is followed by codes or stands alone and so was meant as one.
_IGNORE: Final = re.compile(
    r"#+\s*koreo:\s*(?:(?P<ignore>ignore(?P<all>-document)?)(?![\w-])\s*(?:\[(?P<codes>[^\]\n]*)\])?"
    r"|(?P<word>[\w-]+)\s*\[(?P<listed>[^\]\n]*)\]"
    r"|(?P<alone>disable|suppress|noqa|nolint)\s*$)",
    re.IGNORECASE,
)
_ALL: Final = ("-all", "-document", "-file")
"""How words end that are meant for more than one line."""
_CODE: Final = re.compile(r"[^\s,]+")
_BEFORE_REASON: Final = " \t#:;,.-–—"
"""What may stand between the codes and the reason for them."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """One comment: the line (from 0, in the document) that it is about, and the codes it names with their places.

    `is_for_all`: it is about the whole document. `span` is what is written for the program, `comment` all of it, a
    reason behind the codes included. `other_word` is what stands in it instead of `ignore`; such a comment hides
    nothing.
    """

    span: Span
    comment: Span
    line: int
    codes: tuple[tuple[str, Span], ...]
    other_word: str | None = None
    is_for_all: bool = False


def read_ignores(text: str, tree: Tree) -> tuple[Ignore, ...]:
    """Return the ignore comments of a document. What looks like one inside a scalar is text."""
    if not any(mark in text for mark in _MARKS):
        return ()
    lines = LineIndex(text)
    found: list[Ignore] = []
    for comment in comments(text, tree):
        match = _IGNORE.match(text, comment.start, comment.end)
        if match is None:
            continue
        group = "codes" if match["ignore"] else "listed"
        codes: tuple[tuple[str, Span], ...] = ()
        if match[group] is not None:
            codes = tuple(
                (code.group(), Span(*code.span())) for code in _CODE.finditer(text, *match.span(group))
            )
        other_word = match["word"] or match["alone"]
        line = _line_meant(lines, comment.start)
        is_for_all = match["all"] is not None
        found.append(Ignore(Span(*match.span()), comment, line, codes, other_word, is_for_all))
    return tuple(found)


def _line_meant(lines: LineIndex, offset: int) -> int:
    """Return the comment's own line, or, when it stands alone, the next line that is neither blank nor a comment."""
    line = lines.line_of(offset)
    if lines.text[lines.line_start(line) : offset].strip():
        return line
    for following in range(line + 1, lines.line_count):
        stripped = lines.line_text(following).strip()
        if stripped and not stripped.startswith("#"):
            return following
    return line


def apply_ignores(
    text: str, tree: Tree, problems: Iterable[Problem], ignores: tuple[Ignore, ...]
) -> Iterator[Problem]:
    """Yield the problems that no comment hides, then one for each comment, or code in it, that hides nothing.

    A code that only running finds may stand in a comment without hiding anything here.
    """
    if not ignores:
        yield from problems
        return
    lines = LineIndex(text)
    heads = _Heads(lines, tree.root)
    by_code: dict[str, dict[int, list[Span]]] = {}
    for_all: dict[str, list[Span]] = {}
    for ignore in ignores:
        for code, span in ignore.codes if ignore.other_word is None else ():
            if ignore.is_for_all:
                for_all.setdefault(code, []).append(span)
            else:
                by_code.setdefault(code, {}).setdefault(ignore.line, []).append(span)
    used: set[Span] = set()
    for problem in problems:
        by_line = by_code.get(problem.code)
        hiding = []
        if by_line is not None:
            hiding = [code for line in heads.lines_of(problem.span) for code in by_line.get(line, ())]
        hiding = hiding or for_all.get(problem.code, [])
        used.update(hiding)
        if not hiding:
            yield problem
    for ignore in ignores:
        if ignore.other_word is not None:
            yield _wrong_word(ignore, ignore.other_word)
            continue
        if not ignore.codes:
            word = "ignore-document" if ignore.is_for_all else "ignore"
            hint = f"write `# koreo: {word}[code]`"
            yield UNUSED_IGNORE.problem(ignore.span, "this comment names no code", hint=hint)
        idle = [one for one in ignore.codes if one[1] not in used and not _is_found_by_running(one[0])]
        hides_nothing = len(idle) == len(ignore.codes) and all(code in RULES for code, _ in idle)
        for code, span in idle:
            fix = _removal(ignore, lines) if hides_nothing else _removal_of(code, span, ignore)
            yield _unused(code, span, fix)


def _is_found_by_running(code: str) -> bool:
    """Whether only a run can tell that there is nothing to hide."""
    return code in RULES and RULES[code].origin is Origin.RUNNING


def _with_blanks(comment: Span, lines: LineIndex) -> Span:
    """Return what goes with a comment: the blanks before it, or the whole line if it stands alone."""
    text = lines.text
    line = lines.line_of(comment.start)
    start = lines.line_start(line)
    before = text[start : comment.start].rstrip(" \t")
    if before:
        return Span(start + len(before), comment.end)
    return Span(start, lines.line_start(line + 1) if line + 1 < lines.line_count else comment.end)


def _wrong_word(ignore: Ignore, word: str) -> Problem:
    meant = "ignore-document" if word.lower().endswith(_ALL) else "ignore"
    written = f"# koreo: {meant}[{', '.join(code for code, _ in ignore.codes) or 'code'}]"
    fixes = (Fix(f"Change to `{written}`", (Edit(ignore.span, written),)),) if ignore.codes else ()
    return UNUSED_IGNORE.problem(
        ignore.span, f"`koreo: {word}` hides nothing", hint=f"write `{written}`", fixes=fixes
    )


def _unused(code: str, span: Span, removal: Fix) -> Problem:
    if code not in RULES:
        guess = closest(code, RULES)
        return UNUSED_IGNORE.problem(
            span,
            f"there is no code `{code}`",
            hint=f"did you mean `{guess}`?" if guess else "`koreo explain` lists the codes",
            fixes=(Fix(f"Change to `{guess}`", (Edit(span, guess),)),) if guess else (),
        )
    return UNUSED_IGNORE.problem(
        span, f"no `{code}` is here to ignore", tags=(Tag.UNNECESSARY,), fixes=(removal,)
    )


def _removal(ignore: Ignore, lines: LineIndex) -> Fix:
    """Return the fix that removes a comment; a reason written behind the codes stays as a comment of its own."""
    reason = Span(ignore.span.end, ignore.comment.end)
    words = lines.text[reason.start : reason.end]
    kept = words.lstrip(_BEFORE_REASON)
    if not kept.strip():
        return Fix("Remove the comment", (Edit(_with_blanks(ignore.comment, lines), ""),))
    start = Span(ignore.comment.start, reason.end - len(kept))
    return Fix("Remove the ignore, keep its reason", (Edit(start, "# "),))


def _removal_of(code: str, span: Span, ignore: Ignore) -> Fix:
    """Return the fix that takes one of several codes out of a comment, with the comma beside it."""
    spans = [one for _, one in ignore.codes]
    number = spans.index(span)
    removed = (
        Span(spans[number - 1].end, span.end) if number else Span(span.start, [*spans, ignore.span][1].start)
    )
    return Fix(f"Remove `{code}` from the comment", (Edit(removed, ""),))


class _Heads:
    """Where the scalars of a document begin that hold a place. Asked for each problem, so what was found is kept."""

    __slots__ = ("_lines", "_parts", "_root")

    def __init__(self, lines: LineIndex, root: Node | None) -> None:
        self._lines = lines
        self._root = root
        self._parts: dict[int, list[Node]] = {}
        """The parts of the nodes on the ways so far, by the identity of the node."""

    def lines_of(self, span: Span) -> set[int]:
        """Return the lines at which a comment can stand for a problem: its own, and the head of a scalar of many lines.

        Within a block scalar a comment would be text, so the line of its `|` or `>` speaks for all of it.
        """
        about = {self._lines.line_of(span.start)}
        node = self._root
        while node is not None:
            if isinstance(node, Scalar) and node.style is not Style.PLAIN:
                about.add(self._lines.line_of(node.start))
            node = self._child_at(node, span.start)
        return about

    def _child_at(self, node: Node, offset: int) -> Node | None:
        """Return the part of a node that holds `offset`; parts stand in the order of the text."""
        parts = self._parts.get(id(node))
        if parts is None:
            parts = [child for child in children(node) if not isinstance(child, Alias)]
            self._parts[id(node)] = parts
        position = bisect_right(parts, offset, key=lambda part: part.start) - 1
        return parts[position] if position >= 0 and offset < parts[position].end else None
