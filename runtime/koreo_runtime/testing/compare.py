"""The exact comparison of an expectation with what a function made (language section 9).

Unlike drift, which asks whether the actual object holds what the target wants, an expectation is met only by an
equal value: nothing may be missing and nothing may be there in addition. Compare directives may stand in the
expectation. A passing case costs one comparison of Python's; all differing paths are found only for a failing one.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.json_data import json_equal

from koreo_runtime.functions.directives import DIRECTIVES, read_directives
from koreo_runtime.functions.drift import item_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Path

OWNER_REFERENCES: Final = "ownerReferences"
_AMBIGUOUS: Final = frozenset({0, 1})
"""Python's `==` does not tell these from `False` and `True`."""


class DifferenceKind(enum.Enum):
    """How a value differs from what is expected. The text is stable: reports print it."""

    MISSING = "missing"
    """Expected and not there."""
    EXTRA = "extra"
    """There and not expected."""
    DIFFERENT = "different"
    """Both are there."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place in which an actual value is not what is expected.

    `path` leads from the value that is compared: through the expected one, or for an `EXTRA` through the actual
    one. `expected` is None for an `EXTRA`, `actual` for what is `MISSING`.
    """

    path: Path
    kind: DifferenceKind
    expected: Any
    actual: Any


class Exactly:
    """An expected value, prepared once for any number of comparisons."""

    __slots__ = ("_has_directives", "_typed", "expected")

    def __init__(self, expected: Any) -> None:
        self.expected = expected
        self._typed: list[tuple[Path, bool]] = []
        self._has_directives = False
        self._examine(expected, ())

    def _examine(self, value: Any, path: Path) -> None:
        """Note the directives and the values that Python's `==` takes for others."""
        if isinstance(value, dict):
            if not DIRECTIVES.isdisjoint(value):
                self._has_directives = True
            for key, item in value.items():
                if type(item) is not str and key != OWNER_REFERENCES:
                    self._examine(item, (*path, key))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if type(item) is not str:
                    self._examine(item, (*path, index))
        elif value in _AMBIGUOUS:
            self._typed.append((path, type(value) is bool))

    def matches(self, actual: Any) -> bool:
        """Whether `actual` is what is expected."""
        if self._has_directives or self.expected != actual:
            return next(differences(self.expected, actual), None) is None
        for path, is_bool in self._typed:
            found = actual
            for part in path:
                found = found[part]
            if (type(found) is bool) is not is_bool:
                return False
        return True

    def differences(self, actual: Any) -> tuple[Difference, ...]:
        """Return every place in which `actual` differs, in the order of the expectation."""
        return tuple(differences(self.expected, actual))


def differences(expected: Any, actual: Any, path: Path = ()) -> Iterator[Difference]:
    """Yield every place in which two values differ; compare directives in `expected` are followed.

    `1` and `1.0` are equal, `true` and `1` are not; null is not absence; a key `ownerReferences` is not compared.
    """
    if isinstance(expected, dict) and isinstance(actual, dict):
        yield from _mappings(expected, actual, path)
    elif isinstance(expected, list) and isinstance(actual, list):
        yield from _lists(expected, actual, path)
    elif not json_equal(expected, actual):
        yield Difference(path, DifferenceKind.DIFFERENT, expected, actual)


def _mappings(expected: dict[str, Any], actual: dict[str, Any], path: Path) -> Iterator[Difference]:
    directives = read_directives(expected)
    for key, value in expected.items():
        if key in DIRECTIVES or key == OWNER_REFERENCES:
            continue
        if key not in actual:
            yield Difference((*path, key), DifferenceKind.MISSING, value, None)
            continue
        found = actual[key]
        here = (*path, key)
        if directives is None or not isinstance(value, list) or not isinstance(found, list):
            yield from differences(value, found, here)
        elif key in directives.sets:
            yield from _sets(value, found, here)
        elif key in directives.maps:
            yield from _keyed(value, found, directives.maps[key], here)
        else:
            yield from differences(value, found, here)
    for key, found in actual.items():
        if key not in expected and key not in DIRECTIVES and key != OWNER_REFERENCES:
            yield Difference((*path, key), DifferenceKind.EXTRA, None, found)


def _lists(expected: list[Any], actual: list[Any], path: Path) -> Iterator[Difference]:
    for index, (value, found) in enumerate(zip(expected, actual, strict=False)):
        yield from differences(value, found, (*path, index))
    yield from _rest(expected, actual, path)


def _rest(expected: list[Any], actual: list[Any], path: Path) -> Iterator[Difference]:
    for index in range(len(actual), len(expected)):
        yield Difference((*path, index), DifferenceKind.MISSING, expected[index], None)
    for index in range(len(expected), len(actual)):
        yield Difference((*path, index), DifferenceKind.EXTRA, None, actual[index])


def _sets(expected: list[Any], actual: list[Any], path: Path) -> Iterator[Difference]:
    """Compare two lists of scalars as sets; a list that holds anything else never matches."""
    if any(isinstance(item, dict | list) for item in (*expected, *actual)):
        yield Difference(path, DifferenceKind.DIFFERENT, expected, actual)
        return
    wanted = {_scalar_key(item) for item in expected}
    found = {_scalar_key(item) for item in actual}
    for index, item in enumerate(expected):
        if _scalar_key(item) not in found:
            yield Difference((*path, index), DifferenceKind.MISSING, item, None)
    for index, item in enumerate(actual):
        if _scalar_key(item) not in wanted:
            yield Difference((*path, index), DifferenceKind.EXTRA, None, item)


def _scalar_key(value: Any) -> tuple[bool, Any]:
    return isinstance(value, bool), value


def _keyed(
    expected: list[Any], actual: list[Any], fields: tuple[str, ...], path: Path
) -> Iterator[Difference]:
    """Compare two lists of objects as maps, by the text of some of their fields; the last duplicate wins."""
    if not all(isinstance(item, dict) for item in (*expected, *actual)):
        yield Difference(path, DifferenceKind.DIFFERENT, expected, actual)
        return
    wanted = {item_key(item, fields): index for index, item in enumerate(expected)}
    found = {item_key(item, fields): index for index, item in enumerate(actual)}
    for key, index in wanted.items():
        other = found.get(key)
        if other is None:
            yield Difference((*path, index), DifferenceKind.MISSING, expected[index], None)
        else:
            yield from differences(expected[index], actual[other], (*path, index))
    for key, index in found.items():
        if key not in wanted:
            yield Difference((*path, index), DifferenceKind.EXTRA, None, actual[index])
