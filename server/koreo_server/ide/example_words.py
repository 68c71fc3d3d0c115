"""Example values by what a field is called: a port is 80, a host is one that RFC 2606 keeps for examples.

Only plain data whose form nearly every user of the word agrees on; a wrong guess is worse than `example-word`.
"""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final[dict[str, tuple[str | int, ...]]] = {
    "port": (80, "80"),
    "url": ("https://example.com/",),
    "uri": ("https://example.com/",),
    "host": ("www.example.com",),
    "hostname": ("www.example.com",),
    "fqdn": ("www.example.com",),
    "domain": ("example.com",),
    "email": ("someone@example.com",),
    "image": ("nginx:1.27",),
    "cidr": ("192.0.2.0/24",),
    "cidrblock": ("192.0.2.0/24",),
    "ip": ("192.0.2.1",),
    "cpu": ("100m",),
    "memory": ("128Mi",),
    "storage": ("1Gi",),
    "size": ("1Gi",),
    "version": ("1.0.0",),
    "schedule": ("0 * * * *",),
    "cron": ("0 * * * *",),
    "timeout": (30, "30s"),
    "interval": (30, "30s"),
}
"""The last word of a name to values: numbers before texts, as a text stands for a number less often than it is one."""
_PART: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def known_values(name: str) -> tuple[str | int, ...]:
    """Return what fields of a name usually hold: `containerPort` and `ports` are ports, `portName` is none."""
    words = [word.lower() for word in _PART.findall(name)]
    for length in (2, 1):
        word = "".join(words[-length:])
        found = _WORDS.get(word) or _WORDS.get(word.removesuffix("s"))
        if found is not None:
            return found
    return ()
