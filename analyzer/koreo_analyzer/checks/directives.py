"""Compare directives in resources and expectations (language section 7, "Drift")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.checks.examples import settings
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.language import kinds
from koreo_analyzer.language.shapes import Free, ListOf, Object, Shape
from koreo_analyzer.language.tree import entries
from koreo_analyzer.problems import Edit, Fix, Problem, Severity
from koreo_analyzer.suggest import closest
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, resolve_alias
from koreo_analyzer.yaml.resolve import value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.text import Span

_LIST = "    volumes:\n    - name: data\n"

MALFORMED_DIRECTIVE = Rule(
    "malformed-directive",
    Severity.ERROR,
    "a compare directive that cannot be read",
    "Three keys tell how the lists beside them are compared: `x-koreo-compare-as-set: [key, …]`, "
    "`x-koreo-compare-as-map: {key: [field, …]}` and `x-koreo-compare-last-applied: [key, …]`. Other keys "
    "that begin with `x-koreo-` are sent to the API server as they are.",
    wrong=settings("  resource:\n    x-koreo-compare-as-map: [volumes]\n" + _LIST),
    right=settings("  resource:\n    x-koreo-compare-as-map:\n      volumes: [name]\n" + _LIST),
)

RULES = (MALFORMED_DIRECTIVE,)

_LISTS = frozenset({"x-koreo-compare-as-set", "x-koreo-compare-last-applied"})
_MAP = "x-koreo-compare-as-map"
_PREFIX = "x-koreo-"


def check_directives(document: KoreoDocument) -> Iterator[Problem]:
    """Yield the problems of every compare directive in a document's free-form blocks."""
    if document.spec is not None and _PREFIX in document.text:
        yield from _visit(document.spec, kinds.KINDS[document.kind].spec)


def _visit(node: Node, shape: Shape) -> Iterator[Problem]:
    if isinstance(shape, Object) and isinstance(node, Mapping):
        for key, entry in entries(node):
            if key in shape.fields:
                yield from _visit(resolve_alias(entry.value), shape.fields[key].shape)
    elif isinstance(shape, ListOf) and isinstance(node, Sequence):
        for item in node.items:
            yield from _visit(resolve_alias(item), shape.item)
    elif isinstance(shape, Free):
        yield from _visit_free(node)


def _visit_free(node: Node) -> Iterator[Problem]:
    """Visit the text of a block once; what an alias stands for is visited where it is written."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _visit_free(item)
    elif isinstance(node, Mapping):
        for entry in node.entries:
            key = entry.key
            if isinstance(key, Scalar) and key.text.startswith(_PREFIX):
                yield from _check(key.text, key.span, resolve_alias(entry.value))
            else:
                yield from _visit_free(entry.value)


def _is_text(node: Node) -> bool:
    node = resolve_alias(node)
    return isinstance(node, Scalar) and isinstance(value(node), str)


def _is_text_list(node: Node) -> bool:
    return isinstance(node, Sequence) and all(_is_text(item) for item in node.items)


def _check(name: str, span: Span, node: Node) -> Iterator[Problem]:
    if name in _LISTS:
        if not _is_text_list(node):
            yield MALFORMED_DIRECTIVE.problem(
                span, f"`{name}` must be a list of keys", hint=f"write `{name}: [key]`"
            )
    elif name == _MAP:
        good = isinstance(node, Mapping) and all(
            _is_text_list(resolve_alias(entry.value)) and len(_items(entry.value)) > 0
            for _, entry in entries(node)
        )
        if not good:
            yield MALFORMED_DIRECTIVE.problem(
                span,
                f"`{name}` must name, for each key, the fields that tell items apart",
                hint=f"write `{name}: {{key: [field]}}`",
            )
    else:
        guess = closest(name, [*_LISTS, _MAP])
        if guess is not None:
            yield MALFORMED_DIRECTIVE.problem(
                span,
                f"`{name}` is no compare directive",
                hint=f"did you mean `{guess}`?",
                fixes=(Fix(f"Change to `{guess}`", (Edit(span, guess),)),),
            )


def _items(node: Node) -> list[Node]:
    node = resolve_alias(node)
    return node.items if isinstance(node, Sequence) else []
