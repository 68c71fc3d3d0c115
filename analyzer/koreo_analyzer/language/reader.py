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
    Step,
    Supplied,
    SwitchCase,
    TestCase,
    TriggerRef,
    Workflow,
)
from koreo_analyzer.language.meant import meant_in
from koreo_analyzer.language.shapes import (
    NAMES_IN_SCOPE,
    Expressions,
    Free,
    ListOf,
    Object,
    Place,
    Shape,
    Text,
)
from koreo_analyzer.language.signatures import read_signature
from koreo_analyzer.language.tree import (
    entries,
    find_entry,
    get,
    get_flag,
    get_items,
    get_mapping,
    get_name,
    get_text,
    is_unreadable,
    key_name,
)
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Entry, Mapping, Node, Scalar, Sequence, resolve_alias
from koreo_analyzer.yaml.resolve import value

if TYPE_CHECKING:
    from koreo_analyzer.language.expressions import ReadExpression

_ACTIVE_WORDS = frozenset({"t", "true"})
_SUCCESS_KEYS = frozenset({"expectResource", "expectReturn"})
_PART = 3
"""So many keys and positions lead to a part of a spec, such as a step: `spec.steps[0]`."""


def is_koreo(root: Node | None) -> bool:
    """Whether a document says that it is Koreo's: group koreo.dev in `apiVersion`, and a known kind.

    A document of the right version with an unknown kind is not Koreo's own: triggers may live in the group,
    too.
    """
    version = get_text(root, "apiVersion")
    kind = get_text(root, "kind")
    return version is not None and version.split("/", 1)[0] == kinds.API_GROUP and kind in kinds.KINDS


def read_document(text: str, root: Node, read_expression: ReadExpression, *, sound: bool) -> KoreoDocument:
    """Build the model of a document for which `is_koreo` holds; `sound` tells whether its YAML could be read."""
    kind_node = get(root, "kind")
    kind = get_text(kind_node) or ""
    name = get_name(root, "metadata", "name")
    spec = get_mapping(root, "spec")
    walker = _Walker(text, read_expression)
    walker.complete = sound and spec is not None
    if spec is not None:
        walker.visit(spec, kinds.KINDS[kind].spec, ("spec",))
    body = _read_body(kind, spec, walker.expressions)
    label = get(root, "metadata", "labels", kinds.ACTIVE_LABEL)
    input_uses, signature = read_signature(
        kind, name, spec, body, walker.expressions, walker.literals, complete=walker.complete
    )
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
        expression_keys=tuple(walker.expression_keys),
        references=_references(body),
        complete=walker.complete,
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
        self._seen: set[tuple[int, Place, Path]] = set()
        self.expressions: list[Expression] = []
        self.literals: list[Literal] = []
        self.expression_keys: list[Scalar] = []
        self.complete = True

    def visit(self, node: Node, shape: Shape, path: Path) -> None:
        node = resolve_alias(node)
        match shape:
            case Object() if isinstance(node, Mapping):
                for key, entry in entries(node):
                    known = shape.fields.get(key)
                    if known is not None:
                        self.visit(entry.value, known.shape, (*path, key))
                    else:
                        self.complete = False
            case ListOf() if isinstance(node, Sequence):
                for index, item in enumerate(node.items):
                    self.visit(item, shape.item, (*path, index))
            case Free() if isinstance(node, Mapping):
                self._free(node, shape.place, path)
            case Text() if isinstance(node, Scalar):
                place = shape.place if shape.expressions is not Expressions.NEVER else Place.LITERAL
                self._scalar(node, place, path)
            case Object(nullable=True) | Free(nullable=True) if (
                isinstance(node, Scalar) and value(node) is None
            ):
                pass
            case Object() | ListOf() | Free() | Text():
                self.complete = False

    def _free(self, node: Node, place: Place, path: Path) -> None:
        """Visit data of any shape; a node that several aliases share is visited once in each part of the spec.

        What a step uses is read from the expressions at its path, so that each step must have its own.
        """
        if isinstance(node, Scalar):
            self._scalar(node, place, path)
            return
        visit = id(node), place, path[:_PART]
        if visit in self._seen:
            return
        self._seen.add(visit)
        if isinstance(node, Mapping):
            self.complete = self.complete and not is_unreadable(node)
            for key, entry in entries(node):
                if key[:1] == "=" and place is not Place.LITERAL and isinstance(entry.key, Scalar):
                    self.expression_keys.append(entry.key)
                self._free(resolve_alias(entry.value), place, (*path, key))
        elif isinstance(node, Sequence):
            for index, item in enumerate(node.items):
                self._free(resolve_alias(item), place, (*path, index))

    def _scalar(self, node: Scalar, place: Place, path: Path) -> None:
        if place is not Place.LITERAL and node.text[:1] == "=" and value(node) == node.text:
            facts = self._read_expression(node.text[1:])
            self.expressions.append(Expression(self._text, node, place, path, facts))
        else:
            names = NAMES_IN_SCOPE[place]
            meant = meant_in(node, names, self._read_expression) if names else ()
            self.literals.append(Literal(node, place, path, meant))


def _reference(node: Node | None, role: str, allowed: tuple[str, ...]) -> Reference | None:
    """Read `kind` and `name`; a kind that the place does not take is the structure checks' to report."""
    name = get_name(node, "name")
    kind = get_text(node, "kind")
    if name is None or kind not in allowed:
        return None
    return Reference(kind, name, role)


def _supplied(node: Node | None) -> tuple[Supplied, ...] | None:
    if not isinstance(node, Mapping):
        return None
    return tuple(Supplied(key_name(key, entry), resolve_alias(entry.value)) for key, entry in entries(node))


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
    return Workflow(trigger, find_entry(spec, "crdRef") is not None, steps)


def _read_step(index: int, node: Node, expressions: tuple[Expression, ...]) -> Step:
    label = get_name(node, "label")
    reference = _reference(get(node, "ref"), "ref", kinds.LOGIC)
    cases = tuple(_read_case(item) for item in get_items(node, "refSwitch", "cases"))
    targets = tuple(case.reference for case in cases if case.reference is not None)
    if reference is not None:
        targets = (reference, *targets)
    inputs = find_entry(node, "inputs")
    supplied = _supplied(resolve_alias(inputs.value)) if inputs is not None else None
    unread = any(case.reference is None for case in cases) or any(
        key not in kinds.STEP_KEYS for key, _ in entries(node)
    )
    state = get_mapping(node, "state")
    input_key = get_name(node, "forEach", "inputKey")
    unread = unread or (input_key is None and find_entry(node, "forEach") is not None)
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
            supplied,
            anchor,
            f"step `{label.text}`" if label else f"step {index + 1}",
            complete=not unread and _is_readable(inputs, supplied),
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
    default = find_entry(node, "default") if get_flag(node, "default", default=False) else None
    return SwitchCase(
        name,
        default.key.span if default is not None else None,
        _reference(node, "refSwitch", kinds.LOGIC),
    )


def _read_function(spec: Mapping | None, expressions: list[Expression]) -> Function:
    template_node = get(spec, "resourceTemplateRef", "name")
    template: Reference | None = None
    computed: Expression | None = None
    if template_node is not None:
        computed = next((e for e in expressions if e.place is Place.TEMPLATE_NAME), None)
        if computed is None:
            name = get_name(template_node)
            if name is not None:
                template = Reference(kinds.RESOURCE_TEMPLATE, name, "resourceTemplateRef")
    return Function(
        locals=tuple(key_name(key, entry) for key, entry in entries(get_mapping(spec, "locals"))),
        overlays=tuple(
            call
            for i, item in enumerate(get_items(spec, "overlays"))
            if (call := _read_overlay(i, item)) is not None
        ),
        template=template,
        computed_template=computed,
        returns=_may_return(get(spec, "return")),
    )


def _may_return(value_node: Node | None) -> bool:
    """Whether a function has a value: an absent or empty `return` gives null (language section 5)."""
    return value_node is not None and not (isinstance(value_node, Mapping) and not value_node.entries)


def _read_overlay(index: int, node: Node) -> Call | None:
    reference = _reference(get(node, "overlayRef"), "overlayRef", (kinds.VALUE_FUNCTION,))
    if reference is None:
        return None
    inputs = find_entry(node, "inputs")
    supplied = _supplied(resolve_alias(inputs.value)) if inputs is not None else None
    return Call(
        (reference,),
        supplied,
        inputs.key.span if inputs is not None else reference.name.span,
        f"overlay {index + 1}",
        complete=_is_readable(inputs, supplied)
        and all(key in kinds.OVERLAY_KEYS for key, _ in entries(node)),
    )


def _is_readable(inputs: Entry | None, supplied: tuple[Supplied, ...] | None) -> bool:
    """Whether `inputs`, if there are any, are a mapping of names."""
    if inputs is None or supplied is None:
        return inputs is None and supplied is None
    return not is_unreadable(resolve_alias(inputs.value))


def _read_test(spec: Mapping | None) -> FunctionTest:
    inputs = find_entry(spec, "inputs")
    current = find_entry(spec, "currentResource")
    given = [inputs.value] if inputs is not None else []
    given += [
        entry.value
        for item in get_items(spec, "testCases")
        if (entry := find_entry(item, "inputOverrides")) is not None
    ]
    return FunctionTest(
        function=_reference(get(spec, "functionRef"), "functionRef", kinds.FUNCTIONS),
        inputs=_supplied(resolve_alias(inputs.value)) if inputs is not None else None,
        inputs_key=inputs.key.span if inputs is not None else None,
        inputs_complete=all(isinstance(resolve_alias(node), Mapping) for node in given),
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
