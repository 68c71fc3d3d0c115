"""Examples of a Workflow's trigger: from the plain YAML of the workspace, or else made up from the trigger's schema."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final, Protocol

from koreo_analyzer.schemas.kinds import KindName
from koreo_analyzer.types import ObjectType, members
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import plain
from koreo_analyzer.yaml.stream import split

from koreo_server.ide.examples import example

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from koreo_analyzer.language.document import KoreoDocument, TriggerRef
    from koreo_analyzer.types import Type
    from koreo_analyzer.types.limits import Limits
    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_runtime.effects import KubeObject

_NOT_ASKED: Final = frozenset({"apiVersion", "kind", "metadata", "status"})


class Objects(Protocol):
    """The plain YAML of a workspace, most of which no snapshot has."""

    def object_paths(self, kind: KindName) -> Iterable[str]:
        """Return the files that hold objects of a kind."""

    def object_text(self, path: str) -> str | None:
        """Return the text of a file; None if it cannot be read."""

    def nearest(self, path: str, name: str) -> str | None:
        """Return the file of a name in the folder of a path, or in the nearest folder further up."""


@dataclass(frozen=True, slots=True)
class TriggerExample:
    """An object that can start a Workflow, and its file: None for one that is made up."""

    item: KubeObject
    path: str | None


def kind_of(trigger: TriggerRef) -> KindName:
    """Return the kind that starts a Workflow."""
    return KindName(f"{trigger.group.text}/{trigger.version.text}".lstrip("/"), trigger.kind.text)


def trigger_example(
    snapshot: Snapshot, definition: Definition, trigger: TriggerRef, objects: Objects | None
) -> TriggerExample | None:
    """Return the example nearest to a Workflow, or one that is made up; None where nothing tells its fields."""
    kind = kind_of(trigger)
    paths = list(objects.object_paths(kind)) if objects is not None else []
    for path in sorted(paths, key=lambda one: -_shared(one, definition.path)):
        for item in objects_of(objects, path, kind):
            return TriggerExample(item, path)
    schema = snapshot.schema(kind)
    made = _made(schema.written, definition.document) if schema is not None else None
    if made is None:
        return None
    metadata = {"name": f"example-{kind.kind.lower()}"}
    rest = {key: value for key, value in made.items() if key not in _NOT_ASKED}
    return TriggerExample(
        {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata, **rest}, None
    )


def objects_of(objects: Objects | None, path: str, kind: KindName) -> Iterator[KubeObject]:
    """Yield the objects of a kind in a file that have a name."""
    text = objects.object_text(path) if objects is not None else None
    for part in split(text or ""):
        written = (text or "")[part.start : part.end]
        root = parse(written).root if not part.empty and kind.kind in written else None
        item = plain(root) if root is not None else None
        if isinstance(item, dict) and (item.get("apiVersion"), item.get("kind")) == kind:
            metadata: Any = item.get("metadata")
            if isinstance(metadata, dict) and isinstance(metadata.get("name"), str):
                yield item


def _shared(one: str, other: str) -> int:
    """Return how many folders two files have in common, which says how near they are."""
    folders = zip(one.split("/")[:-1], other.split("/")[:-1], strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], folders))


def _made(type_: Type, document: KoreoDocument) -> dict[str, Any] | None:
    """Return an object with what a schema requires, and with what the Workflow reads of it."""
    read = {
        tuple(member.name for member in use.members)
        for expression in document.expressions
        for use in expression.facts.uses
        if use.root == "parent" and use.members and use.members[0].name not in _NOT_ASKED
    }
    found = _value("", type_, None, list(read))
    return found if isinstance(found, dict) else None


def _value(name: str, type_: Type, limits: Limits | None, read: list[tuple[str, ...]]) -> Any:
    known = next((one for one in members(type_) if isinstance(one, ObjectType)), None)
    if known is None or (limits is not None and limits.default is not None and not any(read)):
        return example(name, type_, limits)
    found: dict[str, Any] = {}
    for key, one in known.properties.items():
        below = [path[1:] for path in read if path and path[0] == key]
        if below or one.required:
            found[key] = _value(key, one.type, one.limits, below)
    return found
