"""Kubernetes quantities (`500m`, `1Gi`): texts that are equal when their values are (language section 7).

The API server writes them back in a form of its own: `0.5` for a CPU comes back as `500m`. Which fields hold
quantities is known from a schema; here is a table for the fields of built-in kinds that users set, for as long
as no schema is at hand. Syntax: Kubernetes API reference, `resource.Quantity`.
"""

from __future__ import annotations

import re
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from koreo_analyzer.language.document import Path

    from koreo_runtime.effects import ResourceId

IsQuantity: TypeAlias = "Callable[[ResourceId, Path], bool]"
"""Whether the field at a path of a resource holds a quantity. Positions in lists are part of the path."""

_QUANTITY = re.compile(
    r"([+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40}))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,2}))?"
)
_FACTORS: Mapping[str, Fraction] = MappingProxyType(
    {
        **{suffix: Fraction(10) ** (3 * power) for power, suffix in enumerate("kMGTPE", 1)},
        **{suffix: Fraction(1, 10 ** (3 * power)) for power, suffix in enumerate("mun", 1)},
        **{f"{suffix}i": Fraction(1024) ** power for power, suffix in enumerate("KMGTPE", 1)},
    }
)


def parse_quantity(quantity: Any) -> Fraction | None:
    """Return the exact value of a quantity, a text or a number; None if it is no quantity."""
    if type(quantity) is int or type(quantity) is float:
        return Fraction(str(quantity))
    if type(quantity) is not str:
        return None
    match = _QUANTITY.fullmatch(quantity)
    if match is None:
        return None
    number, suffix, exponent = match.groups()
    if exponent is not None:
        return Fraction(number) * Fraction(10) ** int(exponent)
    return Fraction(number) * _FACTORS.get(suffix or "", Fraction(1))


def equal_quantities(left: Any, right: Any) -> bool:
    """Whether both are quantities of one value."""
    value = parse_quantity(left)
    return value is not None and value == parse_quantity(right)


_GROUPS = frozenset({"requests", "limits", "capacity", "overhead", "hard"})
"""Mappings from the name of a resource to a quantity, in pods, claims, volumes and quotas."""
_LIMIT_RANGE = frozenset({"max", "min", "default", "defaultRequest", "maxLimitRequestRatio"})
_BUILT_IN_GROUPS = frozenset({"apps", "batch", "autoscaling"})


def is_builtin_quantity(resource: ResourceId, path: Path) -> bool:
    """Whether a field of a built-in kind holds a quantity: requests, limits, storage, `sizeLimit`, quotas, metrics.

    Kinds of other groups have fields of these names, too, but only their schema could tell what they hold.
    """
    group, slash, _ = resource.api_version.partition("/")
    if (slash and group not in _BUILT_IN_GROUPS) or len(path) < 2 or "metadata" in path:
        return False
    if path[0] not in ("spec", "template"):
        return False
    above, key = path[-2:]
    if above in _GROUPS or (resource.kind == "LimitRange" and above in _LIMIT_RANGE):
        return True
    if resource.kind == "HorizontalPodAutoscaler":
        return key in ("averageValue", "value")
    return key in ("sizeLimit", "divisor")
