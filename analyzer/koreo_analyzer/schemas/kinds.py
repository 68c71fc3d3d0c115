"""The schema of one kind, and where kinds are looked up.

A kind is named by `apiVersion` and `kind`, as in a document. Sources are asked in order; the first that knows the
kind decides, so a CustomResourceDefinition beside the documents wins over what a cluster said, and that over
the built-in kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from koreo_analyzer.schemas.build import Builder, View, reference
from koreo_analyzer.schemas.identity import OBJECT_META, as_stored, identified, metadata_of
from koreo_analyzer.schemas.validations import Raw, properties_of
from koreo_analyzer.types import ANY, Origin, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from koreo_analyzer.types import Source


class KindName(NamedTuple):
    """A kind as documents name it: `apps/v1` and `Deployment`."""

    api_version: str
    kind: str

    @property
    def group(self) -> str:
        """The API group; empty for the core one."""
        return self.api_version.rpartition("/")[0]

    @property
    def version(self) -> str:
        """The version without the group."""
        return self.api_version.rpartition("/")[2]

    def __str__(self) -> str:
        return f"{self.kind} ({self.api_version})"


@dataclass(frozen=True, slots=True)
class KindFacts:
    """What a source knows of a kind besides its schema; None where it does not say.

    `served`: whether the API server answers for this version. `status`: whether status is a subresource.
    """

    namespaced: bool | None = None
    plural: str | None = None
    served: bool = True
    status: bool | None = None


NO_FACTS: Final = KindFacts()


class KindSchema:
    """The schema of a kind. Its types are built when they are asked for, and once.

    Two are equal if their types, facts and sources are: descriptions and positions in the text do not count, so
    that a query which answers one stops the wave of a change that only concerns those.
    """

    __slots__ = ("_builder", "_raw", "_read", "_types", "facts", "name", "source")

    def __init__(
        self,
        name: KindName,
        source: Source,
        read: Callable[[], Raw | None],
        builder: Callable[[View], Builder],
        facts: KindFacts = NO_FACTS,
    ) -> None:
        self.name = name
        self.source = source
        self.facts = facts
        self._read: Callable[[], Raw | None] | None = read
        self._raw: Raw | None = None
        self._builder = builder
        self._types: dict[View, Type] = {}

    @property
    def written(self) -> Type:
        """The type of what a client sends: fields with a default are optional. `ANY` without a schema."""
        return self._type(View.WRITTEN)

    @property
    def stored(self) -> Type:
        """The type of what the server answers: fields with a default, and what it sets itself, are there."""
        return self._type(View.STORED)

    def _type(self, view: View) -> Type:
        known = self._types.get(view)
        if known is None:
            known = self._types[view] = self._build(view)
        return known

    def _build(self, view: View) -> Type:
        if self._read is not None:
            # What was read from, such as the tree of a file, is not needed any more.
            self._raw, self._read = self._read(), None
        raw = self._raw
        if not raw:
            return ANY
        builder = self._builder(view)
        given = properties_of(raw).get("metadata")
        known: Raw | None = None
        if isinstance(given, Mapping):
            name = reference(given)
            known = builder.lookup.definition(name) if name is not None else None
        metadata = metadata_of(given, known or OBJECT_META)
        if view is View.STORED:
            metadata = as_stored(metadata, namespaced=self.facts.namespaced is True)
        return builder.type_of(identified(raw, metadata, *self.name), Origin(self.source, self.name.kind))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, KindSchema):
            return NotImplemented
        return self is other or (
            self.name == other.name
            and self.facts == other.facts
            and self.source == other.source
            and self.written == other.written
        )

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"KindSchema({self.name}, {self.source.title})"


class SchemaSource(Protocol):
    """Something that knows kinds. `title` says what, for people: `Kubernetes 1.37`, `the workspace`."""

    @property
    def title(self) -> str:
        """What people call the source."""

    def find(self, name: KindName) -> KindSchema | None:
        """Return the schema of a kind, None if the source does not know it."""

    def names(self) -> Iterator[KindName]:
        """Yield the kinds that the source knows."""


class SchemaList:
    """A source of schemas at hand, such as those of some CustomResourceDefinitions. The first of a name wins."""

    def __init__(self, title: str, schemas: Sequence[KindSchema]) -> None:
        self.title = title
        self._schemas: dict[KindName, KindSchema] = {}
        for schema in schemas:
            self._schemas.setdefault(schema.name, schema)

    def find(self, name: KindName) -> KindSchema | None:
        """Return the schema of a kind."""
        return self._schemas.get(name)

    def names(self) -> Iterator[KindName]:
        """Yield the kinds."""
        return iter(self._schemas)


class Catalogue:
    """Several sources, asked in order."""

    title = "all sources"

    def __init__(self, sources: Sequence[SchemaSource]) -> None:
        self.sources = tuple(sources)

    def find(self, name: KindName) -> KindSchema | None:
        """Return the schema of a kind from the first source that knows it."""
        for source in self.sources:
            found = source.find(name)
            if found is not None:
                return found
        return None

    def names(self) -> Iterator[KindName]:
        """Yield every kind once, in the order of the sources."""
        return iter(dict.fromkeys(name for source in self.sources for name in source.names()))
