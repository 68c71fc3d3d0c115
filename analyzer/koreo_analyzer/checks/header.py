"""The top of a document: `apiVersion`, `metadata.name`, and keys that belong nowhere (language section 1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from koreo_analyzer.checks.structure_messages import unknown_key, wrong_type
from koreo_analyzer.checks.structure_rules import INVALID_VALUE, MISSING_KEY, UNKNOWN_KEY, WRONG_TYPE
from koreo_analyzer.language import kinds
from koreo_analyzer.language.shapes import Text
from koreo_analyzer.language.tree import entries, find_entry, get, get_items, get_text
from koreo_analyzer.problems import Edit, Fix, Problem
from koreo_analyzer.suggest import closest
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Mapping, Scalar, resolve_alias
from koreo_analyzer.yaml.resolve import value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.yaml.nodes import Entry, Node

_METADATA_KEYS = frozenset({"apiVersion", "kind", "metadata", "spec", "status"})
_OBJECT_META_KEYS = frozenset(
    {
        "annotations",
        "creationTimestamp",
        "deletionGracePeriodSeconds",
        "deletionTimestamp",
        "finalizers",
        "generateName",
        "generation",
        "labels",
        "managedFields",
        "name",
        "namespace",
        "ownerReferences",
        "resourceVersion",
        "selfLink",
        "uid",
    }
)
"""Kubernetes API reference, "ObjectMeta"."""
_TELLING: Final = {
    kinds.FUNCTION_TEST: frozenset({"functionRef", "testCases"}),
    kinds.RESOURCE_FUNCTION: frozenset({"apiConfig"}),
    kinds.VALUE_FUNCTION: frozenset({"return"}),
}
"""Keys that the spec of a kind has, and that of no other API's kind of that name is known to have."""
_DNS_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


def check_foreign(root: Node) -> Iterator[Problem]:
    """Yield the problems of a document that is not Koreo's because something is wrong with its header.

    Its group or its kind shows that it was meant to be. Objects of other groups, and triggers, which may live
    in the group koreo.dev with kinds of their own, have no problem.
    """
    version, kind = _meant_entry(root, "apiVersion"), _meant_entry(root, "kind")
    version_text = get_text(version.value) if version is not None else None
    kind_text = get_text(kind.value) if kind is not None else None
    group, slash, _ = (version_text or "").partition("/")
    if group == kinds.API_GROUP and slash:
        yield from _check_meant_kind(root, version, kind)
        if kind_text in kinds.KINDS:
            yield from _check_spelling(root, "apiVersion")
    elif (
        kind is not None
        and kind_text in kinds.KINDS
        and (not slash or closest(group, [kinds.API_GROUP]) or _is_meant(kind_text, group, get(root, "spec")))
    ):
        yield from _check_spelling(root, "kind")
        yield from _check_spelling(root, "apiVersion")
        yield from _check_meant_version(root, version, kind)


def _is_meant(kind: str | None, group: str, spec: Node | None) -> bool:
    """Whether an object of another group was meant to be Koreo's: its group says so, or its spec is like no other's."""
    present = {key for key, _ in entries(spec)}
    if kind is None or not present or not present <= kinds.KINDS[kind].spec.fields.keys():
        return False
    if kinds.API_GROUP.partition(".")[0] in group.split("."):
        return True
    if kind == kinds.WORKFLOW:
        steps = get_items(spec, "steps")
        return bool(steps) and all(
            find_entry(step, "label") and (find_entry(step, "ref") or find_entry(step, "refSwitch"))
            for step in steps
        )
    return present >= _TELLING.get(kind, frozenset("?"))


def _meant_entry(root: Node, key: str) -> Entry | None:
    """Return the entry of a top-level key, or else of a misspelling of it."""
    exact = find_entry(root, key)
    if exact is not None:
        return exact
    return next(
        (
            entry
            for name, entry in entries(root)
            if name not in _METADATA_KEYS and closest(name, _METADATA_KEYS) == key
        ),
        None,
    )


def _check_spelling(root: Node, key: str) -> Iterator[Problem]:
    present = {name: entry.key.span for name, entry in entries(root)}
    entry = _meant_entry(root, key)
    written = next((name for name, span in present.items() if entry and span == entry.key.span), key)
    if written != key:
        yield unknown_key(written, present[written], _METADATA_KEYS, present, "the document")


def _check_meant_kind(root: Node, version: Entry | None, kind: Entry | None) -> Iterator[Problem]:
    """Report the kind of a document of Koreo's group that is misspelt, empty or missing."""
    if kind is not None:
        yield from _check_spelling(root, "kind")
        if not get_text(kind.value):
            yield WRONG_TYPE.problem(kind.key.span, "`kind` must be a string that is not empty")
    elif version is not None:
        keys = {key for key, _ in entries(get(root, "spec"))}
        fitting = [kind.name for kind in kinds.KINDS.values() if keys and keys <= kind.spec.fields.keys()]
        hint = f"write `kind: {fitting[0]}`" if len(fitting) == 1 else f"one of {', '.join(kinds.KINDS)}"
        below = next((one for _, one in entries(root) if one.key.start > version.key.start), version)
        fixes = _line_before(root, below, f"kind: {fitting[0]}") if len(fitting) == 1 else ()
        yield MISSING_KEY.problem(version.value.span, "a Koreo document needs `kind`", hint=hint, fixes=fixes)


def _line_before(root: Node, entry: Entry, line: str) -> tuple[Fix, ...]:
    """Return the fix that writes a key above another one, if the document is written in lines."""
    if not isinstance(root, Mapping) or root.flow:
        return ()
    start = Span(entry.key.span.start, entry.key.span.start)
    return (Fix(f"Write `{line}`", (Edit(start, f"{line}\n"),)),)


def _check_meant_version(root: Node, version: Entry | None, kind: Entry) -> Iterator[Problem]:
    """Report the version of a document of one of the five kinds that is missing, or of no group."""
    fixed = kinds.API_VERSION
    title = get_text(kind.value)
    if version is None:
        yield MISSING_KEY.problem(
            kind.value.span,
            f"a {title} needs `apiVersion`",
            hint=f"write `apiVersion: {fixed}`",
            fixes=_line_before(root, kind, f"apiVersion: {fixed}"),
        )
        return
    text = get_text(version.value)
    if not text:
        yield WRONG_TYPE.problem(
            version.key.span, "`apiVersion` must be a string that is not empty", hint=f"write `{fixed}`"
        )
        return
    span = resolve_alias(version.value).span
    yield INVALID_VALUE.problem(
        span,
        f"`{text}` is no version of {title}",
        hint=f"did you mean `{fixed}`?",
        fixes=(Fix(f"Change to `{fixed}`", (Edit(span, fixed),)),),
    )


def check_header(document: KoreoDocument, root: Node) -> Iterator[Problem]:
    """Yield the problems of `apiVersion`, `metadata` and unknown top-level keys of a Koreo document."""
    version = get(root, "apiVersion")
    if version is not None and get_text(version) != kinds.API_VERSION:
        yield INVALID_VALUE.problem(
            version.span,
            f"`{get_text(version)}` is no version of {document.kind}",
            hint=f"write `{kinds.API_VERSION}`",
            fixes=(Fix(f"Change to `{kinds.API_VERSION}`", (Edit(version.span, kinds.API_VERSION),)),),
        )
    present = {key: entry.key.span for key, entry in entries(root)}
    for key, entry in entries(root):
        if key not in _METADATA_KEYS:
            yield unknown_key(key, entry.key.span, _METADATA_KEYS, present, "the document")
    yield from _check_metadata(root)
    if document.name is None and not has_misspelt(root, "metadata"):
        yield from _check_missing_name(document, root)
    elif document.name is not None and (
        len(document.name.text) > 253 or not _DNS_NAME.fullmatch(document.name.text)
    ):
        yield INVALID_VALUE.problem(
            document.name.span,
            f"`{document.name.text}` cannot be the name of a Kubernetes object",
            hint="use lower case letters, digits, `-` and `.`; each part between `.` begins and ends with a "
            "letter or digit",
        )


def _check_metadata(root: Node) -> Iterator[Problem]:
    """Report the keys of `metadata` that are misspelt, or belong a level below."""
    metadata = get(root, "metadata")
    present = {key: entry.key.span for key, entry in entries(metadata)}
    for key, span in present.items():
        if key in _OBJECT_META_KEYS:
            continue
        if "/" in key:
            below = "`labels`" if key == kinds.ACTIVE_LABEL else "`labels` or `annotations`"
            yield UNKNOWN_KEY.problem(
                span, f"unknown key `{key}` in `metadata`", hint=f"write it below {below}"
            )
        elif closest(key, _OBJECT_META_KEYS) is not None:
            yield unknown_key(key, span, _OBJECT_META_KEYS, present, "`metadata`")


def has_misspelt(root: Node, key: str) -> bool:
    """Whether `root` lacks a top-level key, but has an unknown one that is probably meant to be it."""
    return _has_misspelt(root, key, _METADATA_KEYS)


def _has_misspelt(root: Node | None, key: str, known: frozenset[str]) -> bool:
    present = [name for name, _ in entries(root)]
    return key not in present and any(closest(name, known) == key for name in present if name not in known)


def _check_missing_name(document: KoreoDocument, root: Node) -> Iterator[Problem]:
    metadata = find_entry(root, "metadata")
    name = find_entry(get(root, "metadata"), "name")
    if name is not None:
        target = resolve_alias(name.value)
        if isinstance(target, Scalar) and value(target) not in (None, ""):
            yield wrong_type(target, name.key.span, ("string",), ("metadata", "name"), Text())
            return
        span = target.span if target.end > target.start else name.key.span
        yield WRONG_TYPE.problem(span, "`metadata.name` must be a string that is not empty")
    elif metadata is not None and get_text(metadata.value, "generateName"):
        return
    elif not _has_misspelt(get(root, "metadata"), "name", _OBJECT_META_KEYS):
        span = metadata.key.span if metadata is not None else document.kind_span
        yield MISSING_KEY.problem(
            span, f"a {document.kind} needs `metadata.name`", lacks=(("metadata", "name"),)
        )
