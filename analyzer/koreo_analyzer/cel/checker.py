"""The static checker: the type of an expression, given those of its variables, and what can never work.

A problem is only reported when it is certain: `any` fits everywhere, and of a union one fitting member is
enough. Every problem names its sub-expression. Rules follow the CEL language definition ("Type-Checking",
"Overloads") and Koreo's two exceptions (language section 2.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.checking.calls import call
from koreo_analyzer.cel.checking.macros import macro
from koreo_analyzer.cel.checking.members import index, select
from koreo_analyzer.cel.checking.operators import binary, ternary, unary
from koreo_analyzer.cel.checking.run import Run
from koreo_analyzer.cel.narrowing import NOTHING, named_type, path_of
from koreo_analyzer.cel.operands import unwrapped
from koreo_analyzer.types import (
    ANY,
    BOOL,
    BYTES,
    DOUBLE,
    INT,
    NULL,
    UINT,
    ListType,
    MapType,
    ObjectType,
    Property,
    StringType,
    TypeOf,
    join,
    list_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from koreo_analyzer.cel.checking.problem import TypeProblem
    from koreo_analyzer.cel.narrowing import Facts
    from koreo_analyzer.types import Type


@dataclass(frozen=True, slots=True)
class Checked:
    """The type of an expression, the types of its parts by node identity, and its problems in the order of the text."""

    type: Type
    types: Mapping[int, Type]
    problems: tuple[TypeProblem, ...]


def check(
    root: ast.Node, variables: Mapping[str, Type], known: Facts = NOTHING, *, optional: bool = False
) -> Checked:
    """Type an expression. `variables` are the names in scope; a name that is not among them is `any`. Never raises.

    `known` is what holds before it is evaluated. With `optional` fields that need not be there are problems, too.
    """
    checker = _Checker(variables, optional=optional)
    type_ = checker.visit(root, known)
    problems = checker.problems
    if len(problems) > 1:
        problems = sorted(set(problems), key=lambda problem: (problem.span, problem.message))
    return Checked(type_, checker.types, tuple(problems))


_LITERALS: Final[Mapping[str, Type]] = {
    "int": INT,
    "uint": UINT,
    "double": DOUBLE,
    "bytes": BYTES,
    "bool": BOOL,
    "null_type": NULL,
}


class _Checker(Run):
    """One run over one expression. The depth of trees is bounded by the parser, so visitors recurse."""

    def visit(self, node: ast.Node, facts: Facts) -> Type:
        type_ = self._type_of(node, facts)
        if facts.types:
            path = path_of(node)
            if path is not None and path in facts.types:
                type_ = facts.types[path]
        self.types[id(node)] = type_
        return type_

    def _type_of(self, node: ast.Node, facts: Facts) -> Type:
        match node:
            case ast.Literal():
                if isinstance(node.value, str):
                    return StringType(frozenset({node.value}))
                return _LITERALS[node.kind]
            case ast.Ident():
                return self._name(node)
            case ast.Select():
                return select(self, node, facts)
            case ast.Index():
                return index(self, node, facts)
            case ast.Macro():
                return macro(self, node, facts)
            case ast.Call():
                return call(self, node, facts)
            case ast.Unary():
                return unary(self, node, facts)
            case ast.Binary():
                return binary(self, node, facts)
            case ast.Ternary():
                return ternary(self, node, facts)
            case ast.ListNode():
                items = self._elements(node.items, node.optional, facts)
                return ListType(join(*items)) if node.optional else list_of(items)
            case ast.MapNode():
                return self._map(node, facts)
            case _:
                for child in ast.children(node):
                    self.visit(child, facts)
                return ANY

    def _name(self, node: ast.Ident) -> Type:
        if node.name in self.scope and not node.absolute:
            return self.scope[node.name]
        type_ = named_type(node.name)
        return (
            TypeOf(type_) if type_ is not None and node.name not in ("any", "timestamp", "duration") else ANY
        )

    def _map(self, node: ast.MapNode, facts: Facts) -> Type:
        keys = [self.visit(key, facts) for key, _ in node.entries]
        values = self._elements([value for _, value in node.entries], node.optional, facts)
        names = [key.value if isinstance(key, ast.Literal) else None for key, _ in node.entries]
        if all(isinstance(name, str) for name in names):
            return ObjectType(
                {
                    str(name): Property(value, required=position not in node.optional)
                    for position, (name, value) in enumerate(zip(names, values, strict=True))
                }
            )
        return MapType(join(*keys), join(*values))

    def _elements(self, nodes: Sequence[ast.Node], optional: frozenset[int], facts: Facts) -> list[Type]:
        """Type what a literal is made of; an element written with `?` is what its optional holds."""
        types = [self.visit(node, facts) for node in nodes]
        return [unwrapped(one) if index in optional else one for index, one in enumerate(types)]
