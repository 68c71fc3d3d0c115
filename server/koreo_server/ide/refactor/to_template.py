"""Convert: what is static in a function's inline `resource` becomes a ResourceTemplate, the rest an overlay on it.

A template is never evaluated and an overlay is merged (language sections 6 and 7): a mapping is shared out key by key,
and a list that holds an expression anywhere goes to the overlay as a whole, since overlays replace lists. The identity
is forced over the template before the first overlay and over the result, but not between two overlays. So the result
is the same for any resource whose own identity is the forced one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from koreo_analyzer.edit import apply, graft, rename_key, set_value
from koreo_analyzer.edit.data import RefusedError, take
from koreo_analyzer.json_data import json_equal
from koreo_analyzer.language import kinds
from koreo_analyzer.text import Span
from koreo_analyzer.workspace import FileEdit
from koreo_analyzer.yaml.comments import comments
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import plain

from koreo_server.ide.cursor import cursor_at
from koreo_server.ide.new_text import NAME, appended, document_text, namespace_of
from koreo_server.ide.refactor.rewritten import Offer, Refactoring, spec_of

if TYPE_CHECKING:
    from koreo_analyzer.edit import Change, Path
    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_analyzer.yaml.resolve import Value

_TITLE: Final = "Convert `resource` to a ResourceTemplate"
_RESOURCE: Final = ("spec", "resource")
_REFERENCE: Final = ("spec", "resourceTemplateRef")
_OVERLAY: Final = ("spec", "overlays", 0, "overlay")
_TEMPLATE: Final = ("spec", "template")
_FORCED: Final = {
    ("apiVersion",): "apiVersion",
    ("kind",): "kind",
    ("metadata", "name"): "name",
    ("metadata", "namespace"): "namespace",
}
"""Where the identity of a resource stands, and the key of `apiConfig` that is forced over it."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """A resource that is shared out; `identity` is what its template has to say of itself."""

    name: str
    identity: dict[str, Value]
    static: dict[str, Value]
    dynamic: dict[str, Value]


def convert_to_template(snapshot: Snapshot, path: str, offset: int) -> Offer | None:
    """Move what is static in the `resource` at the cursor to a template behind the last document of the file.

    None where the cursor is not on the key `resource` of a ResourceFunction, and where nothing in it is static.
    """
    cursor = cursor_at(snapshot, path, offset)
    if cursor is None or not cursor.on_key or cursor.path != _RESOURCE:
        return None
    definition = cursor.definition
    spec = spec_of(definition) if definition.document.kind == kinds.RESOURCE_FUNCTION else None
    if spec is None or not isinstance(spec.get("resource"), dict):
        return None
    try:
        parts = _shared_out(snapshot, definition, spec)
    except RefusedError as refused:
        return Offer(_TITLE, refusal=str(refused))
    return Offer(_TITLE, partial(_write, snapshot, definition, parts)) if parts is not None else None


def _shared_out(snapshot: Snapshot, definition: Definition, spec: dict[str, Value]) -> _Parts | None:
    """Share a resource out; None where nothing is static. Raises RefusedError where the result would be another."""
    config, resource, overlays = spec.get("apiConfig"), spec["resource"], spec.get("overlays")
    if "resourceTemplateRef" in spec:
        raise RefusedError("there is a `resourceTemplateRef` already")
    if not isinstance(config, dict) or not isinstance(resource, dict):
        raise RefusedError("`apiConfig` has to say what the template is of")
    identity = {key: config.get(key) for key in ("apiVersion", "kind")}
    if not all(isinstance(one, str) and one and one[0] != "=" for one in identity.values()):
        raise RefusedError("`apiConfig` has to name an `apiVersion` and a `kind`")
    if overlays is not None and not isinstance(overlays, list):
        raise RefusedError("`overlays` is not a list")
    metadata = resource.get("metadata", {})
    if overlays and not isinstance(metadata, dict):
        raise RefusedError("an overlay of all `metadata` would hide the name from the other overlays")
    body: Value = resource
    for place, key in _FORCED.items():
        holder = metadata if len(place) > 1 else resource
        if isinstance(holder, dict) and place[-1] in holder:
            if not json_equal(holder[place[-1]], config.get(key)):
                raise RefusedError(f"`{'.'.join(place)}` is not that of `apiConfig`, which is forced over it")
            body = take(body, place)
    static, dynamic = _split(body)
    if not isinstance(static, dict) or not _has_leaf(static):
        return None
    return _Parts(
        _free_name(snapshot, definition), identity, static, dynamic if isinstance(dynamic, dict) else {}
    )


def _split(data: Value) -> tuple[Value | _Nothing, Value | _Nothing]:
    """Return what of a value is static, and what has to be evaluated."""
    if not isinstance(data, dict):
        return (_NOTHING, data) if _is_dynamic(data) else (data, _NOTHING)
    static: dict[str, Value] = {}
    dynamic: dict[str, Value] = {}
    for key, part in data.items():
        kept, moved = _split(part)
        if not isinstance(kept, _Nothing):
            static[key] = kept
        if not isinstance(moved, _Nothing):
            dynamic[key] = moved
    return (static if static or not dynamic else _NOTHING), (dynamic or _NOTHING)


class _Nothing:
    """No value, which `None` is."""

    __slots__ = ()


_NOTHING: Final = _Nothing()


def _is_dynamic(data: Value) -> bool:
    if isinstance(data, str):
        return data.startswith("=")
    if isinstance(data, dict):
        return any(map(_is_dynamic, data.values()))
    return isinstance(data, list) and any(map(_is_dynamic, data))


def _has_leaf(data: Value) -> bool:
    return not isinstance(data, dict) or any(map(_has_leaf, data.values()))


def _free_name(snapshot: Snapshot, definition: Definition) -> str:
    """Return a name for the template that nobody has. Raises RefusedError where Kubernetes would not take it."""
    function = definition.document.name
    base = f"{function.text}-template" if function is not None else "template"
    name, number = base, 1
    while snapshot.definitions(kinds.RESOURCE_TEMPLATE, name):
        number += 1
        name = f"{base}-{number}"
    if not NAME.fullmatch(name):
        raise RefusedError(f"`{name}` cannot be the name of an object")
    return name


def _write(snapshot: Snapshot, definition: Definition, parts: _Parts) -> Refactoring:
    """Return the edits of the function, and the template behind all documents of its file."""
    file = snapshot.file(definition.path)
    text = definition.document.text
    if file is None:
        return Refactoring(_TITLE, refusal="the file is gone")
    try:
        function = _function_text(text, parts)
    except RefusedError as refused:
        return Refactoring(_TITLE, refusal=str(refused))
    template = _template_text(text, namespace_of(snapshot, definition), parts)
    if template is None:
        return Refactoring(_TITLE, refusal="YAML cannot hold the template")
    lost = _comments(text) - _comments(function) - _comments(template)
    if lost:
        return Refactoring(_TITLE, refusal=f"`{min(lost)}` would be lost; move this comment first")
    whole = file.text
    start, end = definition.start, definition.start + len(text)
    added = appended(whole[:start] + function + whole[end:], template)
    if end == len(whole):
        return Refactoring(_TITLE, (_changed_lines(definition, function + added),))
    behind = FileEdit(definition.path, Span(len(whole), len(whole)), added)
    return Refactoring(_TITLE, (_changed_lines(definition, function), behind))


def _changed_lines(definition: Definition, after: str) -> FileEdit:
    """Return the edit that makes a document another one: all lines from the first that differs to the last."""
    before = definition.document.text
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    same = [one == other for one, other in zip(old, new, strict=False)]
    head = [*same, False].index(False)
    most = len(same) - head
    same = [one == other for one, other in zip(reversed(old), reversed(new), strict=False)][:most]
    tail = [*same, False].index(False)
    span = Span(sum(map(len, old[:head])), sum(map(len, old[: len(old) - tail])))
    text = "".join(new[head : len(new) - tail])
    return FileEdit(definition.path, span.shift(definition.start), text)


def _function_text(text: str, parts: _Parts) -> str:
    """Return the function with a reference in place of its resource, and the overlay before all others.

    Raises RefusedError.
    """
    renamed = _applied(text, rename_key(text, parse(text), _RESOURCE, _REFERENCE[-1]))
    tree = parse(renamed)
    data = plain(tree.root) if tree.root is not None else None
    if not isinstance(data, dict) or not isinstance(spec := data["spec"], dict):
        raise RefusedError("the document is too large")
    others = spec.get("overlays")
    overlays: Value = [{"overlay": parts.dynamic}, *(others if isinstance(others, list) else ())]
    after: dict[str, Value] = {}
    for key, value in spec.items():
        after[key] = value
        if key == _REFERENCE[-1]:
            after[key] = {"name": parts.name}
            if parts.dynamic and "overlays" not in spec:
                after["overlays"] = overlays
        elif key == "overlays" and parts.dynamic:
            after[key] = overlays
    function = _applied(renamed, set_value(renamed, tree, (), {**data, "spec": after}))
    return _with_block(text, function, _OVERLAY, parts.dynamic) if parts.dynamic else function


def _template_text(text: str, namespace: str | None, parts: _Parts) -> str | None:
    """Return the template as a document of its own; None if YAML cannot hold it."""
    body = {**parts.identity, **parts.static}
    template = document_text(kinds.RESOURCE_TEMPLATE, parts.name, namespace, {"template": body})
    return _with_block(text, template, _TEMPLATE, body) if template is not None else None


def _with_block(text: str, target: str, at: Path, value: Value) -> str:
    """Return a document whose value at a path is written like the same part of the resource, where lines can move."""
    whole = graft(text, _RESOURCE, target, at)
    if whole is None:
        return target
    change = set_value(whole, parse(whole), at, value)
    return apply(whole, change.edits) if change.refusal is None else target


def _applied(text: str, change: Change) -> str:
    if change.refusal is not None:
        raise RefusedError(change.refusal)
    return apply(text, change.edits)


def _comments(text: str) -> set[str]:
    return {text[one.start : one.end].strip() for one in comments(text, parse(text))}
