"""Signatures: what a document asks of those that run it, collected from its expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Body, Expression, Function, Literal, Name, Signature, Workflow
from koreo_analyzer.language.shapes import NAMES_IN_SCOPE, Place
from koreo_analyzer.language.tree import find_entry, get_flag, get_items

if TYPE_CHECKING:
    from collections.abc import Callable

    from koreo_analyzer.text import Span
    from koreo_analyzer.yaml.nodes import Mapping

_PREDICATES = frozenset({Place.VALUE_PRECONDITION, Place.PRECONDITION, Place.POSTCONDITION})
_CHECKS = frozenset({Place.PRECONDITION, Place.VALUE_PRECONDITION, Place.STEP_SKIP})
_SKIPS = frozenset({Place.OVERLAY_SKIP, Place.STEP_SKIP})
_SKIPPABLE = frozenset({Place.OVERLAY, Place.OVERLAY_INPUTS, Place.STEP_ITEMS, Place.STEP_SWITCH})
_TARGET = frozenset(
    {Place.TARGET, Place.TEMPLATE_NAME, Place.OVERLAY, Place.OVERLAY_SKIP, Place.OVERLAY_INPUTS}
)
"""What builds the target specification, which a function that only reads or deletes never does."""


def read_signature(
    kind: str,
    name: Name | None,
    spec: Mapping | None,
    body: Body,
    expressions: list[Expression],
    literals: list[Literal],
    *,
    complete: bool,
) -> tuple[dict[str, tuple[Span, ...]], Signature | None]:
    """Return where each input is read, and what a caller has to know; None for a document without a name.

    Inputs are the members of `inputs` in a function, of `parent` in a Workflow. `complete` tells whether every
    part of the document could be read: otherwise it may read more. What a text was meant to read counts as read, but
    not as needed.
    """
    if kind in (kinds.FUNCTION_TEST, kinds.RESOURCE_TEMPLATE):
        return {}, Signature(kind, name.text) if name else None
    found = _Inputs("parent" if isinstance(body, Workflow) else "inputs", complete=complete)
    certain = _certain_places(kind, spec, body, expressions)
    for expression in expressions:
        found.take_reads(expression)
        found.take_tests(expression)
        if certain(expression):
            found.needed.update(member for root, member in expression.facts.needs if root == found.root)
    for literal in literals:
        found.take_meant(literal)
    spans = {key: tuple(value) for key, value in found.spans.items()}
    if name is None:
        return spans, None
    inputs = tuple(sorted((key, key in found.needed and key not in found.tested) for key in spans if key))
    trigger = None
    if isinstance(body, Workflow) and body.trigger is not None:
        trigger = (body.trigger.group.text, body.trigger.version.text, body.trigger.kind.text)
    returns = not (complete and isinstance(body, Function) and not body.returns)
    return spans, Signature(kind, name.text, inputs, found.any_input, trigger, returns)


class _Inputs:
    """What is read of the inputs, the members of `root`: where, which are needed, which are asked for first."""

    __slots__ = ("any_input", "needed", "root", "spans", "tested")

    def __init__(self, root: str, *, complete: bool) -> None:
        self.root = root
        self.spans: dict[str, list[Span]] = {}
        self.needed: set[str] = set()
        self.tested: set[str] = set()
        self.any_input = not complete

    def take_reads(self, expression: Expression) -> None:
        facts = expression.facts
        self.any_input = self.any_input or facts.broken
        in_scope = NAMES_IN_SCOPE[expression.place]
        for use in facts.uses:
            if use.root != self.root:
                self.any_input = self.any_input or use.root not in in_scope
                continue
            if use.members:
                self.spans.setdefault(use.members[0].name, []).append(expression.span(use.members[0].span))
            else:
                self.any_input = True

    def take_tests(self, expression: Expression) -> None:
        for root, member in expression.facts.tests:
            if root == self.root:
                self.spans.setdefault(member, [])
                if expression.place in _CHECKS:
                    self.tested.add(member)

    def take_meant(self, literal: Literal) -> None:
        for use in (use for meant in literal.meant for use in meant.facts.uses):
            if use.root == self.root and use.members:
                self.spans.setdefault(use.members[0].name, [])
            self.any_input = self.any_input or (use.root == self.root and not use.members)


def _certain_places(
    kind: str, spec: Mapping | None, body: Body, expressions: list[Expression]
) -> Callable[[Expression], bool]:
    """Return what tells whether every run that goes well evaluates an expression."""
    independent = _independent_steps(body) if isinstance(body, Workflow) else None
    skippable = frozenset(e.path[2] for e in expressions if e.place in _SKIPS)
    idle = _idle_places(kind, spec, body)
    last = {block: _last_certain(spec, block) for block in ("preconditions", "postconditions")}

    def is_certain(expression: Expression) -> bool:
        if independent is not None and expression.path[2] not in independent:
            return False
        if expression.place in idle or _conditional(expression, skippable):
            return False
        return not (expression.place in _PREDICATES and _is_beyond(expression, last))

    return is_certain


def _idle_places(kind: str, spec: Mapping | None, body: Body) -> frozenset[Place]:
    """Return the places whose expressions are never evaluated (language sections 5 and 7)."""
    if kind == kinds.VALUE_FUNCTION:
        idle = isinstance(body, Function) and not body.returns
        return frozenset({Place.VALUE_LOCALS}) if idle else frozenset()
    if any(get_flag(spec, "apiConfig", key, default=False) for key in ("readonly", "deleteIfExists")):
        return _TARGET | {Place.CREATE_OVERLAY}
    if not get_flag(spec, "create", "enabled", default=True):
        return frozenset({Place.CREATE_OVERLAY})
    return frozenset()


def _last_certain(spec: Mapping | None, block: str) -> int | None:
    """Return the index of the first predicate that ends the checking with `ok`; what follows it may not run."""
    items = enumerate(get_items(spec, block))
    return next((index for index, item in items if find_entry(item, "ok") is not None), None)


def _is_beyond(expression: Expression, last: dict[str, int | None]) -> bool:
    _, block, index, *_ = expression.path
    end = last.get(str(block))
    return end is not None and isinstance(index, int) and index > end


def _conditional(expression: Expression, skippable: frozenset[str | int]) -> bool:
    """Whether a run may go well without evaluating the expression.

    Messages are evaluated only when their assertion is false, overlays and steps with `skipIf` may be
    skipped, and a `state` that fails only loses the state. What comes after the object exists
    (postconditions, return) still belongs to every successful life of the resource.
    """
    place = expression.place
    if place in _SKIPPABLE:
        return expression.path[2] in skippable
    if place is Place.STEP_STATE:
        return True
    return place in _PREDICATES and expression.path[-1] == "message"


def _independent_steps(body: Workflow) -> frozenset[int]:
    """Return the steps that run whatever other steps do: those that use no other step's value."""
    return frozenset(
        step.index
        for step in body.steps
        if not any(use.root == "steps" for expression in step.expressions for use in expression.facts.uses)
    )
