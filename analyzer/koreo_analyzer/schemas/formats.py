"""Whether a text has the format that a schema names.

Only formats that the API server checks are listed, and of each only what is certain: a text that is refused here
is refused there (k8s.io/kube-openapi, `validation/strfmt`; apimachinery, `resource.Quantity`).
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import date
from typing import TYPE_CHECKING, Final

from koreo_analyzer.types import QUANTITY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_QUANTITY: Final = re.compile(
    r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?", re.ASCII
)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME: Final = re.compile(
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)([.,]\d+)?(z|[+-]\d\d:\d\d)", re.IGNORECASE | re.ASCII
)
_IPV4: Final = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}", re.ASCII)
_UUID: Final = re.compile(
    r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.ASCII | re.IGNORECASE
)
EXAMPLES: Final[Mapping[str, str]] = {
    QUANTITY: "500m, 1.5 or 2Gi",
    "byte": "base64, such as aGVsbG8=",
    "date": "2024-05-01",
    "date-time": "2024-05-01T12:00:00Z",
    "ipv4": "10.0.0.1",
    "uuid": "01234567-89ab-cdef-0123-456789abcdef",
}
"""What a text of a format looks like."""


def has_format(text: str, name: str) -> bool:
    """Whether a text may have a format; true for one that is not checked."""
    check = _CHECKS.get(name)
    return check is None or check(text)


def is_date(text: str) -> bool:
    """Whether a text is a day that there is."""
    if not _DATE.fullmatch(text):
        return False
    try:
        # Go knows a year 0, which has as many days as 2000.
        date.fromisoformat(f"2000{text[4:]}" if text.startswith("0000") else text)
    except ValueError:
        return False
    return True


def is_date_time(text: str) -> bool:
    """Whether a text is a point in time, with its time zone (RFC 3339)."""
    day, separator, time = text.partition("T" if "T" in text else "t")
    found = _TIME.fullmatch(time)
    if not separator or found is None or not is_date(day):
        return False
    return int(found["hour"]) <= 23 and int(found["minute"]) <= 59 and int(found["second"]) <= 59


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode("".join(text.split("\n")).encode(), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


_CHECKS: Final[Mapping[str, Callable[[str], bool]]] = {
    QUANTITY: _matches(_QUANTITY),
    "byte": _is_base64,
    "date": is_date,
    "date-time": is_date_time,
    "ipv4": _matches(_IPV4),
    "uuid": _matches(_UUID),
}
