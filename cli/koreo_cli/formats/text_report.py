"""Problems for people: place, message, the line of source, a marker under the token, a hint.

The layout is that of compilers which people already know:

    platform/app.k.yaml:7:5: error[unknown-key]: unknown key `imge`
      |
    7 |     imge: nginx
      |     ^^^^
      = help: did you mean `image`?
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click
from koreo_analyzer.problems import Severity

from koreo_cli.terminal import cell, printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from koreo_analyzer.flow import Coverage
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import FileProblem

    from koreo_cli.report import Report, Sources

WIDTH = 120
"""Columns where the width of the terminal is unknown."""

COLORS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
"""The colour of each severity on a terminal."""

_LEAST_WIDTH = 40
_CUT = "..."


@dataclass(frozen=True, slots=True)
class Style:
    """Whether colours are wanted and how many columns a line may take."""

    color: bool = False
    width: int = WIDTH

    def paint(self, text: str, color: str | None = None, *, bold: bool = False) -> str:
        """Return the text with the escape codes of a colour, or as it is."""
        return click.style(text, fg=color, bold=bold) if self.color else text


def width_of(stream: TextIO) -> int:
    """Return how many columns a line on a stream may take."""
    return os.get_terminal_size(stream.fileno()).columns if stream.isatty() else WIDTH


def render(report: Report, style: Style) -> str:
    """Return all problems, a blank line after each, ready to print; empty if there are none."""
    return "".join(f"{problem_text(problem, report.sources, style)}\n\n" for problem in report.problems)


def summary(report: Report, style: Style) -> str:
    """Return the last line: how many problems, in how much text, in which time."""
    found = [
        style.paint(counted(report.counts[severity], word), COLORS[severity], bold=True)
        for severity, word in (
            (Severity.ERROR, "error"),
            (Severity.WARNING, "warning"),
            (Severity.INFO, "info"),
        )
        if report.counts.get(severity)
    ]
    problems = ", ".join(found) if found else style.paint("no problems", "green", bold=True)
    documents = counted(report.documents, "document")
    return f"{problems} in {counted(report.files, 'file')} ({documents}, {report.seconds:.2f} s)\n"


def statistics(report: Report) -> str:
    """Return the counts of the analyzer, one a line."""
    rows: list[tuple[str, str]] = []
    for name, value in (report.statistics or {}).items():
        label = name.replace("_", " ")
        if isinstance(value, Mapping):
            rows.append((f"{label}:", ""))
            rows.extend((f"  {part}", f"{count}") for part, count in sorted(value.items()))
        else:
            rows.append((label, f"{value}"))
    if report.types is not None:
        coverage, share = report.types.coverage, report.types.share
        rows.append(("types of expressions:", ""))
        rows += [
            ("  all parts known", f"{coverage.typed}"),
            ("  some parts known", f"{coverage.partly}"),
            ("  nothing known", f"{coverage.untyped}"),
        ]
        if share.total:
            rows.append(("  share of parts known", f"{(share.total - share.untyped) * 100 // share.total} %"))
    label_width = max((len(label) for label, _ in rows), default=0)
    value_width = max((len(value) for _, value in rows), default=0)
    lines = [f"{label:<{label_width}}  {value:>{value_width}}".rstrip() for label, value in rows]
    lines += _causes(report.types.coverage) if report.types is not None else ()
    return "".join(f"{line}\n" for line in lines)


def _causes(coverage: Coverage) -> Iterator[str]:
    """Yield why types are not known, the most frequent cause first; what to do once for all causes that share it."""
    by_hint: dict[str | None, list[tuple[str, int]]] = {}
    for cause, count in coverage.by_cause():
        by_hint.setdefault(cause.hint, []).append((cause.text, count))
    if by_hint:
        yield "not known because of:"
    for hint, causes in by_hint.items():
        yield from (f"  {count:>5}  {printable(text)}" for text, count in causes)
        if hint is not None:
            yield f"         = help: {printable(hint)}"


def counted(count: int, word: str) -> str:
    """Return a number with its noun: `1 file`, `2 files`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def problem_text(problem: FileProblem, sources: Sources, style: Style) -> str:
    """Return one problem as in the example above, without a line break at its end."""
    color = COLORS[problem.severity]
    lines = [problem_head(problem, sources, style)]
    lines += snippet(problem.path, problem.span, sources, style, color)
    gutter = " " * gutter_width(problem.path, problem.span, sources)
    equals = style.paint("=", "blue", bold=True)
    helps = (
        [problem.hint]
        if problem.hint
        else [fix.title[:1].lower() + fix.title[1:] for fix in problem.fixes[:1]]
    )
    lines += [f"{gutter} {equals} help: {indented(text)}" for text in helps]
    for related in problem.related:
        place = location(related.path, related.span, sources)
        lines.append(f"{place}: {style.paint('note', bold=True)}: {indented(related.message)}")
        lines += snippet(related.path, related.span, sources, style, "blue")
    return "\n".join(lines)


def problem_head(problem: FileProblem, sources: Sources, style: Style) -> str:
    """Return the first line of a problem: where it is, how bad, and its message."""
    kind = style.paint(f"{problem.severity.word}[{problem.code}]", COLORS[problem.severity], bold=True)
    message = style.paint(indented(problem.message), bold=True)
    return f"{location(problem.path, problem.span, sources)}: {kind}: {message}"


def indented(text: str) -> str:
    """Return a message ready to print; its further lines are indented."""
    return printable(text.strip()).replace("\n", "\n    ")


def location(path: str, span: Span, sources: Sources) -> str:
    """Return where a span begins, as `file:line:column`."""
    region = sources.region(path, span)
    name = printable(sources.name(path)).replace("\n", "\\n")
    return f"{name}:{region.line}:{region.column}"


def gutter_width(path: str, span: Span, sources: Sources) -> int:
    """Return how many columns the number of the line takes in a snippet."""
    return len(str(sources.region(path, span).line)) if sources.has_text(path) else 1


def snippet(path: str, span: Span, sources: Sources, style: Style, color: str) -> Iterator[str]:
    """Yield the first line of the span with its number, and the marker; nothing without a text."""
    if not sources.has_text(path):
        return
    lines = sources.lines(path)
    position = lines.position(span.start)
    number = str(position.line + 1)
    line = lines.line_text(position.line)
    # Of a longer span only the first line is shown, marked up to its end.
    end = min(len(line), position.column + max(1, span.end - span.start))
    room = max(_LEAST_WIDTH, style.width - len(number) - len(" | "))
    shown, before, marked = window(line, position.column, end, room)
    bar = style.paint("|", "blue", bold=True)
    marker = style.paint("^" * marked, color, bold=True)
    yield f"{' ' * len(number)} {bar}"
    yield f"{style.paint(number, 'blue', bold=True)} {bar} {shown}".rstrip()
    yield f"{' ' * len(number)} {bar} {' ' * before}{marker}"


def window(line: str, start: int, end: int, width: int) -> tuple[str, int, int]:
    """Return the part of a line to show, the columns before the marked part, and the columns marked.

    `start` and `end` are characters, `width` is columns. A line that fits is shown whole; of a longer one the
    beginning if the marked part is in it, else the surroundings of the marked part. At least one column is
    marked.
    """
    # No more than this can be shown, and lines may have millions of characters.
    first, last = max(0, start - width), min(len(line), start + width + 1)
    cells = [cell(character) for character in line[first:last]]
    widths = [columns for _, columns in cells]
    start, end = start - first, min(end, last) - first
    low, high = 0, len(cells)
    if first > 0 or last < len(line) or sum(widths) > width:
        low, high = _visible(widths, start, end, width - 2 * len(_CUT), at_beginning=first == 0)
    head = _CUT if first + low > 0 else ""
    tail = _CUT if first + high < len(line) else ""
    shown = head + "".join(text for text, _ in cells[low:high]) + tail
    before = len(head) + sum(widths[low:start])
    return shown, before, max(1, sum(widths[start : min(end, high)]))


def _visible(widths: list[int], start: int, end: int, room: int, *, at_beginning: bool) -> tuple[int, int]:
    """Choose which cells of a long line fit into `room` columns so that the marked ones are seen."""
    if at_beginning and sum(widths[: max(end, start + 1)]) <= room:
        low = 0
    else:
        low, before = start, room // 3
        while low > 0 and before >= widths[low - 1]:
            low -= 1
            before -= widths[low]
    high, left = low, room
    while high < len(widths) and left >= widths[high]:
        left -= widths[high]
        high += 1
    return low, high
