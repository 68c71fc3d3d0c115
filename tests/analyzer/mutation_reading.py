"""Following names through a workspace: a second, simple reasoning about types for judging mutations.

`flow` is what is tested, so nothing of it is used here. This one only follows names: from a trigger's schema or a
function's `return` through the inputs of calls to where an expression selects a field or needs a value of a type.
Whatever is not plain is unknown, and a mutation of it is not counted. It knows no narrowing and no severity.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.language.document import Expression, Function, FunctionTest, KoreoDocument, Workflow
from koreo_analyzer.language.tree import entries, find_entry, get, get_flag, get_items, get_text, node_at
from koreo_analyzer.schemas import KindName, KindSchema
from koreo_analyzer.text import Span
from koreo_analyzer.types import ANY, AnyType, ObjectType, Type
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, resolve_alias
from koreo_analyzer.yaml.resolve import value as scalar_value
from mutation_facts import Choice, Demand, Facts, Fit, GivenInput
from mutation_infer import Infer, Scope
from mutation_values import UNKNOWN, Place, SchemaFields, Value, join, kind_of, kinds_of, of_type, part_of

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Definition, Snapshot

DIRECTIVES = frozenset({"x-koreo-compare-as-set", "x-koreo-compare-as-map", "x-koreo-compare-last-applied"})
_DEEPEST = 12


def read(snapshot: Snapshot) -> Facts:
    """Follow the names of a whole workspace."""
    reading = _Reading(snapshot)
    called: set[tuple[str, str]] = set()
    definitions = [one for path in snapshot.paths() for one in snapshot.documents(path)]
    for one in definitions:
        called |= {(ref.kind, ref.name.text) for ref in one.document.references if ref.role != "functionRef"}
    for one in definitions:
        document = one.document
        if not document.active or document.name is None:
            continue
        if isinstance(document.body, Workflow) and (
            document.body.has_trigger or (document.kind, document.name.text) not in called
        ):
            reading.workflow(one, reading.trigger(document.body), ())
        elif isinstance(document.body, Function) and (document.kind, document.name.text) not in called:
            for inputs in reading.tested(definitions, document) or [UNKNOWN]:
                reading.function(one, inputs, (), None, ANY)
        reading.data(one)
    return reading.facts


class _Reading:
    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.facts = Facts()
        self._expressions: dict[int, Expression] = {}

    # Documents

    def trigger(self, body: Workflow) -> Value:
        if body.trigger is None:
            return UNKNOWN
        name = KindName(f"{body.trigger.group.text}/{body.trigger.version.text}", body.trigger.kind.text)
        schema = self.snapshot.schema(name)
        if schema is None:
            return UNKNOWN
        value = of_type(schema.stored, self.snapshot)
        if not value.closed:
            return value
        fields = {"state": UNKNOWN, **{key: value.fields[key] for key in value.fields}}
        return replace(value, fields=fields)

    def tested(self, definitions: list[Definition], document: KoreoDocument) -> list[Value]:
        """Return the inputs of the tests of a function that nobody calls."""
        found = []
        for one in definitions:
            body = one.document.body
            if not isinstance(body, FunctionTest) or body.function is None or document.name is None:
                continue
            if (body.function.kind, body.function.name.text) == (document.kind, document.name.text):
                changed = any(case.overrides for case in body.cases)
                given = self._block(get(one.document.spec, "inputs"), Scope(one, {}))
                found.append(replace(given, closed=given.closed and not changed))
        return found

    def workflow(self, where: Definition, parent: Value, stack: tuple[str, ...]) -> Value:
        document = where.document
        body = document.body
        assert isinstance(body, Workflow)
        values: dict[str, Value] = {}
        state: dict[str, Value] = {}
        written: dict[str, Place] = {}
        for step in body.steps:
            node = node_at(document.spec, ("steps", step.index))[1]
            steps = Value(frozenset({"map"}), dict(values), closed=True)
            scope = Scope(where, {"parent": parent, "steps": steps})
            self._wants(get(node, "skipIf"), scope, "bool")
            given = self._given(where, get(node, "inputs"), scope, step.call.anchor)
            item = None
            if step.input_key is not None:
                items = self._wants(get(node, "forEach", "itemIn"), scope, "list")
                place = self._place(where, get(node, "forEach"))
                item = replace(items.items(), trail=((place, ()), *items.items().trail))
                given.fields = {**given.fields, step.input_key.text: item}
            inputs = given.value(step.call.complete)
            if step.cases:
                chosen = self._wants(
                    get(node, "refSwitch", "switchOn"), scope.having(inputs=inputs), "string"
                )
                cases = [
                    (c.case.text, Place(where.path, c.case.span.shift(where.start)))
                    for c in step.cases
                    if c.case
                ]
                at = self._place(where, get(node, "refSwitch", "switchOn"))
                self.facts.choices.append(Choice(at, chosen, tuple(cases)))
            results = [
                self._call(target.kind, target.name.text, inputs, stack, None, ANY)
                for target in step.call.targets
            ]
            result = replace(join(results), trail=())
            if item is not None:
                result = Value(frozenset({"list"}), item=result)
            if step.label is not None:
                values[step.label.text] = result
            for key, value in self._block(get(node, "state"), scope.having(value=result)).fields.items():
                if key in written:
                    self.facts.overwritten |= {written[key], *value.declared}
                    state[key] = join([state[key], value])
                    continue
                state[key] = value
                if value.declared:
                    written[key] = value.declared[0]
        return Value(frozenset({"map"}), state, closed=True)

    def _call(
        self, kind: str, name: str, inputs: Value, stack: tuple[str, ...], resource: Value | None, body: Type
    ) -> Value:
        found = [one for one in self.snapshot.definitions(kind, name) if one.document.active]
        if not found or name in stack or len(stack) > _DEEPEST:
            return UNKNOWN
        if kind == "Workflow":
            return self.workflow(found[0], inputs, (*stack, name))
        return self.function(found[0], inputs, (*stack, name), resource, body)

    def function(
        self, where: Definition, inputs: Value, stack: tuple[str, ...], target: Value | None, body: Type
    ) -> Value:
        """Run a function. `target` and `body`: the resource so far and its type, for an overlay."""
        spec = where.document.spec
        scope = Scope(where, {"inputs": inputs, **({"resource": target} if target is not None else {})})
        self._predicates("preconditions", scope)
        scope = scope.having(locals=self._block(get(spec, "locals"), scope))
        if where.document.kind == "ResourceFunction":
            scope = self._resource(scope, stack)
            self._predicates("postconditions", scope)
        if not isinstance(body, AnyType):
            self._body(("return",), body, scope)
            return UNKNOWN
        return self._block(get(spec, "return"), scope)

    def _resource(self, scope: Scope, stack: tuple[str, ...]) -> Scope:
        spec = scope.where.document.spec
        for key in ("name", "namespace"):
            node = get(spec, "apiConfig", key)
            if node is not None:
                self._leaf(node, scope)
        schema = self.schema_of(spec)
        written = schema.written if schema is not None else ANY
        so_far = scope.having(resource=of_type(written, self.snapshot))
        name = get(spec, "resourceTemplateRef", "name")
        if name is not None:
            self._template_name(name, scope)
        self._body(("resource",), written, scope)
        for index, item in enumerate(get_items(spec, "overlays")):
            self._wants(get(item, "skipIf"), scope, "bool")
            self._body(("overlays", index, "overlay"), written, so_far)
            called = get_text(item, "overlayRef", "name")
            if called is not None:
                inputs_entry = find_entry(item, "inputs")
                anchor = inputs_entry.key if inputs_entry else get(item, "overlayRef", "name")
                assert anchor is not None
                inputs = self._given(scope.where, get(item, "inputs"), so_far, anchor.span).value(True)
                self._call("ValueFunction", called, inputs, stack, so_far.names["resource"], written)
        self._body(("create", "overlay"), written, so_far)
        if get_flag(spec, "apiConfig", "deleteIfExists", default=False) or schema is None:
            return scope.having(resource=UNKNOWN)
        return scope.having(resource=of_type(schema.stored, self.snapshot))

    def schema_of(self, spec: Node | None) -> KindSchema | None:
        version, kind = get_text(spec, "apiConfig", "apiVersion"), get_text(spec, "apiConfig", "kind")
        return self.snapshot.schema(KindName(version, kind)) if version and kind else None

    def data(self, where: Definition) -> None:
        """Take in the resources of templates and tests."""
        document = where.document
        spec = document.spec
        if document.kind == "ResourceTemplate":
            version, kind = get_text(spec, "template", "apiVersion"), get_text(spec, "template", "kind")
            schema = self.snapshot.schema(KindName(version, kind)) if version and kind else None
            if schema is not None:
                self._body(("template",), schema.written, Scope(where, {}))
        elif isinstance(document.body, FunctionTest) and document.body.function is not None:
            function = document.body.function
            found = self.snapshot.definitions(function.kind, function.name.text)
            schema = self.schema_of(found[0].document.spec) if found else None
            if schema is None:
                return
            self._body(("currentResource",), schema.written, Scope(where, {}))
            for index in range(len(document.body.cases)):
                for key in ("currentResource", "expectResource", "overlayResource"):
                    self._body(("testCases", index, key), schema.written, Scope(where, {}))

    def _predicates(self, block: str, scope: Scope) -> None:
        for item in get_items(scope.where.document.spec, block):
            self._wants(get(item, "assert"), scope, "bool")
            for outcome in ("skip", "depSkip", "retry", "permFail"):
                message = get(item, outcome, "message")
                if message is not None:
                    self._leaf(message, scope)

    # Blocks

    def _body(self, path: tuple[str | int, ...], type_: Type, scope: Scope) -> None:
        node = node_at(scope.where.document.spec, path)[1]
        if node is None or isinstance(type_, AnyType):
            if node is not None:
                self._block(node, scope)
            return
        self.facts.bodies[scope.where.path, scope.where.index, path] = (scope.where, node, type_)
        self._conform(node, type_, scope)

    def _conform(self, node: Node, type_: Type, scope: Scope) -> None:
        """Note what a schema demands of the expressions in a part of a resource."""
        node = resolve_alias(node)
        if isinstance(node, Scalar):
            value = self._leaf(node, scope)
            if value.literal is None:
                self._spread(value, type_, self._place(scope.where, node), _DEEPEST)
        for key, entry in entries(node):
            if key not in DIRECTIVES:
                self._conform(entry.value, part_of(type_, key), scope)
        if isinstance(node, Sequence):
            for item in node.items:
                self._conform(item, part_of(type_, 0), scope)

    def _spread(self, value: Value, type_: Type, at: Place, levels: int) -> None:
        """Note what a schema demands of a computed value and, as far as they are known, of its parts."""
        wanted = kinds_of(type_)
        if wanted is None or value.kinds is None or not levels:
            return
        self.facts.demands.append(Demand(at, value, wanted | {"null_type"}))
        if value.item is not None and value.kinds == frozenset({"list"}):
            self._spread(value.items(), part_of(type_, 0), at, levels - 1)
        if isinstance(value.fields, SchemaFields):
            return
        for name in value.fields:
            if isinstance(type_, ObjectType) and not type_.open:
                self.facts.fits.append(Fit(at, value.at(name), type_))
            self._spread(value.at(name), part_of(type_, name), at, levels - 1)

    def _block(self, node: Node | None, scope: Scope) -> Value:
        node = resolve_alias(node) if node is not None else None
        if isinstance(node, Scalar):
            return self._leaf(node, scope)
        if isinstance(node, Mapping):
            fields = {
                key: self._block(entry.value, scope).named(self._place(scope.where, entry.key))
                for key, entry in entries(node)
            }
            return Value(frozenset({"map"}), fields, closed=True)
        if isinstance(node, Sequence):
            items = [self._block(item, scope) for item in node.items]
            literal = self._place(scope.where, node) if node.flow else None
            return Value(frozenset({"list"}), item=join(items) if items else None, literal=literal)
        return UNKNOWN

    def _leaf(self, node: Node, scope: Scope) -> Value:
        expression = self._expression(scope.where, node)
        if expression is not None:
            if expression.facts.broken:
                return UNKNOWN
            return replace(Infer(self.facts, expression, scope).value(expression.facts.root), literal=None)
        if not isinstance(node, Scalar):
            return self._block(node, scope)
        kind = kind_of(scalar_value(node))
        words = frozenset({node.text}) if kind == "string" else None
        return Value(frozenset({kind}), words=words, literal=self._place(scope.where, node))

    def _wants(self, node: Node | None, scope: Scope, kind: str) -> Value:
        if node is None:
            return UNKNOWN
        value = self._leaf(node, scope)
        self.facts.demands.append(Demand(self._place(scope.where, node), value, frozenset({kind})))
        return value

    def _template_name(self, node: Node, scope: Scope) -> None:
        """Note which templates a name such as `="deployment-" + inputs.app.environment` can name."""
        value = self._leaf(node, scope)
        expression = self._expression(scope.where, node)
        root = expression.facts.root if expression is not None else None
        if not isinstance(root, ast.Binary) or root.op != "+" or not isinstance(root.left, ast.Literal):
            return
        if expression is None or not isinstance(root.left.value, str):
            return
        value = Infer(self.facts, expression, scope).value(root.right)
        start = root.left.value
        words = [
            name.removeprefix(start)
            for name in self.snapshot.names("ResourceTemplate")
            if name.startswith(start)
        ]
        at = self._place(scope.where, node)
        self.facts.choices.append(Choice(at, value, tuple((word, at) for word in words)))

    def _given(self, where: Definition, node: Node | None, scope: Scope, anchor: Span) -> _Given:
        fields: dict[str, Value] = {}
        given: dict[str, GivenInput] = {}
        for key, entry in entries(node):
            value = self._block(entry.value, scope)
            place = Place(where.path, entry.span.shift(where.start))
            name = self._place(where, entry.key)
            fields[key] = replace(value.named(name), trail=((place, ()), *value.trail))
            given[key] = GivenInput(name, place, entry.value, value)
        if given:
            self.facts.calls.append((where, given))
        return _Given(fields, Place(where.path, anchor.shift(where.start)))

    def _expression(self, where: Definition, node: Node) -> Expression | None:
        if not isinstance(node, Scalar) or not node.text.startswith("="):
            return None
        if id(node) not in self._expressions:
            self._expressions.update((id(one.scalar), one) for one in where.document.expressions)
        return self._expressions.get(id(node))

    def _place(self, where: Definition, node: Node | None) -> Place:
        return Place(where.path, node.span.shift(where.start) if node is not None else Span(0, 0))


@dataclass
class _Given:
    fields: dict[str, Value]
    anchor: Place

    def value(self, complete: bool) -> Value:
        return Value(frozenset({"map"}), self.fields, closed=complete, anchor=self.anchor)
