"""What a field is, and a place that names one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from koreo_analyzer.types import ITEM

if TYPE_CHECKING:
    from koreo_analyzer.language.document import Expression
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition

Keys: TypeAlias = tuple[str, ...]
"""The names that lead to a key; `ITEM` stands for any item of a list and any value of a map."""

DEEPEST: Final = 12
"""How many keys a field may have: values that go round in a circle would have ever more."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of a function; of a Workflow the members of `parent`."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a function returns; of a Workflow its state."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Locals:
    """The locals of the function that is document number `index` of a file."""

    path: str
    index: int


Holder: TypeAlias = Inputs | Result | Locals


@dataclass(frozen=True, slots=True)
class Field:
    """The key at the end of `keys` of something that has a name."""

    holder: Holder
    keys: Keys

    def below(self, keys: Keys) -> Field:
        """Return a field inside of this one."""
        return Field(self.holder, (*self.keys, *keys))


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A place that names something: a whole scalar of the YAML, or a part of an expression.

    `span` counts in the document, `source` in the source of the expression (None for a scalar): the name itself, with
    its quotes or backquotes. `is_definition`: the thing is written here.
    """

    definition: Definition
    span: Span
    is_definition: bool
    expression: Expression | None = None
    source: Span | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place where a field may be meant, or used in another way than by its name, and why that cannot be told.

    `span` counts from the start of the file. `is_fixed`: the field is declared outside of Koreo documents there.
    `remedy` is what to do there for the doubt to go.
    """

    path: str
    span: Span
    why: str
    remedy: str
    is_fixed: bool = False


def keys_of(path: tuple[str | int, ...]) -> Keys:
    """Return a path in a document as keys: positions in lists count as any item."""
    return tuple(ITEM if isinstance(part, int) else part for part in path)
