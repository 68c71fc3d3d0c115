"""The graph of a Workflow: what every picture of it shows, whatever it is drawn with."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.text import Span

Labels: TypeAlias = tuple[str, ...]
"""The labels that lead to a step, from the Workflow that is drawn down to its own: `("database", "instance")`."""


class NodeKind(enum.Enum):
    """What a node stands for. The text is the class of the node in SVG and Mermaid."""

    TRIGGER = "trigger"
    VALUE = "value"
    RESOURCE = "resource"
    WORKFLOW = "workflow"
    SWITCH = "switch"
    """A step with `refSwitch`."""
    UNKNOWN = "unknown"
    """A step whose Logic is not defined, or a label that a step names and no step has."""


class Status(enum.Enum):
    """How a step ended (language section 3). The text is the class of the node."""

    OK = "ok"
    SKIP = "skip"
    WAITING = "waiting"
    """DepSkip: what it depends on is not ready."""
    RETRY = "retry"
    ERROR = "error"
    """PermFail."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How the run of a step ended, and the message of its outcome."""

    status: Status
    message: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a span of a file."""

    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class Node:
    """A step, the trigger, or a label that no step has.

    `id` is unique in the whole graph, also among the nodes of sub-Workflows. `runs` says what the step runs, one line
    for each Logic; `conditions` when and how often, as it is written. `is_each`: once for each item. `fault`
    says why the step cannot run, if it cannot. `inner` are the graphs of the sub-Workflows that are drawn inside.
    """

    id: str
    label: str
    kind: NodeKind
    place: Place | None
    runs: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    is_each: bool = False
    fault: str | None = None
    mark: Mark | None = None
    inner: tuple[Graph, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """One step needs another: the `target` uses members of what the `source` gives.

    `members` are the paths used, as written after the step's label; empty when the whole value is. `roles` are the
    keys of the step that use them. `is_backward`: the step needs a later one, or itself, which Koreo refuses.
    """

    source: str
    target: str
    members: tuple[str, ...]
    roles: tuple[str, ...]
    is_backward: bool = False

    @property
    def decides_only(self) -> bool:
        """Whether the value only decides what is run, and is not an input."""
        return not {"inputs", "state"} & set(self.roles)


@dataclass(frozen=True, slots=True)
class Graph:
    """The steps of one Workflow, in their order, the trigger first if there is one; and what they need."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def walk(self) -> Iterator[Node]:
        """Yield all nodes, those of sub-Workflows after the node that they are in."""
        for node in self.nodes:
            yield node
            for graph in node.inner:
                yield from graph.walk()
