"""Hover: what is said about the thing under the cursor, and about which text."""

import pytest
from cursor_fixtures import check_hover

HOVERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "a function where it is used": (
        """
# Says hello.
@ValueFunction greet
spec:
  return: {text: =inputs.name + (has(inputs.title) ? inputs.title : "")}
---
@Workflow flow
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: ⟦gr$0eet⟧}}
---
@FunctionTest test
spec: {functionRef: {kind: ValueFunction, name: greet}}
""",
        (
            "**ValueFunction** `greet`",
            "Says hello.",
            "Inputs: `name`, `title`?",
            "Used by Workflow `flow`\n\nTested by `test`",
        ),
    ),
    "a function that nothing uses": (
        "@ResourceFunction gr$0eet\nspec: {return: {a: =inputs.a}}\n",
        ("Nothing in this workspace uses it\n\nNo FunctionTest tests it",),
    ),
    "a function that many use": (
        "@ValueFunction gr$0eet\nspec: {return: {a: 1}}\n"
        + "".join(
            f"---\n@Workflow w{number}\nspec: {{steps: [{{label: one, ref: {{kind: ValueFunction, name: greet}}}}, "
            "{label: two, ref: {kind: ValueFunction, name: greet}}]}\n"
            for number in range(6)
        ),
        ("Used by Workflow `w0`, Workflow `w1`, Workflow `w2` and 3 others, in 12 places",),
    ),
    "an unknown function": (
        "@FunctionTest test\nspec: {functionRef: {kind: ValueFunction, name: gr$0eet}}\n",
        ("**ValueFunction** `greet`", "not in this workspace"),
    ),
    "a Workflow with a trigger": (
        """
@Workflow ⟦fl$0ow⟧
spec:
  crdRef: {apiGroup: e.com, version: v1, kind: Greeting}
  steps: []
""",
        ("**Workflow** `flow`", "Triggered by `Greeting` (`e.com/v1`)"),
    ),
    "a step where it is named": (
        """
@Workflow flow
spec:
  steps:
  - {label: zero, ref: {kind: ValueFunction, name: f}}
  - label: one
    ref: {kind: ValueFunction, name: f}
    forEach: {itemIn: =steps.zero.list, inputKey: item}
  - {label: two, ref: {kind: ValueFunction, name: f}, skipIf: =steps.⟦$0one⟧.x}
""",
        (
            "**step** `one` — number 2 of Workflow `flow`",
            "Runs ValueFunction `f`, once per item",
            "After `zero`",
        ),
    ),
    "a step that is not there": (
        """
@Workflow flow
spec:
  steps:
  - {label: two, ref: {kind: ValueFunction, name: f}, skipIf: =steps.o$0ne.x}
""",
        ("**step** `one`", "not in this Workflow"),
    ),
    "a local, with its text": (
        """
@ValueFunction greet
spec:
  locals:
    words:
      en: Hello
  return: {x: =locals.⟦wor$0ds⟧}
""",
        ("**local** `words`", "```yaml\nwords:\n  en: Hello\n```"),
    ),
    "a local that holds a fence": (
        "@ValueFunction greet\nspec:\n  locals:\n    doc$0s: |\n      ```\n      code\n      ```\n  return: {x: 1}\n",
        ("````yaml\ndocs: |\n  ```\n  code\n  ```\n````",),
    ),
    "an input": (
        """
@ValueFunction greet
spec: {return: {x: =inputs.⟦na$0me⟧}}
---
@Workflow flow
spec: {steps: [{label: one, ref: {kind: ValueFunction, name: greet}, inputs: {name: a}}]}
""",
        (
            "**input** `inputs.name` of ValueFunction `greet` — required",
            "Used in 1 place, given by callers in 1 place",
        ),
    ),
    "an input that no caller gives": (
        "@ValueFunction greet\nspec: {return: {x: =inputs.name + inputs.na$0me}}\n",
        ("Used in 2 places, never given by a caller",),
    ),
    "an input that tests give": (
        """
@ValueFunction greet
spec: {return: {x: =inputs.na$0me}}
---
@FunctionTest t
spec:
  functionRef: {kind: ValueFunction, name: greet}
  inputs: {name: a}
  testCases: [{inputOverrides: {name: b}, expectReturn: {x: b}}]
""",
        ("Used in 1 place, never given by a caller, given by tests in 2 places",),
    ),
    "an input that the function does not read": (
        """
@ValueFunction greet
spec: {return: {x: 1}}
---
@Workflow flow
spec: {steps: [{label: one, ref: {kind: ValueFunction, name: greet}, inputs: {na$0me: a}}]}
""",
        ("`inputs.name`", "not read by it", "Never used, given by callers in 1 place"),
    ),
    "a member of parent in a sub-Workflow": (
        """
@Workflow inner
spec: {steps: [{label: one, ref: {kind: ValueFunction, name: f}, skipIf: =parent.s$0ize > 1}]}
""",
        ("`parent.size` of Workflow `inner` — required",),
    ),
    "a trigger with its CRD": (
        """
#- main.k.yaml
@Workflow flow
spec: {crdRef: {apiGroup: e.com, version: v1, kind: ⟦Gree$0ting⟧}, steps: []}
#- crd.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: greetings.e.com}
spec:
  group: e.com
  names: {kind: Greeting, plural: greetings}
  versions: [{name: v1, served: true, storage: true}, {name: v2, served: true, storage: false}]
""",
        ("**trigger** `Greeting` — `e.com/v1`", "serves `v1`, `v2`"),
    ),
    "a trigger without its CRD": (
        "@Workflow flow\nspec: {crdRef: {apiGroup: e.com, version: v1, kind: Gree$0ting}, steps: []}\n",
        ("not in this workspace",),
    ),
    "the key apiVersion": (
        "⟦api$0Version⟧: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata: {name: a}\nspec: {}\n",
        ("**key** `apiVersion` (required)", "Always `koreo.dev/v1beta1`."),
    ),
    "the version": (
        "apiVersion: ⟦kore$0o.dev/v1beta1⟧\nkind: ValueFunction\nmetadata: {name: a}\nspec: {}\n",
        ("**key** `apiVersion` (required)",),
    ),
    "the key kind": (
        "apiVersion: koreo.dev/v1beta1\n⟦ki$0nd⟧: ValueFunction\nmetadata: {name: a}\nspec: {}\n",
        ("**key** `kind` (required, one of `ValueFunction`, ",),
    ),
    "the kind": (
        "apiVersion: koreo.dev/v1beta1\nkind: ⟦Value$0Function⟧\nmetadata: {name: a}\nspec: {}\n",
        ("**kind** `ValueFunction`", "A pure function"),
    ),
    "the kind of what is called": (
        "@FunctionTest t\nspec: {functionRef: {kind: ⟦Resource$0Function⟧, name: a}}\n",
        ("**kind** `ResourceFunction`",),
    ),
    "the key metadata": (
        "apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\n⟦meta$0data⟧: {name: a}\nspec: {}\n",
        ("**key** `metadata` (required)", "Name, namespace, labels."),
    ),
    "the key name": (
        "apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata: {⟦na$0me⟧: a}\nspec: {}\n",
        (
            "**key** `metadata.name` (required)",
            "by which other documents refer to this one",
            "No FunctionTest tests it",
        ),
    ),
    "the key spec": ("@Workflow a\n⟦sp$0ec⟧: {}\n", ("**key** `spec` (required)",)),
    "a label of the user": (
        "apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata: {name: a, labels: {a$0: b}}\nspec: {}\n",
        (),
    ),
    "a key of the language": (
        "@ResourceFunction make\nspec:\n  create:\n    ⟦del$0ay⟧: 5\n",
        ("**key** `spec.create.delay`", "default `30`"),
    ),
    "a key in a list": (
        "@ValueFunction f\nspec:\n  preconditions:\n  - ⟦asse$0rt⟧: =true\n    ok: {}\n",
        ("**key** `spec.preconditions[].assert` (required)",),
    ),
    "a key in a half-typed document": (
        "@ValueFunction f\nspec:\n  ⟦loc$0als⟧: {a: 1}\n  return:\n    x: [\n",
        ("**key** `spec.locals`",),
    ),
    "an expression that an alias repeats where names mean something else": (
        """
@ValueFunction f
spec: {return: {abc: =inputs.v + 1}}
---
@Workflow w
spec:
  steps:
  - {label: one, ref: {kind: ValueFunction, name: f}, inputs: {v: 1}, state: {c: &x =value.⟦ab$0c⟧}}
  - label: two
    ref: {kind: ValueFunction, name: f}
    forEach: {itemIn: "=[1]", inputKey: v}
    state: {d: *x}
""",
        ("value.abc: int",),
    ),
    "an expression that an alias repeats where it is evaluated first": (
        """
@ValueFunction f
spec:
  locals: {abc: 1}
  return: {r: &x =has(locals.⟦ab$0c⟧)}
  preconditions:
  - {assert: *x, ok: {}}
""",
        ("locals.abc: int",),
    ),
    "a value of the user": ("@ValueFunction f\nspec: {return: {x: he$0llo}}\n", ()),
    "a key of the user": ("@ValueFunction f\nspec: {return: {mi$0ne: hello}}\n", ()),
    "an empty file": ("$0", ()),
    "a document of somebody else": ("apiVersion: v1\nkind: Name$0space\nmetadata: {name: a}\n", ()),
}


@pytest.mark.parametrize(("text", "fragments"), HOVERS.values(), ids=HOVERS.keys())
def test_hover(text: str, fragments: tuple[str, ...]) -> None:
    check_hover(text, *fragments)
