"""What the functions of a `refSwitch` return, each by itself.

Together they say what every result may be. Which of them lacks a field, or gives what a later step cannot work with,
only they tell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from koreo_analyzer.flow.inputs import type_at
from koreo_analyzer.flow.model import FlowProblem
from koreo_analyzer.language.kinds import WORKFLOW
from koreo_analyzer.suggest import closest, listed
from koreo_analyzer.types import NULL, AnyType, ObjectType, Type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from koreo_analyzer.flow.model import LogicName
    from koreo_analyzer.language.document import Step

_STEPS = "steps"


@dataclass(frozen=True, slots=True)
class Variant:
    """One Logic that a step may run, and what it gives."""

    target: LogicName
    value: Type

    @property
    def name(self) -> str:
        """The Logic as messages call it."""
        return f"{self.target[0]} `{self.target[1]}`"


def explained(problem: FlowProblem, variants: Mapping[str, Sequence[Variant]]) -> FlowProblem:
    """Return the problem of a field that need not be there, with the functions that do not return it if some do not."""
    chain = problem.chain
    if problem.code != "optional-field" or chain is None or chain[0] != _STEPS or len(chain) < 3:
        return problem
    holders = [(one, type_at(one.value, chain[2:-1])) for one in variants.get(chain[1], ())]
    lacking = [
        (one, holder)
        for one, holder in holders
        if isinstance(holder, ObjectType) and not holder.open and chain[-1] not in holder.properties
    ]
    if not lacking or len(lacking) == len(holders):
        return problem
    verb = "returns" if len(lacking) == 1 else "return"
    message = f"{listed([one.name for one, _ in lacking])} {verb} no `{chain[-1]}`"
    for one, holder in lacking:
        own = [name for name in holder.properties if _returns_alone(name, one, holders)]
        guess = closest(chain[-1], own)
        if guess is not None:
            return _misspelt(replace(problem, message=message), one, (*chain[2:-1], guess), chain[-1])
    return replace(problem, message=message)


def _returns_alone(name: str, variant: Variant, holders: Sequence[tuple[Variant, Type]]) -> bool:
    others = (holder for one, holder in holders if one is not variant)
    return not any(isinstance(holder, ObjectType) and name in holder.properties for holder in others)


def _misspelt(problem: FlowProblem, variant: Variant, names: tuple[str, ...], meant: str) -> FlowProblem:
    """Return the problem of a field that a function returns under another name."""
    hint = f"`{names[-1]}` there is most likely meant to be `{meant}`"
    use = None
    if variant.target[0] != WORKFLOW:
        use = FlowProblem(
            problem.code, ("spec", "return", *names), "key", None, f"`{names[-1]}` is returned here"
        )
    return replace(problem, hint=hint, callee=variant.target if use is not None else None, use=use)


def differing(names: tuple[str, ...], whole: Type, variants: Sequence[Variant]) -> list[tuple[Variant, Type]]:
    """Return the functions of which a part of the value has a type of its own, other than that of all together."""
    found: list[tuple[Variant, Type]] = []
    for one in variants:
        type_ = type_at(one.value, names)
        if not isinstance(type_, AnyType) and type_ not in (NULL, whole):
            found.append((one, type_))
    return found


def used_steps(step: Step) -> frozenset[str]:
    """Return the labels of the steps without which a step does not run."""
    return frozenset(
        use.members[0].name
        for expression in step.expressions
        for use in expression.facts.uses
        if use.root == "steps" and use.members
    )
