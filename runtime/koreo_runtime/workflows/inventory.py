"""The inventory of a trigger: the objects that its Workflow manages, kept in an annotation (language section 8).

The annotation is JSON: `{"workflow": name, "resources": {label: entry}}`. An entry is null, an object's
`{apiVersion, kind, plural, name, namespace?, readonly, resourceFunction}`, the same structure again for a
sub-Workflow, or a list of entries for `forEach`. `delete: destroy` stands in the entry of an object that is to
be deleted once its function no longer runs, because the function may be gone by then.

Whatever happens to a run, no object is forgotten by it: what a step could not tell stays as it was.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from koreo_runtime.functions.results import ManagedResource
from koreo_runtime.workflows.results import UNKNOWN, SubInventory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_runtime.workflows.results import Managed

INVENTORY_ANNOTATION: Final = "koreo.dev/managed-resources"
UNASSIGNED: Final = "(unassigned)"
"""Stands among the labels for objects that no step is known to manage, or to have given up. No label has brackets."""

Entry: TypeAlias = "dict[str, Any] | list[Any] | None"
"""JSON data as described above."""


def read_inventory(text: object) -> dict[str, Any]:
    """Return the inventory that an annotation holds; an empty one when there is none that can be read."""
    if not isinstance(text, str):
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def write_inventory(inventory: Entry) -> str:
    """Return the text of the annotation."""
    return json.dumps(inventory, separators=(",", ":"))


def merge_inventory(before: Entry, managed: Managed) -> Entry:
    """Return the inventory after a run of a Workflow. `before` is that before the run, empty when there was none."""
    after = _merge(before, managed)
    if isinstance(after, dict) and managed is not UNKNOWN and _is_unsure(managed):
        left = released(before, after)
        if left:
            after["resources"][UNASSIGNED] = left
    return after


def _merge(before: Entry, managed: Managed) -> Entry:
    """Return the entry after a run. `before` is the entry as it was, None when there was none."""
    if managed is UNKNOWN:
        return before
    if managed is None:
        return None
    if isinstance(managed, ManagedResource):
        return _entry(managed)
    if isinstance(managed, SubInventory):
        return _merge_workflow(before, managed)
    return _merge_items(before, managed)


def _entry(managed: ManagedResource) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "apiVersion": managed.api_version,
        "kind": managed.kind,
        "plural": managed.plural,
        "name": managed.name,
    }
    if managed.namespace is not None:
        entry["namespace"] = managed.namespace
    entry["readonly"] = managed.readonly
    entry["resourceFunction"] = managed.function
    if managed.delete == "destroy" and not managed.readonly:
        entry["delete"] = managed.delete
    return entry


def _merge_workflow(before: Entry, managed: SubInventory) -> dict[str, Any]:
    known: dict[str, Any] = {}
    if isinstance(before, dict) and before.get("workflow") == managed.workflow:
        resources = before.get("resources")
        known = resources if isinstance(resources, dict) else {}
    resources = {label: _merge(known.get(label), entry) for label, entry in managed.resources.items()}
    return {"workflow": managed.workflow, "resources": resources}


def _merge_items(before: Entry, managed: tuple[Managed, ...]) -> list[Entry]:
    """Return the entries of a `forEach`.

    Items have no names, so it cannot be told which object an item had that this time failed too early: then
    all objects that are not listed anew are kept behind the others.
    """
    items: list[Entry] = [_merge(None, entry) for entry in managed]
    if any(_is_unsure(entry) for entry in managed):
        listed = {_identity(found) for found in objects(items)}
        items += [dict(found) for found in objects(before) if _identity(found) not in listed]
    return items


def _is_unsure(managed: Managed) -> bool:
    """Whether some of the resources are not known."""
    if isinstance(managed, SubInventory):
        return any(_is_unsure(entry) for entry in managed.resources.values())
    if isinstance(managed, tuple):
        return any(_is_unsure(entry) for entry in managed)
    return managed is UNKNOWN


def objects(entry: Entry) -> Iterator[dict[str, Any]]:
    """Yield the entries of all objects in an inventory, or a part of one."""
    unread: list[Any] = [entry]
    while unread:
        found = unread.pop()
        if isinstance(found, list):
            unread.extend(reversed(found))
        elif isinstance(found, dict):
            if isinstance(found.get("resources"), dict):
                unread.extend(reversed(found["resources"].values()))
            elif "kind" in found and "name" in found:
                yield found


def released(before: Entry, after: Entry) -> list[dict[str, Any]]:
    """Return the entries of the objects that are no longer managed, in the order of `before`."""
    kept = {_identity(found) for found in objects(after)}
    return [found for found in objects(before) if _identity(found) not in kept]


def _identity(entry: dict[str, Any]) -> tuple[Any, ...]:
    """Return what tells objects apart; the version of an API does not, as all of them show the same objects."""
    group = str(entry.get("apiVersion", "")).rpartition("/")[0]
    return group, entry.get("kind"), entry.get("namespace"), entry.get("name")
