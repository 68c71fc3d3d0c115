"""One run of the static checker over one expression: what the rules of all forms of expression share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from koreo_analyzer.cel.checking.problem import TypeProblem
from koreo_analyzer.types import ANY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.cel import ast
    from koreo_analyzer.cel.checking.problem import TypeCode
    from koreo_analyzer.cel.narrowing import Facts, Path
    from koreo_analyzer.text import Span
    from koreo_analyzer.types import Origin, Type


class Run(ABC):
    """The names in scope, what was found so far, and what is so at the place that is visited.

    `bound` are the names that macros made, `branches` counts the forms around of which not every part is evaluated,
    `searching` the macros around that look for an item; `asked`: the place stands in a `has(…)`. With `optional`
    fields that need not be there are problems, too.
    """

    def __init__(self, variables: Mapping[str, Type], *, optional: bool) -> None:
        self.scope = dict(variables)
        self.optional = optional
        self.bound: set[str] = set()
        self.branches = 0
        self.searching = 0
        self.asked = False
        self.types: dict[int, Type] = {}
        self.problems: list[TypeProblem] = []

    @abstractmethod
    def visit(self, node: ast.Node, facts: Facts) -> Type:
        """Type an expression for which these facts hold, and remember its type."""

    def type_of(self, node: ast.Node) -> Type:
        """Return the type of a visited expression."""
        return self.types.get(id(node), ANY)

    def report(
        self,
        code: TypeCode,
        span: Span,
        message: str,
        hint: str | None = None,
        *,
        path: Path | None = None,
        owner: str | None = None,
        constant: bool = False,
        origin: Origin | None = None,
    ) -> Type:
        """Report a problem, and return what the expression is taken as."""
        certain = self.branches == 0
        self.problems.append(
            TypeProblem(code, span, message, hint, path, owner, certain, self.asked, constant, origin)
        )
        return ANY
