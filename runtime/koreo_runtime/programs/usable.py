"""Which documents can be run at all.

Keys, types and values must be as the language has them (sections 4 to 9), the YAML sound, every expression
readable. Unknown keys prevent nothing: as in the original they have no effect, and `koreo check` reports them,
as it does a negative delay, an empty `plural` and an assertion that is no expression, which a cluster refuses.
Unknown names fail when they are evaluated. What is wrong with expressions of a Workflow is told step by step
(`programs.workflow`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koreo_analyzer.language import kinds
from koreo_analyzer.language.conformance import conforms
from koreo_analyzer.language.shapes import Integer, ListOf, Object, Place, Shape, Text
from koreo_analyzer.language.tree import entries, find_entry, get, get_flag, get_items, get_text
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, resolve_alias
from koreo_analyzer.yaml.resolve import value

from koreo_runtime.outcomes import Cause, Location, PermFail, path_text
from koreo_runtime.programs.compiler import program_id
from koreo_runtime.programs.model import Unusable

if TYPE_CHECKING:
    from koreo_analyzer.language.document import KoreoDocument, Path
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace.documents import ParsedDocument

_STRUCTURE = frozenset({"missing-key", "wrong-type", "invalid-value", "exactly-one", "incomplete-object"})
_UNKNOWN_KEY = "unknown-key"
_UNESCAPED = "escape"
_CONSTANT_PLACES = frozenset(
    {
        Place.STEP_SKIP,
        Place.STEP_ITEMS,
        Place.STEP_SWITCH,
        Place.OVERLAY_SKIP,
        Place.VALUE_PRECONDITION,
        Place.PRECONDITION,
        Place.POSTCONDITION,
    }
)
"""Where a string that is no expression is taken for what it is, which fails when a boolean is asked for."""
_EMPTY_IS_ABSENT = frozenset({"plural"})


def check_usable(parsed: ParsedDocument, document: KoreoDocument) -> Unusable | None:
    """Return why a document cannot be run, None if it can. `document` is the model of `parsed`."""
    if not parsed.tree.sound:
        problem = next(iter(parsed.tree.problems), None)
        message = "the YAML cannot be read" + (f": {problem.message}" if problem is not None else "")
        return _unusable(document, message, (), problem.span if problem is not None else None)
    if (
        document.spec is None
        or not _fits(document.spec, kinds.KINDS[document.kind].spec)
        or not _fits_more(document)
    ):
        return _badly_structured(parsed, document)
    return None if document.kind == kinds.WORKFLOW else _unreadable(document)


def _unusable(document: KoreoDocument, message: str, path: Path, span: Span | None) -> Unusable:
    kind, name = program_id(document)
    return Unusable(kind, name, PermFail(message, Location(kind, name, path, span), Cause.DEFINITION))


def _badly_structured(parsed: ParsedDocument, document: KoreoDocument) -> Unusable:
    """Say what the checks say. A key that is missing because it is misspelt is only known to them as unknown."""
    found = [problem for problem in parsed.problems if problem.code in _STRUCTURE]
    found = found or [problem for problem in parsed.problems if problem.code == _UNKNOWN_KEY]
    if not found:
        return _unusable(document, f"{document.title} cannot be used as it is", ("spec",), None)
    message = ", ".join(
        problem.message if problem.hint is None else f"{problem.message} ({problem.hint})"
        for problem in found
    )
    return _unusable(document, message, ("spec",), found[0].span)


def _unreadable(document: KoreoDocument) -> Unusable | None:
    messages: list[str] = []
    first: tuple[Path, Span] | None = None
    for expression in document.expressions:
        if not expression.facts.broken:
            continue
        problem = next(p for p in expression.facts.parsed.problems if p.code != _UNESCAPED)
        messages.append(f"`{path_text(expression.path)}`: {problem.message}")
        if first is None:
            first = expression.path, expression.span(problem.span)
    return None if first is None else _unusable(document, ", ".join(messages), *first)


def _fits(node: Node, shape: Shape) -> bool:
    """Whether a part of the tree has a shape, unknown keys left out."""
    node = resolve_alias(node)
    if isinstance(shape, Object) and isinstance(node, Mapping):
        return _fits_object(node, shape)
    if isinstance(shape, ListOf) and isinstance(node, Sequence):
        return (
            len(node.items) >= shape.min_items
            and (shape.max_items is None or len(node.items) <= shape.max_items)
            and all(_fits(item, shape.item) for item in node.items)
        )
    if isinstance(shape, Text) and shape.place in _CONSTANT_PLACES:
        return isinstance(_outline(node), str)
    if isinstance(shape, Integer):
        return conforms(_outline(node), Integer())
    return conforms(_outline(node), shape)


def _fits_object(node: Mapping, shape: Object) -> bool:
    present: set[str] = set()
    for key, entry in entries(node):
        known = shape.fields.get(key)
        if known is not None:
            if not _fits(entry.value, known.shape) and not _is_as_absent(key, entry.value):
                return False
            present.add(key)
    if any(field.required and key not in present for key, field in shape.fields.items()):
        return False
    if shape.exactly_one and shape.schema_exactly_one and len(present.intersection(shape.exactly_one)) != 1:
        return False
    return not shape.at_least_one or not present.isdisjoint(shape.at_least_one)


def _is_as_absent(key: str, node: Node) -> bool:
    return key in _EMPTY_IS_ABSENT and get_text(node) == ""


def _outline(node: Node) -> Any:
    """Return plain data of the same type; of a mapping only the keys."""
    if isinstance(node, Scalar):
        return value(node)
    return [] if isinstance(node, Sequence) else {key: None for key, _ in entries(node)}


def _fits_more(document: KoreoDocument) -> bool:
    """Whether a document follows the rules that no shape can say."""
    match document.kind:
        case kinds.RESOURCE_TEMPLATE:
            template = get(document.spec, "template")
            return all(_has_content(get(template, key)) for key in ("apiVersion", "kind"))
        case kinds.RESOURCE_FUNCTION:
            return _has_one_source(document.spec) and _has_namespace(document.spec)
        case _:
            return True


def _has_content(node: Node | None) -> bool:
    """Whether a value is there and not empty; `apiConfig` is forced over what it is."""
    if isinstance(node, Sequence):
        return bool(node.items)
    return node is not None and bool(_outline(node))


def _has_one_source(spec: Node | None) -> bool:
    """Whether it is told what the target specification begins with, where one is needed (language section 7)."""
    inline = find_entry(spec, "resource") is not None
    template = find_entry(spec, "resourceTemplateRef") is not None
    if inline or template:
        return inline != template
    return (
        bool(get_items(spec, "overlays"))
        or get_flag(spec, "apiConfig", "readonly", default=False)
        or get_flag(spec, "apiConfig", "deleteIfExists", default=False)
    )


def _has_namespace(spec: Node | None) -> bool:
    return not get_flag(spec, "apiConfig", "namespaced", default=True) or (
        find_entry(get(spec, "apiConfig"), "namespace") is not None
    )
