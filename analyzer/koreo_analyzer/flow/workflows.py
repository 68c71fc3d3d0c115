"""Workflows: the type of the trigger goes through the steps, and what they give into later steps and the state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from koreo_analyzer.flow.blocks import Blocks, Data, Scope, type_of
from koreo_analyzer.flow.calls import run_call
from koreo_analyzer.flow.identity import report_unknown
from koreo_analyzer.flow.leaving import leaving
from koreo_analyzer.flow.model import CallFlow, Flow, Given, Kinds, Result, World
from koreo_analyzer.flow.resources import check_fits
from koreo_analyzer.flow.stored import stored_type
from koreo_analyzer.flow.switches import branches
from koreo_analyzer.flow.truth import truth
from koreo_analyzer.flow.variants import Variant, explained, used_steps
from koreo_analyzer.schemas import KindName
from koreo_analyzer.suggest import closest, listed
from koreo_analyzer.types import (
    ANY,
    BOOL,
    INT,
    NEVER,
    NULL,
    STRING,
    AnyType,
    ListType,
    ObjectType,
    Property,
    StringType,
    Type,
    join,
    members,
    show,
)
from koreo_analyzer.yaml.nodes import Mapping

if TYPE_CHECKING:
    from koreo_analyzer.language.document import KoreoDocument, Path, Step, TriggerRef, Workflow
    from koreo_analyzer.schemas import KindSchema
    from koreo_analyzer.types import Latest

_LIST: Final = ListType(ANY)
_WHOLE_NUMBER: Final = re.compile(r"0|-?[1-9][0-9]*")
_CHOICE: Final = join(STRING, INT)


class WorkflowAnalysis:
    """One analysis of one Workflow."""

    def __init__(self, blocks: Blocks, body: Workflow, given: Given, world: World) -> None:
        self._blocks = blocks
        self._body = body
        self._given = given
        self._world = world
        self._calls: list[CallFlow] = []
        self._values: dict[str, Type] = {}
        self._variants: dict[str, tuple[Variant, ...]] = {}
        self._before: dict[str, frozenset[str]] = {}
        """The steps that have run when a step runs."""
        self._doubtful: set[str] = set()
        self._state: dict[str, Property] = {}

    def run(self) -> Flow:
        """Analyse the whole Workflow."""
        parent = self._given.inputs
        if self._body.has_trigger:
            parent = self._trigger()
            if self._blocks.known.once(_uses_state, self._blocks.document):
                parent = self._with_state(parent)
        self._steps(parent)
        value = ObjectType(self._state)
        result = Result(value, bool(self._doubtful), tuple(self._blocks.problems))
        return Flow(result, tuple(self._calls))

    # The trigger

    def _trigger(self) -> Type:
        found = trigger_type(self._body, self._world, self._blocks.known.latest)
        trigger = self._body.trigger
        if found is None and trigger is not None:
            unknown = self._world.why_unknown(trigger_kind(trigger))
            # That its definition serves other versions is told without types.
            if unknown is not None and not unknown.defined:
                written = {
                    "apiGroup": trigger.group.text,
                    "version": trigger.version.text,
                    "kind": trigger.kind.text,
                }
                report_unknown(self._blocks, unknown, ("spec", "crdRef"), written, "`parent` is not checked")
        return ANY if found is None else found

    def _with_state(self, parent: Type) -> Type:
        """Return the trigger with the state that the steps write; they are run once for it, its own type unknown."""
        if not isinstance(parent, ObjectType):
            return parent
        first = WorkflowAnalysis(Blocks(self._blocks.document), self._body, self._given, self._world)
        first._steps(parent)
        written = {name: Property(one.type, required=False) for name, one in first._state.items()}
        state = join(ObjectType(written, open=False, name="state"), NULL)
        return ObjectType({**parent.properties, "state": Property(state)}, parent.open, parent.name)

    # Steps

    def _steps(self, parent: Type) -> None:
        for step in self._body.steps:
            found = len(self._blocks.problems)
            self._step(step, parent)
            here = self._blocks.problems[found:]
            self._blocks.problems[found:] = [explained(problem, self._variants) for problem in here]

    def _step(self, step: Step, parent: Type) -> None:
        blocks = self._blocks
        at: Path = ("steps", step.index)
        known = ObjectType({name: Property(type_) for name, type_ in self._values.items()}, open=True)
        scope = Scope({"parent": parent, "steps": known})
        node = blocks.node(*at, "inputs")
        data: Data = blocks.data(node, scope, ("spec", *at, "inputs")) if isinstance(node, Mapping) else {}
        may_skip = self._depends_on_doubtful(step)
        skip = blocks.expression_at(*at, "skipIf")
        if skip is not None:
            checked = blocks.wants(skip, scope, BOOL, "`skipIf`", "true or false")
            outcome = truth(skip.facts.root, checked.types)
            if outcome is not None and not checked.problems:
                word = "always" if outcome else "never"
                blocks.report(
                    "constant-assertion",
                    skip.path,
                    f"this is always {str(outcome).lower()}: the step is {word} skipped",
                )
            may_skip = True
        item = self._item(step, scope)
        result = self._call(step, data, scope, item)
        value = result.value
        if item is not None:
            # A skipped item stands in the list as text.
            value = ListType(join(value, STRING) if result.may_skip else value)
        elif blocks.node(*at, "forEach") is not None:
            value = ListType(ANY)  # its `inputKey` is misspelt, which is reported there
        else:
            may_skip = may_skip or result.may_skip
        if step.label is not None:
            used = self._blocks.known.once(used_steps, step)
            self._before[step.label.text] = used.union(*(self._before.get(one, ()) for one in used))
            self._values[step.label.text] = value
            if may_skip:
                self._doubtful.add(step.label.text)
        self._write_state(step, scope.having(value=value), may_skip=may_skip)

    def _depends_on_doubtful(self, step: Step) -> bool:
        return not self._doubtful.isdisjoint(self._blocks.known.once(used_steps, step))

    def _certain_variants(self, step: Step) -> dict[str, tuple[Variant, ...]]:
        """Return what steps may have given by their labels, where a step runs whenever they have given something."""
        if step.cases or self._blocks.node("steps", step.index, "skipIf") is not None:
            return {}
        doubtful = self._doubtful & self._blocks.known.once(used_steps, step)
        return {
            label: found
            for label, found in self._variants.items()
            if doubtful <= {label, *self._before.get(label, ())}
        }

    def _item(self, step: Step, scope: Scope) -> tuple[str, Type, Path] | None:
        """Return name, type and place of the input that `forEach` adds."""
        if step.input_key is None:
            return None
        at: Path = ("steps", step.index, "forEach", "itemIn")
        expression = self._blocks.expression_at(*at)
        item: Type = ANY
        if expression is not None:
            checked = self._blocks.wants(expression, scope, _LIST, "`itemIn`", "a list")
            lists = [one.item for one in members(checked.type) if isinstance(one, ListType)]
            unknown = any(isinstance(one, AnyType) for one in members(checked.type))
            item = join(*lists) if lists and not unknown else ANY
        return step.input_key.text, ANY if item == NEVER else item, ("spec", *at)

    def _call(self, step: Step, data: Data, scope: Scope, item: tuple[str, Type, Path] | None) -> Result:
        chosen: Type = ANY
        if step.cases:
            chosen = self._switch(step, data, scope, item)
            scope = scope.doubtful()
        certain = self._certain_variants(step)
        found: list[Result] = []
        variants: list[Variant] = []
        for branch in branches(self._blocks.document, step, chosen):
            called = run_call(
                self._blocks,
                self._world,
                branch.target,
                data,
                ("spec", "steps", step.index, "inputs"),
                branch.path,
                scope,
                complete=step.call.complete,
                item=item,
                narrowing=branch.narrowing,
                variants=certain,
            )
            self._calls.append(called.call)
            found.append(called.result)
            variants.append(Variant(branch.target, called.result.value))
        if not found or (step.cases and not step.call.complete):
            return Result()
        if len(found) > 1 and item is None and step.label is not None:
            self._variants[step.label.text] = tuple(variants)
        return Result(join(*(one.value for one in found)), any(one.may_skip for one in found))

    # refSwitch

    def _switch(self, step: Step, data: Data, scope: Scope, item: tuple[str, Type, Path] | None) -> Type:
        """Check `switchOn` and its cases; return the type of what it gives, `any` if that is wrong."""
        expression = self._blocks.expression_at("steps", step.index, "refSwitch", "switchOn")
        if expression is None:
            return ANY
        inputs = type_of(data) if isinstance(data, dict) else ANY
        if item is not None and isinstance(inputs, ObjectType):
            inputs = ObjectType({**inputs.properties, item[0]: Property(item[1])}, inputs.open)
        if not step.call.complete:
            inputs = ANY
        checked = self._blocks.wants(
            expression,
            scope.having(inputs=_opened(inputs)),
            _CHOICE,
            "`switchOn`",
            "a string or a whole number",
        )
        chosen = checked.type
        if checked.problems:
            return ANY
        if chosen == INT:
            self._check_numbers(step)
        if not isinstance(chosen, StringType) or chosen.literals is None:
            return chosen
        cases = {case.case.text for case in step.cases if case.case is not None}
        for index, case in enumerate(step.cases):
            if case.case is None or case.case.text in chosen.literals or case.default is not None:
                continue
            guess = closest(case.case.text, chosen.literals - cases)
            self._blocks.report(
                "unreachable-case",
                ("spec", "steps", step.index, "refSwitch", "cases", index, "case"),
                f'`switchOn` never gives "{case.case.text}"',
                f'did you mean "{guess}"?' if guess else f"it gives {show(chosen)}",
            )
        missing = [f'"{word}"' for word in sorted(chosen.literals - cases)]
        if missing and not any(case.default is not None for case in step.cases) and step.call.complete:
            self._blocks.report(
                "missing-case",
                expression.path,
                f"no case for {listed(missing)}, and no default",
                "the step fails for good when no case matches",
            )
        return chosen

    def _check_numbers(self, step: Step) -> None:
        """Report the cases that are no whole number, where `switchOn` gives nothing else."""
        for index, case in enumerate(step.cases):
            if case.case is None or case.default is not None or _WHOLE_NUMBER.fullmatch(case.case.text):
                continue
            self._blocks.report(
                "unreachable-case",
                ("spec", "steps", step.index, "refSwitch", "cases", index, "case"),
                f'`switchOn` gives whole numbers, never "{case.case.text}"',
                'a number is compared as text, such as "3"',
            )

    # State

    def _write_state(self, step: Step, scope: Scope, *, may_skip: bool) -> None:
        node = self._blocks.node("steps", step.index, "state")
        if not isinstance(node, Mapping):
            return
        data = leaving(self._blocks, node, ("spec", "steps", step.index, "state"), scope, "the state")
        if not isinstance(data, dict):
            return
        if self._body.trigger is not None:
            self._check_state(self._body.trigger, step, data, node, certain=scope.certain and not may_skip)
        for name, part in data.items():
            type_ = type_of(part)
            before = self._state.get(name)
            if may_skip and before is not None:
                self._state[name] = Property(join(before.type, type_), before.required)
            else:
                self._state[name] = Property(type_, not may_skip)

    def _check_state(
        self, trigger: TriggerRef, step: Step, data: Data, node: Mapping, *, certain: bool
    ) -> None:
        """Report what a step adds to the state and the API server refuses: it is kept in `status.state`.

        That a single key is not declared, so that it is dropped, `koreo crd infer` tells: the key may be newer.
        """
        schema = self._world.schema(trigger_kind(trigger))
        status = ANY if schema is None else self._blocks.known.latest.of(_status_type, schema)
        if not isinstance(status, ObjectType):
            return
        path: Path = ("spec", "steps", step.index, "state")
        state = status.properties.get("state")
        if state is not None:
            check_fits(self._blocks, data, state.type, path, node, certain=certain, names=False)
        elif not status.open and data and schema is not None and schema.source.file is not None:
            owner = status.name or "the status of the trigger"
            self._blocks.report(
                "resource-field",
                path,
                f"`state` is no field of {owner}: the API server would drop it",
                f"declare it in {schema.source.title}",
                at="key",
                certain=certain,
            )


def _status_type(schema: KindSchema) -> Type:
    """Return the type of the status that a kind declares; `any` for none."""
    written = schema.written
    status = written.properties.get("status") if isinstance(written, ObjectType) else None
    return status.type if status is not None else ANY


def _uses_state(workflow: KoreoDocument) -> bool:
    return any(
        use.root == "parent" and (not use.members or use.members[0].name == "state")
        for expression in workflow.expressions
        for use in expression.facts.uses
    )


def trigger_kind(trigger: TriggerRef) -> KindName:
    """Return the kind that a `crdRef` names."""
    group, version = trigger.group.text, trigger.version.text
    return KindName(f"{group}/{version}" if group else version, trigger.kind.text)


def trigger_type(body: Workflow, world: Kinds, latest: Latest | None = None) -> Type | None:
    """Return the type of the trigger as expressions see it; None without a schema."""
    schema = world.schema(trigger_kind(body.trigger)) if body.trigger is not None else None
    if schema is None:
        return None
    return _seen(schema) if latest is None else latest.of(_seen, schema)


def _seen(schema: KindSchema) -> Type:
    stored = stored_type(schema)
    if not isinstance(stored, ObjectType):
        return stored
    added = {"state": Property(ANY)}  # on the first run, too, and empty then
    if "status" not in stored.properties:
        added["status"] = Property(ANY, required=False)
    return ObjectType({**stored.properties, **added}, stored.open, stored.name)


def _opened(type_: Type) -> Type:
    """Return the inputs of a step for `switchOn`; one that is not given is another rule's to report."""
    return ObjectType(type_.properties, open=True) if isinstance(type_, ObjectType) else type_
