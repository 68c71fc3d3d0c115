"""CEL's standard functions and conversions (langdef, "List of Standard Definitions")."""

from __future__ import annotations

from typing import Any

from koreo_analyzer.cel.compare import contains
from koreo_analyzer.cel.convert import (
    bool_from_string,
    bytes_from_string,
    double_from_int,
    double_from_string,
    int_from_double,
    int_from_string,
    int_from_timestamp,
    int_from_uint,
    string_from_bool,
    string_from_bytes,
    string_from_double,
    uint_from_double,
    uint_from_int,
    uint_from_string,
)
from koreo_analyzer.cel.patterns import matches
from koreo_analyzer.cel.signature import both, function, overload
from koreo_analyzer.cel.times import (
    format_duration,
    format_timestamp,
    parse_duration,
    parse_timestamp,
    timestamp,
)
from koreo_analyzer.cel.values import NANOSECONDS, Timestamp, type_of


def _same(value: Any) -> Any:
    return value


def _timestamp_from_int(seconds: int) -> Timestamp:
    return timestamp(seconds * NANOSECONDS)


ROWS = (
    function(
        "size",
        "The number of characters, bytes, elements or keys.",
        "size('häuser') + size([1, 2])",
        "8",
        *both("size(text: string) -> int", len),
        *both("size(value: bytes) -> int", len),
        *both("size(list: list(T)) -> int", len),
        *both("size(map: map(K, V)) -> int", len),
    ),
    function(
        "type",
        "The type of a value.",
        "type('a') == string",
        "true",
        overload("type(value: T) -> type", type_of),
    ),
    function(
        "dyn",
        "The value itself; a static check takes it for any type.",
        "dyn(1) == 'a'",
        "false",
        overload("dyn(value: T) -> dyn", _same),
    ),
    function(
        "int",
        "A number without its fraction, the number of a text, or the seconds since 1970 of a timestamp.",
        "int('42') + int(1.9)",
        "43",
        overload("int(value: int) -> int", _same),
        overload("int(value: uint) -> int", int_from_uint),
        overload("int(value: double) -> int", int_from_double),
        overload("int(text: string) -> int", int_from_string),
        overload("int(value: timestamp) -> int", int_from_timestamp),
    ),
    function(
        "uint",
        "A number without its fraction, or the number that a text spells, as an unsigned one.",
        "uint(3.7)",
        "3u",
        overload("uint(value: uint) -> uint", _same),
        overload("uint(value: int) -> uint", uint_from_int),
        overload("uint(value: double) -> uint", uint_from_double),
        overload("uint(text: string) -> uint", uint_from_string),
    ),
    function(
        "double",
        "A number as a double, or the one that a text spells.",
        "double('1.5') + double(1)",
        "2.5",
        overload("double(value: double) -> double", _same),
        overload("double(value: int) -> double", double_from_int),
        overload("double(value: uint) -> double", double_from_int),
        overload("double(text: string) -> double", double_from_string),
    ),
    function(
        "string",
        "A value as text. Lists, maps and null have none: see `to_json`.",
        "string(1.0) + string(true) + string(duration('90m'))",
        "'1true5400s'",
        overload("string(text: string) -> string", _same),
        overload("string(value: int) -> string", str),
        overload("string(value: uint) -> string", int.__repr__),
        overload("string(value: double) -> string", string_from_double),
        overload("string(value: bool) -> string", string_from_bool),
        overload("string(value: bytes) -> string", string_from_bytes),
        overload("string(value: timestamp) -> string", format_timestamp),
        overload("string(value: duration) -> string", format_duration),
    ),
    function(
        "bytes",
        "The bytes of a text in UTF-8.",
        "size(bytes('ä'))",
        "2",
        overload("bytes(value: bytes) -> bytes", _same),
        overload("bytes(text: string) -> bytes", bytes_from_string),
    ),
    function(
        "bool",
        "The bool that a text spells: `true`, `True`, `TRUE`, `t`, `1` and their opposites.",
        "bool('true')",
        "true",
        overload("bool(value: bool) -> bool", _same),
        overload("bool(text: string) -> bool", bool_from_string),
    ),
    function(
        "timestamp",
        "A point in time, from RFC 3339 text or from seconds since 1970.",
        "timestamp('1970-01-01T00:01:00Z') == timestamp(60)",
        "true",
        overload("timestamp(value: timestamp) -> timestamp", _same),
        overload("timestamp(text: string) -> timestamp", parse_timestamp),
        overload("timestamp(seconds: int) -> timestamp", _timestamp_from_int),
    ),
    function(
        "duration",
        "A length of time, from text with the units h, m, s, ms, us and ns.",
        "duration('1h30m') == duration('5400s')",
        "true",
        overload("duration(value: duration) -> duration", _same),
        overload("duration(text: string) -> duration", parse_duration),
    ),
    function(
        "matches",
        "Whether a pattern (RE2 syntax) matches somewhere in a text; `^` and `$` tie it to the ends.",
        "'web-01'.matches('^[a-z]+-[0-9]+$')",
        "true",
        *both("matches(text: string, pattern: string) -> bool", matches, limited=True),
    ),
    function(
        "contains",
        "Whether a text holds another one, or a list holds an element.",
        "'abc'.contains('b') && ['a'].contains('a')",
        "true",
        overload("string.contains(part: string) -> bool", str.__contains__),
        overload("list(T).contains(element: T) -> bool", contains),
    ),
    function(
        "startsWith",
        "Whether a text begins with another one.",
        "'abc'.startsWith('ab')",
        "true",
        overload("string.startsWith(prefix: string) -> bool", str.startswith),
    ),
    function(
        "endsWith",
        "Whether a text ends with another one.",
        "'abc'.endsWith('bc')",
        "true",
        overload("string.endsWith(suffix: string) -> bool", str.endswith),
    ),
)
