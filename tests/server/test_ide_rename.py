"""Rename: the name changes everywhere and nothing else does, or nothing changes and the reason is said."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from cursor_fixtures import read
from koreo_analyzer.workspace import Workspace
from koreo_server.ide.rename import prepare, rename
from renaming import apply, rename_everything

ROOT = Path(__file__).parents[2]
MARK = re.compile("⟦(.*?)⟧")

RENAMED = {
    "a function, with all that refer to it": (
        "salute",
        """
#- f.k.yaml
@ValueFunction ⟦gr$0eet⟧
spec: {return: {a: 1}}
#- w.k.yaml
@Workflow greet
spec:
  steps:
  - {label: greet, ref: {kind: ValueFunction, name: ⟦greet⟧}}
  - {label: two, ref: {kind: ResourceFunction, name: greet}}
  - label: three
    refSwitch: {switchOn: a, cases: [{case: a, kind: ValueFunction, name: ⟦greet⟧}]}
#- t.k.yaml
@FunctionTest greet
spec: {functionRef: {kind: ValueFunction, name: ⟦greet⟧}}
""",
    ),
    "a template, from a reference": (
        "other-base.v2",
        """
@ResourceFunction make
spec: {resourceTemplateRef: {name: $0⟦base⟧}}
---
@ResourceTemplate ⟦base⟧
spec: {template: {apiVersion: v1, kind: ConfigMap}}
""",
    ),
    "a step": (
        "begin",
        """
@Workflow flow
spec:
  steps:
  - {label: ⟦fir$0st⟧, ref: {kind: ValueFunction, name: f}}
  - label: second
    ref: {kind: ValueFunction, name: f}
    skipIf: =has(steps.⟦first⟧.x)
    inputs: {a: '=steps.⟦first⟧.x + steps["⟦first⟧"].y', first: =parent.first}
    state: {first: =steps.⟦first⟧.first}
""",
    ),
    "a local": (
        "text",
        """
@ValueFunction f
spec:
  locals: {⟦words⟧: {words: 1}}
  return: {x: =locals.⟦words⟧.words + inputs.words, y: '="words" in locals && size(locals.$0⟦words⟧) > 0'}
""".replace('"words" in', '"⟦words⟧" in'),
    ),
    "a key inside of a local": (
        "fr",
        """
@ValueFunction f
spec:
  locals:
    words: {⟦en⟧: Hello, de: Hallo}
    other: {en: 1}
  return: {x: =locals.words.$0⟦en⟧ + locals.words.de + locals.other.en}
""",
    ),
    "an input, in calls, tests and expressions of tests": (
        "who",
        """
@ValueFunction greet
spec:
  preconditions:
  - {assert: '=has(inputs.⟦name⟧)', permFail: {message: ="no " + inputs.other}}
  return: {name: =inputs.⟦$0name⟧.name}
---
@Workflow flow
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: greet}, inputs: {⟦name⟧: a, other: =parent.name}}
  - {label: two, ref: {kind: ValueFunction, name: other}, inputs: {name: a}}
  - {label: many, ref: {kind: ValueFunction, name: greet}, forEach: {itemIn: "=[1]", inputKey: ⟦name⟧}}
---
@FunctionTest test
spec:
  functionRef: {kind: ValueFunction, name: greet}
  inputs: {⟦name⟧: {name: Ada}}
  testCases:
  - {inputOverrides: {⟦name⟧: {name: Bob}}, expectReturn: {name: x}}
""",
    ),
    "an input that nobody gives yet": (
        "who",
        """
@ValueFunction greet
spec:
  return: {name: =inputs.⟦$0name⟧}
""",
    ),
    "an input that a test reads by its bare name": (
        "who",
        """
@ResourceFunction make
spec: {apiConfig: {apiVersion: v1, kind: ConfigMap, name: =inputs.⟦na$0me⟧, namespace: x}, resource: {}}
---
@FunctionTest test
spec:
  functionRef: {kind: ResourceFunction, name: make}
  inputs: {⟦name⟧: a}
  testCases:
  - {overlayResource: {data: {x: =⟦name⟧, y: =inputs.⟦name⟧, z: =resource.name}}, expectOutcome: {ok: {}}}
""",
    ),
    "an input of a sub-Workflow": (
        "amount",
        """
@Workflow inner
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: f}, inputs: {size: =parent.⟦size⟧}}
---
@Workflow outer
spec:
  steps:
  - {label: sub, ref: {kind: Workflow, name: inner}, inputs: {⟦si$0ze⟧: 1}}
""",
    ),
    "an input that both cases of a refSwitch read": (
        "amount",
        """
@ValueFunction f
spec: {return: {a: =inputs.⟦size⟧}}
---
@ValueFunction g
spec: {return: {a: =inputs.⟦size⟧}}
---
@Workflow flow
spec:
  steps:
  - label: one
    refSwitch:
      switchOn: =inputs.⟦size⟧
      cases: [{case: a, kind: ValueFunction, name: f}, {case: b, kind: ValueFunction, name: g}]
    inputs: {⟦si$0ze⟧: 1}
""",
    ),
    "a key that an alias repeats for another function": (
        "amount",
        """
@ValueFunction f
spec: {return: {a: =inputs.⟦size⟧}}
---
@ValueFunction g
spec: {return: {a: =inputs.⟦si$0ze⟧}}
---
@Workflow flow
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: f}, inputs: &same {⟦size⟧: 1}}
  - {label: two, ref: {kind: ValueFunction, name: g}, inputs: *same}
""",
    ),
    "a key that a function returns": (
        "address",
        """
@ValueFunction where
spec: {return: {⟦ur$0l⟧: x, other: {url: 1}}}
---
@Workflow flow
spec:
  steps:
  - label: one
    ref: {kind: ValueFunction, name: where}
    state: {url: =value.⟦url⟧, b: '=has(value.⟦url⟧) && "⟦url⟧" in value'}
  - label: two
    ref: {kind: ValueFunction, name: f}
    inputs: {url: '=steps.one.⟦url⟧ + steps["one"]["⟦url⟧"] + steps.one.other.url'}
---
@FunctionTest test
spec:
  functionRef: {kind: ValueFunction, name: where}
  testCases:
  - {expectReturn: {⟦url⟧: x, other: {url: 1}}}
""",
    ),
    "a key inside of what a function returns, from its use": (
        "address",
        """
@ValueFunction where
spec:
  return:
    url: x
    other:
      ⟦url⟧: 1
---
@Workflow flow
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: where}}
  - {label: two, ref: {kind: ValueFunction, name: f}, inputs: {a: =steps.one.other.$0⟦url⟧ + steps.one.url}}
""",
    ),
    "a returned key, through a list of results, macros and variables": (
        "address",
        """
@ValueFunction where
spec: {return: {⟦u$0rl⟧: x}}
---
@Workflow flow
spec:
  steps:
  - {label: each, ref: {kind: ValueFunction, name: where}, forEach: {itemIn: "=[1]", inputKey: item}}
  - label: last
    ref: {kind: ValueFunction, name: f}
    inputs:
      a: =steps.each.map(i, i.⟦url⟧)
      b: =steps.each.filter(i, has(i.⟦url⟧)).map(i, {"url": i.⟦url⟧})
      c: =steps.each[0].⟦url⟧ + steps.each.filter(i, true)[0].⟦url⟧
      d: =steps.each.all(i, i.⟦url⟧ != null) && parent.url.exists(i, i.url)
""",
    ),
    "a returned key that is passed on as part of a whole, into a local and back": (
        "address",
        """
@ValueFunction where
spec: {return: {to: {⟦url⟧: x}}}
---
@ValueFunction use
spec:
  locals: {copy: =inputs.place}
  return: {url: =locals.copy.⟦url⟧, whole: =inputs.place}
---
@Workflow flow
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: where}}
  - {label: two, ref: {kind: ValueFunction, name: use}, inputs: {place: =steps.one.to, b: true}}
  - {label: last, ref: {kind: ValueFunction, name: f}, inputs: {x: =steps.two.whole.$0⟦url⟧, y: =steps.two.url}}
---
@FunctionTest test
spec:
  functionRef: {kind: ValueFunction, name: use}
  inputs: {place: {⟦url⟧: 1}}
  testCases:
  - {inputOverrides: {place: {⟦url⟧: 2}}, expectReturn: {url: 2, whole: {⟦url⟧: 2}}}
""",
    ),
    "keys of both cases of a refSwitch": (
        "address",
        """
@ValueFunction f
spec: {return: {⟦url⟧: a}}
---
@ValueFunction g
spec: {return: {⟦u$0rl⟧: b, more: c}}
---
@Workflow flow
spec:
  steps:
  - label: one
    refSwitch:
      switchOn: =parent.url
      cases: [{case: a, kind: ValueFunction, name: f}, {case: b, kind: ValueFunction, name: g}]
  - {label: two, ref: {kind: ValueFunction, name: h}, inputs: {x: =steps.one.⟦url⟧}}
""",
    ),
    "both sides of a choice": (
        "address",
        """
@ValueFunction f
spec:
  locals: {a: {⟦url⟧: 1}}
  return: {x: '=(inputs.b ? locals.a : {"⟦url⟧": 2}).$0⟦url⟧'}
""",
    ),
    "a key of state, with those who read it": (
        "address",
        """
@Workflow inner
spec:
  crdRef: {apiGroup: e.com, version: v1, kind: Thing}
  steps:
  - label: one
    ref: {kind: ValueFunction, name: f}
    inputs: {a: '=has(parent.state.⟦url⟧) ? parent.status.state.⟦url⟧ : ""', b: =parent.spec.url}
    state: {⟦url⟧: =value.url}
  - {label: two, ref: {kind: ValueFunction, name: f}, state: {⟦u$0rl⟧: x}}
---
@Workflow outer
spec:
  steps:
  - {label: sub, ref: {kind: Workflow, name: inner}, state: {url: =value.⟦url⟧}}
  - {label: use, ref: {kind: ValueFunction, name: f}, inputs: {url: =steps.sub.⟦url⟧}}
""",
    ),
    "a returned key that directives of a test name": (
        "names",
        """
@ValueFunction f
spec: {return: {⟦list⟧: [a, b]}}
---
@FunctionTest test
spec:
  functionRef: {kind: ValueFunction, name: f}
  testCases:
  - expectReturn:
      x-koreo-compare-as-set: [⟦list⟧]
      ⟦li$0st⟧: [b, a]
""",
    ),
    "the variable of a macro, not others of its name": (
        "one",
        """
@ValueFunction f
spec:
  return:
    a: =inputs.list.map(⟦i⟧, ⟦i⟧.i + [1].map(i, i)[0] + ⟦$0i⟧.x) + inputs.i
    b: =inputs.list.map(i, i)
""",
    ),
    "in a folded scalar, behind astral characters": (
        "text",
        """
@ValueFunction greet
spec:
  locals:
    ⟦words⟧: {en: Hello}
  return:
    text: >-
      ="😀😀" +

      locals.$0⟦words⟧.en
""",
    ),
    "in text that is half typed": (
        "text",
        """
@ValueFunction greet
spec:
  locals:
    ⟦words⟧: {en: Hello}
  return:
    text: =locals.⟦wor$0ds⟧.en
    more: [
""",
    ),
}


@pytest.mark.parametrize(("name", "text"), RENAMED.values(), ids=RENAMED.keys())
def test_rename(name: str, text: str) -> None:
    fixture = read(text)
    renaming = rename(*fixture.at_cursor(), name)
    assert renaming.refusal is None
    assert [doubt.why for doubt in renaming.doubts] == []
    after = read(MARK.sub(name, text.replace("$0", ""))).texts
    assert {**fixture.texts, **apply(fixture.texts, renaming)} == after


QUOTED = {
    "a name that is no identifier is put in brackets": (
        "new-name",
        "@ValueFunction f\nspec:\n  return:\n    x: =locals.ol$0d.a + size(locals . old)\n  locals:\n    old: {a: 1}\n",
        '    x: =locals["new-name"].a + size(locals["new-name"])\n  locals:\n    new-name: {a: 1}\n',
    ),
    "also when it is optional": (
        "new-name",
        "@ValueFunction f\nspec:\n  locals: {old: 1}\n  return:\n    x: =locals.?ol$0d.orValue(1)\n",
        '  locals: {new-name: 1}\n  return:\n    x: =locals[?"new-name"].orValue(1)\n',
    ),
    "in quotes that fit into those of YAML": (
        "new-name",
        "@ValueFunction f\nspec:\n  locals: {old: 1}\n  return:\n    x: \"=locals.ol$0d\"\n    y: '=locals.old'\n",
        "  locals: {new-name: 1}\n  return:\n    x: \"=locals['new-name']\"\n    y: '=locals[\"new-name\"]'\n",
    ),
    "where brackets would end a plain scalar, the expression gets quotes": (
        "new-name",
        "@ValueFunction f\nspec:\n  locals: {old: 1}\n  return: {x: =locals.ol$0d}\n",
        "  locals: {new-name: 1}\n  return: {x: '=locals[\"new-name\"]'}\n",
    ),
    "a word of CEL is no name after a dot": (
        "in",
        "@ValueFunction f\nspec:\n  locals: {old: 1}\n  return:\n    x: =locals.ol$0d\n",
        '  locals: {in: 1}\n  return:\n    x: =locals["in"]\n',
    ),
    "a word that CEL only keeps is": (
        "return",
        "@ValueFunction f\nspec:\n  locals: {old: 1}\n  return:\n    x: =locals.ol$0d\n",
        "  locals: {return: 1}\n  return:\n    x: =locals.return\n",
    ),
    "a key that YAML would read as something else gets quotes": (
        "yes",
        "@ValueFunction f\nspec:\n  locals: {old: 1}\n  return:\n    x: =locals.ol$0d\n",
        '  locals: {"yes": 1}\n  return:\n    x: =locals.yes\n',
    ),
    "quotes that are there stay": (
        "new",
        "@ValueFunction f\nspec:\n  locals: {'old': 1}\n  return:\n    x: =locals[\"ol$0d\"] + locals['old']\n",
        "  locals: {'new': 1}\n  return:\n    x: =locals[\"new\"] + locals['new']\n",
    ),
    "a name with a colon and a number sign": (
        "a: #b",
        "@ValueFunction f\nspec:\n  locals: {old: 1}\n  return:\n    x: =locals.ol$0d\n",
        '  locals: {"a: #b": 1}\n  return:\n    x: \'=locals["a: #b"]\'\n',
    ),
}


@pytest.mark.parametrize(("name", "text", "end"), QUOTED.values(), ids=QUOTED.keys())
def test_names_in_quotes(name: str, text: str, end: str) -> None:
    fixture = read(text)
    renaming = rename(*fixture.at_cursor(), name)
    assert renaming.refusal is None
    (after,) = apply(fixture.texts, renaming).values()
    assert after.partition("spec:\n")[2].endswith(end)
    workspace = Workspace()
    workspace.apply({"main.k.yaml": after})
    assert [
        one.code for one in workspace.snapshot.problems("main.k.yaml") if one.severity.name == "ERROR"
    ] == []


LOGIC = "@ValueFunction f\nspec: {locals: {one: 1, two: 2}, return: {a: =locals.one, b: =locals.two, c: =inputs.x}}\n"
REFUSED = {
    "a local that is there": (
        "two",
        LOGIC.replace("=locals.one", "=locals.o$0ne"),
        "there already, at main.k.yaml:5; choose another name, or change that one first",
    ),
    "an empty key": ("", LOGIC.replace("=locals.one", "=locals.o$0ne"), "cannot be empty"),
    "a key that would be an expression": (
        "=a",
        LOGIC.replace("=locals.one", "=locals.o$0ne"),
        "cannot be a key",
    ),
    "a document name that Kubernetes refuses": ("Big_Name", LOGIC.replace("ion f", "ion $0f"), "lower-case"),
    "a document name that is there": (
        "g",
        "@ValueFunction $0f\nspec: {return: {a: 1}}\n---\n@ValueFunction g\nspec: {return: {a: 1}}\n",
        "`g` is there already, at main.k.yaml:",
    ),
    "a document that is not defined": (
        "g",
        "@FunctionTest t\nspec: {functionRef: {kind: ValueFunction, name: $0f}}\n",
        "not declared in this workspace",
    ),
    "a label that is too short": (
        "ab",
        "@Workflow w\nspec: {steps: [{label: o$0ne, ref: {kind: ValueFunction, name: f}}]}\n",
        "3 to 45",
    ),
    "a label that is there": (
        "two",
        (
            "@Workflow w\nspec:\n  steps:\n  - {label: o$0ne, ref: {kind: ValueFunction, name: f}}\n"
            "  - {label: two, ref: {kind: ValueFunction, name: f}}\n"
        ),
        "there is a step `two` already",
    ),
    "a variable by a word that CEL keeps": (
        "for",
        "@ValueFunction f\nspec: {return: {a: '=[1].map($0i, i)'}}\n",
        "cannot be the name of a variable",
    ),
    "a variable by a name that is used in its macro": (
        "inputs",
        "@ValueFunction f\nspec: {return: {a: '=[1].map($0i, i + inputs.x)'}}\n",
        "another meaning",
    ),
    "a field of the trigger": (
        "new",
        (
            "@Workflow w\nspec:\n  crdRef: {apiGroup: e.com, version: v1, kind: K}\n  steps:\n"
            "  - {label: one, ref: {kind: ValueFunction, name: f}, inputs: {a: =parent.spec.si$0ze}}\n"
        ),
        "not declared in a Koreo document",
    ),
    "the kind of the trigger": (
        "New",
        "@Workflow w\nspec: {crdRef: {apiGroup: e.com, version: v1, kind: $0K}, steps: []}\n",
        "CustomResourceDefinition",
    ),
    "a key of a resource": (
        "new",
        (
            "@ValueFunction f\nspec: {return: {da$0ta: {a: 1}}}\n---\n@ResourceFunction r\nspec:\n"
            "  apiConfig: {apiVersion: v1, kind: ConfigMap, name: a, namespace: b}\n"
            "  overlays: [{overlayRef: {kind: ValueFunction, name: f}}]\n"
        ),
        "main.k.yaml:13: the key is one of a resource",
    ),
    "state that goes round in a circle": (
        "new",
        (
            "@Workflow w\nspec:\n  crdRef: {apiGroup: e.com, version: v1, kind: K}\n  steps:\n"
            "  - label: one\n    ref: {kind: ValueFunction, name: f}\n"
            "    state: {all: {last: =parent.state.all, na$0me: x}}\n"
        ),
        "passed on too far",
    ),
    "an input that another call gives already": (
        "z",
        (
            "@ValueFunction f\nspec: {return: {a: =inputs.$0x}}\n---\n@Workflow w\nspec:\n  steps:\n"
            "  - {label: one, ref: {kind: ValueFunction, name: f}, inputs: {x: 1, z: 2}}\n"
        ),
        "`z` is there already",
    ),
}


@pytest.mark.parametrize(("name", "text", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(name: str, text: str, why: str) -> None:
    renaming = rename(*read(text).at_cursor(), name)
    assert renaming.refusal is not None
    assert why in renaming.refusal
    assert renaming.edits == ()


DOUBTED = {
    "a value that is used as a whole": """
@ValueFunction f
spec:
  locals: {a: {ke$0y: 1}}
  return: {x: =⟦to_json(locals.a)⟧, y: =locals.a.key}
""".replace("⟦to_json(locals.a)⟧", "to_json(⟦locals.a⟧)"),
    "a computed index": """
@ValueFunction f
spec:
  locals: {a: {ke$0y: 1}}
  return:
    x: =⟦locals.a[inputs.x]⟧
""",
    "a value that becomes part of a resource": """
@ResourceFunction make
spec:
  apiConfig: {apiVersion: v1, kind: ConfigMap, name: a, namespace: b}
  locals: {labels: {te$0am: x}}
  resource: {metadata: {labels: =⟦locals.labels⟧}}
""",
    "a name that an expression may give": """
@ResourceTemplate big-$0base
spec: {template: {apiVersion: v1, kind: ConfigMap}}
---
@ResourceFunction make
spec:
  resourceTemplateRef:
    name: =⟦inputs.size + "-base"⟧
""",
    "an expression that is not complete": """
@ValueFunction f
spec:
  locals: {a: 1, wor$0ds: 2}
  return:
    x: =⟦locals.words + ⟧
""".replace("+ ⟧", "+⟧"),
}


@pytest.mark.parametrize("text", DOUBTED.values(), ids=DOUBTED.keys())
def test_doubts(text: str) -> None:
    fixture = read(text)
    renaming = rename(*fixture.at_cursor(), "fresh-name")
    assert renaming.refusal is None
    assert renaming.edits
    shown = fixture.show([(doubt.path, doubt.span) for doubt in renaming.doubts])
    assert shown == fixture.show(fixture.expected)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("@ValueFunction gre$0et\nspec: {}\n", "greet"),
        ("@ValueFunction f\nspec: {locals: {a: 1}, return: {x: '=locals[\"a$0\"]'}}\n", "a"),
        ("@ValueFunction f\nspec: {return: {x: '=[1].map(i, $0i)'}}\n", "i"),
        ("@ValueFunction f\nspec: {ret$0urn: {x: 1}}\n", None),
        ("@ValueFunction f\nspec: {return: {x: some te$0xt}}\n", None),
        ("$0", None),
    ],
)
def test_prepare(text: str, name: str | None) -> None:
    fixture = read(text)
    found = prepare(*fixture.at_cursor())
    assert (found.name if found is not None else None) == name
    if found is not None:
        path = fixture.at_cursor()[1]
        assert fixture.texts[path][found.span.start : found.span.end] == name


def _texts(folder: Path) -> dict[str, str]:
    files = sorted(
        path for path in folder.rglob("*") if path.suffix in {".yaml", ".koreo"} and path.is_file()
    )
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in files}


@pytest.mark.parametrize("name", ["hello", "stateless-crud-app"])
def test_every_name_of_a_workspace_can_change_and_change_back(name: str) -> None:
    texts = _texts(ROOT / "fixtures" / name)
    some = {path for path in texts if name == "hello" or path.startswith("workflows")}
    tally = rename_everything(texts, some, every=1 if name == "hello" else 3)
    assert tally.wrong == []
    assert tally.done > 10
    assert set(tally.refused) <= {
        (
            "the key is one of a resource: the function is an overlay here; "
            "the kind of the resource decides what it is called"
        )
    }


def test_every_name_of_real_files_can_change_and_change_back() -> None:
    shared = os.environ.get("KOREO_SHARED")
    if shared is None:
        pytest.skip("KOREO_SHARED does not say where the recorded files are")
    for folder in ("examples/aws", "examples/kubernetes", "koreo.dev"):
        tally = rename_everything(_texts(Path(shared) / "corpus" / folder), every=3)
        assert tally.wrong == []
        assert tally.done > 10


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_place_is_told_by_its_line_whatever_ends_lines(newline: str) -> None:
    fixture = read(LOGIC.replace("=locals.one", "=locals.o$0ne"))
    assert fixture.cursor is not None
    path, offset = fixture.cursor
    text = fixture.texts[path]
    offset += text.count("\n", 0, offset) * (len(newline) - 1)
    found = rename(Workspace().apply({path: text.replace("\n", newline)}), path, offset, "two")
    assert found.refusal is not None
    assert "there already, at main.k.yaml:5;" in found.refusal
