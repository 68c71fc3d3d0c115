"""Whether a value keeps the limits of a schema: bounds, patterns, formats, duplicates, alternatives.

What is computed keeps any limit as far as is known, so every complaint is certain. Patterns are searched for
anywhere in the text and are RE2's, as the API server does it (Go's `regexp`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from koreo_analyzer.cel.patterns import re2_matches
from koreo_analyzer.json_data import json_equal
from koreo_analyzer.schemas.computed import Computed
from koreo_analyzer.schemas.formats import EXAMPLES, has_format
from koreo_analyzer.schemas.numbers import in_range, is_integer, is_multiple
from koreo_analyzer.suggest import closest
from koreo_analyzer.types import show_number

if TYPE_CHECKING:
    from koreo_analyzer.types import Limits

MismatchCode: TypeAlias = Literal[
    "unknown-field",
    "missing-field",
    "wrong-type",
    "not-in-enum",
    "bad-format",
    "out-of-bounds",
    "duplicate",
    "alternatives",
]


class Complaint(NamedTuple):
    """One limit that a value breaks. `at` is where inside the value, for an item of a list."""

    code: MismatchCode
    message: str
    hint: str | None = None
    at: tuple[int, ...] = ()


def complaints(value: object, limits: Limits) -> Iterator[Complaint]:
    """Yield every limit that a value breaks."""
    if isinstance(value, Computed):
        return
    if value is None and limits.refuses_null:
        yield Complaint("not-in-enum", "null is not one of its values", "leave it out")
    if value is None and limits.nullable:
        return
    yield from _enum(value, limits)
    if isinstance(value, str):
        yield from _text(value, limits)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number(value, limits)
    elif isinstance(value, list):
        yield from _count(len(value), limits.min_items, limits.max_items, "item")
        yield from _duplicates(value, limits)
    elif isinstance(value, Mapping):
        yield from _count(len(value), limits.min_properties, limits.max_properties, "entry")
    yield from _alternatives(value, limits)


def asks_for_names(limits: Limits) -> bool:
    """Whether limits of an object depend on which fields it has."""
    return bool(
        limits.min_properties is not None
        or limits.max_properties is not None
        or limits.all_of
        or limits.any_of
        or limits.one_of
        or limits.negated is not None
    )


def _enum(value: object, limits: Limits) -> Iterator[Complaint]:
    if limits.enum is None or any(json_equal(value, one) for one in limits.enum):
        return
    words = [one for one in limits.enum if isinstance(one, str)]
    guess = closest(value, words) if isinstance(value, str) else None
    allowed = ", ".join(json.dumps(one) for one in limits.enum)
    yield Complaint(
        "not-in-enum",
        f"{json.dumps(value, default=str)} is not one of {allowed}",
        f'did you mean "{guess}"?' if guess else None,
    )


def _text(text: str, limits: Limits) -> Iterator[Complaint]:
    yield from _count(len(text), limits.min_length, limits.max_length, "character")
    if limits.pattern is not None and re2_matches(limits.pattern, text) is False:
        yield Complaint("bad-format", f"{json.dumps(text)} does not match the pattern {limits.pattern}")
    if limits.format is not None and not has_format(text, limits.format):
        example = EXAMPLES.get(limits.format)
        hint = f"expected {example}" if example else None
        yield Complaint("bad-format", f"{json.dumps(text)} is no {limits.format}", hint)


def _number(number: float, limits: Limits) -> Iterator[Complaint]:
    least, most = limits.minimum, limits.maximum
    if least is not None and (number < least or (limits.exclusive_minimum and number == least)):
        word = "more than" if limits.exclusive_minimum else "at least"
        yield Complaint(
            "out-of-bounds", f"{show_number(number)} is too small: it must be {word} {show_number(least)}"
        )
    if most is not None and (number > most or (limits.exclusive_maximum and number == most)):
        word = "less than" if limits.exclusive_maximum else "at most"
        yield Complaint(
            "out-of-bounds", f"{show_number(number)} is too large: it must be {word} {show_number(most)}"
        )
    step = limits.multiple_of
    if step and not is_multiple(number, step):
        yield Complaint("out-of-bounds", f"{show_number(number)} is not a multiple of {show_number(step)}")
    if limits.sized and limits.format is not None and not in_range(number, limits.format):
        yield Complaint("out-of-bounds", f"{show_number(number)} does not fit into {limits.format}")


def _count(size: int, least: int | None, most: int | None, unit: str) -> Iterator[Complaint]:
    if least is not None and size < least:
        yield Complaint("out-of-bounds", f"it has {_units(size, unit)}, but must have at least {least}")
    if most is not None and size > most:
        yield Complaint("out-of-bounds", f"it has {_units(size, unit)}, but may have at most {most}")


def _units(size: int, unit: str) -> str:
    if unit == "entry":
        unit, plural = "entry", "entries"
    else:
        plural = f"{unit}s"
    return f"{size} {unit if size == 1 else plural}"


def _duplicates(items: list[Any], limits: Limits) -> Iterator[Complaint]:
    """Yield the items that repeat an earlier one: as a whole, or in the keys of a list that is a map."""
    if not limits.unique_items:
        return
    seen: set[str] = set()
    for position, item in enumerate(items):
        identity = _identity(item, limits.list_keys)
        if identity is None:
            continue
        if identity in seen:
            what = f" in {', '.join(limits.list_keys)}" if limits.list_keys else ""
            yield Complaint("duplicate", f"this item repeats an earlier one{what}", at=(position,))
        seen.add(identity)


def _identity(item: object, keys: tuple[str, ...]) -> str | None:
    """Return what makes an item the same as another one, None if that is not known."""
    if keys:
        if not isinstance(item, Mapping) or any(key not in item for key in keys):
            return None
        item = [item[key] for key in keys]
    try:
        return json.dumps(item, sort_keys=True)
    except TypeError:
        return None  # something in it is computed


def _alternatives(value: object, limits: Limits) -> Iterator[Complaint]:
    if any(_holds(value, part) is False for part in limits.all_of):
        yield Complaint(
            "alternatives", _unmet(limits.all_of, "it does not fit what the schema asks in `allOf`")
        )
    if limits.any_of and all(_holds(value, part) is False for part in limits.any_of):
        yield Complaint(
            "alternatives", _unmet(limits.any_of, f"it fits none of {len(limits.any_of)} alternatives")
        )
    if limits.one_of:
        yield from _one_of(value, limits.one_of)
    if limits.negated is not None and _holds(value, limits.negated) is True:
        names = _names((limits.negated,))
        what = f"{_and(names)} must not be set" if names else "the schema forbids this value"
        yield Complaint("alternatives", what if len(names) < 2 else f"{_and(names)} must not be set together")


def _one_of(value: object, branches: tuple[Limits, ...]) -> Iterator[Complaint]:
    found = [_holds(value, branch) for branch in branches]
    present = [name for name in _names(branches) if isinstance(value, Mapping) and name in value]
    if found.count(True) > 1:
        yield Complaint(
            "alternatives",
            f"it fits several of {len(branches)} alternatives, but must fit one",
            _choice(branches),
        )
    elif all(one is False for one in found) and len(present) > 1 and _only_ask_names(branches):
        yield Complaint("alternatives", f"only one of {_and(present)} may be set")
    elif all(one is False for one in found):
        yield Complaint(
            "alternatives",
            _unmet(branches, f"it fits none of {len(branches)} alternatives"),
            _choice(branches),
        )


def _unmet(branches: tuple[Limits, ...], otherwise: str) -> str:
    names = _names(branches)
    return f"one of {_and(names)} must be set" if len(names) > 1 and _only_ask_names(branches) else otherwise


def _choice(branches: tuple[Limits, ...]) -> str | None:
    groups = [_and(branch.required) for branch in branches if branch.required]
    return f"set either {' or '.join(groups)}" if len(groups) == len(branches) and len(groups) > 1 else None


def _only_ask_names(branches: tuple[Limits, ...]) -> bool:
    return all(len(branch.required) == 1 and not branch.properties for branch in branches)


def _names(branches: tuple[Limits, ...]) -> list[str]:
    return list(dict.fromkeys(name for branch in branches for name in branch.required))


def _and(names: tuple[str, ...] | list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else "".join(quoted)


_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "boolean": (bool,),
    "object": (Mapping,),
    "array": (list,),
    "null": (type(None),),
}


def _holds(value: object, limits: Limits) -> bool | None:
    """Whether a value keeps the limits of an alternative; None if that depends on what is computed."""
    if isinstance(value, Computed):
        return None if limits.kind or not _asks_nothing(limits) else True
    if limits.kind is not None and not _is_of_kind(value, limits.kind):
        return False
    if next(complaints(value, limits), None) is not None:
        return False
    return _all(_parts(value, limits))


def _asks_nothing(limits: Limits) -> bool:
    return type(limits)() == limits


def _parts(value: object, limits: Limits) -> Iterator[bool | None]:
    if isinstance(value, Mapping):
        yield all(name in value for name in limits.required)
        for name, part in limits.properties:
            if name in value:
                yield _holds(value[name], part)
        if limits.values is not None:
            for inner in value.values():
                yield _holds(inner, limits.values)
    elif isinstance(value, list) and limits.items is not None:
        for item in value:
            yield _holds(item, limits.items)
    # What is nested in an alternative is certain only where nothing in it is computed.
    for branch in (*limits.all_of, *limits.any_of, *limits.one_of):
        if _holds(value, branch) is None:
            yield None
    if limits.negated is not None:
        yield {True: False, False: True, None: None}[_holds(value, limits.negated)]
    if _has_computed(value) and limits.unique_items:
        yield None


def _all(parts: Iterator[bool | None]) -> bool | None:
    unknown = False
    for part in parts:
        if part is False:
            return False
        unknown = unknown or part is None
    return None if unknown else True


def _has_computed(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, Computed) for item in value)


def _is_of_kind(value: object, kind: str) -> bool:
    if kind in ("integer", "number"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return kind == "number" or is_integer(value)
    return isinstance(value, _KINDS.get(kind, (object,))) and not (
        kind != "boolean" and isinstance(value, bool)
    )
