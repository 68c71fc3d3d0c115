"""Checked expressions, remembered: a type that changes concerns only the expressions that use it.

An expression is checked again in every analysis of its document, and each time nearly all of what it uses has the
types of the time before. What it uses are the members that its facts list, so these are what it is remembered by.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel.checker import Checked, check
from koreo_analyzer.types import ObjectType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.cel.narrowing import Facts
    from koreo_analyzer.language.expressions import ExpressionFacts
    from koreo_analyzer.types import Type

_REMEMBERED: Final = 8192


class _Question:
    """An expression and what it depends on. Expressions are told apart by identity, as equal sources share one."""

    __slots__ = ("depends", "expression", "hash", "known", "variables")

    def __init__(self, expression: ExpressionFacts, variables: Mapping[str, Type], known: Facts) -> None:
        self.expression = expression
        self.variables = variables
        self.known = known
        self.depends = (
            tuple(_used(expression, variables)),
            frozenset(known.types.items()),
            known.present,
        )
        self.hash = hash((id(expression), self.depends))

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Question)
            and self.expression is other.expression
            and self.depends == other.depends
        )


def _used(expression: ExpressionFacts, variables: Mapping[str, Type]) -> list[object]:
    """Return the types that the result depends on: of the first members that are used, else of whole names."""
    found: list[object] = []
    for use in expression.uses:
        type_ = variables.get(use.root)
        if isinstance(type_, ObjectType) and use.members:
            member = type_.properties.get(use.members[0].name)
            if member is not None:
                found.append((member.type, member.required))
                continue
        found.append(type_)
    return found


def check_expression(expression: ExpressionFacts, variables: Mapping[str, Type], known: Facts) -> Checked:
    """Type an expression (see `cel.checker.check`), optional fields included, unless that was done before.

    The types of whole names among its parts may be those of an earlier time, in members that it does not use.
    """
    return _remembered(_Question(expression, variables, known))


@lru_cache(maxsize=_REMEMBERED)
def _remembered(question: _Question) -> Checked:
    return check(question.expression.root, question.variables, question.known, optional=True)
