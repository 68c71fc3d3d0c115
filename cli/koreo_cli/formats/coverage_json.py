"""Coverage for programs: the key `coverage` in the results of tests; docs/json.md documents it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koreo_runtime.outcomes import path_text
from koreo_runtime.testing.coverage import percentage

from koreo_cli.formats.json_report import place_data

if TYPE_CHECKING:
    from koreo_analyzer.text import Span
    from koreo_runtime.testing.coverage import DocumentCoverage

    from koreo_cli.testing.covering import CoverageResults


def coverage_data(results: CoverageResults) -> dict[str, Any]:
    """Return coverage as JSON has it."""
    coverage = results.coverage
    return {
        **_counts(coverage.reached, coverage.total),
        "failUnder": results.fail_under,
        "kinds": {
            kind.value: {"reached": reached, "total": total}
            for kind, (reached, total) in coverage.by_kind().items()
        },
        "documents": [_document(document, results) for document in coverage.documents],
    }


def _counts(reached: int, total: int) -> dict[str, Any]:
    return {"percent": percentage(reached, total), "reached": reached, "total": total}


def _document(document: DocumentCoverage, results: CoverageResults) -> dict[str, Any]:
    sources = results.sources

    def place(span: Span) -> dict[str, Any]:
        return place_data(document.path, span.shift(document.start), sources)

    return {
        "file": sources.name(document.path),
        "kind": document.kind,
        "name": document.name,
        "error": document.unusable,
        **_counts(document.reached, document.total),
        "points": [
            {
                **place(point.span),
                "kind": point.kind.value,
                "side": point.side.value,
                "path": path_text(point.path),
                "hits": point.hits,
            }
            for point in document.points
        ],
        "gaps": [
            {
                **place(gap.span),
                "severity": problem.severity.word,
                "code": problem.code,
                "kind": gap.kind.value,
                "sides": [side.value for side in gap.sides],
                "path": path_text(gap.path),
                "message": gap.message,
            }
            for gap, problem in results.gaps(document)
        ],
    }
