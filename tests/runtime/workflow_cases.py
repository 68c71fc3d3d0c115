"""Small Workflows: texts in, results out, with an API server that is a dict."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING, Any

from koreo_analyzer.workspace import Workspace
from koreo_runtime.drivers import drive_workflow
from koreo_runtime.effects import ApiError, Create, Delete, Patch, PatchStatus, Read, ResourceId
from koreo_runtime.engine import DEFAULT_SETTINGS, Engine, EngineSettings
from koreo_runtime.programs.workflow import WorkflowProgram
from koreo_runtime.workflows.run import WorkflowRun
from koreo_runtime.workflows.trigger import as_parent, owner_of

if TYPE_CHECKING:
    from koreo_runtime.effects import Effect, KubeObject
    from koreo_runtime.workflows.results import StepResult, WorkflowResult

NAME = "main"
TRIGGER_ID = ResourceId("example.com/v1", "Guest", None, "ada", "default")
CRD_REF = "crdRef: {apiGroup: example.com, version: v1, kind: Guest}\n"
NOW = "2026-01-02T03:04:05Z"


def definition(kind: str, name: str, spec: str) -> str:
    """Return the text of a document."""
    head = f"apiVersion: koreo.dev/v1beta1\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: default\n"
    return f"{head}spec:\n{indent(spec, '  ')}\n---\n"


def value_function(name: str, spec: str) -> str:
    return definition("ValueFunction", name, spec)


def workflow(steps: str, name: str = NAME, *, head: str = CRD_REF) -> str:
    return definition("Workflow", name, f"{head}steps:\n{steps}")


ECHO = value_function("echo", "return:\n  given: =inputs\n")
NOTHING = value_function("nothing", "preconditions: []\n")
DECIDE = value_function(
    "decide",
    """\
preconditions:
- assert: =inputs.do != "skip"
  skip: {message: not wanted}
- assert: =inputs.do != "skip quietly"
  skip: {message: ''}
- assert: =inputs.do != "depend"
  depSkip: {message: too early}
- assert: =inputs.do != "depend quietly"
  depSkip: {message: ''}
- assert: =inputs.do != "wait"
  retry: {message: hold on, delay: 7}
- assert: =inputs.do != "wait long"
  retry: {message: hold on longer, delay: 70}
- assert: =inputs.do != "fail"
  permFail: {message: no way}
return:
  did: =inputs.do
""",
)
CONFIG_MAP = definition(
    "ResourceFunction",
    "config-map",
    """\
preconditions:
- assert: =!has(inputs.skip)
  skip: {message: no config map}
- assert: =!has(inputs.fail)
  permFail: {message: no name}
apiConfig: {apiVersion: v1, kind: ConfigMap, plural: configmaps, name: =inputs.name, namespace: default}
resource:
  data: {name: =inputs.name}
return:
  name: =resource.metadata.name
""",
)
FUNCTIONS = ECHO + NOTHING + DECIDE + CONFIG_MAP


def trigger(**changes: Any) -> KubeObject:
    """Return a trigger; `changes` replace or add top-level keys."""
    metadata = {"name": "ada", "namespace": "default", "uid": "u-1", "generation": 3}
    return {
        "apiVersion": "example.com/v1",
        "kind": "Guest",
        "metadata": metadata,
        "spec": {"name": "Ada", "names": ["a", "b"]},
        **changes,
    }


class Store:
    """Objects by kind and name, patched as JSON merge patches say; `refused` raises for an object's name."""

    def __init__(self, *objects: KubeObject, has_status: bool = True) -> None:
        self.objects = {(o["kind"], o["metadata"]["name"]): o for o in objects}
        self.effects: list[Effect] = []
        self.refused: dict[str, ApiError] = {}
        self.has_status = has_status

    def perform(self, effect: Effect) -> Any:
        self.effects.append(effect)
        key = effect.id.kind, effect.id.name
        if effect.id.name in self.refused:
            raise self.refused[effect.id.name]
        match effect:
            case Read():
                return self.objects.get(key)
            case Create(body=body):
                self.objects[key] = body
            case Patch(body=body):
                self.objects[key] = merged(self.objects[key], body)
            case PatchStatus(body=body):
                if not self.has_status:
                    raise ApiError(404, "NotFound", "the server could not find the requested resource")
                self.objects[key] = merged(self.objects[key], body)
            case Delete():
                return self.objects.pop(key, None)
        return self.objects[key]


def merged(base: Any, patch: Any) -> Any:
    """Apply a JSON merge patch (RFC 7386)."""
    if not isinstance(patch, dict):
        return patch
    result = dict(base) if isinstance(base, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def engine_of(*texts: str, settings: EngineSettings = DEFAULT_SETTINGS) -> Engine:
    return Engine(Workspace().apply({"all.k.yaml": "".join(texts)}), settings=settings)


def program_of(engine: Engine, name: str = NAME) -> WorkflowProgram:
    program = engine.workflow(name)
    assert isinstance(program, WorkflowProgram), program
    return program


def begin(
    *texts: str, seen: KubeObject | None = None, settings: EngineSettings = DEFAULT_SETTINGS
) -> WorkflowRun:
    """Return a run of the Workflow `main` of these texts that has not begun yet."""
    engine = engine_of(*texts, settings=settings)
    seen = seen or trigger()
    return WorkflowRun(engine, program_of(engine), as_parent(seen), owner_of(seen))


def result_of(
    steps: str, *others: str, store: Store | None = None, seen: KubeObject | None = None
) -> WorkflowResult:
    """Run a Workflow with these steps to its end."""
    run = begin(workflow(steps), FUNCTIONS, *others, seen=seen)
    result = drive_workflow(run, store or Store())
    assert result.bugs == ()
    return result


def step_of(
    step: str, *others: str, store: Store | None = None, seen: KubeObject | None = None
) -> StepResult:
    """Run a Workflow of one step, given without its label, and return what became of it."""
    text = "- label: only\n" + indent(step, "  ")
    return result_of(text, *others, store=store, seen=seen).steps["only"]


def settled(config: str) -> KubeObject:
    """Return the config map that the function `config-map` makes for `trigger`, as the server holds it."""
    store = Store()
    steps = (
        f"- label: only\n  ref: {{kind: ResourceFunction, name: config-map}}\n  inputs: {{name: {config}}}\n"
    )
    result_of(steps, store=store)
    return store.objects["ConfigMap", config]
