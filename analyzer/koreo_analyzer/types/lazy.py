"""Fields that are made when they are asked for.

A CustomResourceDefinition has thousands of fields and some schemas contain themselves; an expression uses three
of them. So the fields of an object may be a mapping that makes each one once, when it is first looked at.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from koreo_analyzer.types.model import Property


class LazyProperties(Mapping[str, "Property"]):
    """The fields of an object by name. Names are known at once, a `Property` is made at its first use and kept.

    Two of them are equal if they were made from the same description: that takes no making, and ends where a type
    contains itself. It may miss that two descriptions come to the same, which costs work but no truth.
    """

    __slots__ = ("_made", "_required")

    def __init__(self) -> None:
        self._made: dict[str, Property] = {}
        self._required: tuple[str, ...] | None = None

    @abstractmethod
    def make(self, name: str) -> Property:
        """Make the field of a name that is among the names."""

    @abstractmethod
    def is_same(self, other: LazyProperties) -> bool:
        """Whether `other` was made from the same description."""

    @abstractmethod
    def __contains__(self, name: object) -> bool: ...

    def __getitem__(self, name: str) -> Property:
        made = self._made.get(name)
        if made is None:
            if name not in self:
                raise KeyError(name)
            made = self._made[name] = self.make(name)
        return made

    @property
    def required_names(self) -> tuple[str, ...]:
        """The names of the fields that are always there."""
        if self._required is None:
            self._required = tuple(name for name, one in self.items() if one.required)
        return self._required

    @property
    def made(self) -> int:
        """How many fields were made so far."""
        return len(self._made)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if isinstance(other, LazyProperties):
            return self.is_same(other)
        if not isinstance(other, Mapping):
            return NotImplemented
        return self.keys() == other.keys() and all(self[name] == other[name] for name in self)

    def __hash__(self) -> int:
        return hash(frozenset(self))

    def __repr__(self) -> str:
        return f"<{', '.join(sorted(self))}>"
