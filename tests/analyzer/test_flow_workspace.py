"""Types in a workspace: the way that a type came, what an edit recomputes, the fix of an optional field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from koreo_analyzer.types import show
from koreo_analyzer.workspace import FileProblem, Snapshot, Workspace
from markers import analyze

if TYPE_CHECKING:
    from collections import Counter

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shops.example.com}
spec:
  group: example.com
  names: {kind: Shop, plural: shops}
  versions:
  - name: v1
    served: true
    schema:
      openAPIV3Schema:
        required: [spec]
        properties:
          spec:
            required: [name, count]
            properties:
              name: {type: string}
              count: {type: integer}
              note: {type: string}
"""


def function(name: str, returns: str) -> str:
    return (
        f"apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata: {{name: {name}}}\n"
        f"spec:\n  return:\n    value: {returns}\n"
    )


def workflow(name: str, *steps: tuple[str, str, str], trigger: bool = True) -> str:
    """Return a Workflow of steps, each a label, the name of a function, and the input `value` of it."""
    ref = "  crdRef: {apiGroup: example.com, version: v1, kind: Shop}\n" if trigger else ""
    shown = "".join(
        f"  - label: {label}\n    ref: {{kind: {'Workflow' if runs == 'sub' else 'ValueFunction'}, "
        f"name: {runs}}}\n    inputs: {{value: {value}}}\n"
        for label, runs, value in steps
    )
    return f"apiVersion: koreo.dev/v1beta1\nkind: Workflow\nmetadata: {{name: {name}}}\nspec:\n{ref}  steps:\n{shown}"


def related(snapshot: Snapshot, problem: FileProblem) -> list[tuple[str, str]]:
    """Return file and text of the places that explain a problem."""
    return [(place.path, snapshot.text(place.path)[slice(*place.span)]) for place in problem.related]


def test_a_wrong_input_comes_with_its_use_and_the_way_of_its_type() -> None:
    snapshot = analyze(
        {
            "crd.yaml": CRD,
            "echo.k.yaml": function("echo", "=inputs.value"),
            "double.k.yaml": function("double", "=inputs.value * 2"),
            "main.k.yaml": workflow(
                "main", ("first", "echo", "=parent.spec.name"), ("then", "double", "=steps.first.value")
            ),
        }
    )
    (problem,) = snapshot.problems("main.k.yaml")
    assert problem.code == "wrong-input"
    assert snapshot.text("main.k.yaml")[slice(*problem.span)] == "=steps.first.value"
    assert related(snapshot, problem) == [
        ("double.k.yaml", "inputs.value * 2"),
        ("echo.k.yaml", "=inputs.value"),
        ("main.k.yaml", "=parent.spec.name"),
        ("crd.yaml", "name"),
    ]


def test_a_wrong_input_is_told_where_one_caller_alone_is_wrong() -> None:
    snapshot = analyze(
        {
            "crd.yaml": CRD,
            "double.k.yaml": function("double", "=inputs.value * 2"),
            "sub.k.yaml": workflow("sub", ("inner", "double", "=parent.value"), trigger=False),
            "main.k.yaml": workflow(
                "main", ("outer", "sub", "=parent.spec.name"), ("other", "sub", "=parent.spec.count")
            ),
        }
    )
    assert snapshot.problems("sub.k.yaml") == snapshot.problems("double.k.yaml") == ()
    (problem,) = snapshot.problems("main.k.yaml")
    assert related(snapshot, problem) == [
        ("sub.k.yaml", "=parent.value"),
        ("double.k.yaml", "inputs.value * 2"),
        ("crd.yaml", "name"),
    ]


@pytest.mark.parametrize("value", ["=parent.spec.note", "'=parent.spec.note'", "\"=parent.spec.note + 'a'\""])
def test_the_fix_of_an_optional_field_mends_it(value: str) -> None:
    texts = {
        "crd.yaml": CRD,
        "echo.k.yaml": function("echo", "=inputs.value"),
        "main.k.yaml": workflow("main", ("first", "echo", value)),
    }
    (problem,) = analyze(texts).problems("main.k.yaml")
    assert problem.code == "optional-field"
    (fix,) = problem.fixes
    (edit,) = fix.edits
    text = texts["main.k.yaml"]
    mended = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert analyze(texts | {"main.k.yaml": mended}).problems("main.k.yaml") == ()


# What an edit recomputes


def many(users: int = 20) -> dict[str, str]:
    """Return a workspace in which as many Workflows run one function, and as many run one of their own."""
    texts = {"crd.yaml": CRD, "shared.k.yaml": function("shared", "=inputs.value + 1")}
    for i in range(users):
        texts[f"user-{i}.k.yaml"] = workflow(
            f"user{i}",
            ("first", "shared", "=parent.spec.count"),
            ("then", f"own{i}", "=string(steps.first.value)"),
        ).replace("kind: Shop", f"kind: Shop{i}")
        texts[f"crd-{i}.yaml"] = CRD.replace("kind: Shop", f"kind: Shop{i}").replace("shops", f"shop{i}s")
        texts[f"own-{i}.k.yaml"] = function(f"own{i}", "=inputs.value")
    return texts


def ask(snapshot: Snapshot) -> dict[str, list[str]]:
    return {path: [p.code for p in found] for path in snapshot.paths() if (found := snapshot.problems(path))}


def work(workspace: Workspace, changes: dict[str, str | None]) -> Counter[str]:
    workspace.database.recomputed.clear()
    ask(workspace.apply(changes))
    return +workspace.database.recomputed


@pytest.fixture
def workspace() -> Workspace:
    workspace = Workspace()
    assert ask(workspace.apply(many())) == {}
    return workspace


@pytest.mark.parametrize(
    "text",
    [
        function("shared", "=inputs.value + 2"),
        "# moved\n" + function("shared", "=inputs.value + 1"),
        function("shared", "=inputs.value + 1").replace("spec:", "spec:\n  locals: {a: =inputs.value}"),
    ],
    ids=["another number", "moved", "a local more"],
)
def test_an_edit_that_changes_no_type_stays_in_its_document(workspace: Workspace, text: str) -> None:
    counted = work(workspace, {"shared.k.yaml": text})
    assert counted["flow"] <= 2
    assert counted["workspace problems"] == counted["file problems"] == 1


def test_a_changed_type_is_checked_where_it_is_used(workspace: Workspace) -> None:
    counted = work(workspace, {"shared.k.yaml": function("shared", "=string(inputs.value + 1)")})
    assert counted["flow"] == 1 + 20, "of the function itself, and of those that run it"
    assert counted["workspace problems"] == counted["file problems"] == 1, (
        "and what they do with it is the same"
    )
    assert counted["type problems"] == 1, (
        "the flows of its users find no other faults, so nothing is placed again"
    )


def test_a_type_that_is_wrong_now_is_found_in_its_users(workspace: Workspace) -> None:
    snapshot = workspace.apply({"shared.k.yaml": function("shared", "=[inputs.value]")})
    assert ask(snapshot) == {f"user-{i}.k.yaml": ["wrong-operand"] for i in range(20)}
    assert ask(workspace.apply({"shared.k.yaml": function("shared", "=inputs.value")})) == {}


def test_a_changed_field_of_a_trigger_is_checked_in_its_workflow(workspace: Workspace) -> None:
    text = many()["crd-3.yaml"].replace("type: integer", "type: string")
    counted = work(workspace, {"crd-3.yaml": text})
    assert ask(workspace.snapshot) == {"user-3.k.yaml": ["wrong-input"]}
    assert counted["file problems"] <= 4, "the Workflow, what it runs, the CRD itself"


def test_a_description_in_a_schema_changes_nothing(workspace: Workspace) -> None:
    text = many()["crd-3.yaml"].replace("type: integer", "description: How many., type: integer")
    counted = work(workspace, {"crd-3.yaml": text})
    assert counted["flow"] == 0


def test_what_is_kept_is_what_is_needed(workspace: Workspace) -> None:
    database = workspace.database
    before = database.size, len(database.readers)
    for returns in ("=inputs.value", '=[inputs.value] + ["a"]', "=string(inputs.value)", "=inputs.value + 1"):
        ask(workspace.apply({"shared.k.yaml": function("shared", returns)}))
    assert (database.size - database.spared, len(database.readers)) == before


def test_a_type_that_comes_back_is_not_followed_again(workspace: Workspace) -> None:
    """Who types goes back and forth between a few types: what is called with them is known."""
    callers = {
        f"user-{i}.k.yaml": workflow(
            f"user{i}", ("a", "shared", "=parent.spec.count"), ("b", f"last{i}", "=steps.a.value")
        )
        for i in range(20)
    }
    called = {f"last-{i}.k.yaml": function(f"last{i}", "=inputs.value") for i in range(20)}
    ask(workspace.apply({**callers, **called}))
    other = {"shared.k.yaml": function("shared", "=string(inputs.value)")}
    assert work(workspace, other)["flow"] == 1 + 20 + 20
    assert work(workspace, {"shared.k.yaml": function("shared", "=inputs.value + 1")})["flow"] == 1 + 20
    assert work(workspace, other)["flow"] == 1 + 20


def test_the_same_from_scratch_as_after_edits(workspace: Workspace) -> None:
    edits = [
        {"shared.k.yaml": function("shared", "=[inputs.value]")},
        {"crd-3.yaml": None},
        {"own-4.k.yaml": function("own4", "=inputs.value * 2")},
        {"shared.k.yaml": function("shared", "=inputs.value + 1")},
        {"crd-3.yaml": CRD.replace("kind: Shop", "kind: Shop3").replace("count", "number")},
    ]
    texts: dict[str, str | None] = {**many()}
    for edit in edits:
        texts |= edit
        fresh = analyze({path: text for path, text in texts.items() if text is not None})
        assert ask(workspace.apply(edit)) == ask(fresh)


WRONG_RESOURCE = """\
apiVersion: koreo.dev/v1beta1
kind: ResourceFunction
metadata: {name: maker}
spec:
  apiConfig: {apiVersion: example.com/v1, kind: Shop, name: it, namespace: default}
  resource: {spec: {name: it, count: many}}
"""


def declared(snapshot: Snapshot, path: str) -> dict[str, list[tuple[str, str]]]:
    return {
        problem.code: related(snapshot, problem)
        for problem in snapshot.problems(path)
        if problem.severity > 0 and problem.related
    }


def test_what_does_not_fit_a_schema_comes_with_the_place_that_says_so() -> None:
    steps = workflow("one", ("a", "make", "=parent.spec.nme"), ("b", "make", "=steps.a.vlue"))
    texts = {
        "crd.yaml": CRD,
        "w.k.yaml": steps,
        "m.k.yaml": WRONG_RESOURCE,
        "f.k.yaml": function("make", "1"),
    }
    snapshot = analyze(texts, off=frozenset({"unused-definition", "unused-input"}))
    first, second = (one for one in snapshot.problems("w.k.yaml") if one.code == "unknown-field")
    assert related(snapshot, first) == [("crd.yaml", "spec")]
    assert related(snapshot, second) == [("f.k.yaml", "value: 1")]
    assert declared(snapshot, "m.k.yaml") == {"resource-value": [("crd.yaml", "count")]}


def test_the_place_in_the_schema_moves_with_it() -> None:
    workspace = Workspace()
    workspace.apply({"crd.yaml": CRD, "m.k.yaml": WRONG_RESOURCE})
    snapshot = workspace.apply({"crd.yaml": "kind: Other\n---\n# moved\n" + CRD})
    assert declared(snapshot, "m.k.yaml") == {"resource-value": [("crd.yaml", "count")]}
    snapshot = workspace.apply({"crd.yaml": None, "other.yaml": CRD})
    assert declared(snapshot, "m.k.yaml") == {"resource-value": [("other.yaml", "count")]}


@pytest.mark.parametrize(
    ("value", "code", "places"),
    [
        (
            "'=steps.first.value * 2'",
            "wrong-operand",
            [("f.k.yaml", "=inputs.value"), ("w.k.yaml", "=parent.spec.name"), ("crd.yaml", "name")],
        ),
        ("'=parent.spec.name == 1'", "never-equal", [("crd.yaml", "name")]),
        (
            "'=parent.spec.name + parent.spec.count'",
            "wrong-operand",
            [("crd.yaml", "name"), ("crd.yaml", "count")],
        ),
    ],
)
def test_what_an_expression_cannot_do_comes_with_the_way_of_its_types(
    value: str, code: str, places: list[tuple[str, str]]
) -> None:
    steps = workflow("one", ("first", "make", "=parent.spec.name"), ("then", "make", value))
    snapshot = analyze({"crd.yaml": CRD, "w.k.yaml": steps, "f.k.yaml": function("make", "=inputs.value")})
    assert {one.code: related(snapshot, one) for one in snapshot.problems("w.k.yaml")} == {code: places}


def test_a_case_that_never_comes_leads_to_the_values_that_do() -> None:
    crd = CRD.replace("{type: string}", "{type: string, enum: [small, large]}", 1)
    steps = f"""\
{workflow("one")}\
  - label: first
    refSwitch:
      switchOn: =inputs.size
      cases:
      - {{case: tiny, kind: ValueFunction, name: make}}
      - {{case: small, kind: ValueFunction, name: make, default: true}}
    inputs: {{value: 1, size: =parent.spec.name}}
"""
    snapshot = analyze({"crd.yaml": crd, "w.k.yaml": steps, "f.k.yaml": function("make", "=inputs.value")})
    found = {one.code: related(snapshot, one) for one in snapshot.problems("w.k.yaml")}
    assert found["unreachable-case"] == [("crd.yaml", "name")]


def test_what_follows_from_the_callers_of_a_function_leads_to_them() -> None:
    crd = CRD.replace("{type: string}", "{type: string, enum: [small, large]}", 1)
    snapshot = analyze(
        {
            "crd.yaml": crd,
            "f.k.yaml": function("tiny", '=inputs.value == "tiny"'),
            "sub.k.yaml": workflow("sub", ("inner", "tiny", "=parent.value"), trigger=False),
            "a.k.yaml": workflow("first", ("check", "tiny", "=parent.spec.name")),
            "b.k.yaml": workflow("second", ("check", "sub", "=parent.spec.name")),
        }
    )
    (problem,) = snapshot.problems("f.k.yaml")
    assert problem.code == "never-equal"
    assert related(snapshot, problem) == [
        ("a.k.yaml", "=parent.spec.name"),
        ("crd.yaml", "name"),
        ("sub.k.yaml", "=parent.value"),
    ]


def test_an_optional_field_leads_to_the_caller_that_gives_it_and_to_where_it_can_be_required() -> None:
    snapshot = analyze(
        {
            "crd.yaml": CRD,
            "f.k.yaml": function("show", "=inputs.value.note"),
            "a.k.yaml": workflow("first", ("check", "show", "=parent.spec")),
            "b.k.yaml": workflow("second", ("check", "show", "{note: x}")).replace("Shop}", "Shop2}"),
        },
        off=frozenset({"no-schema"}),
    )
    (problem,) = snapshot.problems("f.k.yaml")
    assert problem.code == "optional-field"
    assert problem.hint == "ask for it with `has(…)` first, or require it where it is declared"
    assert related(snapshot, problem) == [("crd.yaml", "note"), ("a.k.yaml", "=parent.spec")]


def many_callers(number: int) -> dict[str, str]:
    """Return a function and so many Workflows that call it with texts, the last with a number."""
    texts = {"f.k.yaml": function("f", "=inputs.value")}
    for one in range(number):
        value = "=1" if one == number - 1 else "=string(1)"
        texts[f"w{one:03}.k.yaml"] = workflow(f"w{one:03}", ("step", "f", value))
    return texts


def test_types_at_a_cursor_wait_for_a_few_callers_only_until_all_are_analysed() -> None:
    workspace = Workspace()
    snapshot = workspace.apply(many_callers(100))
    (definition,) = snapshot.documents("f.k.yaml")
    assert show(snapshot.typing(definition).given.inputs) == "{value: string}"
    assert workspace.database.recomputed["flow"] < 100
    for path in snapshot.paths():
        snapshot.problems(path)
    everyone = "{value: int | string}"
    assert show(snapshot.typing(definition).given.inputs) == everyone

    snapshot = workspace.apply({"f.k.yaml": function("f", "=[inputs.value]")})
    (definition,) = snapshot.documents("f.k.yaml")
    workspace.database.recomputed.clear()
    assert show(snapshot.typing(definition).given.inputs) == everyone
    assert workspace.database.recomputed["flow"] < 100


def test_problems_are_worked_out_part_by_part() -> None:
    workspace = Workspace()
    snapshot = workspace.apply(many_callers(300))
    counted = workspace.database.recomputed
    parts = 0
    while not snapshot.prepare_problems("f.k.yaml"):
        assert counted["flow"] < 50 * (parts + 1)
        parts += 1
    assert parts > 5
    done = counted["flow"]
    snapshot.problems("f.k.yaml")
    assert counted["flow"] == done
    assert done < 320
    assert snapshot.prepare_problems("gone.k.yaml")


def test_what_another_document_was_run_with_is_not_taken_for_what_a_new_one_is() -> None:
    workspace = Workspace()
    snapshot = workspace.apply(many_callers(100))
    for path in snapshot.paths():
        snapshot.problems(path)
    added = function("g", "=inputs.value") + "---\n" + function("f", "=[inputs.value]")
    snapshot = workspace.apply({"f.k.yaml": added})
    new, old = snapshot.documents("f.k.yaml")
    assert show(snapshot.typing(new).given.inputs) == "any"
    assert show(snapshot.typing(old).given.inputs) == "{value: string}"
