"""Timestamps and durations: their text, their arithmetic, their parts.

langdef, "Timestamp and Duration"; text as in RFC 3339 and Go's `time.ParseDuration`. Exact to the nanosecond,
which neither `datetime` nor floating point is: `datetime.date` knows the calendar, the rest is done here.
"""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel.errors import invalid, out_of_range
from koreo_analyzer.cel.values import INT_MAX, INT_MIN, NANOSECONDS, Duration, Timestamp

if TYPE_CHECKING:
    from collections.abc import Callable

_DAY: Final = 86_400
_EPOCH_DAY: Final = datetime.date(1970, 1, 1).toordinal()
_LAST_DAY: Final = datetime.date.max.toordinal()
TIMESTAMP_MIN: Final = (1 - _EPOCH_DAY) * _DAY * NANOSECONDS
TIMESTAMP_MAX: Final = (_LAST_DAY + 1 - _EPOCH_DAY) * _DAY * NANOSECONDS - 1
DURATION_MAX: Final = 315_576_000_000 * NANOSECONDS
"""10,000 years, the range of google.protobuf.Duration."""

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)
_DURATION = re.compile(r"([+-]?)((?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|0)", re.ASCII)
_DURATION_PART = re.compile(r"(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_UNITS = {
    "ns": 1,
    "us": 1000,
    "µs": 1000,
    "μs": 1000,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_OFFSET = re.compile(r"([+-]?)(\d\d):(\d\d)", re.ASCII)
_MOST_DIGITS = 30


def parse_timestamp(text: str) -> Timestamp:
    """Read an RFC 3339 time. Raises `CelError` if it is none, or not of the years 1 to 9999."""
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise invalid("the string is no timestamp: expected one like `2020-01-31T12:00:00Z`")
    year, month, day, hour, minute, second = (int(part) for part in match.group(1, 2, 3, 4, 5, 6))
    try:
        days = datetime.date(year, month, day).toordinal() - _EPOCH_DAY
        datetime.time(hour, minute, second)
    except ValueError as error:
        raise out_of_range("the string is no timestamp: there is no such day or time") from error
    seconds = days * _DAY + hour * 3600 + minute * 60 + second
    if match[8]:
        hours, minutes = int(match[9]), int(match[10])
        if hours > 23 or minutes > 59:
            raise out_of_range("the string is no timestamp: there is no such time zone")
        offset = hours * 3600 + minutes * 60
        seconds += offset if match[8] == "-" else -offset
    return timestamp(seconds * NANOSECONDS + int((match[7] or "").ljust(9, "0")[:9]))


def timestamp(nanoseconds: int) -> Timestamp:
    """Make a timestamp. Raises `CelError` if it is not of the years 1 to 9999."""
    if TIMESTAMP_MIN <= nanoseconds <= TIMESTAMP_MAX:
        return Timestamp(nanoseconds)
    raise out_of_range("the timestamp is out of range: the years 1 to 9999 are")


def parse_duration(text: str) -> Duration:
    """Read a duration like `1h30m`, `-1.5s` or `0`. Raises `CelError` if it is none or is too long."""
    match = _DURATION.fullmatch(text)
    if match is None or len(text) > _MOST_DIGITS * 3:
        raise invalid(
            "the string is no duration: expected one like `1h30m` or `45s` (units h, m, s, ms, us, ns)"
        )
    total = 0
    for whole, fraction, unit in _DURATION_PART.findall(match[2]):
        size = _UNITS[unit]
        total += int(whole or "0") * size
        if fraction:
            total += int(fraction) * size // 10 ** len(fraction)
    return duration(-total if match[1] == "-" else total)


def duration(nanoseconds: int) -> Duration:
    """Make a duration. Raises `CelError` if it is longer than 10,000 years."""
    if -DURATION_MAX <= nanoseconds <= DURATION_MAX:
        return Duration(nanoseconds)
    raise out_of_range("the duration is out of range: at most 10,000 years are")


def difference(left: Timestamp, right: Timestamp) -> Duration:
    """Return the time from `right` to `left`.

    Raises `CelError` if its nanoseconds do not fit an int (about 292 years), as in the engines of CEL.
    """
    result = left.nanoseconds - right.nanoseconds
    if INT_MIN <= result <= INT_MAX:
        return Duration(result)
    raise out_of_range(
        "the duration is out of range: two timestamps that are subtracted can be 292 years apart"
    )


def format_timestamp(value: Timestamp) -> str:
    """Return a timestamp as RFC 3339 text in UTC, with as many digits of a second as it has, in threes."""
    seconds, fraction = divmod(value.nanoseconds, NANOSECONDS)
    days, rest = divmod(seconds, _DAY)
    date = datetime.date.fromordinal(days + _EPOCH_DAY)
    minutes, second = divmod(rest, 60)
    hour, minute = divmod(minutes, 60)
    return f"{date.isoformat()}T{hour:02}:{minute:02}:{second:02}{_fraction(fraction)}Z"


def format_duration(value: Duration) -> str:
    """Return a duration as seconds, as JSON has it for protocol buffers: `5400s`, `-1.5s`."""
    seconds, fraction = divmod(abs(value.nanoseconds), NANOSECONDS)
    return f"{'-' if value.nanoseconds < 0 else ''}{seconds}{_fraction(fraction)}s"


def _fraction(nanoseconds: int) -> str:
    if not nanoseconds:
        return ""
    digits = f"{nanoseconds:09}"
    while digits.endswith("000"):
        digits = digits[:-3]
    return f".{digits}"


def local_seconds(value: Timestamp, zone: str) -> int:
    """Return the seconds since 1970 that clocks in a time zone show; `zone` is `+01:00`, `02:00` or a name.

    Names are those of the IANA time zone database. Raises `CelError` for an unknown one.
    """
    seconds = value.nanoseconds // NANOSECONDS
    match = _OFFSET.fullmatch(zone)
    if match is not None:
        offset = int(match[2]) * 3600 + int(match[3]) * 60
        return seconds - offset if match[1] == "-" else seconds + offset
    if zone in {"", "UTC", "Z"}:
        return seconds
    return seconds + _named_offset(seconds, zone)


def _named_offset(seconds: int, zone: str) -> int:
    import zoneinfo  # noqa: PLC0415 - few expressions name a zone, and the module takes long to import

    try:
        found = zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise invalid(
            "there is no such time zone: expected a name like `Europe/Berlin` or an offset like `+01:00`"
        ) from error
    # A day from either end of the calendar the offset could lead out of it.
    bounded = min(max(seconds, TIMESTAMP_MIN // NANOSECONDS + _DAY), TIMESTAMP_MAX // NANOSECONDS - _DAY)
    moment = datetime.datetime.fromtimestamp(0, datetime.UTC) + datetime.timedelta(seconds=bounded)
    offset = moment.astimezone(found).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def date_part(part: Callable[[datetime.date], int]) -> Callable[[int], int]:
    """Return a function from local seconds to a part of their date."""

    def read(seconds: int) -> int:
        ordinal = seconds // _DAY + _EPOCH_DAY
        return part(datetime.date.fromordinal(min(max(ordinal, 1), _LAST_DAY)))

    return read
