"""What operators and functions ask of their operands, given the types of these.

The types that they take come from the same tables that the checker reads: what is asked is what some row of them takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.operands import comparable, result_of, without_literals
from koreo_analyzer.flow.asking import NOTHING_ASKED, WHOLE, Demand
from koreo_analyzer.types import (
    ANY,
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    INT,
    NULL,
    NUMBERS,
    STRING,
    TIMESTAMP,
    UINT,
    AnyType,
    ListType,
    MapType,
    ObjectType,
    Simple,
    StringType,
    fits,
    join,
    members,
    parse_type,
    substitute,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from koreo_analyzer.cel.signature import Overload
    from koreo_analyzer.types import Type

TypeOf: TypeAlias = "Callable[[ast.Node], Type]"

_OPERANDS: Final = (INT, UINT, DOUBLE, STRING, BYTES, TIMESTAMP, DURATION, ListType(ANY))
_COMPARED: Final = (*_OPERANDS[:-1], BOOL)
_LISTS: Final = join(ListType(ListType(ANY)), NULL)


def key_of(operand: ast.Node, type_of: TypeOf) -> Demand:
    """Return what is asked of the index of a value: one of its keys, or a number."""
    found: list[Type] = []
    for one in members(type_of(operand)):
        if isinstance(one, ListType):
            found.append(join(*NUMBERS))
        elif isinstance(one, MapType):
            found.append(one.key)
        elif isinstance(one, ObjectType):
            found.append(STRING if one.open or not one.properties else StringType(frozenset(one.properties)))
        else:
            return NOTHING_ASKED
    return Demand((join(*found),)) if found else NOTHING_ASKED


def compared(other: ast.Node, type_of: TypeOf) -> Demand:
    """Return what a comparison with another value hints at."""
    type_ = without_literals(type_of(other))
    if not isinstance(type_, Simple | StringType):
        return NOTHING_ASKED
    text = other.value if isinstance(other, ast.Literal) and isinstance(other.value, str) else None
    return Demand(hints=(type_,), values=frozenset() if text is None else frozenset({text}))


def listed(container: ast.Node, type_of: TypeOf) -> Demand:
    """Return what `… in container` hints at."""
    type_ = type_of(container)
    item = without_literals(type_.item) if isinstance(type_, ListType) else None
    if not isinstance(item, Simple | StringType):
        return NOTHING_ASKED
    texts: frozenset[str] = frozenset()
    if isinstance(container, ast.ListNode):
        literals = (one.value for one in container.items if isinstance(one, ast.Literal))
        texts = frozenset(value for value in literals if isinstance(value, str))
    return Demand(hints=(item,), values=texts)


def holding(left: ast.Node, type_of: TypeOf) -> Demand:
    """Return what `left in …` asks: of a map the presence of a key, if it is a literal; else it may be a list."""
    if isinstance(left, ast.Literal) and isinstance(left.value, str):
        return NOTHING_ASKED
    type_ = without_literals(type_of(left))
    if isinstance(type_, Simple) and type_ != NULL:
        return Demand(hints=(ListType(type_),))
    return NOTHING_ASKED


def ordered(other: ast.Node, type_of: TypeOf) -> Demand:
    """Return what `<` and the like ask of an operand beside another."""
    possible = (c for c in _COMPARED if any(comparable(c, t) for t in members(type_of(other))))
    return Demand((join(*possible),))


def calculated(node: ast.Binary, demand: Demand, type_of: TypeOf) -> tuple[Demand, Demand]:
    """Return what an arithmetic operator asks of its left and of its right operand."""
    left, right = members(type_of(node.left)), members(type_of(node.right))
    on_left = [c for c in _OPERANDS if any(_gives(node.op, c, other, demand) for other in right)]
    on_right = [c for c in _OPERANDS if any(_gives(node.op, other, c, demand) for other in left)]
    return _one_of(on_left, demand), _one_of(on_right, demand)


def _one_of(possible: Sequence[Type], demand: Demand) -> Demand:
    if possible and all(isinstance(type_, ListType) for type_ in possible):
        return Demand((ListType(ANY),), item=demand.each())
    if possible and len(possible) < len(_OPERANDS):
        return Demand((join(*possible),))
    return NOTHING_ASKED


def of_arguments(
    node: ast.Call,
    arguments: list[ast.Node],
    overloads: tuple[Overload, ...],
    demand: Demand,
    type_of: TypeOf,
) -> Iterator[Demand]:
    """Yield what a call asks of each of its arguments, its target the first."""
    if node.name == "overlay" and len(arguments) == 2:
        yield from (demand.softened(), demand.softened())
        return
    if node.name == "flatten" and len(arguments) == 1:
        yield Demand((_LISTS,), item=Demand((ListType(ANY),), item=demand.each().of_value()))
        return
    if node.name == "dyn":
        yield from (demand for _ in arguments)
        return
    if node.name == "orValue" and len(arguments) == 2:
        yield from (NOTHING_ASKED, demand)
        return
    types = [type_of(argument) for argument in arguments]
    rows = [_parameters(overload, len(arguments)) for overload in overloads]
    possible = [row for row in rows if all(map(fits, types, row))]
    for position in range(len(arguments)):
        wanted = [row[position] for row in possible]
        if node.name == "type":
            yield NOTHING_ASKED
        elif not wanted or any(isinstance(one, AnyType) for one in wanted):
            yield WHOLE
        else:
            yield Demand((join(*wanted),))


def _gives(op: str, left: Type, right: Type, demand: Demand) -> bool:
    """Whether an operation on two types gives what is asked of its result."""
    found = result_of(op, left, right)
    return found is not None and all(fits(found, type_) for type_ in demand.types)


def _parameters(overload: Overload, count: int) -> list[Type]:
    types = [substitute(parse_type(parameter.type), {}) for parameter in overload.parameters]
    return types + types[-1:] * (count - len(types))
