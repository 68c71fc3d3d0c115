"""Problems for programs; docs/json.md documents the format, which only grows within one version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from koreo_analyzer.problems import Severity

if TYPE_CHECKING:
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import FileProblem

    from koreo_cli.report import Report, Sources, TypeStatistics

VERSION = 1


def render(report: Report) -> str:
    """Return the report as one JSON object."""
    document: dict[str, Any] = {
        "version": VERSION,
        "problems": [problem_data(problem, report.sources) for problem in report.problems],
        "summary": {
            "files": report.files,
            "documents": report.documents,
            "errors": report.counts.get(Severity.ERROR, 0),
            "warnings": report.counts.get(Severity.WARNING, 0),
            "infos": report.counts.get(Severity.INFO, 0),
            "seconds": round(report.seconds, 3),
        },
    }
    if report.statistics is not None:
        document["statistics"] = dict(report.statistics)
        if report.types is not None:
            document["statistics"]["types"] = _types(report.types)
    return dump(document)


def _types(types: TypeStatistics) -> dict[str, Any]:
    coverage, share = types.coverage, types.share
    return {
        "expressions": {"typed": coverage.typed, "partly": coverage.partly, "untyped": coverage.untyped},
        "parts": {"typed": share.typed, "partly": share.partly, "untyped": share.untyped},
        "causes": [
            {"cause": cause.text, "hint": cause.hint, "expressions": count}
            for cause, count in coverage.by_cause()
        ],
    }


def dump(document: object) -> str:
    """Return indented JSON with a line break at its end."""
    return json.dumps(document, indent=2, ensure_ascii=True, default=dict) + "\n"


def problem_data(problem: FileProblem, sources: Sources) -> dict[str, Any]:
    """Return a problem as JSON has it."""
    return {
        **place_data(problem.path, problem.span, sources),
        "severity": problem.severity.word,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "related": [
            {**place_data(related.path, related.span, sources), "message": related.message}
            for related in problem.related
        ],
        "fixes": [
            {
                "title": fix.title,
                "edits": [
                    {**place_data(edit.path, edit.span, sources), "text": edit.text} for edit in fix.edits
                ],
            }
            for fix in problem.fixes
        ],
    }


def place_data(path: str, span: Span, sources: Sources) -> dict[str, Any]:
    """Return the keys that say where something is."""
    region = sources.region(path, span)
    return {
        "file": sources.name(path),
        "line": region.line,
        "column": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    }
