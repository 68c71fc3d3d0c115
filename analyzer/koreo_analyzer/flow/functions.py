"""ValueFunctions and ResourceFunctions, analysed in the order in which they run (language sections 5 and 7)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from koreo_analyzer.flow.blocks import Blocks, Scope, facts_from, type_of
from koreo_analyzer.flow.calls import run_call
from koreo_analyzer.flow.identity import check_scope, forced_words, identity_of, report_unknown
from koreo_analyzer.flow.leaving import leaving
from koreo_analyzer.flow.model import CallFlow, Flow, Given, Result
from koreo_analyzer.flow.predicates import check_predicates
from koreo_analyzer.flow.resources import Target, check_data, kind_of
from koreo_analyzer.flow.stored import present, stored_type
from koreo_analyzer.flow.templates import lacking, shown, templates
from koreo_analyzer.language import kinds
from koreo_analyzer.language.tree import get_flag, get_items, is_unreadable
from koreo_analyzer.types import (
    ANY,
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    INT,
    NULL,
    STRING,
    TIMESTAMP,
    UINT,
    NeverType,
    ObjectType,
    Property,
    Type,
    join,
    of_value,
)
from koreo_analyzer.types.merging import overlaid
from koreo_analyzer.yaml.nodes import Mapping

if TYPE_CHECKING:
    from koreo_analyzer.flow.blocks import Data
    from koreo_analyzer.flow.identity import Identity
    from koreo_analyzer.flow.model import FlowProblem, World
    from koreo_analyzer.flow.resources import State
    from koreo_analyzer.language.document import Expression
    from koreo_analyzer.schemas import KindSchema
    from koreo_analyzer.types import Latest
    from koreo_analyzer.yaml.nodes import Node

_EMPTY = of_value("")
_ABSENT = ObjectType({})
_SCALAR = join(STRING, INT, UINT, DOUBLE, BOOL, BYTES, TIMESTAMP, DURATION)


class FunctionAnalysis:
    """One analysis of one function."""

    def __init__(self, blocks: Blocks, given: Given, world: World) -> None:
        self._blocks = blocks
        self._document = blocks.document
        self._given = given
        self._world = world
        self._calls: list[CallFlow] = []
        self._may_skip = False

    def run(self) -> Flow:
        """Analyse the whole function."""
        value = self._resource() if self._document.kind == kinds.RESOURCE_FUNCTION else self._value()
        result = Result(value, self._may_skip, tuple(self._blocks.problems))
        return Flow(result, tuple(self._calls))

    def _predicates(self, block: str, scope: Scope) -> Scope:
        scope, may_skip = check_predicates(self._blocks, block, scope)
        self._may_skip = self._may_skip or may_skip
        return scope

    def _locals(self, scope: Scope) -> Scope:
        node = self._blocks.node("locals")
        found = (
            self._blocks.type(node, scope, ("spec", "locals"))
            if isinstance(node, Mapping)
            else ObjectType({})
        )
        # A local that is not there is reported as such, by itself.
        known = found.properties if isinstance(found, ObjectType) else {}
        return scope.having(locals=ObjectType(known, open=True))

    def _value(self) -> Type:
        resource = self._given.resource
        scope = Scope({"inputs": self._given.inputs, "resource": ANY if resource is None else resource})
        scope = self._locals(self._predicates("preconditions", scope))
        node = self._blocks.node("return")
        if not isinstance(node, Mapping) or not node.entries:
            return self._nothing(node)
        data = leaving(self._blocks, node, ("spec", "return"), scope, "a returned value")
        self._check_made(data, node, certain=scope.certain)
        returned = ANY if is_unreadable(node) else type_of(data, self._blocks.known.latest)
        return overlaid(resource, returned) if resource is not None else returned

    def _nothing(self, node: Node | None) -> Type:
        """Return the value of a function without `return`: null, unless some key that is none may be meant for it."""
        is_written = isinstance(node, Mapping) and not node.entries
        return NULL if is_written or self._document.complete else ANY

    def _check_made(self, data: Data, node: Mapping, *, certain: bool) -> None:
        """Report what fits none of the kinds over whose objects the value is merged.

        What fits one of them is for those who merge it over another to mend.
        """
        problems = self._blocks.problems
        found: list[FlowProblem] | None = None
        for name in self._given.made_for:
            schema = self._world.schema(name)
            if schema is None:
                continue
            before = len(problems)
            check_data(self._blocks, data, schema, ("spec", "return"), node, certain=certain)
            here = problems[before:]
            del problems[before:]
            places = {problem.place for problem in here}
            found = here if found is None else [problem for problem in found if problem.place in places]
        problems += found or ()

    # ResourceFunctions

    def _resource(self) -> Type:
        blocks = self._blocks
        scope = self._predicates("preconditions", Scope({"inputs": self._given.inputs}))
        scope = self._locals(scope)
        computed: dict[str, Type] = {}
        for key in ("name", "namespace"):
            expression = blocks.expression_at("apiConfig", key)
            if expression is not None:
                checked = blocks.wants(
                    expression, scope, _SCALAR, f"the {key} of a resource", "a text or a number"
                )
                computed[key] = checked.type
                self._check_not_empty(key, expression, checked.type, scope)
        schema = self._schema()
        reads, deletes = (
            get_flag(blocks.node("apiConfig", key), default=False) for key in ("readonly", "deleteIfExists")
        )
        built: Type = ANY
        if not (reads or deletes):
            words = blocks.known.once(forced_words, self._document)
            built = self._target(scope, schema, identity_of(words, computed))
        # What `deleteIfExists` finds it deletes, and tries again: only a run that found nothing comes further.
        stored = _ABSENT if deletes else self._stored(schema, built)
        found = len(blocks.problems)
        after = scope.having(resource=stored)
        after = self._predicates("postconditions", after)
        node = blocks.node("return")
        returned = self._nothing(node)
        if isinstance(node, Mapping) and node.entries:
            data = leaving(blocks, node, ("spec", "return"), after, "a returned value")
            returned = ANY if is_unreadable(node) else type_of(data, blocks.known.latest)
        if deletes:
            blocks.problems[found:] = map(_of_absent, blocks.problems[found:])
        return returned

    def _check_not_empty(self, key: str, expression: Expression, type_: Type, scope: Scope) -> None:
        """Report a name that is certainly empty, which no object can have (language section 7)."""
        if type_ != _EMPTY or not scope.certain:
            return
        if key == "namespace" and not get_flag(self._blocks.node("apiConfig", "namespaced"), default=True):
            return
        self._blocks.report(
            "wrong-result",
            expression.path,
            f"the {key} of a resource is empty here",
            "every run would fail with this",
        )

    def _schema(self) -> KindSchema | None:
        name = self._blocks.known.once(kind_of, self._document)
        schema = self._world.schema(name) if name is not None else None
        if name is not None and schema is None:
            unknown = self._world.why_unknown(name)
            if unknown is not None:
                written = {"apiVersion": name.api_version, "kind": name.kind}
                report_unknown(
                    self._blocks, unknown, ("spec", "apiConfig"), written, "its fields are not checked"
                )
        if schema is not None:
            check_scope(self._blocks, schema)
        return schema

    def _stored(self, schema: KindSchema | None, built: Type) -> Type:
        """Return the type of what the API server holds; what the target gives is certainly there."""
        if schema is None:
            return ANY
        latest = self._blocks.known.latest
        stored = latest.of(stored_type, schema)
        return with_presence(stored, built, latest) if isinstance(built, ObjectType) else stored

    def _target(self, scope: Scope, schema: KindSchema | None, identity: Identity) -> Type:
        """Analyse what builds the target specification; return its type."""
        blocks = self._blocks
        target = Target(blocks, schema, identity)
        node = blocks.node("resource")
        if isinstance(node, Mapping):
            target.add(("resource",), node, scope)
        elif blocks.node("resourceTemplateRef") is not None:
            target.choose(templates(blocks, self._world, scope, identity))
        target.identify()
        overlays = len(get_items(blocks.node("overlays")))
        for index in range(overlays):
            self._overlay(index, scope, target)
        if overlays:
            target.identify()
        target.check_complete(scope, creates=get_flag(blocks.node("create", "enabled"), default=True))
        created = blocks.node("create", "overlay")
        if isinstance(created, Mapping):
            inner = scope.having(resource=target.type)
            target.check_block(("create", "overlay"), created, inner)
        return target.type

    def _overlay(self, index: int, scope: Scope, target: Target) -> None:
        blocks = self._blocks
        skip = blocks.expression_at("overlays", index, "skipIf")
        before = target.state
        found = len(blocks.problems)
        if skip is not None:
            checked = blocks.wants(skip, scope, BOOL, "`skipIf`", "true or false")
            scope = scope.knowing(facts_from(checked, skip.facts.root, outcome=False)).doubtful()
        inner = scope.having(resource=target.type)
        node = blocks.node("overlays", index, "overlay")
        if isinstance(node, Mapping):
            target.add(("overlays", index, "overlay"), node, inner)
        elif blocks.node("overlays", index, "overlayRef") is not None:
            target.replace(self._overlay_call(index, inner, target.type, target.schema))
        if skip is not None:
            target.unless(before)
        if target.variants:
            blocks.problems[found:] = [_of_template(one, before) for one in blocks.problems[found:]]

    def _overlay_call(self, index: int, scope: Scope, before: Type, schema: KindSchema | None) -> Type:
        body = self._document.body
        name = self._blocks.node("overlays", index, "overlayRef", "name")
        calls = getattr(body, "overlays", ())
        call = next(
            (one for one in calls if name is not None and one.targets[0].name.span == name.span), None
        )
        if call is None:
            return ANY
        node = self._blocks.node("overlays", index, "inputs")
        path = ("spec", "overlays", index, "inputs")
        data = self._blocks.data(node, scope, path) if isinstance(node, Mapping) else {}
        reference = call.targets[0]
        flow = run_call(
            self._blocks,
            self._world,
            (reference.kind, reference.name.text),
            data,
            path,
            ("spec", "overlays", index, "overlayRef", "name"),
            scope,
            resource=before,
            schema=schema,
            complete=call.complete,
        )
        self._calls.append(flow.call)
        self._may_skip = self._may_skip or flow.result.may_skip
        return ANY if flow.result.value == NULL else flow.result.value


def _of_template(problem: FlowProblem, before: State) -> FlowProblem:
    """Return a problem of an expression with the templates that lack what need not be there, if it is about that."""
    chain = problem.chain
    if problem.code != "optional-field" or chain is None or chain[0] != "resource":
        return problem
    names = lacking(before.variants, chain[1:])
    if not names:
        return problem
    return replace(problem, message=f"`{chain[-1]}` need not be there: {shown(names)} has none")


def _of_absent(problem: FlowProblem) -> FlowProblem:
    """Return a problem of an expression with why no field of `resource` is there, if it is about one."""
    if problem.code != "unknown-field" or problem.chain is None or problem.chain[:-1] != ("resource",):
        return problem
    return replace(problem, hint="with `deleteIfExists` nothing is left of it here: `resource` is `{}`")


def with_type(field: Property, type_: Type) -> Property:
    """Return a field with another type."""
    return Property(type_, field.required, field.doc, field.origin, field.limits)


def with_presence(stored: Type, built: Type, latest: Latest) -> Type:
    """Return the type of what the server holds, in which what the target certainly gives is certainly there."""
    if not isinstance(stored, ObjectType) or not isinstance(built, ObjectType):
        return stored
    known: Type | None = latest.find(with_presence, stored, built)
    if known is None:
        known = _with_presence(stored, built, latest)
        # Not `Latest.of`: what the answer is about is kept with it, so it must not be `latest` itself.
        latest.keep(known, with_presence, stored, built)
    return known


def _with_presence(stored: ObjectType, built: ObjectType, latest: Latest) -> Type:
    changed: dict[str, Property] = {}
    for name, given in built.properties.items():
        known = stored.properties.get(name)
        if known is None or given.type == NULL or isinstance(given.type, NeverType):
            continue
        inner = with_presence(known.type, given.type, latest)
        if (given.required and not known.required) or inner is not known.type:
            changed[name] = present(known, inner) if given.required else with_type(known, inner)
    if not changed:
        return stored
    # Mostly the same is there as the time before, and whoever uses it finds what was made of it by its identity.
    before: tuple[dict[str, Property], Type] | None = latest.find(_with_presence, stored)
    if before is not None and before[0] == changed:
        return before[1]
    made = ObjectType({**stored.properties, **changed}, stored.open, stored.name)
    latest.keep((changed, made), _with_presence, stored)
    return made
