"""The formats of strings that the API server checks in schemas (OpenAPI `format`); it ignores all others."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from koreo_analyzer.schemas.formats import is_date, is_date_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_UUID: Final = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_HOST_PART: Final = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", re.IGNORECASE)
_DURATION: Final = re.compile(
    r"[+-]?(\d+(\.\d*)?|\.\d+)\s*([a-zµ]+\s*((\d+(\.\d*)?|\.\d+)\s*[a-zµ]+\s*)*)?", re.IGNORECASE
)


def _accepts(parse: Callable[[str], Any]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return check


def _is_byte(text: str) -> bool:
    try:
        base64.b64decode(text.encode(), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return False
    return True


def _is_cidr(text: str) -> bool:
    return "/" in text and _accepts(ipaddress.ip_interface)(text)


def _is_uri(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme) or text.startswith("/")


def _is_hostname(text: str) -> bool:
    return len(text) <= 253 and all(_HOST_PART.fullmatch(part) for part in text.rstrip(".").split("."))


def _is_email(text: str) -> bool:
    name, at, host = text.rpartition("@")
    return bool(name and at and host) and not any(ch.isspace() for ch in text)


FORMATS: Final[Mapping[str, Callable[[str], bool]]] = MappingProxyType(
    {
        "date": is_date,
        "date-time": is_date_time,
        "datetime": is_date_time,
        "byte": _is_byte,
        "ipv4": _accepts(ipaddress.IPv4Address),
        "ipv6": _accepts(ipaddress.IPv6Address),
        "cidr": _is_cidr,
        "uri": _is_uri,
        "uuid": lambda text: _UUID.fullmatch(text) is not None,
        "hostname": _is_hostname,
        "email": _is_email,
        "duration": lambda text: _DURATION.fullmatch(text) is not None,
    }
)
"""Whether a string has a format, by the format's name."""
