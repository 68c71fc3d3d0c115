"""Small renderings: texts of documents in, passes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koreo_analyzer.workspace import Workspace
from koreo_runtime.cluster.memory import MemoryCluster
from koreo_runtime.cluster.simulate import Simulation
from koreo_runtime.cluster.simulation_file import parse_simulation
from koreo_runtime.effects import ResourceId
from koreo_runtime.engine import Engine
from koreo_runtime.render import Clock, render
from koreo_runtime.render.steps import walk
from workflow_cases import TRIGGER_ID, definition, trigger

if TYPE_CHECKING:
    from koreo_runtime.effects import KubeObject
    from koreo_runtime.render import RenderedPass, Rendering

DATABASE_ID = ResourceId("example.com/v1", "Database", "databases", "ada", "default")
DATABASE = definition(
    "ResourceFunction",
    "database",
    """\
apiConfig: {apiVersion: example.com/v1, kind: Database, plural: databases, name: =inputs.name, namespace: default}
resource:
  spec: {size: 1}
create: {delay: 60}
postconditions:
- assert: =has(resource.status.host)
  retry: {message: no host yet, delay: 20}
return:
  host: =resource.status.host
""",
)
DATABASE_STEP = "- {label: database, ref: {kind: ResourceFunction, name: database}, inputs: {name: ada}}\n"
DATABASE_RULE = """\
rules:
- match: {kind: Database}
  set: {status: {host: db.internal}}
"""


def crd(kind: str, status: dict[str, Any] | None = None, *, subresource: bool = True) -> KubeObject:
    """Return the definition of a kind of example.com/v1."""
    plural = f"{kind.lower()}s"
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    schema = {"type": "object", "properties": {"spec": anything, "status": status or anything}}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "subresources": {"status": {}} if subresource else {},
        "schema": {"openAPIV3Schema": schema},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": {"kind": kind, "plural": plural},
            "versions": [version],
        },
    }


def rendered(
    *documents: str,
    rules: str = "",
    passes: int = 20,
    until_stable: bool = True,
    objects: tuple[KubeObject, ...] = (),
    status: dict[str, Any] | None = None,
    subresource: bool = True,
) -> Rendering:
    """Render for the trigger `default/ada` of kind Guest; `status` is the schema of its status."""
    clock = Clock()
    cluster = MemoryCluster(clock.now, unknown_kinds="accept", namespaces="any")
    cluster.install_crd(crd("Guest", status, subresource=subresource))
    cluster.seed([*objects, trigger()])
    found, problems = parse_simulation(rules)
    assert not [problem for problem in problems if rules]
    return render(
        Engine(Workspace().apply({"all.k.yaml": "".join(documents)})),
        cluster,
        TRIGGER_ID,
        clock=clock,
        passes=passes,
        until_stable=until_stable,
        simulation=Simulation(found),
    )


def outcomes(made: RenderedPass) -> dict[str, str]:
    """Return the words of the outcomes of all steps, by their paths."""
    return {"/".join(path): type(step.outcome).__name__ for path, step in walk(made.steps)}


def actions(made: RenderedPass) -> dict[str, str]:
    """Return what was done to the object of each step that has one."""
    return {
        "/".join(path): step.resource.action.value
        for path, step in walk(made.steps)
        if step.resource is not None
    }
