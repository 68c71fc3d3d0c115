"""Small workspaces with FunctionTests: texts in, reports out."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

from koreo_analyzer.workspace import Workspace
from koreo_runtime.testing import run_tests

if TYPE_CHECKING:
    from koreo_runtime.testing.reports import CaseReport, TestReport

_HEAD = (
    "apiVersion: koreo.dev/v1beta1\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: default\nspec:\n"
)

GREETING = """\
preconditions:
- assert: =size(inputs.name) > 0
  permFail:
    message: A name is needed
- assert: =inputs.name != "wait"
  retry:
    message: Waiting for a name
    delay: 7
- assert: =inputs.name != "skip"
  skip:
    message: Nobody to greet
- assert: =inputs.name != "depend"
  depSkip:
    message: Nobody there yet
return:
  text: ="Hello " + inputs.name
"""

SETTINGS = """\
apiConfig:
  apiVersion: v1
  kind: ConfigMap
  plural: configmaps
  name: =inputs.name
  namespace: default
resource:
  metadata:
    labels:
      team: =inputs.team
  data:
    mode: =inputs.mode
return:
  mode: =resource.data.mode
"""

INPUTS = "{name: blue, team: sky, mode: fast}"
OBJECT = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: blue, namespace: default, labels: {team: sky}}
data: {mode: fast}
"""


def document(kind: str, name: str, spec: str) -> str:
    """Return a Koreo document."""
    return _HEAD.format(kind=kind, name=name) + indent(spec, "  ")


def function_test(kind: str, name: str, cases: str, *, inputs: str = "", current: str = "") -> str:
    """Return a FunctionTest of the function of the same name; `cases` is a YAML list, `current` an object."""
    spec = f"functionRef: {{kind: {kind}, name: {name}}}\n"
    if inputs:
        spec += f"inputs: {inputs}\n"
    if current:
        spec += "currentResource:\n" + indent(current, "  ")
    return document("FunctionTest", f"{name}-test", spec + "testCases:\n" + cases)


def reports_of(*documents: str) -> tuple[TestReport, ...]:
    """Run the tests among documents of one file."""
    return run_tests(Workspace().apply({"a.k.yaml": "---\n".join(documents)})).reports


def greeting(cases: str, inputs: str = "{name: Ada}") -> TestReport:
    """Run cases of a ValueFunction that greets `inputs.name`."""
    test = function_test("ValueFunction", "greeting", cases, inputs=inputs)
    (report,) = reports_of(document("ValueFunction", "greeting", GREETING), test)
    return report


def settings(cases: str, *, extra: str = "", current: str = "") -> TestReport:
    """Run cases of a ResourceFunction that manages a ConfigMap; `extra` is added to its spec."""
    test = function_test("ResourceFunction", "settings", cases, inputs=INPUTS, current=current)
    (report,) = reports_of(document("ResourceFunction", "settings", SETTINGS + extra), test)
    return report


def cases_of(report: TestReport) -> tuple[CaseReport, ...]:
    """Return the cases of a test that could run."""
    assert report.error is None, report.error
    return report.cases


def statuses(report: TestReport) -> list[str]:
    """Return how the cases ended."""
    return [case.status.value for case in cases_of(report)]
