"""Calls: what Logic gives for the inputs of a call, and which input is to blame when it cannot work with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from koreo_analyzer.flow.blocks import Blocks, Data, Scope, type_of
from koreo_analyzer.flow.inputs import type_at, unusable, with_type
from koreo_analyzer.flow.literal_inputs import LiteralInputs
from koreo_analyzer.flow.model import (
    UNKNOWN,
    CallFlow,
    FlowProblem,
    Given,
    LogicName,
    Result,
)
from koreo_analyzer.flow.parts import PART
from koreo_analyzer.schemas import Computed, conforms
from koreo_analyzer.types import ANY, ObjectType, Property, Type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from koreo_analyzer.flow.model import FlowCode, World
    from koreo_analyzer.flow.switches import Narrowing
    from koreo_analyzer.flow.variants import Variant
    from koreo_analyzer.language.document import Path
    from koreo_analyzer.schemas import KindSchema
    from koreo_analyzer.types import Latest

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
    named: Path,
    scope: Scope,
    *,
    resource: Type | None = None,
    schema: KindSchema | None = None,
    complete: bool = True,
    item: tuple[str, Type, Path] | None = None,
    narrowing: Narrowing | None = None,
    variants: Mapping[str, Sequence[Variant]] | None = None,
) -> Called:
    """Run Logic, whose name stands at `named` of the document, with the inputs at `path`; report those it cannot take.

    `item` is the input that `forEach` adds: its name, its type and the path that it is written at. `resource` is the
    target over which an `overlayRef` merges the value, `schema` that of its kind. `narrowing` is what is known of the
    inputs because this Logic was chosen. `variants` are what steps before may give, by their labels, if this call is
    made whichever they give.
    """
    made_for = (schema.name,) if schema is not None else ()
    type_ = _inputs_type(inputs, item, blocks.known.latest, complete=complete)
    if narrowing is not None:
        type_ = narrowing.of(type_)
    given = blocks.known.latest.of(Given, type_, resource, made_for)
    call = CallFlow(target, given, named)
    result = world.result(target, given)
    if result is None:
        return Called(call, UNKNOWN)
    if result.problems:
        own = world.result(target, given.unknown())
        known = {problem.place for problem in own.problems} if own is not None else set()
        blame = _Blame(blocks, world, call, inputs if isinstance(inputs, dict) else {}, path, item, schema)
        for failure in [one for one in result.problems if one.place not in known][:_MOST_BLAMED]:
            blame.report(failure, certain=scope.certain)
        for failure in own.problems if own is not None and schema is not None else ():
            if is_made(failure):
                blame.report_function(failure, certain=scope.certain)
    LiteralInputs(blocks, world, call, result, path, variants or {}).report()
    return Called(call, result)


def is_made(failure: FlowProblem) -> bool:
    """Whether what an overlay function returns does not fit the kind of the target."""
    return failure.code in ("resource-field", "resource-value") and failure.path[1] == "return"


def _inputs_type(
    inputs: Data, item: tuple[str, Type, Path] | None, latest: Latest, *, complete: bool
) -> Type:
    found = type_of(inputs, latest) if isinstance(inputs, dict) else ANY
    if not isinstance(found, ObjectType):
        return found
    if item is None and complete:
        return found
    about = (_inputs_type, found, *(item[:2] if item is not None else ()), complete)
    known: Type | None = latest.find(*about)
    if known is None:
        added = {} if item is None else {item[0]: Property(item[1])}
        known = ObjectType({**found.properties, **added}, open=not complete)
        latest.keep(known, *about)
    return known


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
        schema: KindSchema | None = None,
    ) -> None:
        self._schema = schema
        self._blocks = blocks
        self._world = world
        self._call = call
        self._inputs = inputs
        self._path = path
        self._item = item
        self._seen: set[Path] = set()

    def report(self, failure: FlowProblem, *, certain: bool) -> None:
        if self._schema is not None and is_made(failure):
            self._report_made(failure, certain=certain)
            return
        inner = self._guilty(failure)
        if inner is None:
            self._report_target(failure, certain=certain)
            return
        message = unusable(
            self._call.target, ".".join(inner), type_at(self._call.given.inputs, inner), failure
        )
        certain = certain and failure.certain
        self._tell("wrong-input", self._written_at(inner), message, failure, certain=certain, chain=inner)

    def _report_made(self, failure: FlowProblem, *, certain: bool) -> None:
        """Report an input of which an overlay function makes something that does not fit the kind of the target."""
        inner = self._guilty(failure)
        if inner is None:
            if not self._is_of_target(failure):
                self.report_function(failure, certain=certain)
            return
        kind, name = self._call.target
        message = f"{kind} `{name}` makes `{_shown(failure)}` of this: {failure.message}"
        self._tell(failure.code, self._written_at(inner), message, failure, certain=certain)

    def _is_of_target(self, failure: FlowProblem) -> bool:
        """Whether the target had before what does not fit its kind, which is another place's to report."""
        given = self._call.given
        if given.resource is None or self._schema is None:
            return False
        before = conforms(Computed(given.resource), self._schema.written, None, PART)
        return any(failure.path[2 : 2 + len(one.path)] == one.path for one in before)

    def report_function(self, failure: FlowProblem, *, certain: bool) -> None:
        """Report at its `overlayRef` a function that returns what does not fit the kind of the target."""
        kind, name = self._call.target
        message = f"{kind} `{name}` returns `{_shown(failure)}`: {failure.message}"
        self._tell(failure.code, self._call.path, message, failure, certain=certain)

    def _tell(
        self,
        code: FlowCode,
        path: Path,
        message: str,
        failure: FlowProblem,
        *,
        certain: bool,
        chain: tuple[str, ...] | None = None,
    ) -> None:
        """Report a failure of what is called, the first at a path: one wrong input is one problem."""
        if path in self._seen:
            return
        self._seen.add(path)
        self._blocks.report(
            code,
            path,
            message,
            failure.hint,
            certain=certain,
            callee=self._call.target,
            use=failure,
            chain=chain,
            origin=failure.origin,
        )

    def _report_target(self, failure: FlowProblem, *, certain: bool) -> None:
        """Report a function that cannot work with the target so far, which its `overlayRef` gives it."""
        given = self._call.given
        if given.resource is None:
            return
        result = self._world.result(self._call.target, replace(given, resource=ANY))
        if result is None or any(problem.place == failure.place for problem in result.problems):
            return
        kind, name = self._call.target
        self._blocks.report(
            "wrong-input",
            self._call.path,
            f"{kind} `{name}` cannot use the target so far: {failure.message}",
            failure.hint,
            certain=certain and failure.certain,
            callee=self._call.target,
            use=failure,
        )

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
        other = replace(given, inputs=with_type(given.inputs, path, ANY))
        result = self._world.result(self._call.target, other)
        if result is None:
            return True
        return all(problem.place != failure.place for problem in result.problems)

    def _written_at(self, inner: tuple[str, ...]) -> Path:
        if self._item is not None and inner == (self._item[0],):
            return self._item[2]
        return (*self._path, *inner)


def _shown(failure: FlowProblem) -> str:
    """Return the part of what a function returns that a problem is about, as a path."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in failure.path[2:])
    return "".join(parts).lstrip(".")
