"""Runs `koreo signature`: finds the definitions of a name and prints what they ask and give."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from koreo_analyzer.flow import Demand, Interface, demanded_type
from koreo_analyzer.language.document import Workflow
from koreo_analyzer.problems import Severity
from koreo_analyzer.schemas import fields, type_text
from koreo_analyzer.types import ITEM, NULL, VALUE, StringType, Type, show

from koreo_cli.formats.json_report import dump
from koreo_cli.formats.text_report import Style
from koreo_cli.opened import Opened, open_workspace
from koreo_cli.report import ordered
from koreo_cli.terminal import note, printable, wants_color, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.workspace import Definition, FileProblem, FileRelated

    from koreo_cli.commands.signature import SignatureOptions

DONE, COULD_NOT_RUN = 0, 2
_KINDS: Final = ("ValueFunction", "ResourceFunction", "Workflow")
_MOST_USES: Final = 4
_RESULT_DEPTH: Final = 4


def run(options: SignatureOptions) -> int:
    """Print all definitions of the name; return the exit status."""
    opened = open_workspace(options.workspace)
    if opened is None:
        return COULD_NOT_RUN
    kinds = _KINDS if options.kind is None else (options.kind,)
    found = opened.definitions(options.name, kinds)
    if not found:
        note(opened.advice_on(options.name, kinds))
        return COULD_NOT_RUN
    if options.output == "json":
        write(dump({"version": 1, "definitions": [_json(opened, one) for one in found]}))
        return DONE
    style = Style(wants_color(options.color, sys.stdout))
    write("\n".join(printable("\n".join(_text(opened, one, style))) + "\n" for one in found))
    return DONE


class _Input(NamedTuple):
    """An input or a part of one: its path, whether it must be there, what is asked of it, where it is used."""

    path: tuple[str, ...]
    required: bool
    demand: Demand
    uses: tuple[FileRelated, ...]


def _inputs(opened: Opened, interface: Interface, first: str) -> Iterator[_Input]:
    """Yield the inputs and their parts in the order in which they are used, those used in the file `first` in front."""
    found: list[_Input] = []
    for name, demand in interface.asked.fields:
        uses = tuple(opened.uses(demand.uses, first))
        found.append(_Input((name,), name not in interface.optional, demand, uses))
    yield from _with_parts(opened, found, first)


def _with_parts(opened: Opened, inputs: list[_Input], first: str) -> Iterator[_Input]:
    for one in sorted(
        inputs, key=lambda one: [(use.path != first, use.path, use.span) for use in one.uses[:1]]
    ):
        yield one
        yield from _with_parts(opened, list(_parts(opened, one.demand, one.path, first)), first)


def _parts(opened: Opened, demand: Demand, path: tuple[str, ...], first: str) -> Iterator[_Input]:
    for name, inner in demand.fields:
        yield _Input((*path, name), inner.required, inner, tuple(opened.uses(inner.uses, first)))
    for step, part in ((ITEM, demand.item), (VALUE, demand.entry)):
        if part is not None:
            yield from _parts(opened, part, (*path, step), first)


# Text


def _text(opened: Opened, definition: Definition, style: Style) -> Iterator[str]:
    document = definition.document
    interface = opened.snapshot.interface(definition)
    name = document.name.text if document.name is not None else ""
    yield style.paint(f"{document.kind} {name}", bold=True)
    yield f"defined at {_place_text(opened, definition)}" + ("" if document.active else ", not active")
    body = document.body
    if isinstance(body, Workflow) and body.trigger is not None:
        trigger = body.trigger
        yield f"run by {trigger.kind.text} ({trigger.group.text}/{trigger.version.text})"
    yield ""
    yield from _mistake_lines(opened, definition, style)
    rows = list(_inputs(opened, interface, definition.path))
    has_trigger = isinstance(body, Workflow) and body.has_trigger
    yield ("parent" if has_trigger else "inputs") + ("" if rows else ": none")
    for one in rows:
        yield from _input_lines(opened, one, style)
    yield ""
    if isinstance(body, Workflow):
        yield from _step_lines(interface, style)
    yield from _result_lines(interface, style, "state" if isinstance(body, Workflow) else "result")


def _mistakes(opened: Opened, definition: Definition) -> list[FileProblem]:
    """Return the errors in a definition, for which parts of its signature may be missing or wrong."""
    snapshot = opened.snapshot
    ends = [one.start for one in snapshot.documents(definition.path) if one.start > definition.start]
    within = range(definition.start, min(ends, default=sys.maxsize))
    problems = snapshot.problems(definition.path)
    found = [one for one in problems if one.severity is Severity.ERROR and one.span.start in within]
    return list(ordered(found, opened.sources))


def _mistake_lines(opened: Opened, definition: Definition, style: Style) -> Iterator[str]:
    mistakes = _mistakes(opened, definition)
    if not mistakes:
        return
    yield style.paint("errors: what they touch may be missing below", "red", bold=True)
    for one in mistakes:
        yield f"  {opened.place_text(one.path, one.span)}: {one.message} [{one.code}]"
    yield ""


def _place_text(opened: Opened, definition: Definition) -> str:
    name = definition.document.name
    span = name.span if name is not None else definition.document.kind_span
    return opened.place_text(definition.path, span.shift(definition.start))


def _label(path: tuple[str, ...]) -> str:
    """Return the last name of a path with the `[]` and `{}` that lead to it: `[].name`."""
    position = len(path) - 1
    while position > 0 and path[position - 1] in (ITEM, VALUE):
        position -= 1
    return "".join(path[position:-1]) + ("." if path[position:-1] else "") + path[-1]


def _margin(path: tuple[str, ...]) -> str:
    return "  " * sum(step not in (ITEM, VALUE) for step in path)


def _input_lines(opened: Opened, one: _Input, style: Style) -> Iterator[str]:
    type_ = demanded_type(one.demand)
    margin = _margin(one.path)
    known = type_.literals if isinstance(type_, StringType) else None
    compared = ", ".join(f'"{text}"' for text in sorted(one.demand.values)) if known is None else ""
    more = f"  (compared with {compared})" if compared else ""
    mark = "" if one.required else "?"
    yield f"{margin}{style.paint(_label(one.path), bold=True)}{mark}: {type_text(type_)}{more}"
    if one.uses:
        yield style.paint(f"{margin}    used at {opened.places_text(one.uses, _MOST_USES)}", "blue")


def _step_lines(interface: Interface, style: Style) -> Iterator[str]:
    yield "steps" if interface.steps else "steps: none"
    for step in interface.steps:
        runs = (
            " or ".join(dict.fromkeys(f"{kind} {name}" for kind, name in step.runs))
            or "nothing that is known"
        )
        each = ", for each item" if step.each else ""
        condition = f", condition {step.condition}" if step.condition is not None else ""
        yield f"  {style.paint(step.label or '(no label)', bold=True)}: {show(step.value)}"
        yield style.paint(f"      runs {runs}{each}{condition}", "blue")
    yield ""


def _result_lines(interface: Interface, style: Style, title: str) -> Iterator[str]:
    skip = "  (none when it is skipped)" if interface.may_skip and title == "result" else ""
    rows = list(fields(interface.result, _RESULT_DEPTH))
    if not rows:
        none = interface.result == NULL or title == "state"
        yield f"{title}: {'none' if none else type_text(interface.result)}{skip}"
        return
    yield f"{title}{skip}"
    for one in rows:
        mark = "" if one.schema.required else "?"
        label = style.paint(_label(one.path), bold=True)
        yield f"{_margin(one.path)}{label}{mark}: {one.type_text}"


# JSON


def _json(opened: Opened, definition: Definition) -> dict[str, Any]:
    document = definition.document
    interface = opened.snapshot.interface(definition)
    name = document.name
    span = (name.span if name is not None else document.kind_span).shift(definition.start)
    found: dict[str, Any] = {
        "kind": document.kind,
        "name": name.text if name is not None else None,
        **opened.place(definition.path, span),
        "active": document.active,
        "inputs": [
            {
                "path": list(one.path),
                "type": show(demanded_type(one.demand)),
                "required": one.required,
                "comparedWith": sorted(one.demand.values),
                "uses": [opened.place(use.path, use.span) for use in one.uses],
            }
            for one in _inputs(opened, interface, definition.path)
        ],
        "result": _json_type(interface.result),
        "maySkip": interface.may_skip,
        "errors": [
            {**opened.place(one.path, one.span), "code": one.code, "message": one.message}
            for one in _mistakes(opened, definition)
        ],
    }
    body = document.body
    if isinstance(body, Workflow):
        trigger = body.trigger
        found["trigger"] = None
        if trigger is not None:
            version = f"{trigger.group.text}/{trigger.version.text}"
            found["trigger"] = {"apiVersion": version, "kind": trigger.kind.text}
        found["steps"] = [
            {
                "label": step.label,
                "runs": [{"kind": kind, "name": called} for kind, called in step.runs],
                "each": step.each,
                "value": show(step.value),
                "condition": step.condition,
                "state": list(step.state),
            }
            for step in interface.steps
        ]
    return found


def _json_type(type_: Type) -> dict[str, Any]:
    return {
        "type": show(type_),
        "fields": [
            {"path": list(one.path), "type": show(one.schema.type), "required": one.schema.required}
            for one in fields(type_, _RESULT_DEPTH)
        ],
    }
