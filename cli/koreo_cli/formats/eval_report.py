"""Values, types and errors of expressions, for people and for programs; docs/json.md documents the JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from koreo_analyzer import cel
from koreo_analyzer.cel.value_types import runtime_type
from koreo_analyzer.cel.values import CelType, Optional, from_key, type_name, type_of
from koreo_analyzer.problems import Severity
from koreo_analyzer.text import LineIndex
from koreo_analyzer.types import show

from koreo_cli.formats.json_report import dump
from koreo_cli.formats.text_report import COLORS, WIDTH, Style, window
from koreo_cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from koreo_analyzer.cel.checking.problem import TypeProblem
    from koreo_analyzer.text import Span
    from koreo_analyzer.types import Type

    from koreo_cli.evaluation import Result

_LEVELS = 5
"""How deep types are shown."""


def render_text(results: Iterable[Result], style: Style) -> str:
    """Return for each expression its value or error, then its static type and the problems of types, if known."""
    return "".join(f"{line}\n" for result in results for line in _lines(result, style))


def render_json(results: Iterable[Result], engine: str, *, with_types: bool) -> str:
    """Return the results as one JSON object; with types, an expression that cannot be read has null for it."""
    entries = [_entry(result) | (_typing(result) if with_types else {}) for result in results]
    return dump({"version": 1, "engine": engine, "results": entries})


def _lines(result: Result, style: Style) -> Iterator[str]:
    error, typing = result.error, result.typing
    if error is None:
        yield printable(shown_value(result.value))
    else:
        yield from _marked(result.source, Severity.ERROR, error.kind.value, error.message, error.span, style)
    if typing is None:
        return
    yield style.paint(_type_line(result, typing.type), "cyan")
    for problem in typing.problems:
        yield from _marked(
            result.source, problem.severity, problem.code, problem.message, problem.span, style
        )
        if problem.hint:
            yield f"  {style.paint('=', 'blue', bold=True)} help: {printable(problem.hint)}"


def _type_line(result: Result, static: Type) -> str:
    """Return the static type, and that of the value where the static one leaves it open."""
    shown = show(static, _LEVELS)
    if result.error is not None:
        return f"{shown} (no value)"
    if runtime_type(static) == type_of(result.value):
        return shown
    return f"{shown} (the value: {type_name(result.value)})"


def _marked(
    source: str, severity: Severity, code: str, message: str, span: Span | None, style: Style
) -> Iterator[str]:
    """Yield the message, the first line that it is about, and a marker."""
    color = COLORS[severity]
    head = style.paint(f"{severity.word}[{code}]", color, bold=True)
    yield f"{head}: {style.paint(printable(message), bold=True)}"
    if span is None:
        return
    index = LineIndex(source)
    position = index.position(span.start)
    line = index.line_text(position.line)
    end = min(len(line), position.column + max(1, span.end - span.start))
    shown, before, marked = window(line, position.column, end, WIDTH)
    bar = style.paint("|", "blue", bold=True)
    yield f"  {bar} {shown}"
    yield f"  {bar} {' ' * before}{style.paint('^' * marked, color, bold=True)}"


def shown_value(value: Any) -> str:
    """Return a value as JSON on one line; what has no JSON form is shown in CEL's notation."""
    try:
        return json.dumps(cel.to_plain(value), ensure_ascii=False)
    except cel.CelError:
        return _in_cel(value)


def json_value(value: Any) -> Any:
    """Return a value as JSON has it; what has no JSON form as text in CEL's notation."""
    try:
        return cel.to_plain(value)
    except cel.CelError:
        return _in_cel(value)


def _in_cel(value: Any) -> str:
    if isinstance(value, Optional):
        return f"optional.of({shown_value(value.value)})" if value.present else "optional.none()"
    if isinstance(value, CelType):
        return value.name
    if isinstance(value, list):
        return f"[{', '.join(map(shown_value, value))}]"
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{shown_value(from_key(key))}: {shown_value(item)}" for key, item in value.items())
            + "}"
        )
    return str(value)


def _entry(result: Result) -> dict[str, Any]:
    entry: dict[str, Any] = {"expression": result.source, "value": None, "type": None, "error": None}
    error = result.error
    if error is None:
        entry["type"] = type_of(result.value).name
        entry["value"] = json_value(result.value)
    else:
        entry["error"] = {"kind": error.kind.value, "message": error.message}
        if error.span is not None:
            entry["error"] |= _place(result.source, error.span)
    return entry


def _typing(result: Result) -> dict[str, Any]:
    typing = result.typing
    if typing is None:
        return {"staticType": None, "problems": []}
    return {
        "staticType": show(typing.type, _LEVELS),
        "problems": [_problem(result.source, problem) for problem in typing.problems],
    }


def _problem(source: str, problem: TypeProblem) -> dict[str, Any]:
    return {
        **_place(source, problem.span),
        "severity": problem.severity.word,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    }


def _place(source: str, span: Span) -> dict[str, int]:
    index = LineIndex(source)
    start, end = index.position(span.start), index.position(span.end)
    return {
        "line": start.line + 1,
        "column": start.column + 1,
        "endLine": end.line + 1,
        "endColumn": end.column + 1,
    }
