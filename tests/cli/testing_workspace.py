"""A small workspace with FunctionTests, and how to run `koreo test` on it."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from koreo_cli.main import cli

GREETING = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: greeting, namespace: default}
spec:
  preconditions:
  - assert: =size(inputs.name) > 0
    permFail: {message: A name is needed}
  locals:
    twice: =inputs.count * 2
  return:
    text: ="Hello " + inputs.name
    count: =locals.twice
"""
GREETING_TEST = """\
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata: {name: greeting-test, namespace: default}
spec:
  functionRef: {kind: ValueFunction, name: greeting}
  inputs: {name: Ada, count: 1}
  testCases:
  - label: Says hello
    expectReturn: {text: Hello Ada, count: 2}
  - label: Needs a name
    variant: true
    inputOverrides: {name: ''}
    expectOutcome:
      permFail: {message: name is needed}
  - label: Later
    skip: true
    expectReturn: {text: Hello Ada}
"""
SIZES = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: sizes, namespace: default}
spec:
  return:
    half: =int(inputs.ratio)
---
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata: {name: sizes-test, namespace: default}
spec:
  functionRef: {kind: ValueFunction, name: sizes}
  inputs: {ratio: 1.9}
  testCases:
  - expectReturn: {half: 1}
"""
RULES = """\
apiVersion: koreo.dev/v1beta1
kind: ResourceFunction
metadata: {name: rules, namespace: default}
spec:
  apiConfig: {apiVersion: v1, kind: ConfigMap, plural: configmaps, name: rules, namespace: default}
  resource:
    x-koreo-compare-as-set: [rules]
    rules: [{a: 1}]
---
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata: {name: rules-test, namespace: default}
spec:
  functionRef: {kind: ResourceFunction, name: rules}
  testCases:
  - label: Creates
    expectOutcome:
      retry: {message: '', delay: 0}
"""


def run(*arguments: str) -> Result:
    """Run `koreo test` in this process."""
    return CliRunner().invoke(cli, ["test", *arguments], prog_name="koreo")


def results(*arguments: str) -> dict[str, Any]:
    """Run `koreo test --format json` and return what it prints."""
    found: dict[str, Any] = json.loads(run(*arguments, "--format", "json").stdout)
    return found


def verdicts(*arguments: str) -> dict[str, list[str]]:
    """Return how each case of each test ended; of a test that cannot run, the word `error`."""
    return {
        test["name"]: ["error"] if test["error"] else [case["status"] for case in test["cases"]]
        for test in results(*arguments)["tests"]
    }


def change(path: Path, old: str, new: str) -> None:
    """Replace a text in a file, in which it must stand."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
