"""Compare directives in resources and expectations (language section 7, "Drift")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.checks.examples import settings
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.edit import respelled
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

IDLE_DIRECTIVE = Rule(
    "idle-directive",
    Severity.WARNING,
    "a compare directive that names nothing, or cannot work",
    "A directive stands beside the list that it is about. As a set only texts, numbers and booleans can be compared: "
    "lists of objects never match, and the object is written again in every run. As a map objects are compared by "
    "fields that each of them has. Only what is written out is looked at, and a name that nothing beside it resembles "
    "may come from an overlay.",
    wrong=settings("  resource:\n    x-koreo-compare-as-set: [volumes]\n" + _LIST),
    right=settings("  resource:\n    x-koreo-compare-as-map:\n      volumes: [name]\n" + _LIST),
)

RULES = (MALFORMED_DIRECTIVE, IDLE_DIRECTIVE)

_SET = "x-koreo-compare-as-set"
_LISTS = frozenset({_SET, "x-koreo-compare-last-applied"})
_MAP = "x-koreo-compare-as-map"
_PREFIX = "x-koreo-"


def check_directives(document: KoreoDocument) -> Iterator[Problem]:
    """Yield the problems of every compare directive in a document's free-form blocks."""
    if document.spec is not None and _PREFIX in document.text:
        yield from _visit(document.text, document.spec, kinds.KINDS[document.kind].spec)


def _visit(text: str, node: Node, shape: Shape) -> Iterator[Problem]:
    if isinstance(shape, Object) and isinstance(node, Mapping):
        for key, entry in entries(node):
            if key in shape.fields:
                yield from _visit(text, resolve_alias(entry.value), shape.fields[key].shape)
    elif isinstance(shape, ListOf) and isinstance(node, Sequence):
        for item in node.items:
            yield from _visit(text, resolve_alias(item), shape.item)
    elif isinstance(shape, Free):
        yield from _visit_free(text, node)


def _visit_free(text: str, node: Node) -> Iterator[Problem]:
    """Visit the text of a block once; what an alias stands for is visited where it is written."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _visit_free(text, item)
    elif isinstance(node, Mapping):
        for entry in node.entries:
            key = entry.key
            if isinstance(key, Scalar) and key.text.startswith(_PREFIX):
                malformed = list(_check(key.text, key.span, resolve_alias(entry.value)))
                yield from malformed or _check_use(text, node, key.text, resolve_alias(entry.value))
            else:
                yield from _visit_free(text, entry.value)


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


def _check_use(text: str, holder: Mapping, name: str, directive: Node) -> Iterator[Problem]:
    """Report what a well-formed directive says of the lists beside it that has no effect."""
    beside = {key: entry for key, entry in entries(holder) if not key.startswith(_PREFIX)}
    named = (
        [(key, entry.key, _items(entry.value)) for key, entry in entries(directive)]
        if name == _MAP
        else [(one.text, one, []) for one in map(resolve_alias, _items(directive)) if isinstance(one, Scalar)]
    )
    for key, node, fields in named:
        if key in beside:
            listed = resolve_alias(beside[key].value)
            if name == _MAP:
                yield from _check_map(text, key, node, fields, listed)
            elif name == _SET:
                yield from _check_set(key, node, listed)
            continue
        guess = closest(key, beside)
        is_elsewhere = text.count(f"{key}:") > (name == _MAP)  # what an overlay adds, say
        if guess is not None and not is_elsewhere:
            yield _misspelt(text, node, f"there is no `{key}` beside this directive", guess)


def _check_set(key: str, node: Node, listed: Node) -> Iterator[Problem]:
    if isinstance(listed, Mapping):
        yield _no_list(key, node)
    elif isinstance(listed, Sequence):
        objects = [item for item in map(resolve_alias, listed.items) if isinstance(item, Mapping)]
        if objects:
            common = set.intersection(*({name for name, _ in entries(item)} for item in objects))
            field = next((name for name in ("name", "key", "id") if name in common), "field")
            yield IDLE_DIRECTIVE.problem(
                node.span,
                f"the items of `{key}` are objects, which never match as a set",
                hint=f"write `{_MAP}: {{{key}: [{field}]}}`",
            )


def _check_map(text: str, key: str, node: Node, fields: list[Node], listed: Node) -> Iterator[Problem]:
    if isinstance(listed, Mapping):
        yield _no_list(key, node)
    if not isinstance(listed, Sequence) or not listed.items:
        return
    items = [resolve_alias(item) for item in listed.items]
    objects = [item for item in items if isinstance(item, Mapping)]
    for field in map(resolve_alias, fields):
        word = field.text if isinstance(field, Scalar) else ""
        lacking = [item for item in objects if all(name != word for name, _ in entries(item))]
        if len(lacking) == len(items):
            guess = closest(word, {name for item in objects for name, _ in entries(item)})
            yield _misspelt(text, field, f"no item of `{key}` has the field `{word}`", guess)
            continue
        for item in lacking:
            guess = closest(word, [name for name, _ in entries(item)])
            if len(lacking) == 1 and guess is None:
                continue  # a single one is told apart by having none
            there = next((entry.key.span for entry in item.entries), item.span)
            yield IDLE_DIRECTIVE.problem(
                there,
                f"this item has no `{word}`, by which the items of `{key}` are compared",
                hint="of items without it only the last one counts: each needs a value of its own",
            )


def _no_list(key: str, node: Node) -> Problem:
    return IDLE_DIRECTIVE.problem(
        node.span,
        f"`{key}` is no list, so this directive does nothing",
        hint="leave it out: mappings are compared key by key",
    )


def _misspelt(text: str, node: Node, message: str, guess: str | None) -> Problem:
    if guess is None:
        return IDLE_DIRECTIVE.problem(node.span, message, hint="name a field that each item has")
    edit = respelled(text, node.span, guess)
    return IDLE_DIRECTIVE.problem(
        node.span, message, hint=f"did you mean `{guess}`?", fixes=(Fix(f"Change to `{guess}`", (edit,)),)
    )
