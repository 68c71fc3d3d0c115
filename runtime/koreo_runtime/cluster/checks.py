"""The checks of one value that a schema asks for: bounds, lengths, patterns, formats (OpenAPI v3, JSON Schema)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from koreo_analyzer.cel.errors import CelError
from koreo_analyzer.cel.limits import DEFAULT_LIMITS
from koreo_analyzer.cel.patterns import matcher
from koreo_analyzer.schemas.numbers import is_multiple

from koreo_runtime.cluster.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Fault: TypeAlias = "tuple[Any, str]"
"""What is shown of the wrong value, and what it should have been."""
Check: TypeAlias = "tuple[frozenset[type], Callable[[Any], Fault | None]]"
"""The Python types of the values that are checked, and the check."""

_NUMBERS: Final[frozenset[type]] = frozenset({int, float})
_TEXTS: Final[frozenset[type]] = frozenset({str})
_LISTS: Final[frozenset[type]] = frozenset({list})
_MAPS: Final[frozenset[type]] = frozenset({dict})


def compile_checks(source: Mapping[str, Any]) -> tuple[Check, ...]:
    """Return the checks that the keywords of one schema node ask for."""
    found: list[Check] = []
    _number_checks(source, found)
    _size_checks(source, found)
    texts = [run for key in ("maxLength", "minLength") if (run := _length_check(source, key)) is not None]
    pattern = source.get("pattern")
    if isinstance(pattern, str) and pattern:
        texts.append(_pattern_check(pattern))
    if texts:
        found.append((_TEXTS, texts[0] if len(texts) == 1 else _first_fault(texts)))
    format_name = source.get("format")
    if isinstance(format_name, str) and format_name in FORMATS:
        found.append((_TEXTS, _format_check(format_name)))
    return tuple(found)


def _number_checks(source: Mapping[str, Any], found: list[Check]) -> None:
    smallest = source.get("minimum")
    if smallest is not None:
        if source.get("exclusiveMinimum") is True:
            found.append((_NUMBERS, _check(lambda v: v > smallest, f"should be greater than {smallest}")))
        else:
            text = f"should be greater than or equal to {smallest}"
            found.append((_NUMBERS, _check(lambda v: v >= smallest, text)))
    largest = source.get("maximum")
    if largest is not None:
        if source.get("exclusiveMaximum") is True:
            found.append((_NUMBERS, _check(lambda v: v < largest, f"should be less than {largest}")))
        else:
            found.append(
                (_NUMBERS, _check(lambda v: v <= largest, f"should be less than or equal to {largest}"))
            )
    factor = source.get("multipleOf")
    if factor:
        text = f"should be a multiple of {factor}"
        found.append((_NUMBERS, _check(lambda v: is_multiple(v, factor), text)))


def _size_checks(source: Mapping[str, Any], found: list[Check]) -> None:
    for key, types, unit in (
        ("minItems", _LISTS, "items"),
        ("maxItems", _LISTS, "items"),
        ("minProperties", _MAPS, "properties"),
        ("maxProperties", _MAPS, "properties"),
    ):
        bound = source.get(key)
        if bound is not None:
            at_least = key.startswith("min")
            text = f"should have at {'least' if at_least else 'most'} {bound} {unit}"
            found.append((types, _size_check(int(bound), text, at_least=at_least)))


def _length_check(source: Mapping[str, Any], key: str) -> Callable[[Any], Fault | None] | None:
    bound = source.get(key)
    if bound is None:
        return None
    at_least = key == "minLength"
    text = f"should be at {'least' if at_least else 'most'} {bound} chars long"
    return _size_check(int(bound), text, at_least=at_least)


def _first_fault(checks: Sequence[Callable[[Any], Fault | None]]) -> Callable[[Any], Fault | None]:
    """Return one check for several, of which the server tells the first fault only."""
    return lambda value: next((fault for check in checks if (fault := check(value)) is not None), None)


def _check(fits: Callable[[Any], bool], text: str) -> Callable[[Any], Fault | None]:
    return lambda value: None if fits(value) else (value, text)


def _size_check(bound: int, text: str, *, at_least: bool) -> Callable[[Any], Fault | None]:
    def run(value: Any) -> Fault | None:
        size = len(value)
        if size >= bound if at_least else size <= bound:
            return None
        if type(value) is str:
            return value, text
        return (bound if type(value) is dict else size), text

    return run


def _pattern_check(pattern: str) -> Callable[[Any], Fault | None]:
    """Return the check of a pattern. One that cannot be read, or takes too long, is no reason to refuse."""
    try:
        matches = matcher(DEFAULT_LIMITS, pattern)
    except CelError:
        return lambda _: None

    def run(value: Any) -> Fault | None:
        try:
            return None if matches(value) else (value, f"should match '{pattern}'")
        except CelError:
            return None

    return run


def _format_check(name: str) -> Callable[[Any], Fault | None]:
    fits = FORMATS[name]
    return lambda value: None if fits(value) else (value, f'must be of type {name}: "{value}"')
