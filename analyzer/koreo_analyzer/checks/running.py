"""What only running FunctionTests tells (language section 9): the rules, without a check.

The runtime runs the tests and makes the problems; the rules stand here, so that every code has its texts, its
severity in koreo.toml and its comments in one registry.
"""

from __future__ import annotations

from typing import Final

from koreo_analyzer.checks.examples import CALLER, GREETING, HEAD, TEST, settings
from koreo_analyzer.checks.rules import Origin, Rule
from koreo_analyzer.problems import Severity

_CASE: Final = """\
  testCases:
  - label: greets
    expectReturn:
      text: Hello World
"""

_POLITE: Final = """\
  return:
    text: '=has(inputs.title) ? "Dear " + inputs.title : "Hello " + inputs.name'
"""

_TITLED: Final = """\
  - label: knows titles
    variant: true
    inputOverrides:
      title: Queen
    expectReturn:
      text: Dear Queen
"""

_RULES: Final = """\
  resource:
    x-koreo-compare-as-set: [rules]
    rules: '=[{"host": "a.example.com"}]'
---
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata:
  name: settings
spec:
  functionRef: {kind: ResourceFunction, name: settings}
  inputs:
    name: blue
  testCases:
  - label: is created
    expectResource:
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: blue, namespace: default}
      rules:
      - host: a.example.com
"""

_RIGHT: Final = GREETING + TEST + _CASE + CALLER

TEST_FAILED = Rule(
    "test-failed",
    Severity.ERROR,
    "a test case whose function does something else than it expects",
    "`koreo test` shows what was expected and what came, at the place of the expected value. Later cases carry on "
    "from a failed one, and are not run unless it is a variant. If the function is right, "
    "`koreo test --update` writes what it does into the test.",
    wrong=_RIGHT.replace(
        "expectReturn:\n      text: Hello World", "expectOutcome:\n      skip: {message: no name}"
    ),
    right=_RIGHT,
    origin=Origin.RUNNING,
)

TEST_UNUSABLE = Rule(
    "test-unusable",
    Severity.ERROR,
    "a FunctionTest of which no case can be run",
    "The test is malformed, or its function is absent, inactive or cannot be run itself. Where `koreo check` says why, "
    "`koreo test` shows that problem instead, once for all the tests that it keeps from running.",
    wrong=_RIGHT.replace(
        "ValueFunction, name: greeting}\n  inputs", "ValueFunction, name: welcome}\n  inputs"
    ),
    right=_RIGHT,
    origin=Origin.RUNNING,
)

NEVER_SETTLES = Rule(
    "never-settles",
    Severity.WARNING,
    "a function that changes its own result again",
    "After a case that passed and changed the object, the function is run once more on its own result, and must "
    "leave it alone. If it does not, the controller patches or recreates the object for ever. Often something in the "
    "target can never be equal, such as a list of objects that is compared as a set; or the target follows from "
    "what the function itself has written.",
    wrong=settings(_RULES),
    right=settings(_RULES.replace("-as-set: [rules]", "-as-map:\n      rules: [host]")),
    origin=Origin.RUNNING,
)

UNTESTED = Rule(
    "untested",
    Severity.INFO,
    "a part of a function that no test reaches",
    "`koreo test --coverage` shows the sides of predicates, branches of `?:`, `&&` and `||`, overlays, `skipIf`s and "
    "`refSwitch` cases that no test gets to. Without `--coverage` nothing is reported.",
    wrong=HEAD + _POLITE + TEST + _CASE + CALLER,
    right=HEAD + _POLITE + TEST + _CASE + _TITLED + CALLER,
    origin=Origin.RUNNING,
)

RULES = (TEST_FAILED, TEST_UNUSABLE, NEVER_SETTLES, UNTESTED)
