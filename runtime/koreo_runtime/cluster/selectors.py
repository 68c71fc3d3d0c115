"""Label selectors: `app=web,tier!=db,env in (a, b),!legacy` (Kubernetes, "Labels and Selectors")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from koreo_runtime.cluster.errors import bad_request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Selector: TypeAlias = "Callable[[Mapping[str, str]], bool]"

_KEY: Final = r"[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?"
_VALUE: Final = r"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?"
_REQUIREMENT: Final = re.compile(
    rf"\s*(?:(?P<absent>!)\s*)?(?P<key>{_KEY})\s*"
    rf"(?:(?P<operator>==|=|!=)\s*(?P<value>{_VALUE})|\s(?P<set>in|notin)\s*\((?P<values>[^()]*)\))?\s*(?:,|\Z)"
)


def parse_selector(text: str) -> Selector:
    """Return a function that tells whether labels fit. Raises 400 for a text that is no selector."""
    tests: list[Selector] = []
    position = 0
    while position < len(text):
        found = _REQUIREMENT.match(text, position)
        if found is None or (found["absent"] and (found["operator"] or found["set"])):
            raise bad_request(
                f"unable to parse requirement: {text[position:].strip()!r} is no label selector"
            )
        tests.append(_requirement(found))
        position = found.end()
    return lambda labels: all(test(labels) for test in tests)


def _requirement(found: re.Match[str]) -> Selector:
    key = found["key"]
    if found["absent"]:
        return lambda labels: key not in labels
    if found["operator"]:
        value = found["value"]
        if found["operator"] == "!=":
            return lambda labels: labels.get(key) != value
        return lambda labels: labels.get(key) == value
    if found["set"]:
        values = frozenset(each.strip() for each in found["values"].split(","))
        if found["set"] == "notin":
            return lambda labels: labels.get(key) not in values
        return lambda labels: labels.get(key) in values
    return lambda labels: key in labels


def labels_of(item: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the labels of an object."""
    return item["metadata"].get("labels") or {}
