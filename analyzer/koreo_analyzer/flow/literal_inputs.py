"""Literals among what a call may give, `has(x) ? x : "2"`: each is looked at by itself, see `flow.alternatives`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from koreo_analyzer.flow.inputs import type_at, unusable, with_type
from koreo_analyzer.flow.trace import chain_of
from koreo_analyzer.flow.variants import differing
from koreo_analyzer.types import NULL, AnyType, StringType, Type, members, of_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from koreo_analyzer.flow.alternatives import Alternative
    from koreo_analyzer.flow.blocks import Blocks
    from koreo_analyzer.flow.model import CallFlow, FlowProblem, Result, World
    from koreo_analyzer.flow.variants import Variant
    from koreo_analyzer.language.document import Path
    from koreo_analyzer.text import Span

_MOST: Final = 12
"""So many literals of a call are looked at by themselves."""


class LiteralInputs:
    """The literals among what a call may give, each of which is looked at by itself."""

    def __init__(
        self,
        blocks: Blocks,
        world: World,
        call: CallFlow,
        result: Result,
        path: Path,
        variants: Mapping[str, Sequence[Variant]],
    ) -> None:
        self._blocks = blocks
        self._world = world
        self._call = call
        self._known = {problem.place for problem in result.problems}
        self._path = path
        self._variants = variants

    def report(self) -> None:
        """Report the literals with which no run of what is called goes well."""
        left = _MOST
        for one in self._blocks.known.alternatives(self._path):
            inner = tuple(map(str, (*one.path[len(self._path) :], *one.inside)))
            if one.value == "":
                continue  # the word for nothing, which who is called may ask for in many ways
            if left and _is_one_of_several(type_at(self._call.given.inputs, inner)):
                left -= 1
                self._report(inner, one)

        self._report_variants()

    def _report_variants(self) -> None:
        """Report what one function of a `refSwitch` returns, as it stands, with which no run goes well."""
        for expression in self._blocks.document.expressions if self._variants else ():
            chain = chain_of(expression) if expression.path[: len(self._path)] == self._path else None
            if chain is None or chain[0] != "steps" or not chain[1] or chain[1][0] not in self._variants:
                continue
            inner = tuple(map(str, expression.path[len(self._path) :]))
            whole = type_at(self._call.given.inputs, inner)
            if not isinstance(whole, AnyType) and not _is_one_of_several(whole):
                continue
            for variant, type_ in differing(chain[1][1:], whole, self._variants[chain[1][0]]):
                failure = self._failure(inner, type_)
                if failure is not None and failure.code != "unknown-field":
                    when = f" when {variant.name} returns it"
                    self._add(inner, type_, failure, expression.path, None, when)

    def _report(self, inner: tuple[str, ...], one: Alternative) -> None:
        type_ = of_value(one.value)
        failure = self._failure(inner, type_)
        if failure is not None:
            self._add(inner, type_, failure, one.path, one.span)

    def _failure(self, inner: tuple[str, ...], type_: Type) -> FlowProblem | None:
        """Return what certainly fails with an input of a type, and not with all that it may be."""
        given = self._call.given
        result = self._world.result(
            self._call.target, replace(given, inputs=with_type(given.inputs, inner, type_))
        )
        failures = result.problems if result is not None else ()
        return next((fault for fault in failures if fault.certain and fault.place not in self._known), None)

    def _add(
        self,
        inner: tuple[str, ...],
        type_: Type,
        failure: FlowProblem,
        path: Path,
        span: Span | None,
        when: str = "",
    ) -> None:
        self._blocks.report(
            "wrong-input",
            path,
            unusable(self._call.target, ".".join(inner), type_, failure, when),
            failure.hint,
            at="value" if span is None else "within",
            span=span,
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
