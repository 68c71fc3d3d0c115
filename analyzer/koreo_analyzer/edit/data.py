"""The data that an edit writes: checked, comparable in one step, and changed at a path without touching the rest."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, TypeAlias

from koreo_analyzer.yaml.problem import MAX_DEPTH, MAX_VALUES

if TYPE_CHECKING:
    from collections.abc import Hashable

    from koreo_analyzer.yaml.resolve import ScalarValue, Value

Path: TypeAlias = tuple[str | int, ...]

_INT64 = range(-(2**63), 2**63)
_UINT64_END: Final = 2**64


class RefusedError(Exception):
    """An edit that cannot be made; the text is the reason, for people."""


class Identities:
    """Gives equal data equal numbers, so that parts of two trees are compared in constant time.

    Booleans differ from numbers, `1` equals `1.0`, and the order of keys does not count. The containers asked for
    must outlive this object, which remembers them by their address.
    """

    __slots__ = ("_numbers", "_seen")

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._seen: dict[int, int] = {}

    def of(self, data: Value) -> int:
        """Return the number of some data; recursion ends at MAX_DEPTH, as data do."""
        if not isinstance(data, dict | list):
            return self._number(_scalar_key(data))
        known = self._seen.get(id(data))
        if known is None:
            of = self.of
            if isinstance(data, dict):
                known = self._number(frozenset([(name, of(part)) for name, part in data.items()]))
            else:
                known = self._number(tuple([of(part) for part in data]))
            self._seen[id(data)] = known
        return known

    def _number(self, key: Hashable) -> int:
        return self._numbers.setdefault(key, len(self._numbers))


def _scalar_key(data: ScalarValue) -> Hashable:
    if isinstance(data, bool):
        return "bool", data
    if isinstance(data, float) and math.isnan(data):
        return "nan"
    return data


def checked(value: object) -> Value:
    """Return a copy of plain data as Kubernetes holds them; raises RefusedError for what has no JSON form."""
    return _Checker().copy(value, 0)


class _Checker:
    """Copies data and counts them."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_VALUES

    def copy(self, value: object, depth: int) -> Value:
        self.left -= 1
        if self.left < 0:
            raise RefusedError(f"the value holds more than {MAX_VALUES} values")
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return _text(value)
        if isinstance(value, int):
            return _integer(int(value))
        if isinstance(value, float):
            return _float(value)
        if depth >= MAX_DEPTH:
            raise RefusedError(f"the value is nested deeper than {MAX_DEPTH} levels")
        if isinstance(value, list | tuple):
            return [self.copy(part, depth + 1) for part in value]
        if isinstance(value, dict):
            copied: dict[str, Value] = {}
            for name, part in value.items():
                if not isinstance(name, str):
                    raise RefusedError(f"a key must be a text, not {type(name).__name__}")
                copied[_text(name)] = self.copy(part, depth + 1)
            return copied
        raise RefusedError(f"a value of type {type(value).__name__} cannot be written as YAML")


def _text(value: str) -> str:
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise RefusedError("a text with half a surrogate pair cannot be written as YAML")
    return str(value)


def _integer(value: int) -> int | float:
    if value in _INT64 or 0 <= value < _UINT64_END:
        return value
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if number != value:
        raise RefusedError("an integer of more than 64 bits cannot be held exactly")
    return number


def _float(value: float) -> int | float:
    if not math.isfinite(value):
        raise RefusedError(f"{value} cannot be written as JSON")
    return int(value) if value.is_integer() and int(value) in _INT64 else value


def put(data: Value, path: Path, value: Value) -> Value:
    """Return `data` with `value` at a path: parents that are missing or null are made, the rest is shared.

    A position may be one past the end of its list. Raises RefusedError where the path cannot lead on.
    """
    return _put(data, path, 0, value)


def _put(data: Value, path: Path, depth: int, value: Value) -> Value:
    if depth == len(path):
        return value
    part = path[depth]
    if isinstance(part, str):
        if data is None:
            data = {}
        if not isinstance(data, dict):
            raise RefusedError(f"`{shown(path[:depth])}` is {kind_of(data)}, which has no key `{part}`")
        return {**data, part: _put(data.get(part), path, depth + 1, value)}
    if data is None:
        data = []
    if not isinstance(data, list):
        raise RefusedError(f"`{shown(path[:depth])}` is {kind_of(data)}, not a list")
    if not 0 <= part <= len(data):
        raise RefusedError(f"`{shown(path[:depth])}` has {len(data)} items, so none at position {part}")
    old = data[part] if part < len(data) else None
    return [*data[:part], _put(old, path, depth + 1, value), *data[part + 1 :]]


def take(data: Value, path: Path) -> Value:
    """Return `data` without what stands at a path; `data` itself if nothing stands there.

    Raises RefusedError for the path of the document itself.
    """
    if not path:
        raise RefusedError("a document cannot be removed from itself")
    part, rest = path[0], path[1:]
    if isinstance(part, str):
        if not isinstance(data, dict) or part not in data:
            return data
        if rest:
            kept = take(data[part], rest)
            return data if kept is data[part] else {**data, part: kept}
        return {name: value for name, value in data.items() if name != part}
    if not isinstance(data, list) or not 0 <= part < len(data):
        return data
    if rest:
        kept = take(data[part], rest)
        return data if kept is data[part] else [*data[:part], kept, *data[part + 1 :]]
    return [*data[:part], *data[part + 1 :]]


def shown(path: Path) -> str:
    """Return a path as people write it: `spec.testCases[0].label`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "the document"


def kind_of(data: Value) -> str:
    """Return what some data are, in a word with its article."""
    if isinstance(data, dict):
        return "a mapping"
    if isinstance(data, list):
        return "a list"
    if isinstance(data, str):
        return "a text"
    return "null" if data is None else "a boolean" if isinstance(data, bool) else "a number"
