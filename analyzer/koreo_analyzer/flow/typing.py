"""The expressions of a document with the types of all their parts: what an editor shows and completes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.flow.analysis import analyse

if TYPE_CHECKING:
    from koreo_analyzer.flow.blocks import Typed
    from koreo_analyzer.flow.model import Flow, Given, World
    from koreo_analyzer.language.document import Expression, KoreoDocument
    from koreo_analyzer.types import Type


@dataclass(frozen=True, slots=True)
class TypedExpression:
    """An expression, half typed ones included, with its type and the names in scope where it stands."""

    expression: Expression
    type: Type
    variables: dict[str, Type]
    """The names in scope before the expression; macros inside of it declare more (`scope_at`)."""
    types: dict[int, Type]
    """By `id` of a node of the expression; a name of a type or of a namespace has none."""

    def node_type(self, node: ast.Node) -> Type | None:
        """Return the type of a part of the expression; None for what is no value."""
        return self.types.get(id(node))

    def scope_at(self, offset: int) -> dict[str, Type]:
        """Return the names in scope at an offset of the source, the variables of macros around it included.

        A variable is in scope in the bodies of its macro (CEL langdef, "Macros"), not where the macro's list stands.
        """
        scope = dict(self.variables)
        node: ast.Node | None = self.expression.facts.root
        while node is not None:
            if isinstance(node, ast.Macro):
                first_body = len(node.variables)
                if first_body < len(node.args) and node.args[first_body - 1].end < offset:
                    for variable in node.variables:
                        type_ = self.types.get(id(variable))
                        if type_ is not None:
                            scope[variable.name] = type_
            node = next((one for one in ast.children(node) if one.start <= offset <= one.end), None)
        return scope


@dataclass(frozen=True, slots=True, eq=False)
class Typing:
    """All expressions of a document that is run with `given`, typed."""

    given: Given
    flow: Flow
    expressions: tuple[TypedExpression, ...]
    _by_expression: dict[int, TypedExpression]

    def of(self, expression: Expression) -> TypedExpression | None:
        """Return an expression of the same document with its types; None for one that no run comes to."""
        return self._by_expression.get(id(expression))


def typing_of(document: KoreoDocument, given: Given, world: World) -> Typing:
    """Type all expressions of a document, for `given`. One that is analysed more than once counts as the first time."""
    typed: list[Typed] = []
    flow = analyse(document, given, world, typed)
    found: dict[int, TypedExpression] = {}
    for one in typed:
        if id(one.expression) not in found:
            found[id(one.expression)] = TypedExpression(
                one.expression, one.checked.type, one.variables, dict(one.checked.types)
            )
    return Typing(given, flow, tuple(found.values()), found)
