"""Literals among what a call may give, `has(x) ? x : "2"`: each is looked at by itself, see `flow.alternatives`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from koreo_analyzer.flow.inputs import type_at, unusable, with_type
from koreo_analyzer.types import NULL, StringType, Type, members, of_value

if TYPE_CHECKING:
    from koreo_analyzer.flow.alternatives import Alternative
    from koreo_analyzer.flow.blocks import Blocks
    from koreo_analyzer.flow.model import CallFlow, Result, World
    from koreo_analyzer.language.document import Path

_MOST: Final = 12
"""So many literals of a call are looked at by themselves."""


class LiteralInputs:
    """The literals among what a call may give, each of which is looked at by itself."""

    def __init__(self, blocks: Blocks, world: World, call: CallFlow, result: Result, path: Path) -> None:
        self._blocks = blocks
        self._world = world
        self._call = call
        self._known = {problem.place for problem in result.problems}
        self._path = path

    def report(self) -> None:
        """Report the literals with which no run of what is called goes well."""
        left = _MOST
        for one in self._blocks.known.alternatives(self._path):
            inner = tuple(map(str, (*one.path[len(self._path) :], *one.inside)))
            if left and _is_one_of_several(type_at(self._call.given.inputs, inner)):
                left -= 1
                self._report(inner, one)

    def _report(self, inner: tuple[str, ...], one: Alternative) -> None:
        given, type_ = self._call.given, of_value(one.value)
        result = self._world.result(
            self._call.target, replace(given, inputs=with_type(given.inputs, inner, type_))
        )
        failures = result.problems if result is not None else ()
        failure = next(
            (fault for fault in failures if fault.certain and fault.place not in self._known), None
        )
        if failure is not None:
            self._blocks.report(
                "wrong-input",
                one.path,
                unusable(self._call.target, ".".join(inner), type_, failure),
                failure.hint,
                at="within",
                span=one.span,
                certain=False,
                alternative=True,
                callee=self._call.target,
                use=failure,
                origin=failure.origin,
            )


def _is_one_of_several(type_: Type) -> bool:
    """Whether a type is told apart from that of a literal in it; what may be any text is no news."""
    if isinstance(type_, StringType):
        return type_.literals is not None and len(type_.literals) > 1
    return sum(one != NULL for one in members(type_)) > 1
