"""Coverage for people: how much of each function the tests reach, and every place that none reaches.

app.k.yaml:9:12: info[untested]: the assertion is never false
  |
9 |   - assert: =inputs.replicas > 0
  |              ^^^^^^^^^^^^^^^^^^^
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_runtime.testing.coverage import PointKind, percentage

from koreo_cli.formats.text_report import counted, problem_text
from koreo_cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from koreo_runtime.testing.coverage import DocumentCoverage

    from koreo_cli.formats.text_report import Style
    from koreo_cli.testing.covering import CoverageResults

_COMPLETE, _INCOMPLETE, _NONE = "green", "yellow", "red"
_MOST_GAPS: Final = 50
"""How many gaps are shown unless all are asked for."""
_NAMES: Final = {
    PointKind.FUNCTION: "functions",
    PointKind.PREDICATE: "sides of predicates",
    PointKind.CONDITION: "branches of ?:",
    PointKind.OPERATOR: "branches of && and ||",
    PointKind.SKIP_IF: "sides of skipIfs",
    PointKind.OVERLAY: "overlays",
    PointKind.BLOCK: "blocks",
    PointKind.CASE: "refSwitch cases",
}


def render_coverage(results: CoverageResults, style: Style, *, verbose: bool) -> str:
    """Return gaps, table and total. Without `verbose` the table leaves out what is complete."""
    blocks = ["".join(f"{line}\n" for line in lines) for lines in _gaps(results, style, verbose=verbose)]
    documents = results.coverage.documents
    shown = [document for document in documents if verbose or document.reached < document.total]
    if shown:
        table = (*_table(shown, style), *_rest(len(documents) - len(shown)))
        blocks.append("".join(f"{line}\n" for line in table))
    blocks.append("".join(f"{line}\n" for line in _total(results, style)))
    return "\n".join(blocks)


def _gaps(results: CoverageResults, style: Style, *, verbose: bool) -> Iterator[Iterator[str]]:
    """Yield the lines of each gap. That no test runs a function at all is told by the table."""
    found = [
        problem
        for document in results.coverage.documents
        for gap, problem in results.gaps(document)
        if gap.kind is not PointKind.FUNCTION
    ]
    shown = found if verbose else found[:_MOST_GAPS]
    for problem in shown:
        yield iter([problem_text(problem, results.sources, style)])
    left = len(found) - len(shown)
    if left:
        yield iter([f"... and {counted(left, 'more place')} that no test reaches; --verbose shows all"])


def _table(documents: Sequence[DocumentCoverage], style: Style) -> Iterator[str]:
    titles = [printable(document.title).replace("\n", "\\n") for document in documents]
    counts = [f"{document.reached} of {document.total}" for document in documents]
    title_width = max(map(len, titles), default=0)
    count_width = max(map(len, counts), default=0)
    for document, title, count in zip(documents, titles, counts, strict=True):
        percent = style.paint(f"{_percent(document.reached, document.total):>7}", _color(document), bold=True)
        yield f"{percent}  {count:>{count_width}}  {title:<{title_width}}{_remark(document)}".rstrip()


def _remark(document: DocumentCoverage) -> str:
    if document.unusable is not None:
        return "  cannot be run; koreo check says why"
    is_function = any(point.kind is PointKind.FUNCTION for point in document.points)
    return "  no test runs it" if is_function and not document.is_run else ""


def _rest(complete: int) -> Iterator[str]:
    """Yield the line about what the table leaves out."""
    if complete:
        yield f"{_percent(1, 1):>7}  {counted(complete, 'other')}; --verbose lists all"


def _total(results: CoverageResults, style: Style) -> Iterator[str]:
    coverage = results.coverage
    if not coverage.total:
        yield "coverage: there is nothing to cover"
        return
    color = _NONE if results.is_too_low else _COMPLETE if coverage.reached == coverage.total else _INCOMPLETE
    percent = style.paint(_percent(coverage.reached, coverage.total), color, bold=True)
    yield f"coverage: {percent} ({coverage.reached} of {coverage.total})"
    kinds = [f"{reached} of {total} {_NAMES[kind]}" for kind, (reached, total) in coverage.by_kind().items()]
    yield f"  {', '.join(kinds)}"


def _percent(reached: int, total: int) -> str:
    return f"{percentage(reached, total):.1f} %"


def _color(document: DocumentCoverage) -> str:
    if document.reached == document.total:
        return _COMPLETE
    return _INCOMPLETE if document.reached else _NONE
