"""Kinds of resources to write: their groups, versions and names, of those that suit what is written beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_server.ide.completion.items import Item, ItemKind, fitness
from koreo_server.ide.completion.shapes import resource_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from koreo_analyzer.schemas import KindName
    from koreo_analyzer.workspace import Snapshot

    from koreo_server.ide.completion.slots import Slot

_OWN_KINDS = "koreo.dev"
_PARTS: dict[str, Callable[[KindName], str]] = {
    "apiGroup": lambda name: name.group,
    "version": lambda name: name.version,
    "apiVersion": lambda name: name.api_version,
    "kind": lambda name: name.kind,
}


def narrows(slot: Slot) -> bool:
    """Whether what is offered at a slot follows from what stands beside it, so that more letters may bring others."""
    return not slot.is_key and slot.path[-2:-1] in {("crdRef",), ("apiConfig",), ("template",)}


def kind_items(snapshot: Snapshot, slot: Slot, kind: str) -> Iterator[Item]:
    """Yield what can be written as a part of a resource's kind in a document of a kind."""
    match slot.path:
        case ("spec", "crdRef", ("apiGroup" | "version" | "kind") as key):
            yield from _triggers(snapshot, slot, key)
        case ("spec", ("apiConfig" | "template"), ("apiVersion" | "kind") as key):
            for name in _suited(_known(snapshot), slot, key, ("apiVersion", "kind")):
                detail = name.api_version if key == "kind" else slot.text(*slot.path[:-1], "kind")
                yield _item(slot, name, key, ItemKind.RESOURCE if key == "kind" else ItemKind.VALUE, detail)
        case ("spec", ("resource" | "currentResource"), ("apiVersion" | "kind") as key):
            yield from _own_kind(snapshot, slot, kind, key)
        case ("spec", "testCases", int(), _, ("apiVersion" | "kind") as key):
            yield from _own_kind(snapshot, slot, kind, key)


def _item(slot: Slot, name: KindName, key: str, kind: ItemKind, detail: str | None, rank: int = 0) -> Item:
    word = _PARTS[key](name)
    return Item(word, kind, slot.word, slot.written(word), rank, None, detail)


def _known(snapshot: Snapshot) -> list[KindName]:
    return [name for name in snapshot.schemas.names() if name.group != _OWN_KINDS]


def _suited(names: list[KindName], slot: Slot, key: str, keys: Sequence[str]) -> list[KindName]:
    """Return the kinds that have what is written beside a key; failing that, of the same group or kind.

    All if nothing is written there; also if none of these goes on like what is typed, as then the rest may be wrong.
    """
    given = {
        one: text for one in keys if one != key and (text := slot.text(*slot.path[:-1], one)) is not None
    }
    if not given:
        return names
    exact = [name for name in names if all(_PARTS[one](name) == text for one, text in given.items())]
    group = given.get("apiGroup") or given.get("apiVersion", "").rpartition("/")[0]
    for found in (
        exact,
        [name for name in names if group and name.group == group],
        [name for name in names if name.kind == given.get("kind")],
    ):
        if any(fitness(_PARTS[key](name), slot.typed) is not None for name in found):
            return found
    return names if slot.typed else []


def _triggers(snapshot: Snapshot, slot: Slot, key: str) -> Iterator[Item]:
    """Yield the parts of the kinds that can trigger, those of the workspace first."""
    names = [name for name in _known(snapshot) if name.group]
    for name in _suited(names, slot, key, ("apiGroup", "version", "kind")):
        foreign = snapshot.served_versions(name.group, name.kind) is None
        detail = f"{name.kind} ({name.api_version})"
        yield _item(slot, name, key, ItemKind.RESOURCE, detail, rank=int(foreign))


def _own_kind(snapshot: Snapshot, slot: Slot, kind: str, key: str) -> Iterator[Item]:
    found = resource_kind(snapshot, slot, kind)
    if found is not None:
        yield _item(slot, found, key, ItemKind.VALUE, None)
