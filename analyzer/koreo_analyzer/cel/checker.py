"""The static checker: the type of an expression, given those of its variables, and what can never work.

A problem is only reported when it is certain: `any` fits everywhere, and of a union one fitting member is
enough. Every problem names its sub-expression. Rules follow the CEL language definition ("Type-Checking",
"Overloads") and Koreo's two exceptions (language section 2.1).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.advice import argument_hint, arithmetic_hint, literal_hint, member_hint
from koreo_analyzer.cel.exact import exact_result
from koreo_analyzer.cel.functions import FormKind, lookup
from koreo_analyzer.cel.narrowing import NOTHING, Facts, Path, facts_of, named_type, narrowed, path_of
from koreo_analyzer.cel.operands import (
    VERBS,
    any_property,
    comparable,
    key_type,
    optional_in,
    property_type,
    result_of,
    unwrapped,
    with_article,
    without_literals,
)
from koreo_analyzer.problems import Severity
from koreo_analyzer.suggest import closest
from koreo_analyzer.types import (
    ANY,
    BOOL,
    BYTES,
    DOUBLE,
    INT,
    NEVER,
    NULL,
    NUMBERS,
    STRING,
    UINT,
    AnyType,
    ListType,
    MapType,
    NeverType,
    ObjectType,
    OptionalType,
    Property,
    StringType,
    Type,
    TypeOf,
    fits,
    join,
    list_of,
    members,
    overlap,
    parse_type,
    show,
    show_name,
    substitute,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from koreo_analyzer.cel.signature import Overload
    from koreo_analyzer.text import Span
    from koreo_analyzer.types import Origin

TypeCode = Literal[
    "unknown-field", "wrong-operand", "never-equal", "not-boolean", "wrong-index", "optional-field"
]

_SEARCHES: Final = frozenset({"all", "exists", "exists_one", "existsOne", "filter"})
"""The macros that look for items by a field: of built-in kinds no schema says which of these every item has."""
_FAILURES: Final[frozenset[TypeCode]] = frozenset(
    {"unknown-field", "wrong-operand", "not-boolean", "wrong-index"}
)
"""The problems with which an evaluation fails."""


@dataclass(frozen=True, slots=True)
class TypeProblem:
    """Something that can never work; `span` counts in the source of the expression.

    An `optional-field` may work: it is a field that need not be there, used without asking for it. `path` is the
    chain of literal members that ends with the field that a problem is about, `owner` the name of the type that
    should have it, `origin` where a schema declares the field. `certain`: whatever the data are, an evaluation of
    the expression comes to this place. `asked`: it stands in a `has(…)`. `constant`: one side of a comparison has
    one value only, or asks for null, which what is given today need not be.
    """

    code: TypeCode
    span: Span
    message: str
    hint: str | None = None
    path: Path | None = None
    owner: str | None = None
    certain: bool = True
    asked: bool = False
    constant: bool = False
    origin: Origin | None = field(default=None, compare=False)

    @property
    def severity(self) -> Severity:
        """Error: no evaluation can get anything there; warning: a value comes, hardly the meant one."""
        return Severity.WARNING if self.code == "never-equal" else Severity.ERROR


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
    problems = sorted(set(checker.problems), key=lambda problem: (problem.span, problem.message))
    return Checked(type_, checker.types, tuple(problems))


_COMPARISONS: Final = frozenset({"<", "<=", ">", ">="})
_LITERALS: Final[Mapping[str, Type]] = {
    "int": INT,
    "uint": UINT,
    "double": DOUBLE,
    "bytes": BYTES,
    "bool": BOOL,
    "null_type": NULL,
}


class _Checker:
    """One run over one expression. The depth of trees is bounded by the parser, so visitors recurse."""

    def __init__(self, variables: Mapping[str, Type], *, optional: bool) -> None:
        self._scope = dict(variables)
        self._optional = optional
        self._bound: set[str] = set()
        self._branches = 0
        self._searching = 0
        self._asked = False
        self.types: dict[int, Type] = {}
        self.problems: list[TypeProblem] = []

    def visit(self, node: ast.Node, facts: Facts) -> Type:
        type_ = self._type_of(node, facts)
        if facts.types:
            path = path_of(node)
            if path is not None and path in facts.types:
                type_ = facts.types[path]
        self.types[id(node)] = type_
        return type_

    def _report(
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
        certain = self._branches == 0
        self.problems.append(
            TypeProblem(code, span, message, hint, path, owner, certain, self._asked, constant, origin)
        )
        return ANY

    def _type_of(self, node: ast.Node, facts: Facts) -> Type:
        match node:
            case ast.Literal():
                if isinstance(node.value, str):
                    return StringType(frozenset({node.value}))
                return _LITERALS[node.kind]
            case ast.Ident():
                return self._name(node)
            case ast.Select():
                return self._select(node, facts)
            case ast.Index():
                return self._index(node, facts)
            case ast.Macro():
                return self._macro(node, facts)
            case ast.Call():
                return self._call(node, facts)
            case ast.Unary():
                return self._unary(node, facts)
            case ast.Binary():
                return self._binary(node, facts)
            case ast.Ternary():
                return self._ternary(node, facts)
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
        if node.name in self._scope and not node.absolute:
            return self._scope[node.name]
        type_ = named_type(node.name)
        return (
            TypeOf(type_) if type_ is not None and node.name not in ("any", "timestamp", "duration") else ANY
        )

    # Members

    def _select(self, node: ast.Select, facts: Facts) -> Type:
        dotted = _dotted(node)
        if dotted is not None and dotted.startswith("google.protobuf."):
            type_ = named_type(dotted)
            if type_ is not None:
                return TypeOf(type_)
        operand = self.visit(node.operand, facts)
        if not node.field:
            return ANY
        found = self._member(operand, node.field, node.field_span, node, facts)
        return OptionalType(unwrapped(found)) if node.optional or isinstance(operand, OptionalType) else found

    def _member(
        self, operand: Type, name: str, span: Span, node: ast.Select | ast.Index, facts: Facts
    ) -> Type:
        """Return the type of a member, reporting it when no alternative of the operand can have it."""
        if isinstance(operand, ObjectType):
            known = operand.properties.get(name)
            if known is not None and (known.required or self._asked or not self._optional):
                return known.type
        found: list[Type] = []
        missing: list[Type] = []
        for alternative in members(unwrapped(operand)):
            type_ = property_type(alternative, name)
            if type_ is None:
                missing.append(alternative)
            else:
                found.append(type_)
        if found or not missing:
            if self._optional and found and not self._asked and not node.optional:
                texts = any(isinstance(one, StringType) for one in missing)
                self._check_presence(operand, name, span, node, facts, may_be_text=texts)
            return join(*found)
        path = path_of(node)
        if path is not None and path in facts.present:
            return NEVER  # `has` was true of what cannot be there: the place is never reached
        return self._no_member(missing[0], name, span, path)

    def _check_presence(
        self,
        operand: Type,
        name: str,
        span: Span,
        node: ast.Select | ast.Index,
        facts: Facts,
        *,
        may_be_text: bool,
    ) -> None:
        """Report a field that need not be there, if nothing has asked for it."""
        owner = optional_in(operand, name)
        if owner is None and not may_be_text:
            return
        path = path_of(node)
        if path is None or path in facts.present or (path[0] in self._bound and self._searching):
            return
        where = f" in {owner.name}" if owner is not None and owner.name else ""
        self._report(
            "optional-field",
            span,
            f"`{show_name(name)}` need not be there{where if owner is not None else ', as this may be a string'}",
            "ask for it with `has(…)` first",
            # What a macro's variable is called says nothing outside of the macro.
            path=None if path[0] in self._bound else path,
            owner=owner.name if owner is not None else None,
            origin=owner.properties[name].origin if owner is not None else None,
        )

    def _no_member(self, operand: Type, name: str, span: Span, path: Path | None) -> Type:
        if isinstance(operand, ObjectType):
            known = list(operand.properties)
            guess = closest(name, known)
            hint = f"did you mean `{guess}`?" if guess else None
            shown = (
                operand.name
                or "{"
                + ", ".join(show_name(word) for word in known[:12])
                + ("…" if len(known) > 12 else "")
                + "}"
            )
            return self._report(
                "unknown-field",
                span,
                f"no such field `{show_name(name)}` in {shown}",
                hint,
                path=path,
                owner=operand.name,
            )
        if isinstance(operand, MapType):
            return self._report("wrong-index", span, f"the keys of {show(operand)} are never strings")
        return self._report(
            "unknown-field",
            span,
            f"{with_article(operand)} has no field `{show_name(name)}`",
            member_hint(operand, name),
            path=path,
        )

    def _index(self, node: ast.Index, facts: Facts) -> Type:
        operand = self.visit(node.operand, facts)
        index = self.visit(node.index, facts)
        if isinstance(node.index, ast.Literal) and isinstance(node.index.value, str):
            found = self._string_index(operand, node.index.value, node, facts)
        else:
            found = self._computed_index(operand, index, node)
        return OptionalType(unwrapped(found)) if node.optional or isinstance(operand, OptionalType) else found

    def _string_index(self, operand: Type, name: str, node: ast.Index, facts: Facts) -> Type:
        alternatives = members(unwrapped(operand))
        if all(isinstance(one, ListType) for one in alternatives):
            return self._report(
                "wrong-index", node.index.span, "a list is indexed by a number, not by a string"
            )
        rest = join(*(one for one in alternatives if not isinstance(one, ListType)))
        return self._member(rest, name, node.index.span, node, facts)

    def _computed_index(self, operand: Type, index: Type, node: ast.Index) -> Type:
        found: list[Type] = []
        possible = False
        for one in members(unwrapped(operand)):
            match one:
                case AnyType() | NeverType():
                    return ANY
                case ListType():
                    if any(member in NUMBERS or isinstance(member, AnyType) for member in members(index)):
                        possible = True
                        found.append(_item_at(one, node.index))
                case MapType():
                    if overlap(index, one.key):
                        possible = True
                        found.append(one.value)
                case ObjectType():
                    if overlap(index, STRING):
                        possible = True
                        found.append(any_property(one, index))
                case _:
                    continue
        if not possible:
            return self._no_index(operand, index, node)
        self._check_bounds(operand, node)
        return join(*found)

    def _no_index(self, operand: Type, index: Type, node: ast.Index) -> Type:
        indexable = [one for one in members(operand) if isinstance(one, ListType | MapType | ObjectType)]
        if not indexable:
            return self._report(
                "wrong-index", node.operand.span, f"{with_article(operand)} cannot be indexed"
            )
        return self._report(
            "wrong-index", node.index.span, f"{show(operand)} cannot be indexed by {with_article(index)}"
        )

    def _check_bounds(self, operand: Type, node: ast.Index) -> None:
        if not isinstance(operand, ListType) or operand.length is None or node.optional:
            return
        number = node.index.value if isinstance(node.index, ast.Literal) else None
        if isinstance(node.index, ast.Unary) and node.index.op == "-":
            self._report(
                "wrong-index", node.index.span, "the first item of a list has index 0, none a smaller one"
            )
        elif type(number) is int and number >= operand.length:
            self._report(
                "wrong-index", node.index.span, f"index {number} of a list with {operand.length} items"
            )

    # Operators

    def _boolean(self, node: ast.Node, facts: Facts, use: str) -> None:
        type_ = self.visit(node, facts)
        if not fits(type_, BOOL):
            self._report("not-boolean", node.span, f"{use} must be true or false, not {with_article(type_)}")

    def _unary(self, node: ast.Unary, facts: Facts) -> Type:
        if node.op == "!":
            self._boolean(node.operand, facts, "the operand of `!`")
            return BOOL
        operand = self.visit(node.operand, facts)
        found = [one for one in members(operand) if one in (INT, DOUBLE)]
        if found:
            return join(*found)
        if any(isinstance(one, AnyType | NeverType) for one in members(operand)):
            return ANY
        return self._report("wrong-operand", node.span, f"cannot negate {with_article(operand)}")

    def _binary(self, node: ast.Binary, facts: Facts) -> Type:
        if node.op in ("&&", "||"):
            return self._logical(node, facts)
        left = self.visit(node.left, facts)
        right = self.visit(node.right, facts)
        if node.op in ("==", "!="):
            self._equality(node, left, right)
            return BOOL
        if node.op == "in":
            self._membership(node, left, right)
            return BOOL
        if node.op in _COMPARISONS:
            if not any(comparable(a, b) for a in members(left) for b in members(right)):
                self._report(
                    "wrong-operand",
                    node.span,
                    f"cannot compare {show(left)} and {show(right)} by `{node.op}`",
                )
            return BOOL
        return self._arithmetic(node, left, right)

    def _logical(self, node: ast.Binary, facts: Facts) -> Type:
        outcome = node.op == "&&"
        self._branches += 1  # an error on one side is no error of the whole if the other decides
        self._boolean(node.left, facts, f"the left side of `{node.op}`")
        known = facts_of(node.left, self._known, outcome=outcome)
        self._boolean(node.right, facts.and_also(known), f"the right side of `{node.op}`")
        self._branches -= 1
        return BOOL

    def _known(self, node: ast.Node) -> Type:
        return self.types.get(id(node), ANY)

    def _equality(self, node: ast.Binary, left: Type, right: Type) -> None:
        if overlap(left, right):
            return
        outcome = "true" if node.op == "!=" else "false"
        self._report(
            "never-equal",
            node.span,
            f"{show(left)} and {show(right)} are never equal, so this is always {outcome}",
            literal_hint(left, right),
            constant=_is_constant(node.left, left)
            or _is_constant(node.right, right)
            or NULL in (left, right),
        )

    def _membership(self, node: ast.Binary, left: Type, right: Type) -> None:
        possible = equal = False
        for one in members(right):
            match one:
                case AnyType() | NeverType():
                    return
                case ListType():
                    possible = True
                    equal = equal or isinstance(one.item, NeverType) or overlap(left, one.item)
                case MapType():
                    possible = True
                    equal = equal or overlap(left, one.key)
                case ObjectType():
                    possible = True
                    equal = equal or overlap(left, STRING)
                case _:
                    continue
        if not possible:
            self._report(
                "wrong-operand", node.right.span, f"`in` asks a list or a map, not {with_article(right)}"
            )
        elif not equal:
            self._report(
                "never-equal",
                node.span,
                f"{show(left)} is never in {show(right)}",
                constant=_is_constant(node.left, left),
            )
        elif isinstance(node.right, ast.ListNode) and not node.right.optional:
            for item in node.right.items:
                self._possible_item(node, item, left)

    def _possible_item(self, node: ast.Binary, item: ast.Node, left: Type) -> None:
        """Report a misspelt word in a list in which something is looked for; any other may be there for later."""
        type_ = self._known(item)
        if isinstance(item, ast.Literal) and not overlap(left, type_):
            hint = literal_hint(left, type_)
            if hint is not None:
                self._report(
                    "never-equal",
                    item.span,
                    f"{show(left)} and {show(type_)} are never equal",
                    hint,
                    constant=_is_constant(node.left, left),
                )

    def _arithmetic(self, node: ast.Binary, left: Type, right: Type) -> Type:
        found: list[Type] = []
        for a in members(left):
            for b in members(right):
                type_ = result_of(node.op, a, b)
                if type_ is not None:
                    found.append(type_)
        if found:
            return join(*found)
        return self._report(
            "wrong-operand",
            node.span,
            f"cannot {VERBS[node.op]} {show(left)} and {show(right)}",
            arithmetic_hint(node, left, right),
        )

    def _ternary(self, node: ast.Ternary, facts: Facts) -> Type:
        self._boolean(node.condition, facts, "the condition of `?:`")
        then = facts.and_also(facts_of(node.condition, self._known, outcome=True))
        otherwise = facts.and_also(facts_of(node.condition, self._known, outcome=False))
        self._branches += 1
        found = join(self.visit(node.then, then), self.visit(node.otherwise, otherwise))
        self._branches -= 1
        return found

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

    # Macros

    def _macro(self, node: ast.Macro, facts: Facts) -> Type:
        if node.name == "has":
            outer, self._asked = self._asked, True
            self.visit(node.args[0], facts)
            self._asked = outer
            return BOOL
        if node.name == "bind":
            return self._bind(node, facts)
        target = self.visit(node.target, facts) if node.target is not None else ANY
        rest = node.args[len(node.variables) :]
        if node.name in ("optMap", "optFlatMap"):
            found = self._with(node, [unwrapped(target)], rest, facts)[0]
            return found if node.name == "optFlatMap" else OptionalType(found)
        if node.name == "reduce":
            return self._reduce(node, target, facts)
        iterated = self._iterated(node, target)
        searches = node.name in _SEARCHES
        self._searching += searches
        results = self._with(node, iterated, rest, facts)
        self._searching -= searches
        return self._macro_result(node, target, results, rest)

    def _with(
        self, node: ast.Macro, types: list[Type], rest: tuple[ast.Node, ...], facts: Facts
    ) -> list[Type]:
        """Visit the bodies of a macro with its variables in scope."""
        names = [variable.name for variable in node.variables]
        outer = {name: self._scope.get(name) for name in names}
        for variable, type_ in zip(node.variables, types, strict=True):
            self._scope[variable.name] = type_
            self.types[id(variable)] = type_
        inner = facts.forget(frozenset(names))
        bound = self._bound
        self._bound = bound.union(names)
        self._branches += node.name != "bind"
        results: list[Type] = []
        for position, argument in enumerate(rest):
            results.append(self.visit(argument, inner))
            if position == 0 and len(rest) > 1:
                # The first body of two is a filter: the second runs only for what it lets through.
                inner = inner.and_also(facts_of(argument, self._known, outcome=True))
        self._bound = bound
        self._branches -= node.name != "bind"
        for name, before in outer.items():
            if before is None:
                self._scope.pop(name, None)
            else:
                self._scope[name] = before
        return results

    def _iterated(self, node: ast.Macro, target: Type) -> list[Type]:
        """Return the types of a macro's variables; a target that is neither list nor map is reported."""
        pairs: list[tuple[Type, Type]] = []
        for one in members(target):
            match one:
                case AnyType() | NeverType():
                    pairs.append((ANY, ANY))
                case ListType():
                    pairs.append((INT, ANY if isinstance(one.item, NeverType) else one.item))
                case MapType():
                    pairs.append((one.key, one.value))
                case ObjectType():
                    pairs.append((STRING, any_property(one, STRING)))
                case _:
                    continue
        if not pairs:
            assert_target = node.target.span if node.target is not None else node.span
            self._report(
                "wrong-operand",
                assert_target,
                f"`{node.name}` goes over a list or a map, not {with_article(target)}",
            )
            pairs.append((ANY, ANY))
        if len(node.variables) == 2:
            return [join(*(pair[0] for pair in pairs)), join(*(pair[1] for pair in pairs))]
        is_list = [isinstance(one, ListType) for one in members(target)]
        items = [
            pair[1] if index >= len(is_list) or is_list[index] else pair[0]
            for index, pair in enumerate(pairs)
        ]
        return [join(*items)] if len(pairs) == len(is_list) else [ANY]

    def _macro_result(
        self, node: ast.Macro, target: Type, results: list[Type], rest: tuple[ast.Node, ...]
    ) -> Type:
        match node.name:
            case "all" | "exists" | "exists_one" | "existsOne":
                self._predicate(node, results[0], rest[0])
                return BOOL
            case "filter":
                self._predicate(node, results[0], rest[0])
                kept = facts_of(rest[0], self._known, outcome=True)
                variable = node.variables[0].name
                found = [
                    ListType(
                        narrowed(one.item, variable, kept) if isinstance(one, ListType) else key_type(one)
                    )
                    for one in members(target)
                ]
                return join(*found)
            case _:
                if len(results) == 2:
                    self._predicate(node, results[0], rest[0])
                return self._transformed(node, target, results[-1])

    def _predicate(self, node: ast.Macro, type_: Type, body: ast.Node) -> None:
        if not fits(type_, BOOL):
            self._report(
                "not-boolean",
                body.span,
                f"the condition of `{node.name}` must be true or false, not {with_article(type_)}",
            )

    def _transformed(self, node: ast.Macro, target: Type, result: Type) -> Type:
        if node.name in ("map", "transformList"):
            length = (
                target.length
                if isinstance(target, ListType) and len(node.args) == len(node.variables) + 1
                else None
            )
            return ListType(result, length)
        if node.name == "transformMap":
            return MapType(join(*(key_type(one) for one in members(target))), result)
        return MapType(ANY, ANY)

    def _bind(self, node: ast.Macro, facts: Facts) -> Type:
        value = self.visit(node.args[1], facts)
        return self._with(node, [value], node.args[2:], facts)[0]

    def _reduce(self, node: ast.Macro, target: Type, facts: Facts) -> Type:
        start = self.visit(node.args[2], facts)
        items = self._iterated(_single(node), target)
        reported = len(self.problems)
        step = join(start, *self._with(node, [start, items[0]], node.args[3:], facts))
        if step == start:
            return start
        # The first turn begins with the very start: what cannot work with that fails there.
        failing = [one for one in self.problems[reported:] if one.code in _FAILURES and not one.asked]
        del self.problems[reported:]
        if failing:
            self.problems += failing
            return ANY
        again = join(step, *self._with(node, [step, items[0]], node.args[3:], facts))
        if again == step:
            return step
        del self.problems[reported:]
        self._with(node, [ANY, items[0]], node.args[3:], facts)
        return ANY

    # Functions

    def _call(self, node: ast.Call, facts: Facts) -> Type:
        namespace = None
        if isinstance(node.target, ast.Ident) and node.target.name not in self._scope:
            namespace = node.target.name if lookup(node.name, node.target.name) is not None else None
        arguments = [self.visit(argument, facts) for argument in node.args]
        function = lookup(node.name, namespace)
        form = FormKind.GLOBAL
        if node.target is not None and namespace is None:
            arguments.insert(0, self.visit(node.target, facts))
            form = FormKind.MEMBER
        if function is None:
            return ANY
        if function.full_name == "type" and len(arguments) == 1:
            return TypeOf(without_literals(arguments[0]))
        overloads = function.overloads_of(form, len(node.args))
        if not overloads:
            return ANY
        results = [result for one in overloads if (result := _apply(one, arguments)) is not None]
        if results:
            exact = exact_result(function.full_name, arguments)
            return join(*results) if exact is None else exact
        shown = ", ".join(show(argument) for argument in arguments)
        name = f"{namespace}.{node.name}" if namespace else node.name
        return self._report(
            "wrong-operand",
            node.span,
            f"`{name}` does not take ({shown})",
            argument_hint(overloads, arguments),
        )


def _apply(overload: Overload, arguments: list[Type]) -> Type | None:
    """Return what an overload gives for arguments of these types; None when it cannot take them."""
    wanted = [parse_type(parameter.type) for parameter in overload.parameters]
    if overload.variadic:
        wanted += wanted[-1:] * (len(arguments) - len(wanted))
    bound: dict[str, Type] = {}
    for given, parameter in zip(arguments, wanted, strict=True):
        if not fits(given, parameter, bound):
            return None
    # Nothing says of what type `optional.none()` is one: it goes with any.
    return substitute(parse_type(overload.result), bound, ANY if arguments else NEVER)


def _is_constant(node: ast.Node, type_: Type) -> bool:
    """Whether a value that does not stand in the expression itself has one value only."""
    return (
        not isinstance(node, ast.Literal)
        and isinstance(type_, StringType)
        and type_.literals is not None
        and len(type_.literals) == 1
    )


def _single(node: ast.Macro) -> ast.Macro:
    """Return `reduce` as a macro over its item alone, for the type of that."""
    return ast.Macro(
        node.name,
        node.target,
        node.args,
        node.variables[1:],
        node.start,
        node.end,
        node.name_start,
        node.name_end,
    )


def _item_at(operand: ListType, index: ast.Node) -> Type:
    """Return the type of an item, which is known by itself at a literal index of a literal list."""
    number = index.value if isinstance(index, ast.Literal) else None
    if operand.items is None or type(number) is not int or not 0 <= number < len(operand.items):
        return operand.item
    return operand.items[number]


def _dotted(node: ast.Node) -> str | None:
    path = path_of(node)
    return ".".join(path) if path is not None else None
