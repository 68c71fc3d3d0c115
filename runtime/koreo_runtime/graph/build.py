"""Makes the graph of a Workflow from its document, and from those of the sub-Workflows that are drawn inside it.

It needs no sound Workflow: references that lead nowhere, duplicate labels and steps that need later ones are
drawn, too.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Workflow
from koreo_analyzer.language.tree import get_text, node_at

from koreo_runtime.graph.model import Edge, Graph, Labels, Mark, Node, NodeKind, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from koreo_analyzer.language.document import Expression, KoreoDocument, Path, Reference, Step
    from koreo_analyzer.language.expressions import Use
    from koreo_analyzer.workspace import Definition, Snapshot

MOST_DEPTH: Final = 8
"""How deep sub-Workflows are drawn at most, whatever is asked for."""
MOST_NODES: Final = 600
"""From how many nodes on sub-Workflows are no longer drawn inside."""

_KINDS: Final = {
    kinds.VALUE_FUNCTION: NodeKind.VALUE,
    kinds.RESOURCE_FUNCTION: NodeKind.RESOURCE,
    kinds.WORKFLOW: NodeKind.WORKFLOW,
}
_ROLES: Final = {"forEach": "forEach", "refSwitch": "switchOn"}


def workflow_graph(
    snapshot: Snapshot, definition: Definition, *, depth: int = 0, marks: Mapping[Labels, Mark] | None = None
) -> Graph:
    """Return the graph of a Workflow. `depth` says how many levels of sub-Workflows are drawn inside.

    `marks` tells how steps ended, by the labels that lead to them. Raises TypeError for another kind of document.
    """
    if not isinstance(definition.document.body, Workflow):
        raise TypeError(f"{definition.document.title} is no Workflow")
    return _Builder(snapshot, marks or {}).graph(definition, (), min(depth, MOST_DEPTH), ())


class _Builder:
    """`count` is how many nodes there are so far; ids are made of it."""

    def __init__(self, snapshot: Snapshot, marks: Mapping[Labels, Mark]) -> None:
        self._snapshot = snapshot
        self._marks = marks
        self.count = 0

    def graph(self, definition: Definition, labels: Labels, depth: int, around: tuple[str, ...]) -> Graph:
        """Return the graph of a Workflow; `labels` lead to the step that runs it, `around` names those outside."""
        document = definition.document
        body = document.body
        steps = body.steps if isinstance(body, Workflow) else ()
        name = document.name.text if document.name is not None else ""
        inside = (*around, name)
        trigger = self._trigger(definition) if not labels else None
        ids = [self._id() for _ in steps]
        uses = _uses_by_step(document)
        nodes = [
            self._step(definition, step, own, labels, depth, inside)
            for step, own in zip(steps, ids, strict=True)
        ]
        known: dict[str, int] = {}
        for index, step in enumerate(steps):
            if step.label is not None:
                known.setdefault(step.label.text, index)
        edges, lost = self._edges(steps, uses, ids, known)
        if trigger is not None:
            nodes.insert(0, trigger)
            edges = [*_from_trigger(trigger.id, ids, uses, edges), *edges]
        return Graph(f"Workflow {name}".rstrip(), (*nodes, *lost), tuple(edges))

    def _id(self) -> str:
        self.count += 1
        return f"n{self.count - 1}"

    def _trigger(self, definition: Definition) -> Node:
        body = definition.document.body
        ref = body.trigger if isinstance(body, Workflow) else None
        if ref is None:
            head = definition.document.name or None
            span = head.span if head is not None else definition.document.kind_span
            place = Place(definition.path, span.shift(definition.start))
            return Node(self._id(), "parent", NodeKind.TRIGGER, place, ("inputs of the caller",))
        place = Place(definition.path, ref.kind.span.shift(definition.start))
        version = f"{ref.group.text}/{ref.version.text}"
        return Node(self._id(), ref.kind.text, NodeKind.TRIGGER, place, (version,))

    def _step(
        self,
        definition: Definition,
        step: Step,
        own: str,
        labels: Labels,
        depth: int,
        around: tuple[str, ...],
    ) -> Node:
        label = step.label.text if step.label is not None else f"step {step.index + 1}"
        path = (*labels, label)
        faults = [fault for target in step.call.targets if (fault := self._fault(target, around))]
        if not step.call.targets:
            faults.append("runs nothing that can be read")
        span = step.label.span if step.label is not None else step.span
        return Node(
            own,
            label,
            _kind(step, is_broken=bool(faults)),
            Place(definition.path, span.shift(definition.start)),
            tuple(_runs(step)),
            tuple(_conditions(definition.document, step)),
            tuple(f"{target.kind} {target.name.text}" for target in step.call.targets),
            is_each=step.input_key is not None,
            fault="; ".join(dict.fromkeys(faults)) or None,
            mark=self._marks.get(path),
            inner=tuple(self._inner(step, path, depth, around)),
        )

    def _fault(self, target: Reference, around: tuple[str, ...]) -> str | None:
        name = target.name.text
        if target.kind == kinds.WORKFLOW and name in around:
            return f"Workflow {name} runs itself"
        if self._snapshot.active_definition(target.kind, name) is None:
            return f"there is no {target.kind} {name}"
        return None

    def _inner(self, step: Step, path: Labels, depth: int, around: tuple[str, ...]) -> Iterator[Graph]:
        if depth <= 0:
            return
        drawn: set[str] = set()
        for target in step.call.targets:
            name = target.name.text
            if target.kind != kinds.WORKFLOW or name in around or name in drawn or self.count >= MOST_NODES:
                continue
            drawn.add(name)
            found = self._snapshot.active_definition(kinds.WORKFLOW, name)
            if found is not None and isinstance(found.document.body, Workflow) and found.document.body.steps:
                yield self.graph(found, path, depth - 1, around)

    def _edges(
        self, steps: tuple[Step, ...], uses: Uses, ids: list[str], known: dict[str, int]
    ) -> tuple[list[Edge], list[Node]]:
        """Return what steps need of others, and nodes for labels that no step has."""
        lost: dict[str, Node] = {}
        edges: list[Edge] = []
        for step, own in zip(steps, ids, strict=True):
            for label, (members, roles) in _grouped(uses[step.index], "steps").items():
                index = known.get(label)
                if index is None and label not in lost:
                    fault = f"there is no step {label}"
                    lost[label] = Node(
                        self._id(), label, NodeKind.UNKNOWN, None, ("no such step",), fault=fault
                    )
                source = ids[index] if index is not None else lost[label].id
                backward = index is not None and index >= step.index
                edges.append(Edge(source, own, members, roles, is_backward=backward))
        return edges, list(lost.values())


_WHOLE: Final = ""
"""The path of a value used as a whole."""

Uses = dict[int, list[tuple[str, "Use"]]]
"""The uses in the expressions of each step, each with the role of the expression."""


def _uses_by_step(document: KoreoDocument) -> Uses:
    found: Uses = defaultdict(list)
    for expression in document.expressions:
        path = expression.path
        if len(path) > 3 and path[:2] == ("spec", "steps") and isinstance(path[2], int):
            role = str(path[3])
            for use in expression.facts.uses:
                found[path[2]].append((_ROLES.get(role, role), use))
    return found


def _grouped(uses: list[tuple[str, Use]], root: str) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the paths used below each member of a name, none if it is used as a whole, and by which keys."""
    members: dict[str, dict[str, None]] = defaultdict(dict)
    roles: dict[str, dict[str, None]] = defaultdict(dict)
    for role, use in uses:
        if use.root == root and use.members and use.members[0].name:
            first, *rest = (member.name for member in use.members)
            roles[first][role] = None
            below = members[first]
            below[".".join(rest)] = None
    return {
        name: (tuple(members[name]) if _WHOLE not in members[name] else (), tuple(found))
        for name, found in roles.items()
    }


def _from_trigger(trigger: str, ids: list[str], uses: Uses, edges: list[Edge]) -> Iterator[Edge]:
    """Yield edges to the steps that need no other step: those of the others would hide what matters."""
    needing = {edge.target for edge in edges if not edge.is_backward}
    for index, own in enumerate(ids):
        if own in needing:
            continue
        grouped = _grouped(uses[index], "parent")
        members = tuple(
            dict.fromkeys(
                f"{first}.{below}" if below else first
                for first, (found, _) in grouped.items()
                for below in (found or ("",))
            )
        )
        roles = tuple(dict.fromkeys(role for _, found in grouped.values() for role in found))
        yield Edge(trigger, own, members, roles or ("inputs",))


def _kind(step: Step, *, is_broken: bool) -> NodeKind:
    if step.cases:
        return NodeKind.SWITCH
    if is_broken:
        return NodeKind.UNKNOWN
    return _KINDS.get(step.call.targets[0].kind, NodeKind.UNKNOWN)


def _runs(step: Step) -> Iterator[str]:
    if not step.cases:
        yield from (target.name.text for target in step.call.targets)
        return
    for case in step.cases:
        name = case.reference.name.text if case.reference is not None else "?"
        value = case.case.text if case.case is not None else "?"
        yield f"{value} → {name}{' (default)' if case.default is not None else ''}"


def _conditions(document: KoreoDocument, step: Step) -> Iterator[str]:
    by_path = {expression.path: expression for expression in document.expressions}
    for words, keys in (("switch on", ("refSwitch", "switchOn")), ("for each", ("forEach", "itemIn"))):
        written = _written(document, by_path, step, keys)
        if written is not None:
            yield f"{words} {written}"
    written = _written(document, by_path, step, ("skipIf",))
    if written is not None:
        yield f"skip if {written}"


def _written(
    document: KoreoDocument,
    by_path: dict[Path, Expression],
    step: Step,
    keys: tuple[str, ...],
) -> str | None:
    path: Path = ("spec", "steps", step.index, *keys)
    expression = by_path.get(path)
    if expression is not None:
        return " ".join(expression.facts.source.split())
    node = node_at(document.spec, path[1:])[1]
    return get_text(node) if node is not None else None
