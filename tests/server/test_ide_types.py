"""What is said of types: hover in expressions and on fields, signature help, type hints, and who uses a definition."""

from __future__ import annotations

import pytest
from cursor_fixtures import read
from koreo_analyzer.text import Span
from koreo_analyzer.workspace import Settings, Workspace
from koreo_project.schemas import builtin
from koreo_server.ide.code_lenses import user_lenses, users_of
from koreo_server.ide.hover import hover
from koreo_server.ide.signature_help import signature_help
from koreo_server.ide.type_hints import type_hints
from koreo_server.lsp.markup import plain

CRD = """
#- crd.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: apps.example.com}
spec:
  group: example.com
  names: {kind: App, plural: apps}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              size: {type: string, enum: [small, large], description: How big it is.}
              count: {type: integer, minimum: 1}
              names: {type: array, items: {type: string}}
"""
SIZES = """
#- sizes.k.yaml
@ValueFunction sizes
spec:
  locals:
    names: =inputs.names.map(one, one + "!")
    twice: =inputs.count * 2
    given: =inputs.whatever
  return:
    label: =inputs.size + "-" + string(locals.twice)
    names: =locals.names
---
@Workflow flow
spec:
  crdRef: {apiGroup: example.com, version: v1, kind: App}
  steps:
  - label: one
    ref: {kind: ValueFunction, name: sizes}
    inputs: {size: =parent.spec.size, count: =parent.spec.count, names: =parent.spec.names, whatever: =parent.x}
  - label: two
    ref: {kind: ValueFunction, name: sizes}
    forEach: {itemIn: =steps.one.names, inputKey: size}
    inputs: {count: 1, names: []}
"""


def _hover(text: str) -> tuple[str, str]:
    fixture = read(text)
    workspace = Workspace(Settings(schemas=(builtin(),)))
    snapshot = workspace.apply(fixture.texts)
    assert fixture.cursor is not None
    found = hover(snapshot, *fixture.cursor)
    assert found is not None
    return found.markdown, fixture.texts[fixture.cursor[0]][found.span.start : found.span.end]


@pytest.mark.parametrize(
    ("mark", "at", "shown"),
    [
        ("count * 2", "co$0unt * 2", ("inputs.count: int",)),
        ("inputs.count *", "inputs.count $0*", ("inputs.count * 2: int",)),
        (
            "parent.spec.size",
            "parent.spec.si$0ze",
            (
                'parent.spec.size: "large" | "small"',
                "How big it is.",
                "optional",
                "`App.spec.size` in crd.yaml:",
            ),
        ),
        ("parent.spec.count", "parent.spec.co$0unt", ("parent.spec.count: int", "at least 1")),
        ("one + ", "on$0e + ", ("one: string",)),
        ("locals.twice", "locals.tw$0ice", ("locals.twice: int", "**local** `twice`")),
        ("string(locals", "str$0ing(locals", ("string(", "gives", "string(locals.twice): string")),
        (".map(one,", ".m$0ap(one,", ("list(T).map(x, value) -> list(V)", "list(string)")),
    ],
)
def test_hover_in_expressions(mark: str, at: str, shown: tuple[str, ...]) -> None:
    markdown, _ = _hover(CRD + SIZES.replace(mark, at, 1))
    for text in shown:
        assert text in markdown


@pytest.mark.parametrize("mark", ["* 2", '+ "!"'])
def test_nothing_is_said_of_a_literal(mark: str) -> None:
    fixture = read(CRD + SIZES.replace(mark, f"{mark[:3]}$0{mark[3:]}", 1))
    found = hover(*fixture.at_cursor())
    assert found is None or "```cel" not in found.markdown or mark[2:] not in found.markdown.splitlines()[1]


def test_hover_on_a_field_of_a_resource() -> None:
    markdown, text = _hover(
        "@ResourceFunction f\nspec:\n  apiConfig: {apiVersion: apps/v1, kind: Deployment, name: a, namespace: b}\n"
        "  resource:\n    spec:\n      repl$0icas: 1\n"
    )
    assert text == "replicas"
    assert markdown.startswith("**field** `replicas`\n\n```cel\nint\n```")
    assert "Number of desired pods" in markdown
    assert "`DeploymentSpec.replicas`" in markdown


def test_hover_on_a_key_tells_the_allowed_words() -> None:
    markdown, _ = _hover("@FunctionTest t\nspec:\n  functionRef: {ki$0nd: ValueFunction, name: a}\n")
    assert "one of `ResourceFunction`, `ValueFunction`" in markdown


def test_plain_text_has_no_marks() -> None:
    assert plain("**a** `b`\n\n```cel\nc: int\n```\n\n---\n\nd") == "a b\n\nc: int\n\nd"


def _help(expression: str) -> tuple[str, str] | None:
    fixture = read(f"@ValueFunction f\nspec:\n  locals: {{xs: [a, b]}}\n  return:\n    a: {expression}\n")
    found = signature_help(*fixture.at_cursor())
    if found is None:
        return None
    signature = found.signatures[found.active]
    start, end = signature.parameters[min(found.parameter, len(signature.parameters) - 1)]
    return signature.label, signature.label[start:end]


@pytest.mark.parametrize(
    ("expression", "label", "parameter"),
    [
        ('="a".replace($0', "string.replace(", "old"),
        ("='a'.replace('b', $0)", "string.replace(", "new"),
        ("=size($0)", "size(", "string"),
        ("=locals.xs.map(x, $0", "list(T).map(x, value)", "value"),
        ("=locals.xs.filter($0)", "list(T).filter(x, condition)", "x"),
        ("=math.greatest(1, $0", "greatest(", ""),
        ("=size('a'.replace($0", "string.replace(", "old"),
        ("=has($0)", "has(a.b)", "a.b"),
    ],
)
def test_signatures(expression: str, label: str, parameter: str) -> None:
    found = _help(expression)
    assert found is not None
    assert label in found[0]
    assert parameter in found[1]


@pytest.mark.parametrize(
    "expression", ["=size('a')$0", "=($0", "=[$0", "=unknown($0", "=a.b($0", "$0", "text($0", "='size($0"]
)
def test_no_signature_outside_of_calls(expression: str) -> None:
    assert _help(expression) is None


def test_type_hints() -> None:
    fixture = read(CRD + SIZES)
    snapshot = fixture.snapshot
    text = fixture.texts["sizes.k.yaml"]
    found = {}
    for hint in type_hints(snapshot, "sizes.k.yaml", Span(0, len(text))):
        line = text[text.rfind("\n", 0, hint.offset) + 1 : hint.offset].strip()
        found[line.partition(":")[0]] = hint.label
    assert found == {"names": ": list(string)", "twice": ": int", "label": ": string"}
    start = text.index("    label:")
    end = text.index("\n", start)
    (hint,) = type_hints(snapshot, "sizes.k.yaml", Span(start, end))
    assert (hint.offset, hint.label) == (end, ": string")


def test_lenses_tell_who_uses_a_definition() -> None:
    snapshot = read(CRD + SIZES).snapshot
    assert [(lens.kind, lens.name) for lens in user_lenses(snapshot, "sizes.k.yaml")] == [
        ("ValueFunction", "sizes"),
    ], "what starts a Workflow is its trigger"
    users = users_of(snapshot, "ValueFunction", "sizes")
    assert (users.title, len(users.places)) == ("used by 1 document", 2)
    assert users_of(snapshot, "Workflow", "flow").title == "not used"
