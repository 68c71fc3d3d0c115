"""The expected value that an actual one meets, made from the one that it does not meet.

What a user wrote is kept wherever it still holds: compare directives, the order of lists that are compared as sets
or maps, the order of keys, `ownerReferences`, which are not compared. All else becomes the actual value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from koreo_runtime.functions.directives import AS_MAP, DIRECTIVES, read_directives, without_directives
from koreo_runtime.functions.drift import item_key
from koreo_runtime.testing.compare import OWNER_REFERENCES, differences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_runtime.functions.directives import Directives

_IDENTITY: Final = "name"
"""The field by which most lists of Kubernetes tell their items apart."""


def accepted(expected: Any, actual: Any) -> Any:
    """Return what `actual` meets exactly and is as near to `expected` as can be.

    Neither is changed; the result shares parts with both.
    """
    if next(differences(expected, actual), None) is None:
        return expected
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _mapping(expected, actual)
    if isinstance(expected, list) and isinstance(actual, list):
        return _list(expected, actual)
    return without_directives(actual)


def _mapping(expected: dict[str, Any], actual: dict[str, Any]) -> dict[str, Any]:
    directives = read_directives(expected)
    directed = {} if directives is None else dict(_directed(directives, expected, actual))
    result: dict[str, Any] = {}
    for key, value in expected.items():
        if key in DIRECTIVES or key == OWNER_REFERENCES:
            result[key] = value
        elif key in actual:
            made = directed.get(key)
            result[key] = accepted(value, actual[key]) if made is None else made
    for key, found in actual.items():
        if key not in expected and key not in DIRECTIVES and key != OWNER_REFERENCES:
            result[key] = without_directives(found)
    if directives is None:
        return result
    unfit = {key for key, made in directed.items() if made is None}
    unfit |= {key for key in expected if key not in actual}
    return dict(_fitting(result, unfit))


def _directed(
    directives: Directives, expected: dict[str, Any], actual: dict[str, Any]
) -> Iterator[tuple[str, list[Any] | None]]:
    """Yield the actual lists that directives speak of, by key, as expectations; None if they cannot compare it."""
    for key in directives.sets | directives.maps.keys():
        found, value = actual.get(key), expected.get(key)
        if isinstance(found, list):
            items = value if isinstance(value, list) else []
            is_set = key in directives.sets
            yield key, _set(items, found) if is_set else _keyed(items, found, directives.maps[key])


def _fitting(mapping: dict[str, Any], unfit: set[str]) -> Iterator[tuple[str, Any]]:
    """Yield the entries of a mapping; what its directives say of keys that they do not fit is left out."""
    for key, value in mapping.items():
        if key not in DIRECTIVES or unfit.isdisjoint(value):
            yield key, value
        elif key == AS_MAP:
            if fields := {name: fields for name, fields in value.items() if name not in unfit}:
                yield key, fields
        elif names := [name for name in value if name not in unfit]:
            yield key, names


def _set(expected: list[Any], actual: list[Any]) -> list[Any] | None:
    if any(isinstance(item, dict | list) for item in (*expected, *actual)):
        return None
    wanted = {_scalar_key(item) for item in expected}
    found = {_scalar_key(item): item for item in actual}
    kept = [item for item in expected if _scalar_key(item) in found]
    return kept + [item for key, item in found.items() if key not in wanted]


def _scalar_key(value: Any) -> tuple[bool, Any]:
    return isinstance(value, bool), value


def _keyed(expected: list[Any], actual: list[Any], fields: tuple[str, ...]) -> list[Any] | None:
    if not all(isinstance(item, dict) for item in (*expected, *actual)):
        return None
    found = {item_key(item, fields): item for item in actual}
    wanted = {item_key(item, fields) for item in expected}
    kept = [accepted(item, found[key]) for item in expected if (key := item_key(item, fields)) in found]
    return kept + [without_directives(item) for key, item in found.items() if key not in wanted]


def _list(expected: list[Any], actual: list[Any]) -> list[Any]:
    """Return the actual items, each made from the expected one of its name, or else of its position."""
    named = {name: item for item in expected if (name := _name(item)) is not None}
    result: list[Any] = []
    for index, item in enumerate(actual):
        name = _name(item)
        if name in named:
            result.append(accepted(named[name], item))
        elif name is None and index < len(expected):
            result.append(accepted(expected[index], item))
        else:
            result.append(without_directives(item))
    return result


def _name(item: Any) -> str | None:
    name = item.get(_IDENTITY) if isinstance(item, dict) else None
    return name if isinstance(name, str) else None
