"""The layout of one expression: the same tokens and comments, other white space.

A group that the author broke into lines stays broken, all of it; any other is broken if it does not fit into the line.
So the tree that is read from the result is the same, which `is_same` can tell from the tokens alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from koreo_analyzer.cel.lexer import tokenize
from koreo_analyzer.cel.parser import parse
from koreo_analyzer.format.groups import Form, Group, Groups, UnexpectedError

if TYPE_CHECKING:
    from koreo_analyzer.cel.lexer import Tokens

_INDENT: Final = 2
_COMMENT = re.compile(r"//[^\r\n]*")
_BREAK = re.compile(r"\r\n|[\r\n]")
_BRACKETS: Final = frozenset({Form.BRACKETS, Form.HUGGED})
_BY_OPERATORS: Final = frozenset({Form.LOGIC, Form.FILLED, Form.CONDITIONAL, Form.CASE})
_FEWEST_CALLS: Final = 2
"""A chain of fewer calls is broken in its brackets rather than before its dot."""


class _Remark(NamedTuple):
    """A comment in a gap; `breaks` line breaks stand before it."""

    text: str
    breaks: int


class _Gap(NamedTuple):
    """What stands before a token: comments, and the number of line breaks behind the last of them."""

    remarks: tuple[_Remark, ...]
    breaks: int

    @property
    def is_broken(self) -> bool:
        return bool(self.remarks) or self.breaks > 0


class Spacing(NamedTuple):
    """The white space at `[start, end)` of a source as it should be on one line."""

    start: int
    end: int
    text: str


def format_source(source: str, width: int) -> str | None:
    """Return the source of an expression (without its `=`) laid out in lines of at most `width`, if that can be done.

    Lines after the first begin with their indentation, counted from the `=`. None for a source that is no sound
    expression.
    """
    tokens = tokenize(source)
    groups = _groups(source, tokens)
    if groups is None:
        return None
    laid_out = _Layout(source, tokens, groups, width).text()
    return laid_out if is_same(source, laid_out) else None


def spacings(source: str) -> list[Spacing]:
    """Return the white space of a source as it should be on one line, in order; nothing where there are comments."""
    tokens = tokenize(source)
    groups = _groups(source, tokens)
    if groups is None or _remarks(source, tokens):
        return []
    starts, ends = tokens.starts, tokens.ends
    return [
        Spacing(ends[index - 1] if index else 0, starts[index], " " if index in groups.spaces else "")
        for index in range(len(tokens))
    ]


def is_same(one: str, other: str) -> bool:
    """Whether two sources have the same tokens and the same comments in the same order."""
    ours, theirs = tokenize(one), tokenize(other)
    return ours.texts == theirs.texts and _remarks(one, ours) == _remarks(other, theirs)


def _groups(source: str, tokens: Tokens) -> Groups | None:
    if tokens.messages or parse(source).problems:
        return None
    try:
        return Groups(tokens.kinds)
    except UnexpectedError:
        return None


def _remarks(source: str, tokens: Tokens) -> list[str]:
    if "//" not in source:
        return []
    return [
        found.group().rstrip()
        for end, start in zip([0, *tokens.ends], tokens.starts, strict=False)
        for found in _COMMENT.finditer(source, end, start)
    ]


class _Layout:
    """Writes the tokens one after the other, deciding on each group at its first token."""

    __slots__ = (
        "_bases",
        "_broken",
        "_chains",
        "_column",
        "_forced",
        "_gaps",
        "_groups_at",
        "_line",
        "_out",
        "_owners",
        "_places",
        "_spaces",
        "_texts",
        "_width",
    )

    def __init__(self, source: str, tokens: Tokens, groups: Groups, width: int) -> None:
        self._texts = tokens.texts
        self._spaces = groups.spaces
        self._width = width
        starts, ends = tokens.starts, tokens.ends
        self._gaps = [
            _read_gap(source, ends[index - 1] if index else 0, starts[index]) for index in range(len(tokens))
        ]
        self._groups_at: dict[int, list[Group]] = {}
        self._owners: dict[int, Group] = {}
        for found in sorted(groups.found, key=lambda group: (group.start, -group.end, group.form.value)):
            group = self._styled(found)
            self._groups_at.setdefault(group.start, []).append(group)
            for gap in group.gaps:
                self._owners[gap] = group
        self._broken: set[Group] = {
            group
            for groups_here in self._groups_at.values()
            for group in groups_here
            if any(self._gaps[gap].is_broken for gap in group.gaps)
        }
        self._forced = [self._is_forced(index) for index in range(len(self._gaps))]
        self._places: list[int] = []
        place = 0
        for index, text in enumerate(self._texts):
            place += index in groups.spaces
            self._places.append(place)
            place += len(text)
        self._bases: dict[Group, int] = {}
        self._chains: dict[int, int] = {}
        self._out: list[str] = []
        self._column = 1  # behind the `=`
        self._line = 0

    def _styled(self, group: Group) -> Group:
        """Return a group with the gaps at which it is broken: before its operators, or behind them as the author does.

        A conditional is always broken before `?` and `:`, except where a comment follows one of them.
        """
        if group.form not in _BY_OPERATORS:
            return group
        behind = tuple(gap + 1 for gap in group.gaps)
        if any(self._gaps[gap].remarks for gap in behind):
            return replace(group, gaps=behind)
        first = next(
            (gap for pair in zip(group.gaps, behind, strict=True) for gap in pair if self._gaps[gap].breaks),
            None,
        )
        if first is None or first in group.gaps:
            return group
        if group.form in {Form.LOGIC, Form.FILLED}:
            return replace(group, gaps=behind)
        self._gaps[group.gaps[0]] = _Gap((), 1)
        return group

    def _is_forced(self, index: int) -> bool:
        """Whether a gap is a line break whatever fits into a line."""
        gap, group = self._gaps[index], self._owners.get(index)
        if gap.remarks or group is None:
            return bool(gap.remarks)
        return gap.is_broken if group.form is Form.FILLED else group in self._broken

    def text(self) -> str:
        """Return the whole source."""
        for index, text in enumerate(self._texts):
            self._write_gap(index)
            extra = 0
            for group in self._groups_at.get(index, ()):
                self._bases[group] = self._base_of(group, extra)
                if group.form is Form.FILLED:
                    continue
                if group in self._broken or self._must_break(group):
                    self._broken.add(group)
                    if group.form not in _BRACKETS:
                        extra += _INDENT
            self._write(text)
            if text in {"?", ":"} and self._column == self._line + 1:
                self._line += _INDENT  # what follows is in line with its own brackets
        return "".join(self._out)

    def _base_of(self, group: Group, extra: int) -> int:
        """Return the column below which the lines of a group are indented; all cases of a conditional have one."""
        if group.form is Form.CASE:
            return self._chains[group.chain] + _INDENT
        base = self._line + extra
        if group.form is Form.CONDITIONAL:
            self._chains[group.start] = base
        return base

    def _must_break(self, group: Group) -> bool:
        """Whether a group that its author did not break is too long for its line."""
        if group.form is Form.HUGGED or (group.form is Form.CALLS and len(group.gaps) < _FEWEST_CALLS):
            return False
        return not self._fits(group.start, group.end, self._column)

    def _fits(self, first: int, end: int, column: int) -> bool:
        """Whether the tokens from `first` on fit into the line, up to a forced break or, from `end`, a likely one."""
        start = self._places[first] - column
        for index in range(first, len(self._texts)):
            if index > first and (self._forced[index] or (index >= end and self._is_likely(index))):
                return True
            if self._places[index] + len(self._texts[index].split("\n", 1)[0]) - start > self._width:
                return False
        return True

    def _is_likely(self, index: int) -> bool:
        """Whether a gap behind a group is a line break, or will be one if that helps."""
        group = self._owners.get(index)
        return group is not None and (group.form is Form.FILLED or group in self._broken)

    def _write_gap(self, index: int) -> None:
        gap = self._gaps[index]
        group = self._owners.get(index)
        broken = group is not None and (
            self._is_full(index, group) if group.form is Form.FILLED else group in self._broken
        )
        is_last = index == len(self._texts) - 1
        inner = self._line + _INDENT if index else 0
        if group is not None:
            inner = self._bases[group] + _INDENT
        outer = inner
        if group is not None and group.form in _BRACKETS and index == group.gaps[-1]:
            outer = self._bases[group]
        for remark in gap.remarks:
            if remark.breaks:
                self._break(0 if is_last else inner, remark.breaks)
            elif self._out:
                self._write(" ")
            self._write(remark.text)
        if is_last:
            return
        if broken or gap.remarks or (index == 0 and gap.breaks):
            at_bracket = (
                group is not None and group.form in _BRACKETS and index in {group.gaps[0], group.gaps[-1]}
            )
            self._break(outer, 1 if at_bracket else gap.breaks)
        elif index in self._spaces:
            self._write(" ")

    def _is_full(self, index: int, group: Group) -> bool:
        """Whether a chain that is filled is broken at a gap: by its author, or since what follows does not fit."""
        if self._gaps[index].is_broken:
            return True
        following = bisect_right(group.gaps, index)
        end = group.gaps[following] if following < len(group.gaps) else group.end
        return not self._fits(index, end, self._column + (index in self._spaces))

    def _break(self, indent: int, breaks: int) -> None:
        """Begin a line; of several empty ones before it, one stays."""
        self._out.append("\n\n" if breaks > 1 else "\n")
        self._out.append(" " * indent)
        self._column = self._line = indent

    def _write(self, text: str) -> None:
        self._out.append(text)
        found = text.rfind("\n")
        self._column = len(text) - found - 1 if found >= 0 else self._column + len(text)


def _read_gap(source: str, start: int, end: int) -> _Gap:
    if start == end:
        return _Gap((), 0)
    remarks: list[_Remark] = []
    position = start
    for found in _COMMENT.finditer(source, start, end):
        breaks = len(_BREAK.findall(source, position, found.start()))
        remarks.append(_Remark(found.group().rstrip(), breaks))
        position = found.end()
    return _Gap(tuple(remarks), len(_BREAK.findall(source, position, end)))
