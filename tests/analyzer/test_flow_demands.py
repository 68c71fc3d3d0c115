"""What functions and Workflows ask of their inputs: documents in, types of inputs out (`Snapshot.interface`)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from koreo_analyzer.flow import Demand, Interface, demanded_type
from koreo_analyzer.types import ITEM, VALUE, show
from koreo_analyzer.workspace import Settings, Workspace
from koreo_project.discover import find
from koreo_project.load import load
from koreo_project.schemas import builtin

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Snapshot

HEAD = "apiVersion: koreo.dev/v1beta1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n"


def document(kind: str, name: str, spec: str) -> str:
    return HEAD.format(kind=kind, name=name) + "".join(f"  {line}\n" for line in spec.strip("\n").split("\n"))


def opened(*documents: str) -> Snapshot:
    workspace = Workspace(Settings(schemas=(builtin(),)))
    return workspace.apply({"/w/main.k.yaml": "---\n".join(documents)})


def interface(snapshot: Snapshot, kind: str, name: str) -> Interface:
    return snapshot.interface(snapshot.definitions(kind, name)[0])


def rows(asked: Demand, optional: frozenset[str] = frozenset(), path: str = "") -> dict[str, str]:
    """All inputs and their parts: `spec.items[].name` to its type; a name that may be left out ends with `?`."""
    found: dict[str, str] = {}
    for name, one in asked.fields:
        here = f"{path}.{name}" if path else name
        may_lack = name in optional if not path else not one.required
        type_ = demanded_type(one)
        found[here + ("?" if may_lack else "")] = "object" if one.fields else show(type_)
        found |= rows(one, path=here)
        for step, part in ((ITEM, one.item), (VALUE, one.entry)):
            if part is not None:
                found |= rows(part, path=here + step)
    return found


def inputs(snapshot: Snapshot, kind: str, name: str) -> dict[str, str]:
    found = interface(snapshot, kind, name)
    return rows(found.asked, found.optional)


RETURNED = [
    # operators
    ("inputs.n + 1", {"n": "int"}),
    ("inputs.n * 1.5", {"n": "double"}),
    ("inputs.t + '-x'", {"t": "string"}),
    ("inputs.a + [1]", {"a": "list(any)"}),
    ("inputs.n > 0", {"n": "double | int"}),
    ("inputs.t < 'm'", {"t": "string"}),
    ("-inputs.n", {"n": "double | int"}),
    ("!inputs.b", {"b": "bool"}),
    ("inputs.a && inputs.b", {"a": "bool", "b": "bool"}),
    ("inputs.c ? 1 : 2", {"c": "bool"}),
    ("inputs.a + inputs.b", {"a": "any", "b": "any"}),
    ("(inputs.a + inputs.b).startsWith('x')", {"a": "string", "b": "string"}),
    # comparisons only hint, and give candidates
    ("inputs.t == 'a'", {"t": "string"}),
    ("inputs.n != 3", {"n": "int"}),
    ("inputs.b == true", {"b": "bool"}),
    ("inputs.x == null || inputs.x == 'a'", {"x": "null | string"}),
    ("inputs.t in ['a', 'b']", {"t": "string"}),
    ("inputs.x == inputs.y", {"x": "any", "y": "any"}),
    ("size(inputs.x) > 0 && inputs.x == 'a'", {"x": "string"}),
    # functions take what their overloads take
    ("inputs.t.startsWith('a')", {"t": "string"}),
    ("inputs.t.lower()", {"t": "string"}),
    ("size(inputs.x)", {"x": "list(any) | map(any, any) | string"}),
    ("flatten(inputs.x)[0]", {"x": "list(list(any))"}),
    ("type(inputs.x) == int", {"x": "any"}),
    ("to_json(inputs.x)", {"x": "any"}),
    ("math.greatest(inputs.n, 2) > 1", {"n": "any"}),
    # members
    ("inputs.a.b.c + 1", {"a": "object", "a.b": "object", "a.b.c": "int"}),
    ("inputs['a']['b-c'] + 1", {"a": "object", "a.b-c": "int"}),
    ("inputs.a[0] + 'x'", {"a": "list(string)"}),
    ("inputs.m[string(inputs.i)] + 'x'", {"m": "map(string, string)", "i": "bool | double | int | string"}),
    ("{'x': 1, 'y': 2}[inputs.k]", {"k": '"x" | "y"'}),
    ("[1, 2][inputs.i]", {"i": "double | int"}),
    # presence
    ("has(inputs.x) ? inputs.x + 1 : 0", {"x?": "int"}),
    ("has(inputs.a.x) ? inputs.a.x + 1 : 0", {"a?": "object", "a.x?": "int"}),
    ("inputs.a.y && has(inputs.a.x) && inputs.a.x", {"a": "object", "a.y": "bool", "a.x?": "bool"}),
    ("inputs.?x.orValue('none')", {"x?": "any"}),
    # macros
    ("inputs.xs.map(x, x + 1)", {"xs": "list(int)"}),
    ("inputs.xs.map(x, x.name + '!')", {"xs": "list({name: string, …})", "xs[].name": "string"}),
    (
        "inputs.xs.filter(x, x.on).map(x, x.n + 1)",
        {"xs": "list({n: int, on: bool, …})", "xs[].on": "bool", "xs[].n": "int"},
    ),
    ("inputs.xs.all(x, x.startsWith('a'))", {"xs": "list(string)"}),
    ("inputs.m.all(k, inputs.m[k] > 0)", {"m": "map(string, double | int)"}),
    ("inputs.m.transformList(k, v, k + v)", {"m": "any"}),
    ("inputs.xs.reduce(acc, x, 0, acc + x.n)", {"xs": "list({n: int, …})", "xs[].n": "int"}),
    ("cel.bind(v, inputs.a.b, v + 1)", {"a": "object", "a.b": "int"}),
    ("inputs.xs.map(inputs, inputs + 1)", {"xs": "list(int)"}),
    # branches that exclude each other
    ("type(inputs.x) == int ? inputs.x + 1 : size(inputs.x + 'a')", {"x": "int | string"}),
    # results pass demands on
    ("(inputs.c ? inputs.a : inputs.b) + 1", {"c": "bool", "a": "int", "b": "int"}),
    ("{'k': inputs.a}.k + 1", {"a": "int"}),
    ("[inputs.a, inputs.b].map(x, x + 1)", {"a": "int", "b": "int"}),
    ("overlay(inputs.a, inputs.b).c + 1", {"a": "object", "a.c?": "int", "b": "object", "b.c?": "int"}),
]


@pytest.mark.parametrize(("expression", "expected"), RETURNED, ids=[one for one, _ in RETURNED])
def test_an_expression_asks(expression: str, expected: dict[str, str]) -> None:
    snapshot = opened(document("ValueFunction", "f", f'return:\n  value: "={expression}"'))
    found = inputs(snapshot, "ValueFunction", "f")
    # Whether an input itself may be left out is the rule `missing-input`'s, except where its presence is asked for.
    assert {key.rstrip("?") if "." not in key else key: type_ for key, type_ in found.items()} == {
        key.rstrip("?") if "." not in key else key: type_ for key, type_ in expected.items()
    }
    assert [key for key in expected if key.endswith("?")] == [
        key for key in found if key.endswith("?") and key in expected
    ]


def test_a_question_about_a_part_does_not_make_the_input_optional() -> None:
    spec = """
preconditions:
  - assert: =!has(inputs.meta.paused)
    skip: {message: paused}
return:
  name: =inputs.meta.name
"""
    found = inputs(opened(document("ValueFunction", "f", spec)), "ValueFunction", "f")
    assert found == {"meta": "object", "meta.paused?": "any", "meta.name": "any"}


PRECONDITIONS = [
    ("=inputs.size in ['s', 'm']", "permFail: {message: no}", '"m" | "s"'),
    ("=inputs.size in ['s', 'm']", "skip: {message: no}", "string"),
    ("=inputs.size in ['s', 'm'] || inputs.size == 'x'", "permFail: {message: no}", "string"),
    ("=inputs.size > 3", "retry: {message: no, delay: 1}", "double | int"),
]


@pytest.mark.parametrize(("assertion", "outcome", "expected"), PRECONDITIONS)
def test_a_precondition_that_fails_leaves_the_texts_that_pass(
    assertion: str, outcome: str, expected: str
) -> None:
    spec = f'preconditions:\n  - assert: "{assertion}"\n    {outcome}\nreturn: {{x: =inputs.size}}'
    assert inputs(opened(document("ValueFunction", "f", spec)), "ValueFunction", "f") == {"size": expected}


def test_what_is_asked_of_a_local_is_asked_of_what_it_is_made_of() -> None:
    spec = """
locals:
  labels:
    app: =inputs.name
  config: =inputs.config
return:
  a: =locals.labels.app.lower()
  b: =locals.config.size + 1
"""
    found = inputs(opened(document("ValueFunction", "f", spec)), "ValueFunction", "f")
    assert found == {"name": "string", "config": "object", "config.size": "int"}


DEPLOYMENT = """
apiConfig:
  apiVersion: apps/v1
  kind: Deployment
  name: =inputs.name
  namespace: =inputs.place + "-ns"
resource:
  metadata:
    labels: =inputs.labels
  spec:
    replicas: =inputs.replicas
    selector: {matchLabels: {app: =inputs.name}}
    template:
      spec:
        containers:
          - name: main
            args: =inputs.commands.map(c, c.text)
overlays:
  - skipIf: =inputs.plain
    overlay:
      spec:
        paused: =inputs.paused
postconditions:
  - assert: =resource.status.readyReplicas >= inputs.least
    retry: {message: waiting, delay: 5}
return:
  ready: =resource.status.readyReplicas
"""


def test_the_schema_of_a_resource_asks_of_what_is_written_into_it() -> None:
    found = inputs(opened(document("ResourceFunction", "deploy", DEPLOYMENT)), "ResourceFunction", "deploy")
    assert {key.rstrip("?"): type_ for key, type_ in found.items()} == {
        "name": "string",
        "place": "string",
        "labels": "map(string, string)",
        "replicas": "int",
        "commands": "list({text: string, …})",
        "commands[].text": "string",
        "plain": "bool",
        "paused": "bool",
        "least": "double | int",
    }


OVERLAID = """
apiConfig: {apiVersion: v1, kind: ConfigMap, name: x, namespace: y}
resource: {}
overlays:
  - overlayRef: {kind: ValueFunction, name: add}
    inputs:
      text: =inputs.message
"""


def test_an_overlay_function_asks_and_its_result_is_asked_by_the_schema() -> None:
    add = document("ValueFunction", "add", "return:\n  data:\n    text: =inputs.text")
    found = inputs(opened(document("ResourceFunction", "r", OVERLAID), add), "ResourceFunction", "r")
    assert found == {"message": "string"}


FUNCTIONS = (
    document("ValueFunction", "config", "return:\n  size: =inputs.size\n  zone: =inputs.zone"),
    document("ValueFunction", "grow", "return:\n  size: =inputs.size * 2"),
    document("ValueFunction", "name", 'return:\n  text: =inputs.size + "x"'),
)

WORKFLOWS = {
    "a step asks what its function asks": (
        "steps:\n- label: one\n  ref: {kind: ValueFunction, name: grow}\n  inputs: {size: =parent.n}",
        {"n": "int"},
    ),
    "what a step gives is asked of what it got": (
        """
steps:
- label: one
  ref: {kind: ValueFunction, name: config}
  inputs: {size: =parent.n, zone: =parent.z}
- label: two
  ref: {kind: ValueFunction, name: grow}
  inputs: {size: =steps.one.size}
""",
        {"n": "int", "z": "any"},
    ),
    "a step for each item asks of the items": (
        """
steps:
- label: one
  ref: {kind: ValueFunction, name: grow}
  forEach: {itemIn: =parent.sizes, inputKey: size}
""",
        {"sizes": "list(int)"},
    ),
    "what is asked of the items of a result": (
        """
steps:
- label: one
  ref: {kind: ValueFunction, name: config}
  forEach: {itemIn: =parent.sizes, inputKey: size}
  inputs: {zone: a}
- label: two
  ref: {kind: ValueFunction, name: grow}
  inputs: {size: "=steps.one[0].size"}
""",
        {"sizes": "list(int)"},
    ),
    "cases without a default are the only texts": (
        """
steps:
- label: one
  refSwitch:
    switchOn: =parent.cloud
    cases:
    - {case: aws, kind: ValueFunction, name: grow}
    - {case: gcp, kind: ValueFunction, name: config}
  inputs: {size: =parent.n, zone: =parent.z}
""",
        {"cloud": '"aws" | "gcp"', "n": "int", "z": "any"},
    ),
    "cases with a default": (
        """
steps:
- label: one
  refSwitch:
    switchOn: =inputs.cloud
    cases:
    - {case: aws, kind: ValueFunction, name: grow, default: true}
  inputs: {size: =parent.n, cloud: =parent.spec.cloud}
""",
        {"n": "int", "spec": "object", "spec.cloud": "string"},
    ),
    "a condition to skip": (
        "steps:\n- label: one\n  ref: {kind: ValueFunction, name: grow}\n  skipIf: =parent.off\n  inputs: {size: 1}",
        {"off": "bool"},
    ),
    "a function that is not there asks nothing that is known": (
        "steps:\n- label: one\n  ref: {kind: ValueFunction, name: gone}\n  inputs: {size: =parent.n}",
        {"n": "any"},
    ),
    "a Workflow that runs itself": (
        "steps:\n- label: one\n  ref: {kind: Workflow, name: w}\n  inputs: {size: =parent.size}",
        {"size": "any"},
    ),
}


@pytest.mark.parametrize(("spec", "expected"), WORKFLOWS.values(), ids=WORKFLOWS)
def test_a_workflow_asks(spec: str, expected: dict[str, str]) -> None:
    found = inputs(opened(document("Workflow", "w", spec), *FUNCTIONS), "Workflow", "w")
    assert {key.rstrip("?"): type_ for key, type_ in found.items()} == expected


def test_a_sub_workflow_passes_on_what_is_asked_of_its_state() -> None:
    inner = """
steps:
- label: one
  ref: {kind: ValueFunction, name: config}
  inputs: {size: =parent.much, zone: =parent.where}
  state: {volume: =value.size}
"""
    outer = """
steps:
- label: sub
  ref: {kind: Workflow, name: inner}
  inputs: {much: =parent.n, where: =parent.z}
- label: use
  ref: {kind: ValueFunction, name: name}
  inputs: {size: =steps.sub.volume}
"""
    snapshot = opened(document("Workflow", "outer", outer), document("Workflow", "inner", inner), *FUNCTIONS)
    assert rows(interface(snapshot, "Workflow", "outer").asked) == {"n": "string", "z": "any"}
    assert rows(interface(snapshot, "Workflow", "inner").asked) == {"much": "any", "where": "any"}


def test_uses_are_the_members_in_the_text() -> None:
    text = document("ValueFunction", "f", "return:\n  a: =inputs.name + inputs.name\n  b: =inputs.other")
    snapshot = opened(text)
    found = interface(snapshot, "ValueFunction", "f")
    places = [snapshot.place_of_use(use) for _, one in found.asked.fields for use in one.uses]
    assert [text[place.span.start : place.span.end] for place in places if place is not None] == [
        "name",
        "name",
        "other",
    ]


def test_the_result_has_the_types_that_the_inputs_ask_for() -> None:
    spec = "return:\n  next: =inputs.n + 1\n  same: =inputs.name.lower()\n  fixed: 3"
    found = interface(opened(document("ValueFunction", "f", spec)), "ValueFunction", "f")
    assert show(found.result) == "{next: int, same: string, fixed: int}"
    assert not found.may_skip


def test_steps_of_a_workflow() -> None:
    spec = """
steps:
- label: sizes
  ref: {kind: ValueFunction, name: grow}
  forEach: {itemIn: =parent.sizes, inputKey: size}
  condition: {type: Grown, name: sizes}
  state: {grown: =value}
- label: chosen
  refSwitch:
    switchOn: =parent.way
    cases:
    - {case: a, kind: ValueFunction, name: grow}
    - {case: b, kind: ValueFunction, name: name}
  inputs: {size: =parent.any}
"""
    found = interface(opened(document("Workflow", "w", spec), *FUNCTIONS), "Workflow", "w")
    shown = [
        (s.label, [name for _, name in s.runs], show(s.value), s.condition, s.state) for s in found.steps
    ]
    assert shown == [
        ("sizes", ["grow"], "list({size: int})", "Grown", ("grown",)),
        ("chosen", ["grow", "name"], "{size?: int, text?: string}", None, ()),
    ]
    assert show(found.result) == "{grown: list({…})}"


def test_the_largest_documents_end() -> None:
    deep = "inputs" + ".a" * 200 + " + 1"
    many = " + ".join(f"inputs.x{index}" for index in range(300))
    aliases = "a0: &a0 [=inputs.x]\n" + "\n".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)
    )
    body = "return:\n" + "\n".join(f"  {line}" for line in f"d: ={deep}\nm: ={many}\n{aliases}".split("\n"))
    snapshot = opened(document("ValueFunction", "f", body))
    assert "x" in dict(interface(snapshot, "ValueFunction", "f").asked.fields)


@pytest.mark.skipif("KOREO_SHARED" not in os.environ, reason="KOREO_SHARED names no folder of real files")
def test_every_real_document_has_an_interface() -> None:
    for root in find([Path(os.environ["KOREO_SHARED"]) / "corpus"]):
        snapshot = load(root).workspace.snapshot
        for path in snapshot.paths():
            for definition in snapshot.documents(path):
                found = snapshot.interface(definition)
                assert all(snapshot.place_of_use(use) for _, one in found.asked.fields for use in one.uses)
                snapshot.inference(definition)
