"""The kinds and definitions in what an API server says of itself: `/openapi/v3/…` and `/openapi/v2`.

Both hold named schemas that refer to each other (`components.schemas` and `definitions`); those that are kinds
say so by `x-kubernetes-group-version-kind`. The paths tell which kinds live in namespaces, and what they are
called in URLs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from koreo_analyzer.schemas.build import Builder, Dialect, Lookup, View
from koreo_analyzer.schemas.kinds import KindFacts, KindName, KindSchema
from koreo_analyzer.schemas.validations import Raw, properties_of
from koreo_analyzer.types import Source

if TYPE_CHECKING:
    from collections.abc import Iterable

_GVK: Final = "x-kubernetes-group-version-kind"
_DROPPED: Final = frozenset(
    {
        _GVK,
        "x-kubernetes-map-type",
        "x-kubernetes-patch-merge-key",
        "x-kubernetes-patch-strategy",
        "x-kubernetes-unions",
        "x-kubernetes-validations",
    }
)
_OBJECT_PATH: Final = re.compile(r"/apis?/.*?(/namespaces/\{namespace\})?/([a-z0-9.-]+)/\{name\}(/status)?")
_IDENTITY: Final = frozenset({"apiVersion", "kind", "metadata"})
_LIST: Final = "List"


@dataclass(frozen=True, slots=True)
class Definitions:
    """Schemas by the name that `$ref`s use, and the kinds among them: name, definition, facts."""

    schemas: Mapping[str, Raw]
    kinds: Mapping[KindName, tuple[str, KindFacts]] = field(default_factory=dict)

    def definition(self, name: str) -> Raw | None:
        """Return a schema by its name."""
        return self.schemas.get(name)

    def reachable(self) -> Definitions:
        """Return only what the kinds need, without what says nothing about types."""
        needed: dict[str, Raw] = {}
        pending = [name for name, _ in self.kinds.values()]
        while pending:
            name = pending.pop()
            if name not in needed and name in self.schemas:
                needed[name] = slim(self.schemas[name])
                pending.extend(_references(needed[name]))
        return Definitions(needed, self.kinds)


def read_openapi(documents: Iterable[Mapping[str, Any]]) -> Definitions:
    """Return what OpenAPI documents of one API server define, v2 and v3 alike. What makes no sense is left out."""
    schemas: dict[str, Raw] = {}
    facts: dict[KindName, KindFacts] = {}
    for document in documents:
        components = document.get("components")
        given = components.get("schemas") if isinstance(components, Mapping) else document.get("definitions")
        if isinstance(given, Mapping):
            for name, schema in given.items():
                if isinstance(schema, Mapping):
                    schemas.setdefault(name, schema)
        _add_facts(facts, document.get("paths"))
    kinds = {
        kind: (name, facts.get(kind, KindFacts()))
        for name, schema in schemas.items()
        for kind in _kinds(schema)
    }
    return Definitions(schemas, kinds)


def _kinds(schema: Raw) -> Iterator[KindName]:
    """Yield the kind that a schema is: one that can be an object of its own, so neither a list nor a parameter."""
    given = schema.get(_GVK)
    if not isinstance(given, list) or len(given) != 1 or not properties_of(schema).keys() >= _IDENTITY:
        return
    kind = _kind_name(given[0])
    if kind is not None and not (kind.kind.endswith(_LIST) and "items" in properties_of(schema)):
        yield kind


def _kind_name(raw: object) -> KindName | None:
    if not isinstance(raw, Mapping):
        return None
    group, version, kind = raw.get("group"), raw.get("version"), raw.get("kind")
    if not (isinstance(version, str) and isinstance(kind, str) and version and kind):
        return None
    return KindName(f"{group}/{version}" if isinstance(group, str) and group else version, kind)


def _add_facts(facts: dict[KindName, KindFacts], paths: object) -> None:
    if not isinstance(paths, Mapping):
        return
    for path, item in paths.items():
        found = _OBJECT_PATH.fullmatch(path) if isinstance(path, str) else None
        operation = item.get("get") if isinstance(item, Mapping) else None
        kind = _kind_name(operation.get(_GVK)) if isinstance(operation, Mapping) else None
        if found is None or kind is None:
            continue
        namespaced, plural, status = found.groups()
        known = facts.get(kind)
        has_status = status is not None or (known is not None and known.status is True)
        facts[kind] = KindFacts(namespaced is not None, plural, served=True, status=has_status)


def slim(raw: Any) -> Any:
    """Return a schema without the keywords that say nothing about types."""
    if isinstance(raw, list):
        return [slim(item) for item in raw]
    if not isinstance(raw, Mapping):
        return raw
    slimmed: dict[str, Any] = {}
    for keyword, value in raw.items():
        if keyword == "properties" and isinstance(value, Mapping):
            slimmed[keyword] = {name: slim(part) for name, part in value.items()}
        elif keyword in ("default", "enum", "required"):
            slimmed[keyword] = value
        elif keyword not in _DROPPED:
            slimmed[keyword] = slim(value)
    return slimmed


def _references(raw: object) -> Iterator[str]:
    if isinstance(raw, list):
        for item in raw:
            yield from _references(item)
    elif isinstance(raw, Mapping):
        for keyword, value in raw.items():
            if keyword == "$ref" and isinstance(value, str):
                yield value.rpartition("/")[2]
            else:
                yield from _references(value)


class DefinitionTable(Lookup, Protocol):
    """Definitions of which some are kinds: all in memory, or one by one in a packed file."""

    @property
    def kinds(self) -> Mapping[KindName, tuple[str, KindFacts]]:
        """The kinds: the name of the definition, and facts."""


class DefinitionSource:
    """A source of kinds whose schemas are definitions: those of a cluster, or the built-in ones.

    Types are shared by the kinds that use a definition, as Deployment and Job use PodSpec. Two sources are equal
    if their tables are.
    """

    def __init__(self, title: str, table: DefinitionTable) -> None:
        self.title = title
        self.table = table
        self._source = Source(title)
        self._schemas: dict[KindName, KindSchema] = {}
        self._builders: dict[View, Builder] = {}

    def find(self, name: KindName) -> KindSchema | None:
        """Return the schema of a kind; its definition is read when a type is asked for."""
        known = self._schemas.get(name)
        if known is None:
            entry = self.table.kinds.get(name)
            if entry is None:
                return None
            definition, facts = entry
            known = KindSchema(
                name, self._source, partial(self.table.definition, definition), self._builder, facts
            )
            self._schemas[name] = known
        return known

    def names(self) -> Iterator[KindName]:
        """Yield the kinds."""
        return iter(self.table.kinds)

    def __eq__(self, other: object) -> bool:
        return self.table == other.table if isinstance(other, DefinitionSource) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.title)

    def _builder(self, view: View) -> Builder:
        known = self._builders.get(view)
        if known is None:
            known = self._builders[view] = Builder(self._source, Dialect.GO, view, self.table)
        return known
