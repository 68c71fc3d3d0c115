"""How to mend what operators, members and functions do not take: hints from the types, and from how it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel.functions import FormKind, lookup
from koreo_analyzer.suggest import closest
from koreo_analyzer.types import (
    DOUBLE,
    DURATION,
    INT,
    TIMESTAMP,
    UINT,
    AnyType,
    ListType,
    ObjectType,
    OptionalType,
    StringType,
    Type,
    fits,
    members,
    overlap,
    parse_type,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from koreo_analyzer.cel import ast
    from koreo_analyzer.cel.signature import Overload

_NUMBERS: Final = (INT, UINT, DOUBLE)
_SIZES: Final = frozenset({"length", "size", "len", "count"})


def literal_hint(left: Type, right: Type) -> str | None:
    """Suggest the literal that a misspelt one was meant to be."""
    for one, other in ((left, right), (right, left)):
        written = one.literals if isinstance(one, StringType) else None
        possible = other.literals if isinstance(other, StringType) else None
        if written is not None and possible is not None and len(written) == 1:
            guess = closest(next(iter(written)), possible)
            return f'did you mean "{guess}"?' if guess else None
    return None


def arithmetic_hint(node: ast.Binary, left: Type, right: Type) -> str | None:
    """Suggest what an arithmetic operator takes in place of what stands there."""
    if isinstance(left, OptionalType) != isinstance(right, OptionalType):
        return "say what the optional is without a value: `.orValue(…)`"
    if node.op == "+" and isinstance(left, ListType) != isinstance(right, ListType):
        item, given = (right, left) if isinstance(left, ListType) else (left, right)
        if isinstance(given, ListType) and overlap(given.item, item):
            return "an item is added in brackets: `" + (
                "list + [item]`" if item is right else "[item] + list`"
            )
        if isinstance(item, StringType):
            return 'take one item, `list[0]`, or the texts of all, `list.map(x, …).join(",")`'
        return None
    if node.op == "%" and isinstance(left, StringType):
        return 'a text is filled in by `.format`: `"… %s …".format([value])`'
    if {left, right} == {INT, DOUBLE}:
        return "numbers of both sides must be of one type: write `double(…)` around the int"
    if isinstance(left, StringType) and not isinstance(right, StringType):
        return _beside_text(node.op, left, right)
    if isinstance(right, StringType) and not isinstance(left, StringType):
        return _beside_text(node.op, right, left)
    return None


def _beside_text(op: str, text: StringType, other: Type) -> str | None:
    """Suggest what to do with a text and something else at the sides of an operator."""
    as_number = "int" if other == INT else "double"
    is_word = text.literals is not None and not any(one.isdecimal() for one in text.literals)
    if op == "+":
        if other in _NUMBERS and not is_word:
            return f"to join texts write `string(…)` around the number, to add numbers `{as_number}(…)` around the text"
        return "turn the other side into text with `string(…)`"
    if other in _NUMBERS:
        return None if is_word else f"turn the text into a number with `{as_number}(…)`"
    if other in (TIMESTAMP, DURATION):
        return "turn the text into a time with `timestamp(…)`, or a length of time with `duration(…)`"
    return None


def member_hint(operand: Type, name: str) -> str | None:
    """Suggest what was meant by a field of something that has no fields."""
    if isinstance(operand, OptionalType):
        return None
    if name in _SIZES and isinstance(operand, ListType | StringType):
        return "write `size(…)`"
    if isinstance(operand, ListType):
        items = members(operand.item)
        if any(
            isinstance(one, AnyType) or (isinstance(one, ObjectType) and name in one.properties)
            for one in items
        ):
            return f"its items have it: write `.map(x, x.{name})`, or `[0].{name}` for the first"
    function = lookup(name)
    called = function.overloads_of(FormKind.MEMBER, 0) if function is not None else ()
    if any(fits(operand, parse_type(one.parameters[0].type), {}) for one in called):
        return f"call it: `.{name}()`"
    return None


def argument_hint(overloads: Sequence[Overload], arguments: Sequence[Type]) -> str:
    """Suggest the conversion that makes arguments fit, or else say what there is."""
    wanted = [one.parameters[0].type for one in overloads if one.parameters]
    first = arguments[0] if arguments else None
    if isinstance(first, StringType) and "timestamp" in wanted and "string" not in wanted:
        return "turn the text into a time with `timestamp(…)`"
    if isinstance(first, OptionalType):
        return "say what the optional is without a value: `.orValue(…)`"
    return "there is " + " or ".join(dict.fromkeys(one.signature for one in overloads))
