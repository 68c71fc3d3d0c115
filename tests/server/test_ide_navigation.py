"""Go to definition and references: what a name under the cursor stands for, and every place that names it."""

from pathlib import Path

import pytest
from cursor_fixtures import check_definition, check_references, read
from koreo_server.ide import navigation
from koreo_server.ide.highlight import highlights
from koreo_server.ide.rename import rename

DEFINITIONS = {
    "the Logic of a step": """
#- main.k.yaml
@Workflow flow
spec:
  steps:
  - label: one
    ref: {kind: ValueFunction, name: gr$0eet}
#- other.k.yaml
@ValueFunction ⟦greet⟧
spec: {return: {a: 1}}
---
@ResourceFunction greet
spec: {}
""",
    "a definition in the third document of the same file": """
@Workflow flow
spec:
  steps:
  - label: one
    ref: {kind: ValueFunction, name: $0greet}
---
a: Namespace beside
---
@ValueFunction ⟦greet⟧
spec: {return: {a: 1}}
""",
    "a sub-Workflow": """
@Workflow outer
spec:
  steps:
  - {label: one, ref: {kind: Workflow, name: inner$0}}
---
@Workflow ⟦inner⟧
spec:
  steps: []
""",
    "a case of a refSwitch": """
@Workflow flow
spec:
  steps:
  - label: cloud
    refSwitch:
      switchOn: =parent.spec.cloud
      cases:
      - {case: aws, kind: ValueFunction, name: on-aws}
      - {case: gcp, kind: ValueFunction, name: on-$0gcp, default: true}
---
@ValueFunction on-aws
spec: {return: {a: 1}}
---
@ValueFunction ⟦on-gcp⟧
spec: {return: {a: 1}}
""",
    "an overlayRef": """
@ResourceFunction make
spec:
  overlays:
  - overlayRef: {kind: ValueFunction, name: "lab$0els"}
---
@ValueFunction ⟦labels⟧
spec: {return: {a: 1}}
""",
    "a template by a literal name": """
@ResourceFunction make
spec:
  resourceTemplateRef: {name: bas$0e}
---
@ResourceTemplate ⟦base⟧
spec: {template: {apiVersion: v1, kind: ConfigMap}}
""",
    "the function of a test": """
@FunctionTest greet-test
spec:
  functionRef: {kind: ValueFunction, name: g$0reet}
---
@ValueFunction ⟦greet⟧
spec: {return: {a: 1}}
""",
    "two definitions of one name": """
@Workflow flow
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: gr$0eet}}
---
@ValueFunction ⟦greet⟧
spec: {return: {a: 1}}
---
@ValueFunction ⟦greet⟧
spec: {return: {a: 2}}
""",
    "a definition leads to itself": """
@ValueFunction ⟦gr$0eet⟧
spec: {return: {a: 1}}
""",
    "a step that an expression names": """
@Workflow flow
spec:
  steps:
  - label: ⟦first⟧
    ref: {kind: ValueFunction, name: f}
  - label: second
    ref: {kind: ValueFunction, name: f}
    inputs: {a: =steps.fir$0st.x}
""",
    "a step named by an index": """
@Workflow flow
spec:
  steps:
  - label: ⟦first⟧
    ref: {kind: ValueFunction, name: f}
  - label: second
    ref: {kind: ValueFunction, name: f}
    inputs: {a: '=steps["fir$0st"].x'}
""",
    "a step of the same label in another Workflow is not meant": """
@Workflow other
spec: {steps: [{label: first, ref: {kind: ValueFunction, name: f}}]}
---
@Workflow flow
spec:
  steps:
  - {label: ⟦first⟧, ref: {kind: ValueFunction, name: f}}
  - {label: second, ref: {kind: ValueFunction, name: f}, skipIf: =steps.$0first.x}
""",
    "a local": """
@ValueFunction greet
spec:
  locals:
    other: 1
    ⟦words⟧: {en: Hello}
  return:
    text: =locals.wor$0ds.en
""",
    "a local in a literal block scalar": """
@ValueFunction greet
spec:
  locals:
    ⟦words⟧: {en: Hello}
  return:
    text: |-
      =has(inputs.x)
        ? locals.wor$0ds.en  // a comment
        : ""
""",
    "a local in a folded block scalar, behind astral characters": """
@ValueFunction greet
spec:
  locals:
    ⟦words⟧: {en: Hello}
  return:
    text: >-
      ="😀😀" +

      locals.$0words.en
""",
    "a local in a double-quoted scalar with escapes": r"""
@ValueFunction greet
spec:
  locals:
    ⟦words⟧: {en: Hello}
  return:
    text: "=\"\U0001F600 \\n\" + locals.wo$0rds.en"
""",
    "an input leads to the calls that give it": """
@ValueFunction greet
spec:
  return: {text: =inputs.na$0me}
---
@Workflow flow
spec:
  steps:
  - label: one
    ref: {kind: ValueFunction, name: greet}
    inputs: {⟦name⟧: a, other: b}
  - label: two
    ref: {kind: ValueFunction, name: greet}
    inputs: {⟦name⟧: a}
---
@FunctionTest greet-test
spec:
  functionRef: {kind: ValueFunction, name: greet}
  inputs: {name: a}
""",
    "a given input leads to where the function reads it": """
@ValueFunction greet
spec:
  return: {text: =inputs.⟦name⟧, again: =inputs.⟦name⟧ + "!"}
---
@Workflow flow
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: greet}, inputs: {na$0me: a}}
""",
    "the key under which forEach gives an item": """
@ValueFunction greet
spec:
  return: {text: =inputs.⟦item⟧}
---
@Workflow flow
spec:
  steps:
  - label: one
    ref: {kind: ValueFunction, name: greet}
    forEach: {itemIn: "=[1]", inputKey: it$0em}
""",
    "parent of a sub-Workflow leads to the calls": """
@Workflow inner
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: f}, inputs: {a: =parent.si$0ze}}
---
@Workflow outer
spec:
  steps:
  - {label: sub, ref: {kind: Workflow, name: inner}, inputs: {⟦size⟧: 1}}
""",
    "the kind of the trigger leads to its CRD": """
#- main.k.yaml
@Workflow flow
spec:
  crdRef: {apiGroup: example.com, version: v1, kind: Gre$0eting}
  steps: []
#- crd.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: greetings.example.com}
spec:
  group: example.com
  names: {kind: ⟦Greeting⟧, plural: greetings}
  versions: [{name: v1, served: true, storage: true}]
""",
    "behind an alias and a merge key": """
@Workflow flow
spec:
  steps:
  - &first
    label: ⟦first⟧
    ref: &ref {kind: ValueFunction, name: f}
  - label: second
    ref: *ref
    inputs: {a: =steps.first$0.x}
""",
    "the anchor's text defines what its alias repeats": """
@Workflow flow
spec:
  steps:
  - label: first
    ref: &ref {kind: ValueFunction, name: $0greet}
  - label: second
    ref: *ref
---
@ValueFunction ⟦greet⟧
spec: {return: {a: 1}}
""",
    "in a document that is half typed": """
@Workflow flow
spec:
  steps:
  - label: one
    ref:
      kind: ValueFunction
      name: gr$0eet
    inputs: {a: [
---
@ValueFunction ⟦greet⟧
spec: {return: {a: 1}}
""",
    "in an expression that is half typed": """
@ValueFunction greet
spec:
  locals:
    ⟦words⟧: {en: Hello}
  return:
    text: =locals.wor$0ds[
""",
    "beside a document that does not parse": """
@ValueFunction broken
spec: {return: [
---
@ValueFunction ⟦greet⟧
spec: {return: {a: 1}}
---
@FunctionTest t
spec: {functionRef: {kind: ValueFunction, name: $0greet}}
""",
    "a key that a function returns": """
@Workflow flow
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: where}}
  - {label: two, ref: {kind: ValueFunction, name: f}, inputs: {a: =steps.one.place.ur$0l}}
---
@ValueFunction where
spec: {return: {url: x, place: {⟦url⟧: y}}}
---
@FunctionTest test
spec: {functionRef: {kind: ValueFunction, name: where}, testCases: [{expectReturn: {url: x, place: {url: y}}}]}
""",
    "what a test expects to be returned": """
@ValueFunction where
spec: {return: {⟦url⟧: x}}
---
@FunctionTest test
spec: {functionRef: {kind: ValueFunction, name: where}, testCases: [{expectReturn: {u$0rl: x}}]}
""",
    "a returned key by an index, in the items of a list": """
@ValueFunction where
spec: {return: {⟦url⟧: x}}
---
@Workflow flow
spec:
  steps:
  - {label: each, ref: {kind: ValueFunction, name: where}, forEach: {itemIn: "=[1]", inputKey: a}}
  - {label: last, ref: {kind: ValueFunction, name: f}, inputs: {a: '=steps.each.map(i, i["u$0rl"])'}}
""",
    "a key that two cases of a refSwitch return": """
@ValueFunction f
spec: {return: {⟦url⟧: a}}
---
@ValueFunction g
spec: {return: {⟦url⟧: b}}
---
@Workflow flow
spec:
  steps:
  - label: one
    refSwitch:
      switchOn: =parent.x
      cases: [{case: a, kind: ValueFunction, name: f}, {case: b, kind: ValueFunction, name: g}]
    state: {a: =value.ur$0l}
""",
    "state of a sub-Workflow, through a local and an input that pass it on": """
@Workflow inner
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: f}, state: {place: {⟦url⟧: x}}}
---
@Workflow outer
spec:
  steps:
  - {label: sub, ref: {kind: Workflow, name: inner}}
  - {label: use, ref: {kind: ValueFunction, name: show}, inputs: {at: =steps.sub.place}}
---
@ValueFunction show
spec:
  locals: {copy: =inputs.at}
  return: {a: =locals.copy.ur$0l}
""",
    "state of the last run": """
@Workflow flow
spec:
  crdRef: {apiGroup: e.com, version: v1, kind: Thing}
  steps:
  - {label: one, ref: {kind: ValueFunction, name: f}, inputs: {a: =parent.state.ur$0l}, state: {⟦url⟧: x}}
""",
    "the variable of a macro": """
@ValueFunction f
spec: {return: {a: "=[1].map(⟦i⟧, [2].map(j, j + $0i))"}}
""",
    "a field of the trigger, a field of a resource, in the CRD": """
#- main.k.yaml
@Workflow flow
spec:
  crdRef: {apiGroup: e.com, version: v1, kind: Thing}
  steps:
  - {label: one, ref: {kind: ValueFunction, name: f}, inputs: {a: =parent.spec.si$0ze}}
#- crd.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.e.com}
spec:
  group: e.com
  scope: Namespaced
  names: {kind: Thing, plural: things}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {⟦size⟧: {type: integer}}}}}}
""",
    "a key of a resource, in the CRD": """
#- main.k.yaml
@ResourceFunction make
spec:
  apiConfig: {apiVersion: e.com/v1, kind: Thing, name: a, namespace: b}
  resource: {spec: {si$0ze: 1}}
#- crd.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.e.com}
spec:
  group: e.com
  scope: Namespaced
  names: {kind: Thing, plural: things}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {⟦size⟧: {type: integer}}}}}}
""",
    "all templates that a computed name can give": """
@ResourceFunction make
spec:
  apiConfig: {apiVersion: v1, kind: ConfigMap, name: a, namespace: b}
  resourceTemplateRef:
    name: =inputs.big ? "la$0rge" : "small"
---
@ResourceTemplate ⟦large⟧
spec: {template: {apiVersion: v1, kind: ConfigMap}}
---
@ResourceTemplate ⟦small⟧
spec: {template: {apiVersion: v1, kind: ConfigMap}}
---
@ResourceTemplate other
spec: {template: {apiVersion: v1, kind: ConfigMap}}
""",
    "all templates whose names fit what is computed": """
@ResourceFunction make
spec:
  apiConfig: {apiVersion: v1, kind: ConfigMap, name: a, namespace: b}
  resourceTemplateRef:
    name: ="ba$0se-" + inputs.size
---
@ResourceTemplate ⟦base-large⟧
spec: {template: {apiVersion: v1, kind: ConfigMap}}
---
@ResourceTemplate other
spec: {template: {apiVersion: v1, kind: ConfigMap}}
""",
    "nothing is known": """
@Workflow flow
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: unkn$0own}}
""",
    "on a plain value": """
@ValueFunction greet
spec: {return: {text: he$0llo}}
""",
    "between documents": "$0",
}


@pytest.mark.parametrize("text", DEFINITIONS.values(), ids=DEFINITIONS.keys())
def test_definition(text: str) -> None:
    check_definition(text)


@pytest.mark.parametrize("name", ["a local", "the Logic of a step", "a local in a literal block scalar"])
def test_definition_in_a_file_with_carriage_returns(name: str) -> None:
    files = DEFINITIONS[name].lstrip("\n")
    check_definition(files.replace("\n", "\r\n").replace(".yaml\r\n", ".yaml\n"))


REFERENCES = {
    "of a function, from its definition": """
#- f.k.yaml
@ValueFunction ⟦gr$0eet⟧
spec: {return: {a: 1}}
#- w.k.yaml
@Workflow flow
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: ⟦greet⟧}}
  - {label: two, ref: {kind: ResourceFunction, name: greet}}
  - label: three
    refSwitch:
      switchOn: =parent.x
      cases: [{case: a, kind: ValueFunction, name: ⟦greet⟧}]
#- t.k.yaml
@FunctionTest test
spec: {functionRef: {kind: ValueFunction, name: ⟦greet⟧}}
""",
    "of a function, from a use in a file that has several": """
@ValueFunction ⟦f⟧
spec: {return: {a: 1}}
---
@Workflow one
spec: {steps: [{label: abc, ref: {kind: ValueFunction, name: ⟦f⟧}}]}
---
@Workflow two
spec: {steps: [{label: abc, ref: {kind: ValueFunction, name: ⟦$0f⟧}}]}
""",
    "of a step": """
@Workflow flow
spec:
  steps:
  - {label: ⟦fir$0st⟧, ref: {kind: ValueFunction, name: f}}
  - label: second
    ref: {kind: ValueFunction, name: f}
    skipIf: =has(steps.⟦first⟧.x)
    inputs: {a: '=steps.⟦first⟧.x + steps.first2.y'}
    state: {b: =steps.⟦first⟧.z}
""",
    "of a local, also several times in one expression": """
@ValueFunction greet
spec:
  locals: {⟦a⟧: 1, b: 2}
  return: {x: =locals.⟦a⟧ + locals.⟦$0a⟧ * locals.b}
""",
    "of an input, with what tests give": """
@ValueFunction greet
spec:
  preconditions:
  - {assert: =size(inputs.⟦name⟧) > 0, permFail: {message: ="no name in " + inputs.where}}
  return: {text: =inputs.⟦na$0me⟧}
---
@Workflow flow
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: greet}, inputs: {⟦name⟧: a}}
---
@FunctionTest test
spec:
  functionRef: {kind: ValueFunction, name: greet}
  inputs: {⟦name⟧: Ada}
  testCases:
  - {inputOverrides: {⟦name⟧: ""}, expectReturn: {name: x}}
""",
    "of an overlay's input": """
@ValueFunction labels
spec: {return: {a: =inputs.⟦te$0am⟧}}
---
@ResourceFunction make
spec:
  overlays:
  - overlayRef: {kind: ValueFunction, name: labels}
    inputs: {⟦team⟧: a}
""",
    "of the kind of a trigger": """
@Workflow one
spec: {crdRef: {apiGroup: e.com, version: v1, kind: ⟦Gree$0ting⟧}, steps: []}
---
@Workflow two
spec: {crdRef: {apiGroup: e.com, version: v1, kind: ⟦Greeting⟧}, steps: []}
---
@Workflow three
spec: {crdRef: {apiGroup: e.com, version: v2, kind: Greeting}, steps: []}
""",
    "in documents that are half typed": """
@Workflow flow
spec:
  steps:
  - label: ⟦fir$0st⟧
    ref: {kind: ValueFunction, name: f}
  - label: second
    inputs:
      a: =steps.⟦first⟧.
      b: [1, =steps
""",
    "of an inactive definition": """
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: ⟦gr$0eet⟧, labels: {koreo.dev/active: "false"}}
spec: {return: {a: 1}}
---
@FunctionTest test
spec: {functionRef: {kind: ValueFunction, name: ⟦greet⟧}}
""",
    "of a field of the trigger, in all Workflows for it": """
@Workflow one
spec:
  crdRef: {apiGroup: e.com, version: v1, kind: Thing}
  steps:
  - {label: one, ref: {kind: ValueFunction, name: f}, inputs: {a: =parent.spec.⟦si$0ze⟧, b: '=parent.spec[⟦"size"⟧]'}}
---
@Workflow two
spec:
  crdRef: {apiGroup: e.com, version: v1, kind: Thing}
  steps: [{label: one, ref: {kind: ValueFunction, name: f}, inputs: {a: =parent.spec.⟦size⟧.x + parent.size}}]
---
@Workflow three
spec:
  crdRef: {apiGroup: e.com, version: v1, kind: Other}
  steps: [{label: one, ref: {kind: ValueFunction, name: f}, inputs: {a: =parent.spec.size}}]
""",
    "of nothing": """
@ValueFunction greet
spec: {return: {text: $0hello}}
""",
}


@pytest.mark.parametrize("text", REFERENCES.values(), ids=REFERENCES.keys())
def test_references(text: str) -> None:
    check_references(text)


TYPES = {
    "of a step is what its function returns": """
@ValueFunction f
spec: {⟦return⟧: {a: 1}}
---
@Workflow flow
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: f}}
  - {label: two, ref: {kind: ValueFunction, name: g}, inputs: {a: =steps.o$0ne}}
""",
    "of an input that comes from the trigger is in the CRD": """
#- main.k.yaml
@ValueFunction f
spec: {return: {a: =inputs.pla$0ce}}
---
@Workflow flow
spec:
  crdRef: {apiGroup: e.com, version: v1, kind: Thing}
  steps:
  - {label: one, ref: {kind: ValueFunction, name: f}, inputs: {place: =parent.spec.place}}
#- crd.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.e.com}
spec:
  group: e.com
  scope: Namespaced
  names: {kind: Thing, plural: things}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, properties: {⟦place⟧: {type: object, properties: {url: {type: string}}}}}
""",
    "of the trigger is its CRD": """
#- main.k.yaml
@Workflow flow
spec:
  crdRef: {apiGroup: e.com, version: v1, kind: Thing}
  steps:
  - {label: one, ref: {kind: ValueFunction, name: f}, inputs: {place: =par$0ent}}
#- crd.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.e.com}
spec:
  group: e.com
  names: {kind: ⟦Thing⟧, plural: things}
  versions: [{name: v1, served: true, storage: true}]
""",
    "of a number is nowhere": "@ValueFunction f\nspec: {locals: {a: 1}, return: {a: =locals.$0a}}\n",
}


@pytest.mark.parametrize("text", TYPES.values(), ids=TYPES.keys())
def test_type_definition(text: str) -> None:
    fixture = read(text)
    links = navigation.type_definition(*fixture.at_cursor())
    assert fixture.show([(link.path, link.span) for link in links]) == fixture.show(fixture.expected)


HIGHLIGHTED = {
    "an input: where the function reads it": """
#- f.k.yaml
@ValueFunction f
spec:
  preconditions: [{assert: =has(inputs.⟦x⟧), ok: {}}]
  return: {a: =inputs.$0⟦x⟧}
#- w.k.yaml
@Workflow flow
spec: {steps: [{label: one, ref: {kind: ValueFunction, name: f}, inputs: {x: 1}}]}
""",
    "a returned key and who reads it in the same file": """
@ValueFunction f
spec: {return: {⟦ur$0l⟧: 1}}
---
@Workflow flow
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: f}, state: {url: =value.⟦url⟧}}
""",
    "a field of the trigger": """
@Workflow flow
spec:
  crdRef: {apiGroup: e.com, version: v1, kind: Thing}
  steps:
  - {label: one, ref: {kind: ValueFunction, name: f}, inputs: {a: =parent.spec.⟦si$0ze⟧, b: =parent.spec.⟦size⟧.x}}
""",
    "a document": """
@ValueFunction ⟦$0f⟧
spec: {return: {f: 1}}
---
@FunctionTest test
spec: {functionRef: {kind: ValueFunction, name: ⟦f⟧}}
""",
    "a variable": """
@ValueFunction f
spec: {return: {a: "=[1].map(⟦i⟧, ⟦i⟧ + $0⟦i⟧)"}}
""",
    "nothing": "@ValueFunction f\nspec: {return: {a: so$0me}}\n",
}


@pytest.mark.parametrize("text", HIGHLIGHTED.values(), ids=HIGHLIGHTED.keys())
def test_highlight(text: str) -> None:
    fixture = read(text)
    snapshot, path, offset = fixture.at_cursor()
    found = highlights(snapshot, path, offset)
    assert fixture.show([(path, one.span) for one in found]) == fixture.show(fixture.expected)


def test_highlight_tells_writing_from_reading() -> None:
    fixture = read("@ValueFunction f\nspec: {locals: {a: 1}, return: {b: =locals.$0a}}\n")
    assert [one.writes for one in highlights(*fixture.at_cursor())] == [True, False]


def test_references_of_a_template_by_a_computed_name() -> None:
    check_references(
        """
@ResourceTemplate ⟦ba$0se-a⟧
spec: {template: {apiVersion: v1, kind: ConfigMap}}
---
@ResourceFunction make
spec:
  resourceTemplateRef:
    name: =⟦"base-" + inputs.x⟧
---
@ResourceFunction other
spec:
  resourceTemplateRef:
    name: ="other-" + inputs.x
"""
    )


def test_references_of_a_key_follow_the_value() -> None:
    check_references(
        """
@ValueFunction where
spec: {return: {⟦url⟧: x}}
---
@Workflow flow
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: where}, state: {place: =value, a: =value.⟦u$0rl⟧}}
  - {label: two, ref: {kind: ValueFunction, name: show}, inputs: {place: =steps.one, url: 1}}
---
@ValueFunction show
spec: {return: {a: =inputs.place.⟦url⟧, b: =inputs.url}}
---
@Workflow outer
spec:
  steps:
  - {label: sub, ref: {kind: Workflow, name: flow}, state: {b: =value.place.⟦url⟧}}
"""
    )


FOLDER = Path(__file__).parents[2] / "fixtures" / "broken"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.k.yaml")), ids=lambda path: path.name)
def test_every_place_of_broken_and_cut_files_has_an_answer(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    for end in (*range(97, len(text), 211), len(text)):
        fixture = read(text[:end])
        snapshot = fixture.snapshot
        for offset in {*range(0, end, 331), end - 1, end}:
            at = (snapshot, "main.k.yaml", offset)
            navigation.definition(*at)
            navigation.type_definition(*at)
            navigation.references(*at, include_definition=True)
            highlights(*at)
            rename(*at, "fresh-name")


def test_references_without_the_definition() -> None:
    check_references(
        """
@ValueFunction greet
spec:
  locals: {$0words: 1}
  return: {x: =locals.⟦words⟧}
""",
        include_definition=False,
    )
