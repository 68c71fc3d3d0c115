"""Many problems of one kind: work and text grow with the document, not with its square."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from koreo_analyzer.suggest import Vocabulary, closest, listed
from markers import analyze

if TYPE_CHECKING:
    from koreo_analyzer.workspace import FileProblem, Snapshot

pytestmark = pytest.mark.timeout(60)

MANY = 2_000
HEAD = "apiVersion: koreo.dev/v1beta1\nkind: {}\nmetadata: {{name: {}}}\nspec:\n"
VALUE = HEAD.format("ValueFunction", "words")
WORKFLOW = HEAD.format("Workflow", "caller") + "  crdRef: {apiGroup: a.b, version: v1, kind: K}\n  steps:\n"
CALL = "  - label: %s\n    ref: {kind: ValueFunction, name: words}\n    inputs:\n"


def lines(template: str) -> str:
    return "".join(template.format(i=i) for i in range(MANY))


UNKNOWN_LOCALS = (
    VALUE
    + "  locals:\n"
    + lines("    known{i}: =1\n")
    + "  return:\n"
    + lines("    a{i}: =locals.knwon{i}\n")
)
UNUSED_INPUTS = (
    VALUE
    + "  return:\n"
    + lines("    a{i}: =inputs.known{i}\n")
    + "---\n"
    + WORKFLOW
    + CALL % "one"
    + lines("      spare{i}x: 1\n")
)
UNKNOWN_STEPS = VALUE + "  return: {a: =inputs.a}\n---\n" + WORKFLOW + "".join(
    CALL % f"label{i}" + f"      a: =steps.lable{i}x\n" for i in range(400)
)  # fmt: skip
OVERLAY_INPUTS = (
    HEAD.format("FunctionTest", "words")
    + "  functionRef: {kind: ValueFunction, name: words}\n  inputs:\n"
    + lines("    known{i}: 1\n")
    + "  testCases:\n  - overlayResource:\n"
    + lines("      a{i}: =inputs.other{i}x\n")
    + "    expectReturn: {a: 1}\n---\n"
    + VALUE
    + "  return: {a: 1}\n"
)
NAMES = VALUE + "  return:\n" + lines("    a{i}: =locals.b{i}\n") + "  locals:\n" + lines("    x{i}zz: =1\n")


@pytest.mark.parametrize(
    ("text", "code", "number"),
    [
        (UNKNOWN_LOCALS, "unknown-local", MANY),
        (NAMES, "unknown-local", MANY),
        (UNUSED_INPUTS, "unused-input", MANY),
        (UNKNOWN_STEPS, "unknown-step", 400),
        (OVERLAY_INPUTS, "missing-input", MANY),
    ],
    ids=["misspelt locals", "unknown locals", "unused inputs", "unknown steps", "inputs of overlayResource"],
)
def test_one_document(text: str, code: str, number: int) -> None:
    found = [p for p in analyze({"a.k.yaml": text}).problems("a.k.yaml") if p.code == code]
    assert len(found) >= number * 9 // 10
    assert sum(len(p.message) + len(p.hint or "") for p in found) < 300 * len(found)


def all_problems(snapshot: Snapshot) -> list[FileProblem]:
    return [problem for path in snapshot.paths() for problem in snapshot.problems(path)]


def test_many_unknown_references() -> None:
    texts = {
        f"{i}.k.yaml": HEAD.format("ValueFunction", f"known-{i}") + "  return: {a: 1}\n" for i in range(MANY)
    }
    texts |= {
        f"w{i}.k.yaml": HEAD.format("FunctionTest", f"t{i}")
        + f"  functionRef: {{kind: ValueFunction, name: knwon-{i}x}}\n  testCases: [{{expectReturn: {{a: 1}}}}]\n"
        for i in range(MANY)
    }
    found = [p for p in all_problems(analyze(texts)) if p.code == "unknown-reference"]
    assert len(found) == MANY
    assert found[0].hint is not None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (VALUE + "  return: {a: 1}\n", "duplicate-definition"),
        (
            HEAD.format("Workflow", "%d") + "  crdRef: {apiGroup: a.b, version: v1, kind: K}\n",
            "duplicate-trigger",
        ),
    ],
)
def test_many_duplicates_name_a_few_places(text: str, code: str) -> None:
    texts = {f"{i:03}.k.yaml": text.replace("%d", f"w{i}") for i in range(300)}
    found = [p for p in all_problems(analyze(texts)) if p.code == code]
    assert len(found) == 300
    assert {len(p.related) for p in found} == {5}
    assert found[0].related[4].message.endswith(", and at 294 more places")
    assert found[0].related[3].message in {"also defined here", "another Workflow for it"}


def test_very_many_duplicates_are_not_counted() -> None:
    text = "---\n".join([VALUE + "  return: {a: 1}\n"] * 1200)
    found = [p for p in all_problems(analyze({"a.k.yaml": text})) if p.code == "duplicate-definition"]
    assert {p.message for p in found} == {"ValueFunction `words` is defined more than 1001 times"}
    assert {p.related[4].message for p in found} == {"also defined here, and at more than 995 more places"}


def test_few_duplicates_are_all_named() -> None:
    snapshot = analyze({f"{i}.k.yaml": VALUE + "  return: {a: 1}\n" for i in range(3)})
    (problem,) = [p for p in snapshot.problems("0.k.yaml") if p.code == "duplicate-definition"]
    assert [(place.path, place.message) for place in problem.related] == [
        ("1.k.yaml", "also defined here"),
        ("2.k.yaml", "also defined here"),
    ]


def test_a_large_vocabulary_finds_what_a_small_one_finds() -> None:
    words = [
        f"{first}-{second}" for first in ("orders", "billing", "network") for second in map(str, range(300))
    ]
    words.append("kubernetes-cluster")
    large = Vocabulary(words)
    assert large.closest("kubernets-cluster") == "kubernetes-cluster"
    assert large.closest("billnig-217") == closest("billnig-217", words) == "billing-217"
    assert large.closest("nothing alike") is None
    assert closest("kubernets-cluster", frozenset(words)) == "kubernetes-cluster"


def test_guesses_run_out() -> None:
    known = Vocabulary(["first", "second"], most_guesses=1)
    assert [known.closest(word) for word in ("frist", "secnod", "frist")] == ["first", None, "first"]


def test_listed() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed(["a", "b", "c", "d"], most=2) == "a, b … and 2 more"
    assert listed([]) == ""
