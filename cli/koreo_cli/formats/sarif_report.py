"""Problems as SARIF 2.1.0 (OASIS Static Analysis Results Interchange Format), for code scanning services.

Section numbers in this module are those of the specification.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from koreo_analyzer import __version__
from koreo_analyzer.problems import Severity

from koreo_cli.formats.json_report import dump

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.checks import Rule
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import FileFix, FileProblem

    from koreo_cli.report import Report, Sources

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE = "%SRCROOT%"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report, rules: Mapping[str, Rule], folder: str) -> str:
    """Return a log with one run; paths count from `folder`, the absolute working directory."""
    codes = sorted(rules.keys() | {problem.code for problem in report.problems})
    numbers = {code: number for number, code in enumerate(codes)}
    run = {
        "tool": {
            "driver": {
                "name": "koreo",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(code, rules.get(code)) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_BASE: {"uri": _folder_uri(folder)}},
        "invocations": [{"executionSuccessful": True}],
        "results": [_result(problem, report.sources, numbers[problem.code]) for problem in report.problems],
    }
    return dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _folder_uri(folder: str) -> str:
    """Return the URI of a folder; it ends with `/` (3.14.14)."""
    return f"{_file_uri(folder).rstrip('/')}/"


def _file_uri(path: str) -> str:
    posix = path.replace("\\", "/")
    absolute = posix if posix.startswith("/") else f"/{posix}"
    return f"file://{quote(absolute, safe='/:', errors='surrogateescape')}"


def _rule(code: str, rule: Rule | None) -> dict[str, Any]:
    """Return a reporting descriptor (3.49)."""
    if rule is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.explanation},
        "help": {
            "text": f"{rule.explanation}\n\nWrong:\n\n{rule.wrong}\nRight:\n\n{rule.right}",
            "markdown": (
                f"{rule.explanation}\n\n"
                f"Wrong:\n\n```yaml\n{rule.wrong.rstrip()}\n```\n\n"
                f"Right:\n\n```yaml\n{rule.right.rstrip()}\n```\n"
            ),
        },
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(problem: FileProblem, sources: Sources, rule: int) -> dict[str, Any]:
    """Return a result (3.27)."""
    text = problem.message if problem.hint is None else f"{problem.message}\n{problem.hint}"
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": _LEVELS[problem.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": _place(problem.path, problem.span, sources)}],
    }
    if problem.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": related.message},
                "physicalLocation": _place(related.path, related.span, sources),
            }
            for number, related in enumerate(problem.related)
        ]
    if problem.fixes:
        result["fixes"] = [_fix(fix, sources) for fix in problem.fixes]
    return result


def _fix(fix: FileFix, sources: Sources) -> dict[str, Any]:
    """Return a fix with its edits gathered by file (3.55, 3.56)."""
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        changes.setdefault(edit.path, []).append(
            {
                "deletedRegion": _region(edit.path, edit.span, sources),
                "insertedContent": {"text": edit.text},
            }
        )
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {"artifactLocation": _artifact(path, sources), "replacements": replacements}
            for path, replacements in changes.items()
        ],
    }


def _place(path: str, span: Span, sources: Sources) -> dict[str, Any]:
    """Return a physical location (3.29); of a file without a text, the file alone."""
    place: dict[str, Any] = {"artifactLocation": _artifact(path, sources)}
    if sources.has_text(path):
        place["region"] = _region(path, span, sources)
    return place


def _region(path: str, span: Span, sources: Sources) -> dict[str, int]:
    """Return a region (3.30); its end column is exclusive."""
    region = sources.region(path, span)
    return {
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    }


def _artifact(path: str, sources: Sources) -> dict[str, str]:
    """Return an artifact location (3.4): relative to the working directory, or absolute if outside."""
    name = sources.name(path)
    if name.startswith("../"):
        return {"uri": _file_uri(path)}
    return {"uri": quote(name, safe="/", errors="surrogateescape"), "uriBaseId": _BASE}
