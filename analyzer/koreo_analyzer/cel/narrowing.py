"""What a condition tells about the values it asks for: `has(x.y)`, `x != null`, `type(x) == string`, in both outcomes.

The checker knows more on the right of `&&`, on the right of `||`, and in the branches of `?:`. Facts are kept
by path: the name and the literal members that lead to a value, such as `("inputs", "spec", "size")`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from koreo_analyzer.cel import ast
from koreo_analyzer.types import NULL, NUMBERS, STRING, Type, TypeOf, join, members, without
from koreo_analyzer.types.model import (
    BY_NAME,
    AnyType,
    ListType,
    MapType,
    ObjectType,
    Property,
    StringType,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known besides the declared types: the types of some paths, and the paths that are certainly there."""

    types: Mapping[Path, Type]
    present: frozenset[Path]

    def and_also(self, other: Facts) -> Facts:
        """Return both; of two types for one path the later one, which was computed knowing the earlier."""
        if other is NOTHING:
            return self
        return Facts({**self.types, **other.types}, self.present | other.present)

    def forget(self, names: frozenset[str]) -> Facts:
        """Return the facts that do not speak of `names`, which a macro declares anew."""
        if self is NOTHING or not names:
            return self
        return Facts(
            {path: type_ for path, type_ in self.types.items() if path[0] not in names},
            frozenset(path for path in self.present if path[0] not in names),
        )


NOTHING: Final = Facts({}, frozenset())

TypeOfPath: TypeAlias = "Callable[[ast.Node], Type]"


def narrowed(type_: Type, name: str, facts: Facts) -> Type:
    """Return the type of a value of which `facts` hold under a name: fields that were asked for are there."""
    type_ = facts.types.get((name,), type_)
    asked = {path[1] for path in facts.present if len(path) == 2 and path[0] == name}
    if not asked:
        return type_
    kept = [one for one in members(type_) if isinstance(one, AnyType | MapType | ObjectType)]
    return join(*(_with_fields(one, name, asked, facts) for one in kept)) if kept else type_


def _with_fields(type_: Type, name: str, asked: set[str], facts: Facts) -> Type:
    if not isinstance(type_, ObjectType):
        return type_
    known = {
        field: Property(
            facts.types.get((name, field), one.type),
            required=True,
            doc=one.doc,
            origin=one.origin,
            limits=one.limits,
        )
        for field, one in type_.properties.items()
        if field in asked
    }
    return ObjectType({**type_.properties, **known}, type_.open, type_.name)


def path_of(node: ast.Node) -> Path | None:
    """Return the path of `a.b["c"][0]`, its last part `[0]`; None for what is no chain of literal members."""
    names: list[str] = []
    while not isinstance(node, ast.Ident):
        if isinstance(node, ast.Select) and not node.optional and node.field:
            names.append(node.field)
            node = node.operand
        elif (
            isinstance(node, ast.Index)
            and not node.optional
            and isinstance(node.index, ast.Literal)
            and isinstance(node.index.value, str)
        ):
            names.append(node.index.value)
            node = node.operand
        elif (
            isinstance(node, ast.Index)
            and not node.optional
            and isinstance(node.index, ast.Literal)
            and type(node.index.value) is int
        ):
            names.append(f"[{node.index.value}]")
            node = node.operand
        else:
            return None
    names.append(node.name)
    return tuple(reversed(names))


def facts_of(node: ast.Node, type_of: TypeOfPath, *, outcome: bool) -> Facts:
    """Return what is known when `node` was evaluated to `outcome`; `type_of` gives the type of a sub-expression."""
    match node:
        case ast.Unary(op="!"):
            return facts_of(node.operand, type_of, outcome=not outcome)
        case ast.Binary(op="&&") if outcome:
            return _both(node, type_of, outcome=True)
        case ast.Binary(op="||") if not outcome:
            return _both(node, type_of, outcome=False)
        case ast.Macro(name="has"):
            path = path_of(node.args[0])
            if outcome and isinstance(node.args[0], ast.Index) and path is None:
                return _known_key(node.args[0].index, type_of(node.args[0].operand), type_of)
            return _presence(path) if outcome and path is not None else NOTHING
        case ast.Binary(op="=="):
            return _equality(node, type_of, equal=outcome)
        case ast.Binary(op="!="):
            return _equality(node, type_of, equal=not outcome)
        case ast.Binary(op="in") if outcome:
            return _membership(node, type_of)
        case ast.Binary(op="<" | "<=" | ">" | ">="):
            return _comparison(node, type_of)
        case ast.Call(name="matches" | "startsWith" | "endsWith" | "contains", target=target) if (
            target is not None
        ):
            return _asked_text(node, target, type_of)
        case ast.Select() | ast.Index() | ast.Ident():
            path = path_of(node)
            return NOTHING if path is None else _presence(path)
        case _:
            return NOTHING


def _typed(path: Path, type_: Type, *, known: bool) -> Facts:
    return NOTHING if known else Facts({path: type_}, frozenset())


def _comparison(node: ast.Binary, type_of: TypeOfPath) -> Facts:
    """`x > 0`: whatever comes out, `x` is there and is a number."""
    found = NOTHING
    for asked, other in ((node.left, node.right), (node.right, node.left)):
        path = path_of(asked)
        if path is None or len(path) < 2:
            continue
        found = _presence(path).and_also(found)
        if isinstance(type_of(asked), AnyType):
            against = type_of(other)
            if against in NUMBERS:
                found = found.and_also(Facts({path: join(*NUMBERS)}, frozenset()))
            elif isinstance(against, StringType):
                found = found.and_also(Facts({path: STRING}, frozenset()))
    return found


def _asked_text(node: ast.Call, target: ast.Node, type_of: TypeOfPath) -> Facts:
    """`x.startsWith("a")`: `x` is there, and is a string unless it may be a list."""
    path = path_of(target)
    if path is None or len(path) < 2:
        return NOTHING
    known = not isinstance(type_of(target), AnyType) or node.name == "contains"
    return _presence(path).and_also(_typed(path, STRING, known=known))


def _both(node: ast.Binary, type_of: TypeOfPath, *, outcome: bool) -> Facts:
    left = facts_of(node.left, type_of, outcome=outcome)
    return left.and_also(facts_of(node.right, type_of, outcome=outcome))


def _presence(path: Path) -> Facts:
    """Everything on the way to a member that is there is there too."""
    return Facts({}, frozenset(path[:end] for end in range(1, len(path) + 1)))


def _equality(node: ast.Binary, type_of: TypeOfPath, *, equal: bool) -> Facts:
    for asked, other in ((node.left, node.right), (node.right, node.left)):
        if (
            isinstance(asked, ast.Call)
            and asked.name == "type"
            and len(asked.args) == 1
            and asked.target is None
        ):
            found = _type_test(asked.args[0], type_of(other), type_of, equal=equal)
        else:
            found = _value_test(asked, other, type_of, equal=equal)
        if found is not NOTHING:
            return found
    return NOTHING


def _value_test(asked: ast.Node, other: ast.Node, type_of: TypeOfPath, *, equal: bool) -> Facts:
    """`x == null`, `x != null`, `x == "literal"`."""
    path = path_of(asked)
    if path is None or not isinstance(other, ast.Literal):
        return NOTHING
    known = type_of(asked)
    if other.value is None:
        type_ = NULL if equal else without(known, NULL)
        return _presence(path).and_also(Facts({path: type_}, frozenset()))
    if not isinstance(other.value, str):
        return _presence(path) if equal else NOTHING
    if equal:
        return _presence(path).and_also(Facts({path: StringType(frozenset({other.value}))}, frozenset()))
    rest = join(*(_without_literal(member, other.value) for member in members(known)))
    return Facts({path: rest}, frozenset()) if rest != known else NOTHING


def _without_literal(type_: Type, literal: str) -> Type:
    if isinstance(type_, StringType) and type_.literals is not None and literal in type_.literals:
        rest = type_.literals - {literal}
        return StringType(rest) if rest else join()
    return type_


def _type_test(asked: ast.Node, other: Type, type_of: TypeOfPath, *, equal: bool) -> Facts:
    """`type(x) == string`."""
    path = path_of(asked)
    if path is None or not isinstance(other, TypeOf) or isinstance(other.of, AnyType):
        return NOTHING
    known = type_of(asked)
    if isinstance(known, AnyType):
        return Facts({path: other.of} if equal else {}, _presence(path).present)
    if any(isinstance(member, AnyType) for member in members(known)):
        return Facts({}, _presence(path).present)
    kept = [member for member in members(known) if _is_instance(member, other.of) is equal]
    return Facts({path: join(*kept)}, _presence(path).present)


def _is_instance(type_: Type, wanted: Type) -> bool:
    match wanted:
        case StringType():
            return isinstance(type_, StringType)
        case ListType():
            return isinstance(type_, ListType)
        case MapType():
            return isinstance(type_, MapType | ObjectType)
        case _:
            return type_ == wanted


def _membership(node: ast.Binary, type_of: TypeOfPath) -> Facts:
    """`"key" in x` makes `x.key` present; `x in ["a", "b"]` leaves only those literals."""
    if isinstance(node.left, ast.Literal) and isinstance(node.left.value, str):
        path = path_of(node.right)
        if path is not None and not isinstance(type_of(node.right), ListType):
            return _presence((*path, node.left.value))
        return NOTHING
    path = path_of(node.left)
    listed = type_of(node.right)
    item = listed.item if isinstance(listed, ListType) else None
    if path is None:
        return NOTHING
    if isinstance(listed, ObjectType):
        return _presence(path).and_also(_known_key(node.left, listed, type_of))
    if isinstance(item, StringType) and item.literals is not None:
        known = type_of(node.left)
        if isinstance(known, StringType) and known.literals is not None:
            common = known.literals & item.literals
            return Facts({path: StringType(common)} if common else {}, _presence(path).present)
        return Facts({path: item}, _presence(path).present)
    return _presence(path)


def _known_key(node: ast.Node, owner: Type, type_of: TypeOfPath) -> Facts:
    """`x in m`, `has(m[x])`: of the texts that `x` can be, those remain that are keys of `m`."""
    path, known = path_of(node), type_of(node)
    if path is None or not isinstance(owner, ObjectType) or owner.open:
        return NOTHING
    if not isinstance(known, StringType) or known.literals is None:
        return NOTHING
    common = known.literals.intersection(owner.properties)
    return Facts({path: StringType(common)} if common else {}, _presence(path).present)


def named_type(dotted: str) -> Type | None:
    """Return the type that a name such as `string` or `google.protobuf.Timestamp` stands for as a value."""
    return BY_NAME.get(dotted)
