"""What one expression asks of the values that it uses: from operators, functions, comparisons, members and macros.

The walk goes with the demand on the result downwards and ends at names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.functions import FormKind, lookup
from koreo_analyzer.cel.narrowing import Facts, Path, facts_of, path_of
from koreo_analyzer.flow.asking import NOTHING_ASKED, WHOLE, Demand, UseSite, together
from koreo_analyzer.flow.operand_demands import (
    calculated,
    compared,
    holding,
    key_of,
    listed,
    of_arguments,
    ordered,
)
from koreo_analyzer.types import (
    ANY,
    BOOL,
    DOUBLE,
    INT,
    NUMBERS,
    STRING,
    StringType,
    Type,
    join,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.flow.model import LogicName
    from koreo_analyzer.language.document import Expression
    from koreo_analyzer.text import Span

_ORDER: Final = frozenset({"<", "<=", ">", ">="})
_BOOLEAN: Final = Demand((BOOL,))
_TRANSFORMED: Final = frozenset({"map", "transformList"})
_CONDITIONS: Final = frozenset({"all", "exists", "exists_one", "existsOne", "filter"})


class Asked:
    """What is asked of the names in scope, collected over many expressions of one document."""

    def __init__(self, document: LogicName, names: tuple[str, ...]) -> None:
        self._document = document
        self._found: dict[str, list[Demand]] = {name: [] for name in names}

    def of(self, name: str) -> Demand:
        """Return what is asked of a name so far."""
        return together(self._found[name])

    def declare(self, name: str) -> None:
        """Take a name into scope, of which nothing is asked yet."""
        self._found[name] = []

    def add(self, name: str, demand: Demand) -> None:
        """Ask something of a name."""
        self._found[name].append(demand)

    def ask(self, expression: Expression, types: Mapping[int, Type], demand: Demand, facts: Facts) -> None:
        """Take in an expression whose result `demand` is asked of. `types` are the checker's, by node."""
        walk = _Walk(self._document, expression, types, self._found)
        walk.visit(expression.facts.root, demand, facts)


class _Walk:
    """One walk through one expression; the depth of trees is bounded by the parser, so visitors recurse."""

    def __init__(
        self,
        document: LogicName,
        expression: Expression,
        types: Mapping[int, Type],
        scope: dict[str, list[Demand]],
    ) -> None:
        self._document = document
        self._expression = expression
        self._types = types
        self._scope = dict(scope)
        self._keys: dict[str, Path | None] = {}
        """The variables of macros that go over the keys of a map, with the path of the map."""

    def _type(self, node: ast.Node) -> Type:
        return self._types.get(id(node), ANY)

    def visit(self, node: ast.Node, demand: Demand, facts: Facts) -> None:
        match node:
            case ast.Ident():
                if node.name in self._scope and not node.absolute:
                    self._scope[node.name].append(demand)
            case ast.Select():
                self._member(node, node.field, node.field_span, demand, facts)
            case ast.Index():
                self._index(node, demand, facts)
            case ast.Unary():
                wanted = _BOOLEAN if node.op == "!" else Demand((join(INT, DOUBLE),))
                self.visit(node.operand, wanted, facts)
            case ast.Binary():
                self._binary(node, demand, facts)
            case ast.Ternary():
                self._ternary(node, demand, facts)
            case ast.ListNode():
                for item in node.items:
                    self.visit(item, demand.each(), facts)
            case ast.MapNode():
                self._map(node, demand, facts)
            case ast.Call():
                self._call(node, demand, facts)
            case ast.Macro():
                self._macro(node, demand, facts)
            case _:
                for child in ast.children(node):
                    self.visit(child, WHOLE, facts)

    # Members

    def _member(
        self,
        node: ast.Select | ast.Index,
        name: str,
        span: Span,
        demand: Demand,
        facts: Facts,
    ) -> None:
        path = path_of(node)
        here = Demand(
            needed=not node.optional and (path is None or path not in facts.present),
            asked=node.optional,
            uses=(UseSite(self._document, self._expression.path, span),),
        )
        inner = together((here, NOTHING_ASKED if node.optional else demand.of_value()))
        self.visit(node.operand, Demand(fields=((name, inner),)) if name else NOTHING_ASKED, facts)

    def _index(self, node: ast.Index, demand: Demand, facts: Facts) -> None:
        if isinstance(node.index, ast.Literal) and isinstance(node.index.value, str):
            self._member(node, node.index.value, node.index.span, demand, facts)
            return
        over = self._keys.get(node.index.name) if isinstance(node.index, ast.Ident) else None
        if over is not None and over == path_of(node.operand):
            self.visit(node.operand, Demand(entry=demand.of_value()), facts)
            return
        index = self._type(node.index)
        self.visit(node.index, key_of(node.operand, self._type), facts)
        if index in NUMBERS:
            self.visit(node.operand, Demand(item=demand.of_value()), facts)
        elif isinstance(index, StringType):
            self.visit(node.operand, Demand(entry=demand.of_value()), facts)
        else:
            self.visit(node.operand, WHOLE, facts)

    # Operators

    def _binary(self, node: ast.Binary, demand: Demand, facts: Facts) -> None:
        if node.op in ("&&", "||"):
            self.visit(node.left, _BOOLEAN, facts)
            known = facts_of(node.left, self._type, outcome=node.op == "&&")
            self.visit(node.right, _BOOLEAN, facts.and_also(known))
            return
        sides = ((node.left, node.right), (node.right, node.left))
        if node.op in ("==", "!="):
            for one, other in sides:
                self.visit(one, compared(other, self._type), facts)
        elif node.op == "in":
            self.visit(node.left, listed(node.right, self._type), facts)
            self.visit(node.right, holding(node.left, self._type), facts)
        elif node.op in _ORDER:
            for one, other in sides:
                self.visit(one, ordered(other, self._type), facts)
        else:
            asked = calculated(node, demand, self._type)
            for one, wanted in zip((node.left, node.right), asked, strict=True):
                self.visit(one, wanted, facts)

    def _ternary(self, node: ast.Ternary, demand: Demand, facts: Facts) -> None:
        self.visit(node.condition, _BOOLEAN, facts)
        for branch, outcome in ((node.then, True), (node.otherwise, False)):
            self.visit(branch, demand, facts.and_also(facts_of(node.condition, self._type, outcome=outcome)))

    def _map(self, node: ast.MapNode, demand: Demand, facts: Facts) -> None:
        for key, value in node.entries:
            if isinstance(key, ast.Literal) and isinstance(key.value, str):
                self.visit(value, demand.field(key.value), facts)
            else:
                self.visit(key, NOTHING_ASKED, facts)
                self.visit(value, demand.value(), facts)

    # Functions

    def _call(self, node: ast.Call, demand: Demand, facts: Facts) -> None:
        arguments = list(node.args)
        form, namespace = FormKind.GLOBAL, None
        if node.target is not None:
            target = node.target
            if (
                isinstance(target, ast.Ident)
                and target.name not in self._scope
                and lookup(node.name, target.name) is not None
            ):
                namespace = target.name
            else:
                arguments.insert(0, target)
                form = FormKind.MEMBER
        function = lookup(node.name, namespace)
        overloads = function.overloads_of(form, len(node.args)) if function is not None else ()
        for argument, asked in zip(
            arguments, of_arguments(node, arguments, overloads, demand, self._type), strict=True
        ):
            self.visit(argument, asked, facts)

    # Macros

    def _macro(self, node: ast.Macro, demand: Demand, facts: Facts) -> None:
        if node.name == "has":
            self._presence(node.args[0])
        elif node.name == "bind":
            inner = self._body(node, node.args[2:], [demand], facts)
            self.visit(node.args[1], inner[0], facts)
        elif node.name in ("optMap", "optFlatMap") or node.target is None:
            for child in ast.children(node):
                self.visit(child, NOTHING_ASKED, facts)
        elif node.name == "reduce":
            self.visit(node.args[2], NOTHING_ASKED, facts)
            inner = self._body(node, node.args[3:], [NOTHING_ASKED], facts)
            self.visit(node.target, Demand(item=inner[1]), facts)
        else:
            self._iteration(node, node.target, demand, facts)

    def _presence(self, node: ast.Node) -> None:
        """Take in `has(…)`: every member on the way may be absent."""
        demand = Demand(asked=True)
        while isinstance(node, ast.Select | ast.Index):
            if isinstance(node, ast.Select):
                name, span = node.field, node.field_span
            elif isinstance(node.index, ast.Literal) and isinstance(node.index.value, str):
                name, span = node.index.value, node.index.span
            else:
                break
            site = UseSite(self._document, self._expression.path, span)
            demand = Demand(fields=((name, together((demand, Demand(uses=(site,))))),))
            node = node.operand
        if isinstance(node, ast.Ident) and node.name in self._scope:
            self._scope[node.name].append(demand)

    def _iteration(self, node: ast.Macro, target: ast.Node, demand: Demand, facts: Facts) -> None:
        rest = node.args[len(node.variables) :]
        last = demand.each() if node.name in _TRANSFORMED else WHOLE
        asked = [_BOOLEAN] * (len(rest) - 1) + [_BOOLEAN if node.name in _CONDITIONS else last]
        first = node.variables[0].name
        is_map = len(node.variables) == 1 and _indexes(target, first, rest)
        outer, self._keys = self._keys, {**self._keys, first: path_of(target) if is_map else None}
        inner = self._body(node, rest, asked, facts)
        self._keys = outer
        if len(node.variables) == 2:
            has_names = STRING in inner[0].types
            self.visit(target, Demand(entry=inner[1]) if has_names else WHOLE, facts)
            return
        if is_map:
            self.visit(target, Demand(entry=NOTHING_ASKED), facts)
            return
        passed_on = (
            together((demand, Demand(item=inner[0]))) if node.name == "filter" else Demand(item=inner[0])
        )
        self.visit(target, passed_on, facts)

    def _body(
        self, node: ast.Macro, rest: tuple[ast.Node, ...], asked: list[Demand], facts: Facts
    ) -> list[Demand]:
        """Visit the bodies of a macro; return what they ask of its variables."""
        outer = self._scope
        found: list[list[Demand]] = [[] for _ in node.variables]
        names = [variable.name for variable in node.variables]
        self._scope = {**outer, **dict(zip(names, found, strict=True))}
        inner = facts.forget(frozenset(names))
        for argument, wanted in zip(rest, asked, strict=False):
            self.visit(argument, wanted, inner)
            inner = inner.and_also(facts_of(argument, self._type, outcome=True)) if len(rest) > 1 else inner
        self._scope = outer
        return [together(demands) for demands in found]


def _indexes(target: ast.Node, variable: str, bodies: tuple[ast.Node, ...]) -> bool:
    """Whether a body uses the variable of a macro as an index of what the macro goes over, which is a map then."""
    path = path_of(target)
    if path is None:
        return False
    return any(
        isinstance(node, ast.Index)
        and isinstance(node.index, ast.Ident)
        and node.index.name == variable
        and path_of(node.operand) == path
        for body in bodies
        for node in ast.walk(body)
    )
