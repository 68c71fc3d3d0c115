"""A value of which only the type is known, standing in data in place of what an expression will give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from koreo_analyzer.types import Type


@dataclass(frozen=True, slots=True)
class Computed:
    """What an expression of this type gives."""

    type: Type
