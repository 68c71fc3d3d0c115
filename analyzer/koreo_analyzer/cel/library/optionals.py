"""CEL's extension library "optionals", but for its macros and operators.

`or` and `orValue` evaluate their argument only when it is needed, so the compiler runs them itself; their
rows say what they take.
"""

from __future__ import annotations

from typing import Any

from koreo_analyzer.cel.errors import invalid, no_overload
from koreo_analyzer.cel.signature import function, overload
from koreo_analyzer.cel.values import ABSENT, Duration, Optional, Timestamp

_ZEROS = frozenset({Timestamp(0), Duration(0)})


def _of(value: Any) -> Optional:
    return Optional(present=True, value=value)


def _none() -> Optional:
    return ABSENT


def _of_non_zero(value: Any) -> Optional:
    if isinstance(value, Timestamp | Duration):
        return ABSENT if value in _ZEROS else _of(value)
    if isinstance(value, Optional):
        return _of(value) if value.present else ABSENT
    return _of(value) if value else ABSENT


def _value(optional: Optional) -> Any:
    if optional.present:
        return optional.value
    raise invalid("the optional has no value: write `.orValue(…)` for another one")


def _or(optional: Optional, other: Optional) -> Optional:
    return optional if optional.present else other


def _or_value(optional: Optional, other: Any) -> Any:
    return optional.value if optional.present else other


def _unwrap(optionals: list[Any]) -> list[Any]:
    if any(type(item) is not Optional for item in optionals):
        raise no_overload("`unwrap` takes a list of optionals")
    return [item.value for item in optionals if item.present]


def _first(items: list[Any]) -> Optional:
    return _of(items[0]) if items else ABSENT


def _last(items: list[Any]) -> Optional:
    return _of(items[-1]) if items else ABSENT


ROWS = (
    function(
        "none",
        "An optional without a value.",
        "optional.none().hasValue()",
        "false",
        overload("none() -> optional(T)", _none),
        namespace="optional",
    ),
    function(
        "of",
        "An optional with a value.",
        "optional.of(1).value()",
        "1",
        overload("of(value: T) -> optional(T)", _of),
        namespace="optional",
    ),
    function(
        "ofNonZeroValue",
        "An optional that has a value unless it is null, false, 0 or empty.",
        "optional.ofNonZeroValue('').orValue('x')",
        "'x'",
        overload("ofNonZeroValue(value: T) -> optional(T)", _of_non_zero),
        namespace="optional",
    ),
    function(
        "unwrap",
        "The values of those optionals of a list that have one.",
        "optional.unwrap([optional.of(1), optional.none()])",
        "[1]",
        overload("unwrap(optionals: list(optional(T))) -> list(T)", _unwrap),
        namespace="optional",
    ),
    function(
        "unwrapOpt",
        "The values of those optionals of a list that have one.",
        "[optional.of(1), optional.none()].unwrapOpt()",
        "[1]",
        overload("list(optional(T)).unwrapOpt() -> list(T)", _unwrap),
    ),
    function(
        "hasValue",
        "Whether an optional has a value.",
        "{'a': 1}.?a.hasValue()",
        "true",
        overload("optional(T).hasValue() -> bool", lambda optional: optional.present),
    ),
    function(
        "value",
        "The value of an optional; an error if it has none.",
        "{'a': 1}.?a.value()",
        "1",
        overload("optional(T).value() -> T", _value),
    ),
    function(
        "or",
        "The optional itself, or another one if it has no value.",
        "{}.?a.or(optional.of(2)).value()",
        "2",
        overload("optional(T).or(other: optional(T)) -> optional(T)", _or),
    ),
    function(
        "orValue",
        "The value of an optional, or another one if it has none.",
        "{}.?a.orValue(2)",
        "2",
        overload("optional(T).orValue(other: T) -> T", _or_value),
    ),
    function(
        "first",
        "The first element of a list as an optional.",
        "[1, 2].first().value()",
        "1",
        overload("list(T).first() -> optional(T)", _first),
    ),
    function(
        "last",
        "The last element of a list as an optional.",
        "[1, 2].last().value()",
        "2",
        overload("list(T).last() -> optional(T)", _last),
    ),
)
