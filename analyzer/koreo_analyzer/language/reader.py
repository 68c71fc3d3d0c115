"""Reads the positioned tree of a Koreo document into its model. Total: any tree gives a model, nothing raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import (
    Body,
    Call,
    Expression,
    Function,
    FunctionTest,
    KoreoDocument,
    Literal,
    Name,
    Path,
    Reference,
    ResourceTemplate,
    Signature,
    Step,
    Supplied,
    SwitchCase,
    TestCase,
    TriggerRef,
    Workflow,
)
from koreo_analyzer.language.shapes import Expressions, Free, ListOf, Object, Place, Shape, Text
from koreo_analyzer.language.tree import (
    entries,
    find_entry,
    get,
    get_flag,
    get_items,
    get_mapping,
    get_name,
    get_text,
)
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, resolve_alias
from koreo_analyzer.yaml.resolve import value

if TYPE_CHECKING:
    from koreo_analyzer.language.expressions import ReadExpression

_ACTIVE_WORDS = frozenset({"t", "true"})
_PREDICATES = frozenset({Place.VALUE_PRECONDITION, Place.PRECONDITION, Place.POSTCONDITION})
_SUCCESS_KEYS = frozenset({"expectResource", "expectReturn"})


def is_koreo(root: Node | None) -> bool:
    """Whether a document says that it is Koreo's: group koreo.dev in `apiVersion`, and a known kind.

    A document of the right version with an unknown kind is not Koreo's own: triggers may live in the group,
    too.
    """
    version = get_text(root, "apiVersion")
    kind = get_text(root, "kind")
    return version is not None and version.split("/", 1)[0] == kinds.API_GROUP and kind in kinds.KINDS


def read_document(text: str, root: Node, read_expression: ReadExpression) -> KoreoDocument:
    """Build the model of a document for which `is_koreo` holds."""
    kind_node = get(root, "kind")
    kind = get_text(kind_node) or ""
    name = get_name(root, "metadata", "name")
    spec = get_mapping(root, "spec")
    walker = _Walker(text, read_expression)
    if spec is not None:
        walker.visit(spec, kinds.KINDS[kind].spec, ("spec",))
    body = _read_body(kind, spec, walker.expressions)
    label = get(root, "metadata", "labels", kinds.ACTIVE_LABEL)
    input_uses, signature = _signature(kind, name, body, walker.expressions)
    return KoreoDocument(
        text=text,
        kind=kind,
        kind_span=kind_node.span if kind_node is not None else Span(0, 0),
        name=name,
        active=_is_active(label),
        active_label=label.span if label is not None else None,
        spec=spec,
        body=body,
        expressions=tuple(walker.expressions),
        literals=tuple(walker.literals),
        references=_references(body),
        input_uses=input_uses,
        signature=signature,
    )


def _is_active(label: Node | None) -> bool:
    if not isinstance(label, Scalar):
        return True
    return str(value(label)).lower() in _ACTIVE_WORDS


class _Walker:
    """Finds the expressions and literals of a spec, guided by the shape of its kind."""

    def __init__(self, text: str, read_expression: ReadExpression) -> None:
        self._text = text
        self._read_expression = read_expression
        self._seen: set[tuple[int, Place]] = set()
        self.expressions: list[Expression] = []
        self.literals: list[Literal] = []

    def visit(self, node: Node, shape: Shape, path: Path) -> None:
        node = resolve_alias(node)
        match shape:
            case Object() if isinstance(node, Mapping):
                for key, entry in entries(node):
                    known = shape.fields.get(key)
                    if known is not None:
                        self.visit(entry.value, known.shape, (*path, key))
            case ListOf() if isinstance(node, Sequence):
                for index, item in enumerate(node.items):
                    self.visit(item, shape.item, (*path, index))
            case Free():
                if isinstance(node, Mapping):
                    self._free(node, shape.place, path)
            case Text() if isinstance(node, Scalar):
                place = shape.place if shape.expressions is not Expressions.NEVER else Place.LITERAL
                self._scalar(node, place, path)

    def _free(self, node: Node, place: Place, path: Path) -> None:
        """Visit data of any shape; a node that several aliases share is visited once, which bounds the work."""
        if isinstance(node, Scalar):
            self._scalar(node, place, path)
            return
        if (id(node), place) in self._seen:
            return
        self._seen.add((id(node), place))
        if isinstance(node, Mapping):
            for key, entry in entries(node):
                self._free(resolve_alias(entry.value), place, (*path, key))
        elif isinstance(node, Sequence):
            for index, item in enumerate(node.items):
                self._free(resolve_alias(item), place, (*path, index))

    def _scalar(self, node: Scalar, place: Place, path: Path) -> None:
        if place is not Place.LITERAL and node.text[:1] == "=" and value(node) == node.text:
            facts = self._read_expression(node.text[1:])
            self.expressions.append(Expression(self._text, node, place, path, facts))
        else:
            self.literals.append(Literal(node, place, path))


def _reference(node: Node | None, role: str, kind: str | None = None) -> Reference | None:
    name = get_name(node, "name")
    kind = kind or get_text(node, "kind")
    if name is None or kind is None or kind not in kinds.KINDS:
        return None
    return Reference(kind, name, role)


def _supplied(node: Node | None) -> tuple[Supplied, ...] | None:
    if not isinstance(node, Mapping):
        return None
    return tuple(
        Supplied(Name(key, entry.key.span), resolve_alias(entry.value)) for key, entry in entries(node)
    )


def _read_body(kind: str, spec: Mapping | None, expressions: list[Expression]) -> Body:
    if kind == kinds.WORKFLOW:
        return _read_workflow(spec, expressions)
    if kind == kinds.FUNCTION_TEST:
        return _read_test(spec)
    if kind == kinds.RESOURCE_TEMPLATE:
        return ResourceTemplate()
    return _read_function(spec, expressions)


def _read_workflow(spec: Mapping | None, expressions: list[Expression]) -> Workflow:
    group = get_name(spec, "crdRef", "apiGroup")
    version = get_name(spec, "crdRef", "version")
    kind = get_name(spec, "crdRef", "kind")
    trigger = TriggerRef(group, version, kind) if group and version and kind else None
    by_step: dict[object, list[Expression]] = {}
    for expression in expressions:
        if expression.path[:2] == ("spec", "steps"):
            by_step.setdefault(expression.path[2], []).append(expression)
    steps = tuple(
        _read_step(index, item, tuple(by_step.get(index, ())))
        for index, item in enumerate(get_items(spec, "steps"))
    )
    return Workflow(trigger, steps)


def _read_step(index: int, node: Node, expressions: tuple[Expression, ...]) -> Step:
    label = get_name(node, "label")
    reference = _reference(get(node, "ref"), "ref")
    cases = tuple(_read_case(item) for item in get_items(node, "refSwitch", "cases"))
    targets = tuple(case.reference for case in cases if case.reference is not None)
    if reference is not None:
        targets = (reference, *targets)
    inputs = find_entry(node, "inputs")
    state = get_mapping(node, "state")
    input_key = get_name(node, "forEach", "inputKey")
    if inputs is not None:
        anchor = inputs.key.span
    elif targets:
        anchor = targets[0].name.span
    else:
        anchor = label.span if label else Span(node.start, min(node.end, node.start + 1))
    return Step(
        index=index,
        label=label,
        span=node.span,
        call=Call(
            targets,
            _supplied(resolve_alias(inputs.value)) if inputs is not None else None,
            anchor,
            f"step `{label.text}`" if label else f"step {index + 1}",
        ),
        cases=cases,
        input_key=input_key,
        condition_type=get_name(node, "condition", "type"),
        state_keys=tuple(Name(key, entry.key.span) for key, entry in entries(state)),
        expressions=expressions,
    )


def _read_case(node: Node) -> SwitchCase:
    case = get(node, "case")
    text = get_text(case)
    name = Name(text, case.span) if case is not None and text is not None else None
    return SwitchCase(name, get_flag(node, "default", default=False), _reference(node, "refSwitch"))


def _read_function(spec: Mapping | None, expressions: list[Expression]) -> Function:
    template_node = get(spec, "resourceTemplateRef", "name")
    template: Reference | None = None
    computed: Expression | None = None
    if template_node is not None:
        computed = next((e for e in expressions if e.place is Place.TEMPLATE_NAME), None)
        if computed is None:
            template = _reference(
                get(spec, "resourceTemplateRef"), "resourceTemplateRef", kinds.RESOURCE_TEMPLATE
            )
    return Function(
        locals=tuple(Name(key, entry.key.span) for key, entry in entries(get_mapping(spec, "locals"))),
        overlays=tuple(
            call
            for i, item in enumerate(get_items(spec, "overlays"))
            if (call := _read_overlay(i, item)) is not None
        ),
        template=template,
        computed_template=computed,
    )


def _read_overlay(index: int, node: Node) -> Call | None:
    reference = _reference(get(node, "overlayRef"), "overlayRef")
    if reference is None:
        return None
    inputs = find_entry(node, "inputs")
    return Call(
        (reference,),
        _supplied(resolve_alias(inputs.value)) if inputs is not None else None,
        inputs.key.span if inputs is not None else reference.name.span,
        f"overlay {index + 1}",
    )


def _read_test(spec: Mapping | None) -> FunctionTest:
    inputs = find_entry(spec, "inputs")
    current = find_entry(spec, "currentResource")
    return FunctionTest(
        function=_reference(get(spec, "functionRef"), "functionRef"),
        inputs=_supplied(resolve_alias(inputs.value)) if inputs is not None else None,
        inputs_key=inputs.key.span if inputs is not None else None,
        current_resource=current.key.span if current is not None else None,
        cases=tuple(_read_test_case(i, item) for i, item in enumerate(get_items(spec, "testCases"))),
    )


def _read_test_case(index: int, node: Node) -> TestCase:
    keys = {key: entry.key.span for key, entry in entries(node)}
    return TestCase(
        index=index,
        label=get_name(node, "label"),
        span=node.span,
        keys=keys,
        skipped=get_flag(node, "skip", default=False),
        variant=get_flag(node, "variant", default=False),
        overrides=_supplied(get(node, "inputOverrides")) or (),
        succeeds=not _SUCCESS_KEYS.isdisjoint(keys) or get(node, "expectOutcome", "ok") is not None,
    )


def _references(body: Body) -> tuple[Reference, ...]:
    match body:
        case Workflow():
            return tuple(reference for step in body.steps for reference in step.call.targets)
        case Function():
            called = tuple(reference for call in body.overlays for reference in call.targets)
            return called if body.template is None else (*called, body.template)
        case FunctionTest():
            return (body.function,) if body.function is not None else ()
        case ResourceTemplate():
            return ()


def _signature(
    kind: str, name: Name | None, body: Body, expressions: list[Expression]
) -> tuple[dict[str, tuple[Span, ...]], Signature | None]:
    """Collect what a caller has to know: the inputs of a function, the members of `parent` of a Workflow."""
    if kind in (kinds.FUNCTION_TEST, kinds.RESOURCE_TEMPLATE):
        return {}, Signature(kind, name.text) if name else None
    root = "parent" if isinstance(body, Workflow) else "inputs"
    spans: dict[str, list[Span]] = {}
    needed: set[str] = set()
    tested: set[str] = set()
    any_input = False
    independent = _independent_steps(body) if isinstance(body, Workflow) else frozenset()
    skippable = frozenset(e.path[2] for e in expressions if e.place is Place.OVERLAY_SKIP)
    for expression in expressions:
        facts = expression.facts
        for use in facts.uses:
            if use.root != root:
                continue
            if use.members:
                spans.setdefault(use.members[0].name, []).append(expression.span(use.members[0].span))
            else:
                any_input = True
        checked = expression.place in (Place.PRECONDITION, Place.VALUE_PRECONDITION, Place.STEP_SKIP)
        for name_root, member in facts.tests:
            if name_root == root:
                spans.setdefault(member, [])
                if checked:
                    tested.add(member)
        certain = not isinstance(body, Workflow) or expression.path[2] in independent
        if certain and not _conditional(expression, skippable):
            needed.update(member for name_root, member in facts.needs if name_root == root)
    if name is None:
        return {key: tuple(value) for key, value in spans.items()}, None
    inputs = tuple(sorted((key, key in needed and key not in tested) for key in spans if key))
    trigger = None
    if isinstance(body, Workflow) and body.trigger is not None:
        trigger = (body.trigger.group.text, body.trigger.version.text, body.trigger.kind.text)
    return {key: tuple(value) for key, value in spans.items()}, Signature(
        kind, name.text, inputs, any_input, trigger
    )


def _conditional(expression: Expression, skippable: frozenset[str | int]) -> bool:
    """Whether a run may go well without evaluating the expression.

    Messages are evaluated only when their assertion is false, overlays with `skipIf` may be skipped. What
    comes after the object exists (postconditions, return) still belongs to every successful life of the
    resource.
    """
    if expression.place in (Place.OVERLAY, Place.OVERLAY_INPUTS):
        return expression.path[2] in skippable
    return expression.place in _PREDICATES and expression.path[-1] == "message"


def _independent_steps(body: Workflow) -> frozenset[int]:
    """Return the steps that run whatever other steps do: those that use no other step's value."""
    return frozenset(
        step.index
        for step in body.steps
        if not any(use.root == "steps" for expression in step.expressions for use in expression.facts.uses)
    )
