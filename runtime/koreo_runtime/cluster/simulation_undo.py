"""Objects without what rules wrote: what a rule puts into a `spec` is another controller's, and not the Workflow's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from koreo_analyzer.json_data import json_equal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_runtime.effects import KubeObject

_MISSING: Final = object()
_SERVERS_OWN: Final = (("metadata", "resourceVersion"), ("metadata", "generation"), ("status",))
_Path: TypeAlias = tuple[str, ...]


class Undo:
    """The fields that rules changed in objects, by their uid, and what was there before."""

    __slots__ = ("_changes",)

    def __init__(self) -> None:
        self._changes: dict[str, dict[_Path, tuple[Any, Any]]] = {}

    def note(self, before: KubeObject, after: KubeObject) -> None:
        """Note what a rule made of an object."""
        changes = self._changes.setdefault(before["metadata"]["uid"], {})
        for path, old, new in _differences(before, after, ()):
            if path in _SERVERS_OWN:
                continue
            known = changes.pop(path, None)
            # What the rules themselves wrote before is not what was there before them.
            first = known[0] if known is not None and json_equal(known[1], old) else old
            changes[path] = (first, new)

    def undone(self, item: KubeObject) -> KubeObject:
        """Return an object in which all fields that still are as a rule made them are as they were before."""
        changes = self._changes.get(item["metadata"].get("uid", ""), {})
        for path, (old, new) in reversed(changes.items()):
            item = _restored(item, path, old, new)
        return item


def _differences(before: Any, after: Any, path: _Path) -> Iterator[tuple[_Path, Any, Any]]:
    """Yield where two values differ; maps are compared key by key, all else as a whole."""
    if type(before) is dict and type(after) is dict and path != ("status",):
        for key in dict.fromkeys((*before, *after)):
            yield from _differences(before.get(key, _MISSING), after.get(key, _MISSING), (*path, key))
    elif not json_equal(before, after):
        yield path, before, after


def _restored(item: dict[str, Any], path: _Path, old: Any, new: Any) -> dict[str, Any]:
    key, *rest = path
    found = item.get(key, _MISSING)
    if rest:
        if type(found) is not dict:
            return item
        return {**item, key: _restored(found, tuple(rest), old, new)}
    if not json_equal(found, new):
        return item
    left = {name: value for name, value in item.items() if name != key}
    return left if old is _MISSING else {**item, key: old}
