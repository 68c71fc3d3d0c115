"""Which documents can be run, and what an engine keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from koreo_analyzer.cel import DEFAULT_LIMITS, CelError, ErrorKind
from koreo_analyzer.workspace import Workspace
from koreo_runtime.engine import Engine, EngineSettings
from koreo_runtime.functions.value import run_value_function
from koreo_runtime.outcomes import Cause, Ok, PermFail, path_text
from koreo_runtime.programs.model import (
    ResourceFunctionProgram,
    TemplateProgram,
    Unusable,
    ValueFunctionProgram,
)
from koreo_runtime.programs.workflow import WorkflowProgram
from running import CONFIG, FUNCTION, document, engine_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from koreo_analyzer.language.document import Expression, KoreoDocument, Path
    from koreo_runtime.outcomes import Outcome

RETURN = "  return:\n    a: =inputs.a\n"
TEMPLATE = "  template: {apiVersion: v1, kind: ConfigMap}\n"


@pytest.mark.parametrize(
    ("kind", "spec", "message"),
    [
        ("ValueFunction", "  locals: {}\n", "`spec` needs `preconditions` or `return`"),
        ("ValueFunction", "  rturn: {a: 1}\n", "unknown key `rturn`"),
        ("ValueFunction", RETURN + "  locals: null\n", "`spec.locals` must be a mapping"),
        ("ValueFunction", RETURN + "  preconditions: [{assert: =true}]\n", "exactly one of"),
        ("ValueFunction", "  return:\n    a: =inputs.\n    b: =1 +\n", "`spec.return.b`: "),
        ("ValueFunction", "  return: {a: [}\n", "the YAML cannot be read: "),
        ("ResourceFunction", "  resource: {}\n", "`spec` needs `apiConfig`"),
        ("ResourceFunction", CONFIG, "exactly one of `resource`, `resourceTemplateRef`"),
        (
            "ResourceFunction",
            CONFIG + "  resource: {}\n  resourceTemplateRef: {name: x}\n",
            "`resourceTemplateRef` cannot stand beside `resource`",
        ),
        (
            "ResourceFunction",
            CONFIG.replace("    namespace: default\n", "") + "  resource: {}\n",
            "`spec.apiConfig` needs `namespace`",
        ),
        (
            "ResourceFunction",
            CONFIG + "  resource: {}\n  create: {delay: soon}\n",
            "`spec.create.delay` must be",
        ),
        ("ResourceFunction", CONFIG + "  resource: {}\n  update: {}\n", "`spec.update` needs exactly one of"),
        ("ResourceTemplate", "  template: {kind: ConfigMap}\n", "apiVersion"),
        ("ResourceTemplate", "  template: null\n", "`spec.template` must be a mapping"),
        ("Workflow", "  steps: []\n", "`spec.steps`"),
    ],
)
def test_what_cannot_be_run_says_why(kind: str, spec: str, message: str) -> None:
    fine = document("ValueFunction", RETURN, "fine")
    engine = engine_of(document(kind, spec), fine)
    program = engine.program(kind, FUNCTION)
    assert isinstance(program, Unusable)
    assert program.id == (kind, FUNCTION)
    assert isinstance(program.outcome, PermFail)
    assert program.outcome.cause is Cause.DEFINITION
    assert message in program.outcome.message
    assert isinstance(engine.value_function("fine"), ValueFunctionProgram)


def test_every_unreadable_expression_is_told_and_the_first_is_pointed_at() -> None:
    text = document("ValueFunction", "  return:\n    a: =inputs.a +\n    b: =)\n")
    program = engine_of(text).value_function(FUNCTION)
    assert isinstance(program, Unusable)
    assert "`spec.return.a`: " in program.outcome.message
    assert "`spec.return.b`: " in program.outcome.message
    span = program.outcome.location.span
    assert path_text(program.outcome.location.path) == "spec.return.a"
    assert span is not None
    assert text.index("=inputs.a +") < span.end <= text.index("    b:")


@pytest.mark.parametrize(
    ("kind", "spec", "program"),
    [
        ("ValueFunction", RETURN + "  unknown: 1\n", ValueFunctionProgram),
        ("ValueFunction", "  return: {a: =nothing.here}\n", ValueFunctionProgram),
        ("ValueFunction", RETURN + "  preconditions: [{assert: 'x', ok: {}}]\n", ValueFunctionProgram),
        ("ValueFunction", "  return: {a: 1, a: 2}\n", ValueFunctionProgram),
        (
            "ResourceFunction",
            CONFIG.replace("plural:", "readonly: true\n    plural:"),
            ResourceFunctionProgram,
        ),
        ("ResourceFunction", CONFIG + "  overlays: [{overlay: {}}]\n", ResourceFunctionProgram),
        ("ResourceFunction", CONFIG + "  resource: {}\n  create: {overlay: null}\n", ResourceFunctionProgram),
        ("ResourceTemplate", TEMPLATE + "  context: null\n", TemplateProgram),
    ],
)
def test_what_can_be_run(kind: str, spec: str, program: type) -> None:
    assert isinstance(engine_of(document(kind, spec)).program(kind, FUNCTION), program)


def test_absent_and_inactive_definitions_are_none() -> None:
    engine = engine_of(
        document("ValueFunction", RETURN, labels="{koreo.dev/active: 'false'}"),
        document("FunctionTest", "  functionRef: {kind: ValueFunction, name: x}\n"),
    )
    assert engine.value_function(FUNCTION) is None
    assert engine.value_function("absent") is None
    assert engine.logic("FunctionTest", FUNCTION) is None
    assert engine.logic("ResourceTemplate", FUNCTION) is None


def test_of_two_definitions_the_first_counts() -> None:
    engine = engine_of(
        document("ValueFunction", "  return: {a: 1}\n"), document("ValueFunction", "  return: {a: 2}\n")
    )
    program = engine.value_function(FUNCTION)
    assert isinstance(program, ValueFunctionProgram)
    assert run_value_function(program, {}) == Ok({"a": 1})


def test_programs_are_handed_over_while_the_document_stays() -> None:
    workspace = Workspace()
    changing, staying = (document("ValueFunction", RETURN, name) for name in ("changing", "staying"))
    first = Engine(workspace.apply({"all.k.yaml": changing + "---\n" + staying}))
    before = [first.value_function(name) for name in ("changing", "staying")]
    longer = changing.replace("return:", "return:\n    more: 1")
    second = Engine(workspace.apply({"all.k.yaml": longer + "---\n" + staying}), previous=first)
    assert second.value_function("changing") is not before[0]
    third = Engine(workspace.apply({"all.k.yaml": changing + "---\n" + staying}), previous=second)
    assert third.value_function("staying") is before[1]
    gone = Engine(workspace.apply({"all.k.yaml": changing}), previous=third)
    assert gone.value_function("staying") is None


def test_programs_of_other_limits_are_not_handed_over() -> None:
    snapshot = Workspace().apply(
        {"all.k.yaml": document("ValueFunction", "  return: {a: '=[1, 2].map(x, x)'}\n")}
    )
    first = Engine(snapshot)
    assert value_of(first) == Ok({"a": [1, 2]})
    strict = EngineSettings(limits=replace(DEFAULT_LIMITS, steps=1))
    outcome = value_of(Engine(snapshot, settings=strict, previous=first))
    assert isinstance(outcome, PermFail)
    assert "too long" in outcome.message


def test_what_is_not_defined_any_more_is_not_handed_over() -> None:
    workspace = Workspace()
    both = [document("ValueFunction", RETURN, name) for name in ("going", "staying")]
    engine = Engine(workspace.apply({"all.k.yaml": "---\n".join(both)}))
    for name in ("going", "staying"):
        engine.value_function(name)
    engine = Engine(workspace.apply({"all.k.yaml": both[1]}), previous=engine)
    assert list(engine.compiled) == [("ValueFunction", "staying")]


def value_of(engine: Engine) -> Outcome:
    """Return the outcome of the function under test without inputs."""
    program = engine.value_function(FUNCTION)
    assert isinstance(program, ValueFunctionProgram)
    return run_value_function(program, {})


def test_logic_is_what_a_step_can_run() -> None:
    engine = engine_of(
        document("ValueFunction", RETURN, "v"),
        document("Workflow", "  steps:\n  - label: one\n    ref: {kind: ValueFunction, name: v}\n", "w"),
    )
    assert isinstance(engine.logic("Workflow", "w"), WorkflowProgram)
    assert engine.logic("ValueFunction", "v") is engine.value_function("v")


class Constants:
    """An expression engine that knows no CEL: an expression is its own text, `fail` fails."""

    title = "constants"

    def __init__(self) -> None:
        self.source = ""

    def compile(self, source: str) -> Constants:
        if source == "fail":
            raise CelError(ErrorKind.SYNTAX, "it fails")
        compiled = Constants()
        compiled.source = source
        return compiled

    def evaluate(self, variables: Mapping[str, Any], /) -> Any:
        return self.source


def test_expressions_are_evaluated_by_the_engine_that_was_given() -> None:
    engine = engine_of(
        document("ValueFunction", "  return: {a: =inputs.a, b: =1}\n"), expressions=Constants()
    )
    program = engine.value_function(FUNCTION)
    assert isinstance(program, ValueFunctionProgram)
    assert run_value_function(program, {}) == Ok({"a": "inputs.a", "b": "1"})


def test_what_the_given_engine_cannot_compile_fails_when_it_is_run() -> None:
    engine = engine_of(document("ValueFunction", "  return: {a: =fail}\n"), expressions=Constants())
    program = engine.value_function(FUNCTION)
    assert isinstance(program, ValueFunctionProgram)
    outcome = run_value_function(program, {})
    assert isinstance(outcome, PermFail)
    assert outcome.message == "`spec.return.a`: it fails"


class Recorder:
    """An instrument that counts."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def expression(
        self, document: KoreoDocument, expression: Expression
    ) -> Callable[[Mapping[str, Any]], Any] | None:
        def evaluate(variables: Mapping[str, Any]) -> Any:
            self.seen.append(path_text(expression.path))
            return False

        return evaluate if expression.path[-1] == "assert" else None

    def marker(self, document: KoreoDocument, path: Path) -> Callable[[], None]:
        return lambda: self.seen.append(f"mark {path_text(path)}")


def test_an_instrument_sees_expressions_and_decisions() -> None:
    recorder = Recorder()
    spec = RETURN + "  preconditions:\n  - assert: =true\n    ok: {}\n"
    engine = engine_of(document("ValueFunction", spec), instrument=recorder)
    program = engine.value_function(FUNCTION)
    assert isinstance(program, ValueFunctionProgram)
    assert run_value_function(program, {"a": 1}) == Ok({"a": 1})
    assert recorder.seen == ["spec.preconditions[0].assert", "mark spec.preconditions[0]"]
