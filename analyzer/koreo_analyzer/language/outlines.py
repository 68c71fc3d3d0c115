"""The outline of a block: which keys and lists it has, without values and positions.

What one document does with the lists of another depends on this only, so that an edit of a value reaches no one else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from koreo_analyzer.language import kinds
from koreo_analyzer.language.tree import entries, get
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, resolve_alias
from koreo_analyzer.yaml.resolve import value

if TYPE_CHECKING:
    from koreo_analyzer.language.document import KoreoDocument, Path

_NAME: Final = "name"
_BLOCKS: Final = {kinds.RESOURCE_TEMPLATE: "template", kinds.VALUE_FUNCTION: "return"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that is neither mapping nor list: `name` is the text of a key `name`; an expression is not `known`."""

    known: bool = True
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """A list: its items, and where it is written: `path` in the document `owner`, None for the one that asks."""

    items: tuple[Outline, ...]
    path: Path
    owner: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Keys:
    """A mapping."""

    fields: tuple[tuple[str, Outline], ...]

    def get(self, key: str) -> Outline | None:
        """Return the outline of a value; None without the key."""
        return next((outline for name, outline in self.fields if name == key), None)

    @property
    def name(self) -> str | None:
        """The literal text of the key `name`, which tells items of a list apart."""
        found = self.get(_NAME)
        return found.name if isinstance(found, Leaf) else None


Outline: TypeAlias = Leaf | Items | Keys
NOTHING: Final = Keys(())


def outline_of(node: Node | None, path: Path, owner: tuple[str, str] | None = None) -> Outline:
    """Return the outline of a block at a path of a document."""
    node = resolve_alias(node) if node is not None else None
    if isinstance(node, Mapping):
        fields = entries(node)
        return Keys(tuple((key, _field(key, entry.value, (*path, key), owner)) for key, entry in fields))
    if isinstance(node, Sequence):
        items = enumerate(node.items)
        return Items(tuple(outline_of(item, (*path, index), owner) for index, item in items), path, owner)
    return Leaf(known=not (isinstance(node, Scalar) and node.text[:1] == "="))


def _field(key: str, node: Node, path: Path, owner: tuple[str, str] | None) -> Outline:
    found = outline_of(node, path, owner)
    node = resolve_alias(node)
    if key == _NAME and isinstance(found, Leaf) and found.known and isinstance(node, Scalar):
        text = value(node)
        return Leaf(name=text if isinstance(text, str) else None)
    return found


def block_outline(document: KoreoDocument) -> Outline | None:
    """Return the outline of what a template holds, or a ValueFunction returns; None for others."""
    key = _BLOCKS.get(document.kind)
    if key is None or document.name is None:
        return None
    return outline_of(get(document.spec, key), ("spec", key), (document.kind, document.name.text))


def merged(base: Outline, over: Outline) -> Outline:
    """Return what an overlay makes of a block: mappings merge key by key, all else replaces (language section 5)."""
    if not (isinstance(base, Keys) and isinstance(over, Keys)):
        return over
    fields = dict(base.fields)
    for key, outline in over.fields:
        fields[key] = merged(fields[key], outline) if key in fields else outline
    return Keys(tuple(fields.items()))
