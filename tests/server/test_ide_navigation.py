"""Go to definition and references: what a name under the cursor stands for, and every place that names it."""

import pytest
from cursor_fixtures import check_definition, check_references

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
    "of nothing": """
@ValueFunction greet
spec: {return: {text: $0hello}}
""",
}


@pytest.mark.parametrize("text", REFERENCES.values(), ids=REFERENCES.keys())
def test_references(text: str) -> None:
    check_references(text)


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
