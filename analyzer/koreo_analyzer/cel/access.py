"""Fields of maps, elements of lists and maps, and what to say when they are not there.

langdef, "Field Selection" and the index operators; through an optional, a selection gives an optional (CEL
extension "optionals").
"""

from __future__ import annotations

from typing import Any

from koreo_analyzer.cel.errors import CelError, ErrorKind, no_overload
from koreo_analyzer.cel.values import ABSENT, BoolKey, Optional, Uint, from_key, to_key, type_name
from koreo_analyzer.suggest import did_you_mean

_MISSING = object()
_MOST_KEYS_SHOWN = 10
_LONGEST_KEY = 40
_KEY_TYPES = frozenset({str, int, Uint, float, bool})


def select(value: Any, field: str) -> Any:
    """Return `value.field`. Raises `CelError`."""
    if type(value) is dict:
        found = value.get(field, _MISSING)
        if found is _MISSING:
            raise missing_field(value, field)
        return found
    if type(value) is Optional:
        return optional_select(value, field)
    raise no_overload(f"cannot read the field `{field}` of {_a(value)}: only maps have fields")


def optional_select(value: Any, field: str) -> Optional:
    """Return `value.?field`, an optional. Raises `CelError` if `value` is no map."""
    if type(value) is Optional:
        return optional_select(value.value, field) if value.present else ABSENT
    if type(value) is dict:
        found = value.get(field, _MISSING)
        return ABSENT if found is _MISSING else Optional(present=True, value=found)
    raise no_overload(f"cannot read the field `{field}` of {_a(value)}: only maps have fields")


def has_field(value: Any, field: str) -> bool:
    """Whether `value.field` is there; false for everything that has no fields (language section 2.1)."""
    if type(value) is dict:
        return field in value
    return type(value) is Optional and value.present and has_field(value.value, field)


def index(value: Any, key: Any) -> Any:
    """Return `value[key]`. Raises `CelError`."""
    kind = type(value)
    if kind is list:
        position = _position(key)
        if 0 <= position < len(value):
            return value[position]
        raise CelError(ErrorKind.OUT_OF_RANGE, _out_of_list(position, len(value)))
    if kind is dict:
        if type(key) not in _KEY_TYPES:
            raise no_overload(f"{_a(key)} cannot be the key of a map")
        found = value.get(to_key(key), _MISSING)
        if found is _MISSING:
            raise missing_field(value, key)
        return found
    if kind is Optional:
        return optional_index(value, key)
    raise no_overload(f"cannot index {_a(value)}: only lists and maps have elements")


def computed_index(value: Any, key: Any) -> Any:
    """Return `value[key]` for a key that is not written down, but is a value: it is in no message, as it may be secret.

    Raises `CelError`.
    """
    if type(value) is dict and type(key) in _KEY_TYPES:
        found = value.get(to_key(key), _MISSING)
        if found is _MISSING:
            raise CelError(ErrorKind.NO_SUCH_FIELD, f"no such key in {keys_text(value)}")
        return found
    return index(value, key)


def optional_index(value: Any, key: Any) -> Optional:
    """Return `value[?key]`, an optional. Raises `CelError` if the types do not fit."""
    kind = type(value)
    if kind is Optional:
        return optional_index(value.value, key) if value.present else ABSENT
    if kind is list:
        position = _position(key)
        return Optional(present=True, value=value[position]) if 0 <= position < len(value) else ABSENT
    if kind is dict and type(key) in _KEY_TYPES:
        found = value.get(to_key(key), _MISSING)
        return ABSENT if found is _MISSING else Optional(present=True, value=found)
    return Optional(present=True, value=index(value, key))


def _position(key: Any) -> int:
    if type(key) is int or type(key) is Uint:
        return int(key)
    if type(key) is float and key.is_integer():
        return int(key)
    if type(key) is float:
        raise CelError(ErrorKind.OUT_OF_RANGE, "the index of a list is a whole number")
    raise no_overload(f"the index of a list is an int, not {_a(key)}")


def in_map(key: Any, mapping: dict[Any, Any]) -> bool:
    """Whether a map has a key. Raises `CelError` if no map could."""
    if type(key) not in _KEY_TYPES:
        raise no_overload(f"{_a(key)} cannot be the key of a map")
    return to_key(key) in mapping


def missing_field(mapping: dict[Any, Any], field: Any) -> CelError:
    """Make the error for a field that is not there: it names those that are, and the nearest of them."""
    names = [key for key in mapping if type(key) is str]
    if type(field) is str:
        guess = did_you_mean(field, names)
        shown = f"`{_short(field)}`"
    else:
        guess = None
        shown = _key_text(field)
    what = "field" if type(field) is str else "key"
    message = f"no such {what} {shown} in {keys_text(mapping)}"
    return CelError(ErrorKind.NO_SUCH_FIELD, f"{message}; {guess}" if guess else message)


def keys_text(mapping: dict[Any, Any]) -> str:
    """Return the keys of a map for a message: `{a, b}`; the first ones if there are many."""
    if not mapping:
        return "an empty map"
    shown = [
        _short(key) if type(key) is str else _key_text(from_key(key))
        for key in list(mapping)[:_MOST_KEYS_SHOWN]
    ]
    if len(mapping) > _MOST_KEYS_SHOWN:
        shown.append("…")
    return "{" + ", ".join(shown) + "}"


def _key_text(key: Any) -> str:
    if type(key) is bool or type(key) is BoolKey:
        return "true" if to_key(key) is BoolKey.TRUE else "false"
    return repr(key)


def _short(text: str) -> str:
    text = text if text.isprintable() else ascii(text)[1:-1]
    return text if len(text) <= _LONGEST_KEY else f"{text[: _LONGEST_KEY - 1]}…"


def _out_of_list(position: int, size: int) -> str:
    if size == 0:
        return f"no element {position}: the list is empty"
    if position < 0:
        return f"no element {position}: positions in a list begin at 0"
    return f"no element {position}: the last one of the list is {size - 1}"


def _a(value: Any) -> str:
    name = type_name(value)
    return name if name == "null" else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
