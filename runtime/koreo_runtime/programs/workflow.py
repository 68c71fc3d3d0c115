"""Workflows compiled: what each step needs, runs and leaves (language section 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Workflow
from koreo_analyzer.language.tree import get, get_flag, get_items, get_mapping, get_text

from koreo_runtime.outcomes import Cause, Location, PermFail
from koreo_runtime.programs.compiler import program_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from koreo_analyzer.language.document import Expression, KoreoDocument, Path, Step
    from koreo_analyzer.text import Span
    from koreo_analyzer.yaml.nodes import Node

    from koreo_runtime.outcomes import NotOk
    from koreo_runtime.programs.blocks import Block
    from koreo_runtime.programs.compiler import Compiler
    from koreo_runtime.programs.model import Mark, ProgramId, Value


@dataclass(frozen=True, slots=True)
class LogicRef:
    """A mention of Logic by kind and name. `mark` tells an instrument that it was chosen."""

    kind: str
    name: str
    location: Location
    mark: Mark | None = None

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class Switch:
    """A `refSwitch`: `choose` gives the value that names the case."""

    choose: Value
    cases: Mapping[str, LogicRef]
    default: LogicRef | None


@dataclass(frozen=True, slots=True)
class ForEach:
    """A `forEach`: the list, and the input that holds the item."""

    items: Value
    input_key: str


@dataclass(frozen=True, slots=True)
class Condition:
    """The `condition` of a step: its type on the trigger, and what messages call the step."""

    type: str
    name: str


@dataclass(frozen=True, slots=True)
class StepProgram:
    """A step. `depends` are labels and positions, in order, of the steps whose values it uses.

    `inputs` is None for a step without; `state` likewise. `targets` is all Logic that it may run.
    """

    index: int
    label: str
    location: Location
    depends: Mapping[str, int]
    inputs: Block | None
    skip_if: Value | None
    for_each: ForEach | None
    logic: LogicRef | Switch
    condition: Condition | None
    state: Block | None
    targets: tuple[LogicRef, ...]


@dataclass(frozen=True, slots=True)
class BrokenStep:
    """A step that cannot be prepared, whatever the other documents say."""

    index: int
    label: str
    location: Location
    outcomes: tuple[NotOk, ...]


@dataclass(frozen=True, slots=True)
class WorkflowProgram:
    """A Workflow. When some steps are `broken`, none can run, and `steps` holds the others.

    `trigger` is group, version and kind of its `crdRef`. `dependents` lists by position the steps that use a
    step's value. `sub_workflows` names the Workflows that steps may run, `state_keys` the keys of
    `status.state` and `condition_types` the conditions that steps may write.
    """

    id: ProgramId
    document: KoreoDocument
    trigger: tuple[str, str, str] | None
    steps: tuple[StepProgram, ...]
    broken: tuple[BrokenStep, ...]
    dependents: tuple[tuple[int, ...], ...]
    sub_workflows: tuple[str, ...]
    state_keys: frozenset[str]
    condition_types: frozenset[str]

    @property
    def location(self) -> Location:
        """The Workflow as a whole."""
        return Location(*self.id)


_Problem: TypeAlias = "tuple[Location, str]"


def compile_workflow(compiler: Compiler, document: KoreoDocument) -> WorkflowProgram:
    """Compile a Workflow whose keys, types and values are right."""
    body = document.body
    if not isinstance(body, Workflow):
        raise TypeError(document.kind)
    nodes = get_items(document.spec, "steps")
    labels: dict[str, int] = {}
    steps: list[StepProgram | BrokenStep] = []
    for step, node in zip(body.steps, nodes, strict=True):
        steps.append(_StepCompiler(compiler, document, step, node, labels).compile())
        if step.label is not None:
            labels.setdefault(step.label.text, step.index)
    ready = tuple(step for step in steps if isinstance(step, StepProgram))
    targets = [target for step in ready for target in step.targets]
    return WorkflowProgram(
        id=program_id(document),
        document=document,
        trigger=_trigger(document),
        steps=ready,
        broken=tuple(step for step in steps if isinstance(step, BrokenStep)),
        dependents=_dependents(ready, len(steps)),
        sub_workflows=tuple(dict.fromkeys(t.name for t in targets if t.kind == kinds.WORKFLOW)),
        state_keys=frozenset(key.text for step in body.steps for key in step.state_keys),
        condition_types=frozenset(s.condition_type.text for s in body.steps if s.condition_type is not None),
    )


def _trigger(document: KoreoDocument) -> tuple[str, str, str] | None:
    reference = get_mapping(document.spec, "crdRef")
    if reference is None:
        return None
    group, version, kind = (get_text(reference, key) or "" for key in ("apiGroup", "version", "kind"))
    return group, version, kind


def _dependents(steps: tuple[StepProgram, ...], count: int) -> tuple[tuple[int, ...], ...]:
    found: list[list[int]] = [[] for _ in range(count)]
    for step in steps:
        for index in step.depends.values():
            found[index].append(step.index)
    return tuple(tuple(indexes) for indexes in found)


class _StepCompiler:
    """Compiles one step; `earlier` are the labels of the steps before it with their positions."""

    def __init__(
        self, compiler: Compiler, document: KoreoDocument, step: Step, node: Node, earlier: Mapping[str, int]
    ) -> None:
        self._compiler = compiler
        self._document = document
        self._step = step
        self._node = node
        self._earlier = earlier
        self._path: Path = ("spec", "steps", step.index)
        self._label = step.label.text if step.label is not None else ""

    def compile(self) -> StepProgram | BrokenStep:
        label_span = self._step.label.span if self._step.label is not None else self._step.span
        location = self._at(self._path, label_span)
        problems = [*self._label_problems(), *self._expression_problems(), *self._switch_problems()]
        if problems:
            outcomes = tuple(PermFail(message, place, Cause.DEFINITION) for place, message in problems)
            return BrokenStep(self._step.index, self._label, location, outcomes)
        logic = self._logic()
        return StepProgram(
            index=self._step.index,
            label=self._label,
            location=location,
            depends=self._depends(),
            inputs=self._block("inputs"),
            skip_if=self._value("skipIf"),
            for_each=self._for_each(),
            logic=logic,
            condition=self._condition(),
            state=self._block("state"),
            targets=(logic,) if isinstance(logic, LogicRef) else _targets(logic),
        )

    def _at(self, path: Path, span: Span | None = None) -> Location:
        return Location(*program_id(self._document), path, span)

    def _block(self, key: str) -> Block | None:
        node = get_mapping(self._node, key)
        if node is None or not node.entries:
            return None
        return self._compiler.block(self._document, node, (*self._path, key))

    def _value(self, *keys: str) -> Value | None:
        node = get(self._node, *keys)
        return self._compiler.value(self._document, node, (*self._path, *keys)) if node is not None else None

    def _for_each(self) -> ForEach | None:
        items = self._value("forEach", "itemIn")
        key = get_text(self._node, "forEach", "inputKey")
        return ForEach(items, key) if items is not None and key is not None else None

    def _condition(self) -> Condition | None:
        kind, name = get_text(self._node, "condition", "type"), get_text(self._node, "condition", "name")
        return Condition(kind, name) if kind is not None and name is not None else None

    def _logic(self) -> LogicRef | Switch:
        choose = self._value("refSwitch", "switchOn")
        if choose is None:
            return self._reference(get(self._node, "ref"), (*self._path, "ref"))
        cases: dict[str, LogicRef] = {}
        default = None
        for index, node in enumerate(get_items(self._node, "refSwitch", "cases")):
            path = (*self._path, "refSwitch", "cases", index)
            reference = self._reference(node, path)
            cases[get_text(node, "case") or ""] = reference
            if get_flag(node, "default", default=False):
                default = reference
        return Switch(choose, cases, default)

    def _reference(self, node: Node | None, path: Path) -> LogicRef:
        name = get(node, "name")
        span = name.span if name is not None else None
        mark = self._compiler.mark(self._document, path)
        return LogicRef(get_text(node, "kind") or "", get_text(name) or "", self._at(path, span), mark)

    def _label_problems(self) -> Iterator[_Problem]:
        label = self._step.label
        if label is None:
            return
        place = self._at((*self._path, "label"), label.span)
        if label.text in self._earlier:
            yield place, f"an earlier step is labelled `{label.text}`"
        if label.text[0].isdigit():
            yield place, f"the label `{label.text}` begins with a digit"

    def _expression_problems(self) -> Iterator[_Problem]:
        """Yield what is wrong with expressions: those that cannot be read, and those out of order."""
        for expression in self._step.expressions:
            facts = expression.facts
            if facts.broken:
                problem = next(p for p in facts.parsed.problems if p.code != "escape")
                yield self._in_expression(expression, problem.span, problem.message)
        for label, expression, span in self._uses():
            if not label:
                yield self._in_expression(expression, span, "`steps` needs a literal label")
            elif label == self._label and label not in self._earlier:
                yield self._in_expression(expression, span, f"step `{label}` uses its own value")
            elif label not in self._earlier:
                message = f"step `{self._label}` must come after a step `{label}`"
                yield self._in_expression(expression, span, message)

    def _in_expression(self, expression: Expression, span: Span, message: str) -> _Problem:
        return self._at(expression.path, expression.span(span)), message

    def _uses(self) -> Iterator[tuple[str, Expression, Span]]:
        """Yield the steps that the expressions name, each with its place; `` where no label follows `steps`."""
        for expression in self._step.expressions:
            for use in expression.facts.uses:
                if use.root == "steps":
                    label = use.members[0].name if use.members else ""
                    yield label, expression, use.members[0].span if use.members else use.span

    def _depends(self) -> dict[str, int]:
        used = {label for label, _, _ in self._uses()}
        return {label: index for label, index in self._earlier.items() if label in used}

    def _switch_problems(self) -> Iterator[_Problem]:
        defaults = [case for case in self._step.cases if case.default is not None]
        if len(defaults) > 1:
            yield (
                self._at((*self._path, "refSwitch", "cases"), defaults[1].default),
                "an earlier case is the default",
            )


def _targets(switch: Switch) -> tuple[LogicRef, ...]:
    targets = [*switch.cases.values()]
    if switch.default is not None and switch.default not in targets:
        targets.append(switch.default)
    return tuple(targets)
