"""Compare directives: keys of a target that say how the lists beside them are compared (language section 7).

They are for Koreo alone and taken out before anything is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

AS_SET: Final = "x-koreo-compare-as-set"
AS_MAP: Final = "x-koreo-compare-as-map"
LAST_APPLIED: Final = "x-koreo-compare-last-applied"
DIRECTIVES: Final = frozenset({AS_SET, AS_MAP, LAST_APPLIED})


@dataclass(frozen=True, slots=True)
class Directives:
    """What the directives of one mapping say: by key of that mapping."""

    sets: frozenset[str]
    maps: dict[str, tuple[str, ...]]
    last_applied: frozenset[str]


def read_directives(mapping: dict[str, Any]) -> Directives | None:
    """Return the directives that stand in a mapping, None without any. What is malformed is left out.

    `koreo check` reports malformed directives; a directive that an expression makes can only be seen here.
    """
    if DIRECTIVES.isdisjoint(mapping):
        return None
    maps = mapping.get(AS_MAP)
    return Directives(
        frozenset(_texts(mapping.get(AS_SET))),
        {key: fields for key, value in maps.items() if (fields := _texts(value))}
        if isinstance(maps, dict)
        else {},
        frozenset(_texts(mapping.get(LAST_APPLIED))),
    )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def without_directives(value: Any) -> Any:
    """Return plain data without any directives; parts that have none are shared with `value`."""
    kind = type(value)
    if kind is dict:
        if not DIRECTIVES.isdisjoint(value):
            return {key: without_directives(item) for key, item in value.items() if key not in DIRECTIVES}
        changed = None
        for key, item in value.items():
            if (type(item) is dict or type(item) is list) and item:
                cleaned = without_directives(item)
                if cleaned is not item:
                    changed = changed or value.copy()
                    changed[key] = cleaned
        return value if changed is None else changed
    if kind is list:
        cleaned_items = [without_directives(item) for item in value]
        if all(map(_same, cleaned_items, value)):
            return value
        return cleaned_items
    return value


def _same(left: Any, right: Any) -> bool:
    return left is right
