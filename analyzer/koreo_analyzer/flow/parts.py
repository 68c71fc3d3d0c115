"""What may be missing from a part of a resource, and what may stand in it besides its fields."""

from __future__ import annotations

from typing import Final

from koreo_analyzer.schemas import Leniency

DIRECTIVES: Final = frozenset(
    {"x-koreo-compare-as-set", "x-koreo-compare-as-map", "x-koreo-compare-last-applied"}
)
"""Keys of Koreo's own that may stand in any mapping and are taken out before anything is sent."""
PART: Final = Leniency(partial=True, extra=DIRECTIVES)
