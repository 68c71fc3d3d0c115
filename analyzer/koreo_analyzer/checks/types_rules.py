"""The rules about types: their texts, and small files that break and keep them."""

from __future__ import annotations

from typing import Final

from koreo_analyzer.checks.examples import greeting_test
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.problems import Severity

_CRD: Final = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: guests.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Guest, plural: guests}
  versions:
  - name: v1
    served: true
    schema:
      openAPIV3Schema:
        properties:
          spec:
            required: [name, nights, room]
            properties:
              name: {type: string}
              nights: {type: integer}
              room: {type: string, enum: [single, double]}
              wishes: {type: string}
"""

_BILL: Final = """\
---
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: bill
spec:
  return:
    total: =inputs.nights * 80
"""

_WORKFLOW: Final = """\
---
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata:
  name: stay
spec:
  crdRef: {apiGroup: example.com, version: v1, kind: Guest}
  steps:
"""

_STEP: Final = """\
  - label: bill
    ref: {kind: ValueFunction, name: bill}
    inputs:
"""

_NIGHTS: Final = """\
      nights: =parent.spec.nights
"""

_RIGHT: Final = _CRD + _BILL + _WORKFLOW + _STEP + _NIGHTS


def _nights(value: str) -> str:
    """Return files in which a step gives `bill` this input."""
    return _CRD + _BILL + _WORKFLOW + _STEP + f"      nights: {value}\n"


def _step(keys: str) -> str:
    """Return files in which the step `bill` has more keys."""
    return _CRD + _BILL + _WORKFLOW + "  - label: bill\n    ref: {kind: ValueFunction, name: bill}\n" + keys


def _bill(spec: str) -> str:
    """Return files in which the function `bill` has this spec."""
    head = _BILL.partition("spec:\n")[0] + "spec:\n"
    return _CRD + head + spec + _WORKFLOW + _STEP + _NIGHTS


def _switch(cases: str) -> str:
    """Return files in which the room chooses a function."""
    functions = "".join(
        f"---\napiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata:\n  name: {name}\n"
        f"spec:\n  return:\n    price: {price}\n"
        for name, price in (("single", 60), ("double", 80))
    )
    used = _WORKFLOW.replace("stay", "prices") + "".join(
        f"  - label: {name}\n    ref: {{kind: ValueFunction, name: {name}}}\n"
        for name in ("single", "double")
    )
    return (
        _CRD
        + functions
        + used.replace(
            "  crdRef: {apiGroup: example.com, version: v1, kind: Guest}",
            "  crdRef: {apiGroup: example.com, version: v1, kind: Host}",
        )
        + _WORKFLOW
        + "  - label: price\n    refSwitch:\n      switchOn: =parent.spec.room\n      cases:\n"
        + cases
    )


_SINGLE: Final = "      - {case: single, kind: ValueFunction, name: single}\n"
_DOUBLE: Final = "      - {case: double, kind: ValueFunction, name: double}\n"


def _booking(spec: str) -> str:
    """Return files in which a function manages a Guest with this spec."""
    return (
        _CRD
        + "---\napiVersion: koreo.dev/v1beta1\nkind: ResourceFunction\nmetadata:\n  name: companion\nspec:\n"
        "  apiConfig:\n    apiVersion: example.com/v1\n    kind: Guest\n    name: companion\n"
        "    namespace: default\n  resource:\n    spec:\n"
        + spec
        + "---\napiVersion: koreo.dev/v1beta1\nkind: Workflow\nmetadata:\n  name: companions\nspec:\n"
        "  crdRef: {apiGroup: example.com, version: v1, kind: Guest}\n  steps:\n  - label: companion\n"
        "    ref: {kind: ResourceFunction, name: companion}\n"
    )


_GUEST: Final = "      name: Ada\n      nights: 2\n      room: double\n"

UNKNOWN_FIELD: Final = Rule(
    "unknown-field",
    Severity.ERROR,
    "a field that the value does not have",
    "The type of the value is known, from a CustomResourceDefinition, from the schema of a resource or from what "
    "another function returns, and it has no field of this name. The evaluation fails. In `has(…)`, where "
    "it is only always false, this is a warning.",
    wrong=_nights("=parent.spec.night"),
    right=_RIGHT,
)

OPTIONAL_FIELD: Final = Rule(
    "optional-field",
    Severity.WARNING,
    "a field that need not be there, used without asking for it",
    "The schema does not require the field and has no default for it. When it is absent the evaluation fails, and "
    "so does the function or step. Ask with `has(…)` first: in the expression, or in a predicate before it. Or "
    "require the field, or give it a default, where it is declared.",
    wrong=_nights("=size(parent.spec.wishes)"),
    right=_nights("|\n        =has(parent.spec.wishes) ? size(parent.spec.wishes) : 0"),
)

WRONG_OPERAND: Final = Rule(
    "wrong-operand",
    Severity.ERROR,
    "an operator or function that does not take values of these types",
    "CEL converts nothing by itself: a number is added to a number, a text to a text, and a condition is `true` or "
    "`false`. Write `string(x)`, `int(x)` or `double(x)` to convert.",
    wrong=_bill('  return:\n    total: =inputs.nights * 80\n    text: ="Nights " + 3\n'),
    right=_bill('  return:\n    total: =inputs.nights * 80\n    text: ="Nights " + string(3)\n'),
)

NEVER_EQUAL: Final = Rule(
    "never-equal",
    Severity.WARNING,
    "a comparison of values that are never equal",
    "The types have no value in common, or the text is not among those that the value can be. The comparison gives "
    "the same whatever the data are.",
    wrong=_step('    skipIf: =parent.spec.room == "singel"\n    inputs:\n') + _NIGHTS,
    right=_step('    skipIf: =parent.spec.room == "single"\n    inputs:\n') + _NIGHTS,
)

WRONG_RESULT: Final = Rule(
    "wrong-result",
    Severity.ERROR,
    "an expression whose value is of the wrong type for its place",
    "An assertion and a `skipIf` must be true or false, `itemIn` a list, `switchOn` a string or a whole number, "
    "the name of a resource a scalar that is not empty. What is returned, written to a resource or kept in the state "
    "is JSON, which has no optionals: `.orValue(…)` says what to take for one without a value. Any other value fails "
    "the run.",
    wrong=_step("    skipIf: =parent.spec.nights\n    inputs:\n") + _NIGHTS,
    right=_step("    skipIf: =parent.spec.nights == 0\n    inputs:\n") + _NIGHTS,
)

WRONG_INPUT: Final = Rule(
    "wrong-input",
    Severity.ERROR,
    "an input of a type that the function cannot use",
    "The function does something with the input that fails for values of this type: the related place shows where. "
    "Where several callers and tests give it and none can be right, it is the use that is told instead. "
    "It is a warning when the function does so only under a condition, and where only a literal among several values "
    'does not fit: the `"2"` of `has(x) ? x : "2"`, the default of an `orValue`.',
    wrong=_nights("=parent.spec.name"),
    right=_RIGHT,
)

CONSTANT_ASSERTION: Final = Rule(
    "constant-assertion",
    Severity.WARNING,
    "a condition that always comes out the same",
    "A predicate whose assertion is always true never decides anything, and one that is always false ends every "
    "run. A step whose `skipIf` is always the same needs none, or never runs.",
    wrong=_bill(
        "  preconditions:\n  - assert: =has(inputs.nights) || true\n    skip: {message: no nights}\n"
        "  return:\n    total: =inputs.nights * 80\n"
    ),
    right=_bill(
        "  preconditions:\n  - assert: =has(inputs.nights)\n    skip: {message: no nights}\n"
        "  return:\n    total: =inputs.nights * 80\n"
    ),
)

UNREACHABLE_CASE: Final = Rule(
    "unreachable-case",
    Severity.WARNING,
    "a case that `switchOn` never gives",
    "The values that the expression can give are known, and this is not among them.",
    wrong=_switch(_SINGLE + _DOUBLE + "      - {case: suite, kind: ValueFunction, name: double}\n"),
    right=_switch(_SINGLE + _DOUBLE),
)

MISSING_CASE: Final = Rule(
    "missing-case",
    Severity.WARNING,
    "a value of `switchOn` without a case, or of an index without a key",
    "The expression can give a value for which there is no case, and no case is the default. The step then fails for "
    "good. So does the expression that looks up a text in a map in which only some of its values are keys, as "
    '`{"small": 1, "large": 3}[parent.spec.size]` does with a size `medium`.',
    wrong=_switch(_SINGLE),
    right=_switch(_SINGLE + _DOUBLE),
)

RESOURCE_FIELD: Final = Rule(
    "resource-field",
    Severity.ERROR,
    "a field that the kind of the resource does not have",
    "The API server drops fields that the schema of the kind does not know, or refuses the object. In the data of a "
    "FunctionTest this is a warning.",
    wrong=_booking(_GUEST + "      diet: vegan\n"),
    right=_booking(_GUEST),
)

RESOURCE_MISSING: Final = Rule(
    "resource-missing",
    Severity.ERROR,
    "a resource without a field that its kind requires",
    "The schema of the kind requires the field, has no default for it, and neither the resource nor an overlay sets "
    "it. The API server refuses to create the object. Where the template is one of several, and only some of them lack "
    "the field, this is a warning.",
    wrong=_booking("      name: Ada\n      nights: 2\n"),
    right=_booking(_GUEST),
)

RESOURCE_VALUE: Final = Rule(
    "resource-value",
    Severity.ERROR,
    "a value that the kind of the resource does not allow",
    "The value has the wrong type, or is not among those that the schema allows, or breaks a bound or a pattern of "
    "it. The API server refuses the object. In the data of a FunctionTest this is a warning. "
    'A literal that is only one of several values, as the `"2"` of `has(x) ? x : "2"`, is a warning, and so is '
    "a `plural` or `namespaced` of `apiConfig` that is not the kind's.",
    wrong=_booking("      name: Ada\n      nights: two\n      room: double\n"),
    right=_booking(_GUEST),
)

NO_SCHEMA: Final = Rule(
    "no-schema",
    Severity.INFO,
    "a kind of which no schema is known",
    "Nothing that has to do with the fields of the kind can be checked. Put its CustomResourceDefinition into the "
    "workspace or a folder of `crds` in koreo.toml, or run `koreo schema pull`. It is a warning where "
    "hardly any API server has the kind: its name, group or version is nearly a known one, or the group is one of "
    "Kubernetes, which holds no such kind.",
    wrong=_booking(_GUEST).replace("example.com/v1\n", "example.org/v1\n"),
    right=_booking(_GUEST),
)

FORCED_IDENTITY: Final = Rule(
    "forced-identity",
    Severity.WARNING,
    "another identity than the one that is forced over it",
    "`apiVersion`, `kind`, `metadata.name` and `metadata.namespace` of a managed resource come from `apiConfig` "
    "alone: they are forced over `resource`, the template and every overlay. What these say instead is never used, "
    "and an `expectResource` that says so is never met.",
    wrong=_booking(_GUEST).replace("  resource:\n", "  resource:\n    metadata: {name: partner}\n"),
    right=_booking(_GUEST).replace("  resource:\n", "  resource:\n    metadata: {labels: {is: partner}}\n"),
)

NEVER_RETURNED: Final = Rule(
    "never-returned",
    Severity.WARNING,
    "a test case that expects what its function never returns",
    "An `expectReturn` is met by an equal value only. What the function returns has no such field, has another field "
    "besides, or is of another type, so the case cannot pass.",
    wrong=greeting_test("  testCases:\n  - expectReturn:\n      txt: Hello World\n"),
    right=greeting_test("  testCases:\n  - expectReturn:\n      text: Hello World\n"),
)

RULES = (
    UNKNOWN_FIELD,
    OPTIONAL_FIELD,
    WRONG_OPERAND,
    NEVER_EQUAL,
    WRONG_RESULT,
    WRONG_INPUT,
    CONSTANT_ASSERTION,
    UNREACHABLE_CASE,
    MISSING_CASE,
    RESOURCE_FIELD,
    RESOURCE_MISSING,
    RESOURCE_VALUE,
    NO_SCHEMA,
    FORCED_IDENTITY,
    NEVER_RETURNED,
)
