"""The outline of a file, the search in a workspace, and quick fixes."""

import pytest
from cursor_fixtures import check_fix, check_outline, read
from koreo_server.ide.symbols import workspace_symbols

OUTLINES = {
    "a Workflow": (
        """
@Workflow flow
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: greet}}
  - label: cloud
    refSwitch:
      switchOn: =parent.x
      cases: [{case: a, kind: ValueFunction, name: on-a}, {case: b, kind: Workflow, name: on-b}]
  - {ref: {kind: ValueFunction, name: unlabelled}}
""",
        """
flow (workflow) Workflow
  one (step) greet
  cloud (step) on-a, on-b
""",
    ),
    "functions: inputs where they are read first, locals where they are defined": (
        """
@ValueFunction greet
spec:
  preconditions:
  - {assert: =has(inputs.title), ok: {}}
  locals: {words: {en: Hello}}
  return: {text: =locals.words.en + inputs.name, again: =inputs.name}
---
@ResourceFunction make
spec: {apiConfig: {name: =inputs.name}}
""",
        """
greet (value function) ValueFunction
  title (input) optional input
  words (local) local
  name (input) input
make (resource function) ResourceFunction
  name (input) input
""",
    ),
    "tests, templates, and what is not Koreo's": (
        """
@FunctionTest greet-test
spec:
  functionRef: {kind: ValueFunction, name: greet}
  testCases:
  - {label: says hello, expectReturn: {a: 1}}
  - {expectReturn: {a: 1}}
---
apiVersion: v1
kind: Namespace
metadata: {name: prod}
---
@ResourceTemplate base
spec: {template: {apiVersion: v1, kind: ConfigMap}}
""",
        """
greet-test (test) FunctionTest
  says hello (case)
  Test Case 2 (case)
base (template) ResourceTemplate
""",
    ),
    "a half-typed document between sound ones": (
        """
@ValueFunction a
spec: {return: {x: 1}}
---
@Workflow flow
spec:
  steps:
  - label: one
    ref: {kind: ValueFunction, name: a
  - label: two
---
@ValueFunction b
spec: {return: {x: 1}}
""",
        """
a (value function) ValueFunction
flow (workflow) Workflow
  one (step) a
  two (step)
b (value function) ValueFunction
""",
    ),
    "a document without a name": (
        "apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nspec: {locals: {😀: 1}}\n",
        "ValueFunction (value function) ValueFunction\n  😀 (local) local",
    ),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("text", "outline"), OUTLINES.values(), ids=OUTLINES.keys())
def test_outline(text: str, outline: str) -> None:
    check_outline(text, outline)


@pytest.mark.parametrize(("text", "outline"), OUTLINES.values(), ids=OUTLINES.keys())
def test_outline_of_a_file_with_carriage_returns(text: str, outline: str) -> None:
    check_outline(text.replace("\n", "\r\n"), outline)


WORKSPACE = """
#- a.k.yaml
@ValueFunction web-service
spec:
  locals: {service: 1}
  return: {x: =inputs.serviceName}
---
@Workflow service
spec: {steps: [{label: serve, ref: {kind: ValueFunction, name: web-service}}]}
#- b.k.yaml
@FunctionTest Web-Service-Test
spec: {functionRef: {kind: ValueFunction, name: web-service}, testCases: [{label: service case}]}
"""


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("service", ["service", "service in web-service", "serviceName in web-service", "Web-Service-Test"]),
        ("SERVICE", ["service", "service in web-service", "serviceName in web-service", "Web-Service-Test"]),
        ("srv", ["Web-Service-Test", "service"]),
        ("serve", ["serve in service"]),
        ("wst", ["Web-Service-Test"]),
        ("nothing", []),
    ],
)
def test_search(query: str, names: list[str]) -> None:
    found = [
        symbol.name if symbol.container is None else f"{symbol.name} in {symbol.container}"
        for symbol in workspace_symbols(read(WORKSPACE).snapshot, query)
    ]
    assert found[: len(names)] == names
    assert (len(found) > 0) == (len(names) > 0)


def test_search_without_words_finds_everything_up_to_the_limit() -> None:
    snapshot = read(WORKSPACE).snapshot
    assert len(workspace_symbols(snapshot, "")) == 6
    assert len(workspace_symbols(snapshot, "", limit=2)) == 2


def test_search_finds_the_place_of_a_name() -> None:
    fixture = read("a: b\n---\n@ValueFunction ⟦greet⟧\nspec: {return: {x: 1}}\n")
    (symbol,) = workspace_symbols(fixture.snapshot, "greet")
    assert [(symbol.path, symbol.span)] == fixture.expected


FIXES = {
    "a misspelt key": (
        "a: b\n---\n@ValueFunction f\nspec:\n  precondi$0tion: []\n  return: {x: 1}\n",
        "Change to `preconditions`",
        "a: b\n---\n@ValueFunction f\nspec:\n  preconditions: []\n  return: {x: 1}\n",
    ),
    "a misspelt name, behind astral characters": (
        '@ValueFunction f\nspec:\n  return: {x: ="😀" + inptus$0.name}\n',
        "Change to `inputs`",
        '@ValueFunction f\nspec:\n  return: {x: ="😀" + inputs.name}\n',
    ),
}


@pytest.mark.parametrize(("text", "title", "after"), FIXES.values(), ids=FIXES.keys())
def test_fix(text: str, title: str, after: str) -> None:
    check_fix(text, title, after)
