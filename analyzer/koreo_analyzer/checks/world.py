"""What a check of one document may ask about the others. The workspace answers, and remembers who asked what."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from koreo_analyzer import flow

if TYPE_CHECKING:
    from collections.abc import Collection
    from re import Pattern

    from koreo_analyzer.checks.cycles import Cycle
    from koreo_analyzer.flow import CallFlow, FlowProblem
    from koreo_analyzer.language.document import KoreoDocument, Signature
    from koreo_analyzer.language.outlines import Outline
    from koreo_analyzer.text import Span
    from koreo_analyzer.types import Origin


@dataclass(frozen=True, slots=True)
class Site:
    """Where a document is defined: the file, its number in the file, the span of its name in the document."""

    path: str
    index: int
    span: Span
    active: bool


class Basis(enum.Enum):
    """Where the types of a document's inputs are known from."""

    NOTHING = "nothing"
    CALLS = "calls"
    TESTS = "tests"


@dataclass(frozen=True, slots=True)
class Faults:
    """What the analysis of a document finds: run with anything (`own`), and with what it is `usual`ly run with.

    That are the types that all callers give together, or those of its tests if nobody calls it, as `basis` says. The
    types themselves are left out: most of those that change lead to the same faults, and a check need not run again.
    """

    own: tuple[FlowProblem, ...] = ()
    basis: Basis = Basis.NOTHING
    usual: tuple[FlowProblem, ...] = ()
    agreed: frozenset[object] = frozenset()
    """The places of the failures in `usual` that several callers and tests agree on: all that give the input."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function or Workflow: the document that makes it, where that is, and what it gives."""

    document: KoreoDocument
    path: str
    index: int
    flow: CallFlow


class World(flow.World, Protocol):
    """Questions about other documents, by kind and name or by trigger."""

    def faults(self, site: tuple[str, int]) -> Faults:
        """Return what the analysis of the document at a file and number finds."""
        ...

    def calls(self, kind: str, name: str) -> tuple[Call, ...]:
        """Return the calls of a function or Workflow by active documents, ordered by path and position."""
        ...

    def place_of(self, origin: Origin) -> tuple[str, int, Span] | None:
        """Return file, number of the document and span of a field that the workspace declares."""
        ...

    def sites(self, kind: str, name: str) -> tuple[Site, ...]:
        """Return every definition, inactive ones included, ordered by path and position."""
        ...

    def misnamed(self, kind: str, name: str) -> tuple[Site, ...]:
        """Return the definitions in files that are not read because of their names."""
        ...

    def foreign(self, kind: str, name: str) -> tuple[Site, ...]:
        """Return the `apiVersion` of each object of that kind and name that is not Koreo's."""
        ...

    def is_misspelt(self, kind: str, name: str) -> bool:
        """Whether a document would be this definition if its kind or version, which are told, were right."""
        ...

    def misnamed_users(self, kind: str, name: str) -> tuple[str, ...]:
        """Return the files that refer to the definition, not in a test, and are not read because of their names."""
        ...

    def outline(self, kind: str, name: str) -> Outline | None:
        """Return the outline of what a ResourceTemplate holds, or a ValueFunction returns; None if it is not there."""
        ...

    def signature(self, kind: str, name: str) -> Signature | None:
        """Return the signature of the (first) active definition; None when there is none."""
        ...

    def is_defined(self, kind: str, name: str) -> bool:
        """Whether an active definition exists."""
        ...

    def is_used(self, kind: str, name: str) -> bool:
        """Whether a document other than a FunctionTest refers to the definition."""
        ...

    def names(self, kind: str) -> Collection[str]:
        """Return the names of all active definitions of a kind."""
        ...

    def matching(self, kind: str, pattern: Pattern[str]) -> bool:
        """Whether the name of an active definition of the kind matches a pattern in full."""
        ...

    def workflow_cycle(self, name: str) -> Cycle | None:
        """Return the Workflows that reach each other and this one; None for a Workflow that does not reach itself."""
        ...

    def reaches(self, workflow: str, other: str) -> bool:
        """Whether a Workflow runs another one, or would if that existed: itself, or by those that it runs."""
        ...

    def triggered(self, trigger: tuple[str, str, str]) -> tuple[Site, ...]:
        """Return the active Workflows with a `crdRef` of group, version and kind."""
        ...

    def served_versions(self, group: str, kind: str) -> tuple[str, ...] | None:
        """Return the versions of a kind that its CustomResourceDefinition in the workspace serves; None without one."""
        ...
