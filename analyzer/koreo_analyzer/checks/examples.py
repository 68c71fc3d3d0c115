"""Parts of the examples of rules: whole files in which a Workflow runs what they show."""

from __future__ import annotations

from typing import Final

HEAD: Final = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: greeting
spec:
"""

RETURN: Final = """\
  return:
    text: ="Hello " + inputs.name
"""

GREETING: Final = HEAD + RETURN

WORKFLOW: Final = """\
---
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata:
  name: greetings
spec:
  crdRef: {apiGroup: example.com, version: v1, kind: Guest}
  steps:
"""

CALLER: Final = (
    WORKFLOW
    + """\
  - label: greeting
    ref: {kind: ValueFunction, name: greeting}
    inputs:
      name: =parent.spec.name
"""
)

TEST: Final = """\
---
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata:
  name: greeting
spec:
  functionRef: {kind: ValueFunction, name: greeting}
  inputs:
    name: World
"""

_SETTINGS_CALLER = (
    WORKFLOW
    + """\
  - label: settings
    ref: {kind: ResourceFunction, name: settings}
    inputs:
      name: =parent.spec.name
"""
)

_SETTINGS = """\
apiVersion: koreo.dev/v1beta1
kind: ResourceFunction
metadata:
  name: settings
spec:
  apiConfig:
    apiVersion: v1
    kind: ConfigMap
    name: =inputs.name
    namespace: default
"""

_SETTINGS_TEST = """\
  resource:
    data:
      mode: fast
---
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata:
  name: settings
spec:
  functionRef: {kind: ResourceFunction, name: settings}
  inputs:
    name: blue
"""


def greeting(spec: str) -> str:
    """Return a file in which a Workflow runs a ValueFunction with this `spec`, which reads `inputs.name`."""
    return HEAD + spec + CALLER


def greeting_test(spec: str) -> str:
    """Return a file with a ValueFunction, a FunctionTest that begins with `inputs` and goes on with `spec`."""
    return GREETING + TEST + spec + CALLER


def settings(spec: str) -> str:
    """Return a file in which a Workflow runs a ResourceFunction; `spec` is what follows its `apiConfig`."""
    return _SETTINGS + spec + _SETTINGS_CALLER


def settings_test(spec: str) -> str:
    """Return a file with a ResourceFunction and a FunctionTest; `spec` is what follows its `inputs`."""
    return settings(_SETTINGS_TEST + spec)
