"""The parts of timestamps and durations (langdef, "List of Standard Definitions")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.cel.signature import Function, function, overload
from koreo_analyzer.cel.times import date_part, local_seconds
from koreo_analyzer.cel.values import NANOSECONDS, Duration, Timestamp

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

_MILLISECOND = NANOSECONDS // 1000
_DAY = 86_400


def _year(date: datetime.date) -> int:
    return date.year


def _month(date: datetime.date) -> int:
    return date.month - 1


def _date(date: datetime.date) -> int:
    return date.day


def _day_of_month(date: datetime.date) -> int:
    return date.day - 1


def _day_of_week(date: datetime.date) -> int:
    return date.isoweekday() % 7


def _day_of_year(date: datetime.date) -> int:
    return date.timetuple().tm_yday - 1


def _hours(seconds: int) -> int:
    return seconds % _DAY // 3600


def _minutes(seconds: int) -> int:
    return seconds % 3600 // 60


def _seconds(seconds: int) -> int:
    return seconds % 60


def _milliseconds(value: Timestamp) -> int:
    return value.nanoseconds % NANOSECONDS // _MILLISECOND


def _zoned_milliseconds(value: Timestamp, zone: str) -> int:
    local_seconds(value, zone)
    return _milliseconds(value)


def _part(name: str, doc: str, example: str, result: str, read: Callable[[int], int]) -> Function:
    return _row(
        name,
        doc,
        example,
        result,
        lambda value: read(value.nanoseconds // NANOSECONDS),
        lambda value, zone: read(local_seconds(value, zone)),
    )


def _row(
    name: str,
    doc: str,
    example: str,
    result: str,
    in_utc: Callable[[Timestamp], int],
    in_zone: Callable[[Timestamp, str], int],
    of_duration: Callable[[Duration], int] | None = None,
) -> Function:
    overloads = [
        overload(f"timestamp.{name}() -> int", in_utc),
        overload(f"timestamp.{name}(zone: string) -> int", in_zone),
    ]
    if of_duration is not None:
        overloads.append(overload(f"duration.{name}() -> int", of_duration))
    return function(name, doc, example, result, *overloads)


def _clock(name: str, doc: str, example: str, result: str, read: Callable[[int], int], unit: int) -> Function:
    """Make a row for a part that durations have too: their whole length in that unit."""
    return _row(
        name,
        doc,
        example,
        result,
        lambda value: read(value.nanoseconds // NANOSECONDS),
        lambda value, zone: read(local_seconds(value, zone)),
        lambda value: _whole(value.nanoseconds, unit * NANOSECONDS),
    )


def _whole(nanoseconds: int, unit: int) -> int:
    return -(-nanoseconds // unit) if nanoseconds < 0 else nanoseconds // unit


def _duration_milliseconds(value: Duration) -> int:
    rest = abs(value.nanoseconds) % NANOSECONDS // _MILLISECOND
    return -rest if value.nanoseconds < 0 else rest


_MOMENT = "timestamp('2024-03-05T07:08:09.250Z')"

ROWS = (
    _part("getFullYear", "The year.", f"{_MOMENT}.getFullYear()", "2024", date_part(_year)),
    _part("getMonth", "The month; January is 0.", f"{_MOMENT}.getMonth()", "2", date_part(_month)),
    _part("getDate", "The day of the month, from 1.", f"{_MOMENT}.getDate()", "5", date_part(_date)),
    _part(
        "getDayOfMonth",
        "The day of the month, from 0.",
        f"{_MOMENT}.getDayOfMonth()",
        "4",
        date_part(_day_of_month),
    ),
    _part(
        "getDayOfWeek",
        "The day of the week; Sunday is 0.",
        f"{_MOMENT}.getDayOfWeek()",
        "2",
        date_part(_day_of_week),
    ),
    _part(
        "getDayOfYear",
        "The day of the year, from 0.",
        f"{_MOMENT}.getDayOfYear()",
        "64",
        date_part(_day_of_year),
    ),
    _clock(
        "getHours",
        "The hour of a timestamp, in a time zone if one is given; the whole hours of a duration.",
        f"{_MOMENT}.getHours('+02:00') + duration('90m').getHours()",
        "10",
        _hours,
        3600,
    ),
    _clock(
        "getMinutes",
        "The minute of a timestamp; the whole minutes of a duration.",
        f"{_MOMENT}.getMinutes() + duration('90m').getMinutes()",
        "98",
        _minutes,
        60,
    ),
    _clock(
        "getSeconds",
        "The second of a timestamp; the whole seconds of a duration.",
        f"{_MOMENT}.getSeconds() + duration('90m').getSeconds()",
        "5409",
        _seconds,
        1,
    ),
    _row(
        "getMilliseconds",
        "The milliseconds within the second.",
        f"{_MOMENT}.getMilliseconds()",
        "250",
        _milliseconds,
        _zoned_milliseconds,
        _duration_milliseconds,
    ),
)
