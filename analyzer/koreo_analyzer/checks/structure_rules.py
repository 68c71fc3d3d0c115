"""The rules about keys, types and values; `structure.py` and `header.py` find where they are broken."""

from __future__ import annotations

from koreo_analyzer.checks.examples import RETURN, greeting, settings
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.problems import Severity

UNKNOWN_KEY = Rule(
    "unknown-key",
    Severity.ERROR,
    "a key that the language does not know",
    "The key means nothing in this place, so whatever stands under it has no effect. The original runtime "
    "ignores such keys silently: a misspelt `postconditions` is never checked. Keys of free-form blocks "
    "(`inputs`, `locals`, `resource`, `return`, …) are yours to choose and never reported.",
    wrong=greeting(
        """\
  precondition:
  - assert: =has(inputs.name)
    permFail:
      message: a name is needed
"""
        + RETURN
    ),
    right=greeting(
        """\
  preconditions:
  - assert: =has(inputs.name)
    permFail:
      message: a name is needed
"""
        + RETURN
    ),
)

MISSING_KEY = Rule(
    "missing-key",
    Severity.ERROR,
    "a required key is absent",
    "The document cannot be used without this key: the API server refuses it, or the controller cannot "
    "prepare it.",
    wrong=settings("  resource:\n    data:\n      mode: fast\n").replace("    kind: ConfigMap\n", "", 1),
    right=settings("  resource:\n    data:\n      mode: fast\n"),
)

WRONG_TYPE = Rule(
    "wrong-type",
    Severity.ERROR,
    "a value of another type than the key takes",
    'YAML decides the type of a value by its form: `5` is a number and `"5"` a string, `yes` is true and '
    "a key with nothing after it holds null. Null is not accepted where a mapping or a list is expected.",
    wrong=greeting(
        """\
  preconditions:
  - assert: =has(inputs.name)
    retry:
      message: waiting for a name
      delay: "30"
"""
        + RETURN
    ),
    right=greeting(
        """\
  preconditions:
  - assert: =has(inputs.name)
    retry:
      message: waiting for a name
      delay: 30
"""
        + RETURN
    ),
)

INVALID_VALUE = Rule(
    "invalid-value",
    Severity.ERROR,
    "a value that the key does not take",
    "The value has the right type, but it is none of those allowed here: too long, too many, not of the "
    "required form, a name that no API server takes, or not an expression where one must stand (`assert`, "
    "`skipIf`, `itemIn`, `switchOn` begin with `=`).",
    wrong=greeting(
        """\
  preconditions:
  - assert: has(inputs.name)
    permFail:
      message: a name is needed
"""
        + RETURN
    ),
    right=greeting(
        """\
  preconditions:
  - assert: =has(inputs.name)
    permFail:
      message: a name is needed
"""
        + RETURN
    ),
)

EXACTLY_ONE = Rule(
    "exactly-one",
    Severity.ERROR,
    "not exactly one of several alternatives",
    "Some blocks offer alternatives of which exactly one must be chosen: a predicate has one outcome, a "
    "step has `ref` or `refSwitch`, an overlay has `overlay` or `overlayRef`, `update` and `delete` have "
    "one policy, a ResourceFunction that creates anything has `resource` or `resourceTemplateRef`. "
    "`readonly` beside `deleteIfExists`, which wins, is a warning.",
    wrong=greeting(
        """\
  preconditions:
  - assert: =has(inputs.name)
    permFail:
      message: a name is needed
    skip:
      message: nothing to greet
"""
        + RETURN
    ),
    right=greeting(
        """\
  preconditions:
  - assert: =has(inputs.name)
    permFail:
      message: a name is needed
"""
        + RETURN
    ),
)

RULES = (UNKNOWN_KEY, MISSING_KEY, WRONG_TYPE, INVALID_VALUE, EXACTLY_ONE)
