"""Graphs of Workflows: what is in them, and that their pictures are sound."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET

import pytest
from koreo_analyzer.workspace import Snapshot, Workspace
from koreo_runtime.graph import (
    Direction,
    Edge,
    Graph,
    Mark,
    Node,
    NodeKind,
    Status,
    mermaid,
    svg,
    workflow_graph,
)
from koreo_runtime.graph.layers import crossings, layered, ranks
from koreo_runtime.graph.layout import Drawing, layout
from koreo_runtime.graph.place import nearest

_HEAD = "apiVersion: koreo.dev/v1beta1\nkind: {}\nmetadata: {{name: {}}}\nspec:\n"


def _function(name: str, kind: str = "ValueFunction") -> str:
    return _HEAD.format(kind, name) + "  return: {x: 1}\n"


def _workflow(name: str, *steps: str, trigger: bool = True) -> str:
    ref = "  crdRef: {apiGroup: a.example.com, version: v1, kind: Thing}\n" if trigger else ""
    return _HEAD.format("Workflow", name) + ref + "  steps:\n" + "".join(f"  - {step}\n" for step in steps)


def _snapshot(*documents: str) -> Snapshot:
    workspace = Workspace()
    workspace.apply({"main.k.yaml": "---\n".join(documents)})
    return workspace.snapshot


def _graph(*documents: str, depth: int = 0, **marks: Mark) -> Graph:
    snapshot = _snapshot(*documents)
    found = snapshot.active_definition("Workflow", "main")
    assert found is not None
    return workflow_graph(
        snapshot, found, depth=depth, marks={(label,): mark for label, mark in marks.items()}
    )


def _edges(graph: Graph) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    labels = {node.id: node.label for node in graph.nodes}
    return [(labels[edge.source], labels[edge.target], edge.members, edge.roles) for edge in graph.edges]


FETCH = "{label: fetch, ref: {kind: ValueFunction, name: one}, inputs: {name: =parent.spec.name}}"


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("inputs: {x: =steps.fetch.a.b + steps.fetch.c}", (("a.b", "c"), ("inputs",))),
        ("inputs: {x: =steps.fetch}", ((), ("inputs",))),
        (
            "inputs: {x: =steps.fetch.a, y: =steps.fetch}, state: {x: =steps.fetch.b}",
            ((), ("inputs", "state")),
        ),
        ("skipIf: =steps.fetch.off", (("off",), ("skipIf",))),
        ("forEach: {itemIn: =steps.fetch.list, inputKey: item}", (("list",), ("forEach",))),
        ("state: {x: '=steps.fetch[\"a\"]'}", (("a",), ("state",))),
    ],
)
def test_an_edge_says_what_is_used_and_where(
    step: str, expected: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    second = f"{{label: second, ref: {{kind: ValueFunction, name: one}}, {step}}}"
    graph = _graph(_function("one"), _workflow("main", FETCH, second))
    assert _edges(graph) == [
        ("Thing", "fetch", ("spec.name",), ("inputs",)),
        ("fetch", "second", *expected),
    ]


def test_nodes_say_what_runs_when_and_what_is_wrong() -> None:
    graph = _graph(
        _function("one"),
        _workflow(
            "main",
            "{label: all, ref: {kind: ValueFunction, name: one}, forEach: {itemIn: =parent.spec.l, inputKey: i}}",
            "{label: pick, refSwitch: {switchOn: =parent.spec.c, cases: [{case: a, kind: ValueFunction, name: one},"
            " {case: b, kind: ValueFunction, name: none, default: true}]}, skipIf: =parent.spec.off}",
            "{label: self, ref: {kind: Workflow, name: main}}",
        ),
    )
    shown = [(n.label, n.kind.value, n.runs, n.conditions, n.is_each, n.fault) for n in graph.nodes]
    assert shown == [
        ("Thing", "trigger", ("a.example.com/v1",), (), False, None),
        ("all", "value", ("one",), ("for each parent.spec.l",), True, None),
        (
            "pick",
            "switch",
            ("a → one", "b → none (default)"),
            ("switch on parent.spec.c", "skip if parent.spec.off"),
            False,
            "there is no ValueFunction none",
        ),
        ("self", "unknown", ("main",), (), False, "Workflow main runs itself"),
    ]


def test_unknown_and_later_steps_are_drawn_and_marked() -> None:
    inputs = "{a: =steps.late, b: =steps.early, c: =steps.no}"
    early = f"{{label: early, ref: {{kind: ValueFunction, name: one}}, inputs: {inputs}}}"
    late = "{label: late, ref: {kind: ValueFunction, name: one}}"
    graph = _graph(_function("one"), _workflow("main", early, late))
    labels = {node.id: node.label for node in graph.nodes}
    assert {(labels[edge.source], labels[edge.target]): edge.is_backward for edge in graph.edges} == {
        ("Thing", "late"): False,
        ("late", "early"): True,
        ("early", "early"): True,
        ("no", "early"): False,
    }
    text = svg(graph)
    assert text.count('class="edge broken"') == 2
    assert "there is no step no" in text
    ET.fromstring(text)


def test_sub_workflows_are_drawn_inside_to_the_depth_asked_for() -> None:
    inner = _workflow("inner", "{label: deep, ref: {kind: ValueFunction, name: one}}", trigger=False)
    main = _workflow("main", "{label: sub, ref: {kind: Workflow, name: inner}}")
    documents = (_function("one"), inner, main)
    assert [node.label for node in _graph(*documents).walk()] == ["Thing", "sub"]
    deep = _graph(*documents, depth=1)
    assert [node.label for node in deep.walk()] == ["Thing", "sub", "deep"]
    assert 'data-step="deep"' in svg(deep)
    assert "subgraph" in mermaid(deep)


def test_marks_colour_nodes() -> None:
    graph = _graph(_function("one"), _workflow("main", FETCH), fetch=Mark(Status.RETRY, "not yet"))
    assert 'class="node value retry"' in svg(graph)
    assert "class n1 retry" in mermaid(graph)
    assert "tries again: not yet" in svg(graph)


NASTY = 'a"]<b>&amp;#35;\\|{}`end\x00\ud800'


def test_no_name_breaks_out_of_a_picture() -> None:
    node = Node(
        "n0", NASTY, NodeKind.VALUE, None, (NASTY,), (NASTY,), fault=NASTY, mark=Mark(Status.ERROR, NASTY)
    )
    other = Node("n1", NASTY, NodeKind.SWITCH, None)
    graph = Graph(NASTY, (node, other), (Edge("n0", "n1", (NASTY,), ("inputs",)),))
    root = ET.fromstring(svg(graph))
    steps = [each.get("data-step", "") for each in root.iter() if each.get("data-step")]
    assert [step[:8] for step in steps] == [NASTY[:8]] * 2
    quoted = re.findall(r'"([^"\n]*)"', mermaid(graph))
    assert quoted
    assert not any(re.search(r"[\[\]{}|`\\&]", text) for text in quoted)


def _random(count: int, seed: int) -> Graph:
    choose = random.Random(seed)
    nodes = tuple(
        Node(
            f"n{i}",
            f"step_{i}",
            NodeKind.VALUE,
            None,
            ("runs",) * choose.randint(1, 4),
            is_each=choose.random() < 0.2,
        )
        for i in range(count)
    )
    edges = tuple(
        Edge(f"n{source}", f"n{target}", ("member",) * choose.randint(0, 2), ("inputs",))
        for target in range(1, count)
        for source in sorted(choose.sample(range(target), min(target, choose.randint(0, 3))))
    )
    return Graph("random", nodes, edges)


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("seed", range(8))
def test_boxes_do_not_touch_and_edges_lead_forward(seed: int, direction: Direction) -> None:
    drawing = layout(_random(5 + seed * 9, seed), direction)
    assert drawing.direction is direction
    _is_sound(drawing)
    ET.fromstring(svg(drawing.graph, direction))


def _is_sound(drawing: Drawing) -> None:
    boxes = {box.node.id: box for box in drawing.boxes}
    placed = list(boxes.values())
    for index, one in enumerate(placed):
        assert one.x >= 0
        assert one.y >= 0
        assert one.x + one.width <= drawing.x + drawing.width
        assert one.y + one.height <= drawing.y + drawing.height
        for other in placed[index + 1 :]:
            apart_x = one.x + one.width <= other.x or other.x + other.width <= one.x
            apart_y = one.y + one.height <= other.y or other.y + other.height <= one.y
            assert apart_x or apart_y, (one.label, other.label)
    is_right = drawing.direction is Direction.RIGHT
    for curve in drawing.curves:
        source, target = boxes[curve.edge.source], boxes[curve.edge.target]
        assert (source.x + source.width < target.x) if is_right else (source.y + source.height < target.y)
        places = [place for begin, end, _ in curve.points for place in (begin, end)]
        assert places == sorted(places)
        # A point that an edge only passes lies in no box.
        for begin, end, level in curve.points[1:-1]:
            left, right, top, bottom = (begin, end, level, level) if is_right else (level, level, begin, end)
            for box in placed:
                beside = box.x >= right or left >= box.x + box.width
                if is_right:
                    assert beside or not box.y < top < box.y + box.height
                else:
                    assert (
                        not box.x < left < box.x + box.width or box.y >= bottom or top >= box.y + box.height
                    )


def _chain(count: int) -> Graph:
    nodes = tuple(Node(f"n{i}", f"step_{i}", NodeKind.VALUE, None, ("runs",)) for i in range(count))
    edges = tuple(Edge(f"n{i}", f"n{i + 1}", ("member",), ("inputs",)) for i in range(count - 1))
    return Graph("chain", nodes, edges)


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (_chain(3), Direction.RIGHT),  # wide, but small
        (_chain(12), Direction.DOWN),
        (_random(40, 3), Direction.RIGHT),  # large, but not wide
    ],
)
def test_what_would_be_too_wide_leads_downwards(graph: Graph, expected: Direction) -> None:
    assert layout(graph).direction is expected
    assert mermaid(graph).startswith(f"flowchart {expected.value.upper()}\n")
    assert svg(graph) == svg(graph, expected)
    other = Direction.DOWN if expected is Direction.RIGHT else Direction.RIGHT
    assert layout(graph, other).direction is other
    assert mermaid(graph, other).startswith(f"flowchart {other.value.upper()}\n")


def test_downwards_labels_and_inner_drawings_stay_in_the_picture() -> None:
    inner = _workflow("inner", "{label: deep, ref: {kind: ValueFunction, name: one}}", trigger=False)
    step = "{label: sub, ref: {kind: Workflow, name: inner}, inputs: {x: =steps.fetch.member}}"
    drawing = layout(_graph(_function("one"), inner, _workflow("main", FETCH, step), depth=1), Direction.DOWN)
    _is_sound(drawing)
    for curve in drawing.curves:
        x, y = curve.at
        assert drawing.x < x < drawing.x + drawing.width
        assert drawing.y < y < drawing.y + drawing.height
    ((_, deep),) = next(box.inner for box in drawing.boxes if box.inner)
    assert deep.direction is Direction.DOWN


def test_a_drawing_is_always_the_same() -> None:
    assert svg(_random(40, 3)) == svg(_random(40, 3))


def test_a_hundred_steps_have_bounded_work() -> None:
    assert svg(_random(100, 1)).count("data-step") == 100


def test_an_empty_graph_is_a_picture() -> None:
    empty = Graph("nothing", (), ())
    ET.fromstring(svg(empty))
    assert mermaid(empty) == "flowchart LR\n"


def test_ranks_shorten_edges() -> None:
    # 0 → 1 → 3 and 2 → 3: what has only successors stands just before them.
    assert ranks(4, [(0, 1), (1, 3), (2, 3)]) == [0, 1, 1, 2]


def test_order_avoids_crossings() -> None:
    found = layered([10.0] * 6, [(0, 5), (1, 4), (2, 3)], [0.0] * 3)
    assert crossings(found.cells, found.layers) == 0


def test_nearest_is_the_isotonic_regression() -> None:
    assert nearest([1, 3, 2, 4], [1, 1, 1, 1]) == [1, 2.5, 2.5, 4]
    assert nearest([3, 0], [1, 2]) == [1, 1]
