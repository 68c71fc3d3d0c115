"""Calls: what Logic gives for the inputs of a call, and which input is to blame when it cannot work with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.flow.blocks import Blocks, Data, Scope, type_of
from koreo_analyzer.flow.model import (
    NOTHING_GIVEN,
    UNKNOWN,
    CallFlow,
    FlowProblem,
    Given,
    LogicName,
    Result,
)
from koreo_analyzer.flow.parts import PART
from koreo_analyzer.schemas import Computed, Mismatch, conforms
from koreo_analyzer.types import ANY, ObjectType, Property, Type, show

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from koreo_analyzer.flow.model import World
    from koreo_analyzer.language.document import Path
    from koreo_analyzer.schemas import KindSchema

_MOST_BLAMED = 20


@dataclass(frozen=True, slots=True)
class Called:
    """A call and its result."""

    call: CallFlow
    result: Result


def run_call(
    blocks: Blocks,
    world: World,
    target: LogicName,
    inputs: Data,
    path: Path,
    scope: Scope,
    *,
    resource: Type | None = None,
    complete: bool = True,
    item: tuple[str, Type, Path] | None = None,
) -> Called:
    """Run Logic with the inputs that stand at `path` of the document; report those that it cannot work with.

    `item` is the input that `forEach` adds: its name, its type and the path that it is written at.
    """
    given = Given(_inputs_type(inputs, item, complete=complete), resource)
    call = CallFlow(target, given)
    result = world.result(target, given)
    if result is None:
        return Called(call, UNKNOWN)
    failures = _failures(world, target, result)
    if failures:
        blame = _Blame(blocks, world, call, inputs if isinstance(inputs, dict) else {}, path, item)
        for failure in failures[:_MOST_BLAMED]:
            blame.report(failure, certain=scope.certain)
    return Called(call, result)


def check_made(
    blocks: Blocks, world: World, called: Called, inputs: Data, path: Path, scope: Scope, schema: KindSchema
) -> None:
    """Report what an overlay function makes of its inputs that does not fit the kind of the target.

    What the target had before is another place's to report.
    """
    before = _mismatches(called.call.given.resource or ANY, schema)
    found = _mismatches(called.result.value, schema)
    blame = _Blame(
        blocks,
        world,
        called.call,
        inputs if isinstance(inputs, dict) else {},
        path,
        None,
        lambda made: _mismatches(made, schema),
    )
    for place, mismatch in found.items():
        if place not in before:
            blame.report_made(mismatch, place, certain=scope.certain)


def _mismatches(type_: Type, schema: KindSchema) -> dict[tuple[str, ...], Mismatch]:
    found = conforms(Computed(type_), schema.written, None, PART)
    return {(one.code, *map(str, one.path)): one for one in found}


def _inputs_type(inputs: Data, item: tuple[str, Type, Path] | None, *, complete: bool) -> Type:
    found = type_of(inputs) if isinstance(inputs, dict) else ANY
    if not isinstance(found, ObjectType):
        return found
    properties = dict(found.properties)
    if item is not None:
        properties[item[0]] = Property(item[1])
    return ObjectType(properties, open=not complete)


def _failures(world: World, target: LogicName, result: Result) -> list[FlowProblem]:
    """Return what fails in the Logic because of what this call gives: not what fails anyway."""
    found = result.problems
    if not found:
        return []
    own = world.result(target, NOTHING_GIVEN)
    known = {problem.place for problem in own.problems} if own is not None else set()
    return [problem for problem in found if problem.place not in known]


class _Blame:
    """Finds the input without which a failure goes away, and reports it there."""

    def __init__(
        self,
        blocks: Blocks,
        world: World,
        call: CallFlow,
        inputs: dict[str, Data],
        path: Path,
        item: tuple[str, Type, Path] | None,
        made: Callable[[Type], Collection[tuple[str, ...] | None]] | None = None,
    ) -> None:
        self._made = made
        self._blocks = blocks
        self._world = world
        self._call = call
        self._inputs = inputs
        self._path = path
        self._item = item
        self._seen: set[tuple[object, ...]] = set()

    def report(self, failure: FlowProblem, *, certain: bool) -> None:
        inner = self._guilty(failure)
        if inner is None:
            self._report_target(failure, certain=certain)
            return
        path = self._written_at(inner)
        if path in self._seen:
            return  # one wrong input is one problem
        self._seen.add((*path,))
        self._blocks.report(
            "wrong-input",
            path,
            self._message(inner, failure),
            failure.hint,
            certain=certain and failure.certain,
            callee=self._call.target,
            use=failure,
            chain=inner,
            origin=failure.origin,
        )

    def report_made(self, mismatch: Mismatch, place: tuple[str, ...], *, certain: bool) -> None:
        """Report an input of which an overlay function makes something that does not fit, else the function."""
        kind, name = self._call.target
        shown = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in mismatch.path)
        failure = FlowProblem("resource-value", (), "value", None, mismatch.message, chain=place)
        inner = self._guilty(failure)
        path = (*self._path[:-1], "overlayRef", "name") if inner is None else self._written_at(inner)
        if path in self._seen:
            return
        self._seen.add((*path,))
        self._blocks.report(
            "resource-field" if mismatch.code == "unknown-field" else "resource-value",
            path,
            f"{kind} `{name}` makes `{shown.lstrip('.')}` of this: {mismatch.message}",
            mismatch.hint,
            certain=certain,
            origin=mismatch.origin,
        )

    def _report_target(self, failure: FlowProblem, *, certain: bool) -> None:
        """Report a function that cannot work with the target so far, which its `overlayRef` gives it."""
        given = self._call.given
        if given.resource is None:
            return
        result = self._world.result(self._call.target, Given(given.inputs, ANY))
        if result is None or any(problem.place == failure.place for problem in result.problems):
            return
        kind, name = self._call.target
        self._blocks.report(
            "wrong-input",
            (*self._path[:-1], "overlayRef", "name"),
            f"{kind} `{name}` cannot use the target so far: {failure.message}",
            failure.hint,
            certain=certain and failure.certain,
            callee=self._call.target,
            use=failure,
        )

    def _message(self, inner: tuple[str, ...], failure: FlowProblem) -> str:
        kind, name = self._call.target
        shown = ".".join(inner)
        if failure.code == "unknown-field" and failure.chain is not None:
            return f"`{shown}` has no field `{failure.chain[-1]}`, which {kind} `{name}` reads"
        given = show(_type_at(self._call.given.inputs, inner))
        use = failure.message if failure.code != "wrong-input" else "see where it is used"
        asked = use.removeprefix(f"this is {given}, but ")
        if asked != use:
            return f"`{shown}` is {given}, but {kind} `{name}` uses it where {asked.removesuffix(' here')}"
        if use == f"{given} is not allowed here":
            use = "it is not allowed where it is used"
        return f"`{shown}` is {given}, which {kind} `{name}` cannot use: {use}"

    def _guilty(self, failure: FlowProblem) -> tuple[str, ...] | None:
        inputs = self._call.given.inputs
        if not isinstance(inputs, ObjectType):
            return None
        found: tuple[str, ...] | None = None
        level: object = {**self._inputs, **({self._item[0]: None} if self._item is not None else {})}
        while isinstance(level, dict):
            inner = next(
                (name for name in level if self._is_mended(failure, (*(found or ()), str(name)))), None
            )
            if inner is None:
                break
            found = (*(found or ()), str(inner))
            level = level[inner]
        return found

    def _is_mended(self, failure: FlowProblem, path: tuple[str, ...]) -> bool:
        """Whether the failure is gone when nothing is said about one input."""
        given = self._call.given
        other = Given(_with_any(given.inputs, path), given.resource)
        result = self._world.result(self._call.target, other)
        if result is None:
            return True
        if self._made is not None:
            return failure.chain not in self._made(result.value)
        return all(problem.place != failure.place for problem in result.problems)

    def _written_at(self, inner: tuple[str, ...]) -> Path:
        if self._item is not None and inner == (self._item[0],):
            return self._item[2]
        return (*self._path, *inner)


def _with_any(type_: Type, path: tuple[str, ...]) -> Type:
    if not path or not isinstance(type_, ObjectType):
        return ANY
    known = type_.properties.get(path[0])
    inner = _with_any(known.type, path[1:]) if known is not None else ANY
    return ObjectType({**type_.properties, path[0]: Property(inner)}, type_.open, type_.name)


def _type_at(type_: Type, path: tuple[str, ...]) -> Type:
    for name in path:
        if not isinstance(type_, ObjectType) or name not in type_.properties:
            return ANY
        type_ = type_.properties[name].type
    return type_


def data_at(data: Data, path: tuple[str, ...]) -> Data:
    """Return what stands at a path of data; `Computed` of `ANY` for what is inside of something computed."""
    for name in path:
        if not isinstance(data, dict) or name not in data:
            return Computed(ANY)
        data = data[name]
    return data
