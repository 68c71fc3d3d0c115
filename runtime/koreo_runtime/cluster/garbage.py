"""Which objects go because their owners are gone (Kubernetes, "Garbage Collection").

An owner is looked up by kind and name, in the dependent's own namespace if the owner's kind has namespaces,
and counts only if its uid is the one that was meant. What cannot be looked up, as the kind is not served, or
an owner in a namespace of an object without one, counts as there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from koreo_runtime.cluster.kinds import Kind
    from koreo_runtime.effects import KubeObject

Place: TypeAlias = "tuple[Kind, tuple[str | None, str]]"
"""Where an object is kept: its kind, and the key in the kind's objects."""
FindKind: TypeAlias = "Callable[[tuple[str, str]], Kind | None]"


class Dependents:
    """Which objects name which owners, by uid; and the objects whose owners have to be looked at again."""

    __slots__ = ("_by_owner", "_elsewhere", "_find_kind", "_pending")

    def __init__(self, find_kind: FindKind) -> None:
        self._find_kind = find_kind
        self._by_owner: dict[str, dict[Place, None]] = {}
        self._pending: dict[Place, None] = {}
        self._elsewhere: set[str] = set()

    def changed(self, place: Place, before: KubeObject | None, after: KubeObject | None) -> None:
        """Take note that an object was created, changed or removed (`after` is None)."""
        old, new = _owner_uids(before), _owner_uids(after)
        for uid in old.difference(new):
            self._by_owner.get(uid, {}).pop(place, None)
        for uid in new.difference(old):
            self._by_owner.setdefault(uid, {})[place] = None
        if new != old:
            self._pending[place] = None
        if after is None and before is not None:
            self._pending.update(self._by_owner.pop(before["metadata"]["uid"], {}))

    def lives_elsewhere(self, owners: Iterable[str]) -> None:
        """Take note that the owners with these uids are there, though this cluster does not hold them."""
        self._elsewhere.update(owners)

    def lives_here(self, uid: str) -> None:
        """Take note that this cluster holds the owner after all."""
        self._elsewhere.discard(uid)

    def take(self) -> Place | None:
        """Return an object whose owners have to be looked at, None when there is none left."""
        if not self._pending:
            return None
        place = next(iter(self._pending))
        del self._pending[place]
        return place

    def gone_owners(self, place: Place, item: KubeObject) -> list[dict[str, Any]]:
        """Return the owner references of an object whose owners are not there."""
        owners = item["metadata"].get("ownerReferences", ())
        return [owner for owner in owners if not self._is_there(owner, place[1][0])]

    def _is_there(self, owner: dict[str, Any], namespace: str | None) -> bool:
        if owner["uid"] in self._elsewhere:
            return True
        kind = self._find_kind((owner["apiVersion"], owner["kind"]))
        if kind is None or (kind.type.namespaced and namespace is None):
            return True
        found = kind.objects.get((namespace if kind.type.namespaced else None, owner["name"]))
        return found is not None and found["metadata"]["uid"] == owner["uid"]


def _owner_uids(item: KubeObject | None) -> set[str]:
    return set() if item is None else {owner["uid"] for owner in item["metadata"].get("ownerReferences", ())}
