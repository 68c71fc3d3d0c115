"""Workflows: labels, the order of steps, cycles, and what two steps must not both write (language section 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.checks.examples import GREETING, WORKFLOW
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.checks.structure_rules import INVALID_VALUE
from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Expression, KoreoDocument, Name, Step, Workflow
from koreo_analyzer.language.shapes import Place
from koreo_analyzer.problems import Edit, Fix, Problem, Related, Severity
from koreo_analyzer.suggest import closest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from koreo_analyzer.checks.world import World
    from koreo_analyzer.text import Span

_HEAD = GREETING + WORKFLOW


def _step(label: str, name: str, extra: str = "") -> str:
    return f"""\
  - label: {label}
    ref: {{kind: ValueFunction, name: greeting}}
    inputs:
      name: {name}
{extra}"""


UNKNOWN_STEP = Rule(
    "unknown-step",
    Severity.ERROR,
    "an expression names a step that the Workflow does not have",
    "`steps.LABEL` is the value of the step with that label in the same Workflow.",
    wrong=_HEAD + _step("first", "=parent.spec.name") + _step("second", "=steps.frist.text"),
    right=_HEAD + _step("first", "=parent.spec.name") + _step("second", "=steps.first.text"),
)

STEP_ORDER = Rule(
    "step-order",
    Severity.ERROR,
    "a step uses the value of a later step, or its own",
    "A step may use the values of the steps that are listed before it. None of a Workflow's steps run while "
    "one of them is out of order.",
    wrong=_HEAD + _step("second", "=steps.first.text") + _step("first", "=parent.spec.name"),
    right=_HEAD + _step("first", "=parent.spec.name") + _step("second", "=steps.first.text"),
)

COMPUTED_STEP = Rule(
    "computed-step",
    Severity.ERROR,
    "`steps` without a literal label",
    "A step depends on exactly the steps that its expressions name, so `steps` must be followed by a label: "
    "`steps.config` "
    'or `steps["config"]`. A computed label, or `steps` as a whole, leaves the dependencies unknown.',
    wrong=_HEAD + _step("first", "=parent.spec.name") + _step("second", "=steps[parent.spec.step].text"),
    right=_HEAD + _step("first", "=parent.spec.name") + _step("second", '=steps["first"].text'),
)

WORKFLOW_CYCLE = Rule(
    "workflow-cycle",
    Severity.ERROR,
    "a Workflow that reaches itself",
    "A sub-Workflow may not run the Workflow that it is part of, directly or through others: it would never "
    "end.",
    wrong="""\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata:
  name: outer
spec:
  crdRef: {apiGroup: example.com, version: v1, kind: Guest}
  steps:
  - label: inner
    ref: {kind: Workflow, name: outer}
""",
    right=_HEAD + _step("first", "=parent.spec.name"),
)

DUPLICATE_LABEL = Rule(
    "duplicate-label",
    Severity.ERROR,
    "two steps with one label",
    "Labels name the values of steps, so each may stand once in a Workflow. None of its steps run while two "
    "of them have one label.",
    wrong=_HEAD + _step("first", "=parent.spec.name") + _step("first", "=parent.spec.name"),
    right=_HEAD + _step("first", "=parent.spec.name") + _step("second", "=parent.spec.name"),
)

DUPLICATE_CONDITION = Rule(
    "duplicate-condition",
    Severity.WARNING,
    "two steps with one condition type",
    "The conditions of a trigger are told apart by their type: of two steps with one type only the last is "
    "seen.",
    wrong=_HEAD
    + _step("first", "=parent.spec.name", "    condition: {type: Greeting, name: First greeting}\n")
    + _step("second", "=parent.spec.name", "    condition: {type: Greeting, name: Second greeting}\n"),
    right=_HEAD
    + _step("first", "=parent.spec.name", "    condition: {type: FirstGreeting, name: First greeting}\n")
    + _step("second", "=parent.spec.name", "    condition: {type: SecondGreeting, name: Second greeting}\n"),
)

DUPLICATE_STATE = Rule(
    "duplicate-state",
    Severity.WARNING,
    "two steps write one state key",
    "The `state` mappings of all steps are merged by their top-level keys into the trigger's "
    "`status.state`; of two steps with one key the later wins. A later step with `skipIf` is not reported: "
    "the earlier one gives the default.",
    wrong=_HEAD
    + _step("first", "=parent.spec.name", "    state:\n      text: =value.text\n")
    + _step("second", "=parent.spec.name", "    state:\n      text: =value.text\n"),
    right=_HEAD
    + _step("first", "=parent.spec.name", "    state:\n      first: =value.text\n")
    + _step("second", "=parent.spec.name", "    state:\n      second: =value.text\n"),
)

_SWITCH = """\
  - label: greeting
    refSwitch:
      switchOn: =parent.spec.language
      cases:
      - {{case: english, kind: ValueFunction, name: greeting}}
      - {{case: {case}, kind: ValueFunction, name: greeting{default}}}
    inputs:
      name: =parent.spec.name
"""

DUPLICATE_CASE = Rule(
    "duplicate-case",
    Severity.ERROR,
    "two cases of a `refSwitch` for one value, or two defaults",
    "Of two cases with one value the last wins, so the first never runs. At most one case may be the "
    "default.",
    wrong=_HEAD + _SWITCH.format(case="english", default=""),
    right=_HEAD + _SWITCH.format(case="german", default=", default: true"),
)

RULES = (
    UNKNOWN_STEP,
    STEP_ORDER,
    COMPUTED_STEP,
    WORKFLOW_CYCLE,
    DUPLICATE_LABEL,
    DUPLICATE_CONDITION,
    DUPLICATE_STATE,
    DUPLICATE_CASE,
)


def check_workflow(document: KoreoDocument) -> Iterator[Problem]:
    """Yield the problems that a Workflow has by itself."""
    if not isinstance(document.body, Workflow):
        return
    steps = document.body.steps
    yield from _check_labels(steps)
    yield from _check_step_uses(steps)
    conditions = ((step.condition_type, step) for step in steps if step.condition_type is not None)
    for name, first, _ in _duplicates(conditions):
        yield DUPLICATE_CONDITION.problem(
            name.span, f"an earlier step has the condition type `{name.text}`", related=(_first(first),)
        )
    for name, first, writer in _duplicates((key, step) for step in steps for key in step.state_keys):
        if not _may_skip(writer):
            yield DUPLICATE_STATE.problem(
                name.span, f"an earlier step writes the state key `{name.text}`", related=(_first(first),)
            )
    for step in steps:
        yield from _check_cases(step)


def _first(name: Name) -> Related:
    return Related("first here", name.span)


def _duplicates(names: Iterable[tuple[Name, Step]]) -> Iterator[tuple[Name, Name, Step]]:
    """Yield each repeated name with its first occurrence and its step.

    Repetitions within one step are duplicate keys already.
    """
    seen: dict[str, tuple[Name, Step]] = {}
    for name, step in names:
        if name.text not in seen:
            seen[name.text] = (name, step)
            continue
        first, owner = seen[name.text]
        if owner is not step:
            yield name, first, step


def _may_skip(step: Step) -> bool:
    """Whether a step writes only sometimes, which is how one writes "a default, then the value"."""
    return any(expression.place is Place.STEP_SKIP for expression in step.expressions)


def _check_labels(steps: tuple[Step, ...]) -> Iterator[Problem]:
    seen: dict[str, Name] = {}
    for step in steps:
        if step.label is None:
            continue
        first = seen.setdefault(step.label.text, step.label)
        if first is not step.label:
            yield DUPLICATE_LABEL.problem(
                step.label.span, f"an earlier step is labelled `{step.label.text}`", related=(_first(first),)
            )
        elif step.label.text[0].isdigit():
            yield INVALID_VALUE.problem(
                step.label.span,
                f"the label `{step.label.text}` begins with a digit",
                hint="`steps.LABEL` must be a CEL name: begin with a letter",
            )


def _check_step_uses(steps: tuple[Step, ...]) -> Iterator[Problem]:
    order: dict[str, int] = {}
    for step in steps:
        if step.label is not None:
            order.setdefault(step.label.text, step.index)
    labels = {step.label.text: step.label for step in steps if step.label is not None}
    for step in steps:
        for expression in step.expressions:
            yield from _check_uses_of_one(step, expression, order, labels)


def _check_uses_of_one(
    step: Step, expression: Expression, order: dict[str, int], labels: dict[str, Name]
) -> Iterator[Problem]:
    for use in expression.facts.uses:
        if use.root != "steps":
            continue
        if not use.members:
            hint = "write `steps.` and the label of an earlier step"
            yield COMPUTED_STEP.problem(expression.span(use.span), "`steps` needs a literal label", hint=hint)
            continue
        member = use.members[0]
        if not member.name:
            continue
        span = expression.span(member.span)
        if member.name not in order:
            yield _unknown_step(
                member.name, span, [label for label, at in order.items() if at < step.index] or list(order)
            )
        elif order[member.name] > step.index:
            yield STEP_ORDER.problem(
                span,
                f"step `{member.name}` comes later",
                hint="move this step below it",
                related=(Related(f"`{member.name}` is here", labels[member.name].span),),
            )
        elif order[member.name] == step.index:
            in_state = expression.place is Place.STEP_STATE
            yield STEP_ORDER.problem(
                span,
                f"step `{member.name}` uses its own value",
                hint="its `state` reads it as `value`" if in_state else "only its `state` may, as `value`",
            )


def _unknown_step(name: str, span: Span, known: list[str]) -> Problem:
    guess = closest(name, known)
    hint = f"did you mean `{guess}`?" if guess else f"the steps are: {', '.join(known)}" if known else None
    fixes = (Fix(f"Change to `{guess}`", (Edit(span, guess),)),) if guess else ()
    return UNKNOWN_STEP.problem(span, f"there is no step `{name}`", hint=hint, fixes=fixes)


def _check_cases(step: Step) -> Iterator[Problem]:
    last: dict[str, Name] = {}
    default: Name | None = None
    for case in step.cases:
        if case.case is None:
            continue
        first = last.setdefault(case.case.text, case.case)
        if first is not case.case:
            yield DUPLICATE_CASE.problem(
                case.case.span, f"an earlier case has the value `{case.case.text}`", related=(_first(first),)
            )
        if case.is_default:
            if default is not None:
                yield DUPLICATE_CASE.problem(
                    case.case.span, "an earlier case is the default", related=(_first(default),)
                )
            else:
                default = case.case


def check_cycle(document: KoreoDocument, world: World) -> Iterator[Problem]:
    """Yield a problem at each step that leads back to its own Workflow."""
    if not isinstance(document.body, Workflow) or document.name is None or not document.active:
        return
    targets = [
        target.name
        for step in document.body.steps
        for target in step.call.targets
        if target.kind == kinds.WORKFLOW
    ]
    cycle = world.workflow_cycle(document.name.text) if targets else None
    if cycle is None:
        return
    for target in targets:
        if target.text in cycle.uses:
            way = cycle.way(target.text, document.name.text)
            shown = " → ".join(f"`{name}`" for name in (document.name.text, *way)) if way else None
            yield WORKFLOW_CYCLE.problem(
                target.span,
                "this Workflow reaches itself",
                hint=shown or f"by way of {len(cycle.uses)} Workflows",
            )
