"""The value of one expression, as far as it is plain, and what the expression needs of other values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.text import Span
from mutation_facts import Choice, Demand, Facts, Use
from mutation_values import UNKNOWN, Place, Value, join, of_kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.language.document import Expression
    from koreo_analyzer.workspace import Definition

_TEXT_METHODS = frozenset(
    {"matches", "startsWith", "endsWith", "replace", "lower", "upper", "strip", "split", "split_last"}
    | {"split_first", "rstrip", "lstrip"}
)
_RESULTS = {
    **dict.fromkeys(("string", "to_json", "lower", "upper", "strip", "replace", "split_last"), "string"),
    **dict.fromkeys(("split_first", "rstrip", "lstrip", "b64encode", "b64decode"), "string"),
    **dict.fromkeys(("matches", "startsWith", "endsWith", "contains", "config_connect_ready"), "bool"),
    **dict.fromkeys(("size", "int"), "int"),
    **dict.fromkeys(("split", "flatten"), "list"),
}
_NUMBERS = frozenset({"int", "double"})
_REFERENCE = {"self_ref": ("apiVersion", "kind", "name", "namespace")}


@dataclass
class Scope:
    """An expression's document and the values of the names in it."""

    where: Definition
    names: dict[str, Value]

    def having(self, **names: Value) -> Scope:
        return replace(self, names={**self.names, **names})


class Infer:
    """The value of one expression; notes the fields and the kinds that it needs on the way."""

    def __init__(self, facts: Facts, expression: Expression, scope: Scope) -> None:
        self._facts = facts
        self._expression = expression
        self._scope = scope

    def _at(self, span: Span) -> Place:
        where = self._scope.where
        return Place(where.path, self._expression.span(span).shift(where.start))

    def value(
        self, node: ast.Node, bound: Mapping[str, Value] | None = None, *, asked: bool = False
    ) -> Value:
        bound = bound or {}
        match node:
            case ast.Ident():
                return bound.get(node.name) or self._scope.names.get(node.name) or UNKNOWN
            case ast.Literal():
                words = frozenset({node.value}) if isinstance(node.value, str) else None
                return Value(frozenset({node.kind}), words=words)
            case ast.Select(optional=False):
                return self._field(node, node.field, self._at(node.field_span), bound, asked)
            case ast.Index(optional=False):
                return self._index(node, bound, asked)
            case ast.Macro():
                return self._macro(node, bound)
            case ast.Call():
                return self._call(node, bound)
            case ast.Binary():
                return self._binary(node, bound)
            case ast.Unary(op="!"):
                self._needs(node.operand, bound, "bool")
                return of_kind("bool")
            case ast.Ternary():
                self._needs(node.condition, bound, "bool")
                branches = [self.value(node.then, bound), self.value(node.otherwise, bound)]
                return replace(join(branches), declared=(), literal=None)
            case ast.ListNode():
                items = [self.value(item, bound) for item in node.items]
                return Value(frozenset({"list"}), item=join(items) if items else None)
            case ast.MapNode():
                return self._map(node, bound)
            case _:
                for child in ast.children(node):
                    self.value(child, bound)
                return UNKNOWN

    def _needs(self, node: ast.Node, bound: Mapping[str, Value], *kinds: str) -> Value:
        value = self.value(node, bound)
        self._facts.demands.append(Demand(self._at(node.span), value, frozenset(kinds)))
        return value

    def _field(
        self, node: ast.Select | ast.Index, name: str, token: Place, bound: Mapping[str, Value], asked: bool
    ) -> Value:
        owner = self.value(node.operand, bound, asked=asked)
        self._facts.demands.append(Demand(self._at(node.operand.span), owner, frozenset({"map"})))
        is_input = isinstance(node.operand, ast.Ident) and node.operand.name in ("inputs", "parent")
        use = Use(self._scope.where.document, token, owner, name, asked, is_input)
        self._facts.uses.append(use)
        return use.found

    def _index(self, node: ast.Index, bound: Mapping[str, Value], asked: bool) -> Value:
        if isinstance(node.index, ast.Literal) and isinstance(node.index.value, str):
            span = Span(node.index.start + 1, node.index.end - 1)
            return self._field(node, node.index.value, self._at(span), bound, asked)
        owner = self.value(node.operand, bound, asked=asked)
        self.value(node.index, bound)
        return owner.items() if owner.kinds == frozenset({"list"}) else UNKNOWN

    def _macro(self, node: ast.Macro, bound: Mapping[str, Value]) -> Value:
        if node.name == "has":
            self.value(node.args[0], bound, asked=True)
            return of_kind("bool")
        if node.target is None or node.name not in ("all", "exists", "exists_one", "map", "filter"):
            return UNKNOWN
        target = self._needs(node.target, bound, "list", "map")
        item = target.items() if target.kinds == frozenset({"list"}) else UNKNOWN
        inner = {**bound, **{one.name: item for one in node.variables}}
        results = [self.value(one, inner) for one in node.args[len(node.variables) :]]
        if node.name == "filter":
            return replace(target, declared=(), literal=None)
        if node.name == "map":
            return Value(frozenset({"list"}), item=results[-1])
        return of_kind("bool")

    def _call(self, node: ast.Call, bound: Mapping[str, Value]) -> Value:
        target = node.target
        arguments = [*((target,) if target is not None else ()), *node.args]
        if target is not None and node.name in _TEXT_METHODS:
            self._needs(target, bound, "string")
            arguments = arguments[1:]
        values = [self.value(one, bound) for one in arguments]
        if node.name in _REFERENCE:
            fields = {name: of_kind("string") for name in _REFERENCE[node.name]}
            return Value(frozenset({"map"}), fields, closed=True)
        if node.name == "overlay" and len(values) == 2:
            below, above = values
            fields = {**below.fields, **above.fields}
            closed = below.closed and above.closed
            return Value(frozenset({"map"}), fields, closed, trail=(*below.trail, *above.trail))
        kind = _RESULTS.get(node.name)
        return of_kind(kind) if kind is not None else UNKNOWN

    def _binary(self, node: ast.Binary, bound: Mapping[str, Value]) -> Value:
        if node.op in ("&&", "||"):
            self._needs(node.left, bound, "bool")
            self._needs(node.right, bound, "bool")
            return of_kind("bool")
        left, right = self.value(node.left, bound), self.value(node.right, bound)
        if node.op in ("==", "!=", "in"):
            for literal, value in ((node.left, right), (node.right, left)):
                if isinstance(literal, ast.Literal) and isinstance(literal.value, str):
                    span = Span(literal.start + 1, literal.end - 1)
                    word = (literal.value, self._at(span))
                    self._facts.comparisons.append(Choice(self._at(node.span), value, (word,)))
            return of_kind("bool")
        is_order = node.op in ("<", "<=", ">", ">=")
        for one, other, value in ((node.left, right, left), (node.right, left, right)):
            if other.kinds is not None and len(other.kinds) == 1:
                # Numbers of all types can be compared, but not be added.
                wanted = _NUMBERS if is_order and other.kinds <= _NUMBERS else other.kinds
                self._facts.demands.append(Demand(self._at(one.span), value, wanted))
        if is_order:
            return of_kind("bool")
        known = left.kinds or right.kinds
        return Value(known) if known is not None and len(known) == 1 else UNKNOWN

    def _map(self, node: ast.MapNode, bound: Mapping[str, Value]) -> Value:
        fields: dict[str, Value] = {}
        closed = True
        for key, one in node.entries:
            value = self.value(one, bound)
            if isinstance(key, ast.Literal) and isinstance(key.value, str):
                place = self._at(Span(key.start + 1, key.end - 1))
                fields[key.value] = value.named(place)
            else:
                self.value(key, bound)
                closed = False
        return Value(frozenset({"map"}), fields, closed=closed)
