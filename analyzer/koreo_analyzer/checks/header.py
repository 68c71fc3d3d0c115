"""The top of a document: `apiVersion`, `metadata.name`, and keys that belong nowhere (language section 1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from koreo_analyzer.checks.structure_messages import unknown_key
from koreo_analyzer.checks.structure_rules import INVALID_VALUE, MISSING_KEY, WRONG_TYPE
from koreo_analyzer.language import kinds
from koreo_analyzer.language.tree import entries, find_entry, get, get_text
from koreo_analyzer.problems import Edit, Fix, Problem
from koreo_analyzer.suggest import closest
from koreo_analyzer.yaml.nodes import Node, resolve_alias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import KoreoDocument

_METADATA_KEYS = frozenset({"apiVersion", "kind", "metadata", "spec", "status"})
_DNS_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")


def check_version(root: Node) -> Iterator[Problem]:
    """Yield a problem for a document with a kind of Koreo's whose `apiVersion` is missing or nearly right."""
    kind, version = get(root, "kind"), get(root, "apiVersion")
    if kind is None or get_text(kind) not in kinds.KINDS:
        return
    fixed = kinds.API_VERSION
    if find_entry(root, "apiVersion") is None and not has_misspelt(root, "apiVersion"):
        yield MISSING_KEY.problem(
            kind.span, f"a {get_text(kind)} needs `apiVersion`", hint=f"write `apiVersion: {fixed}`"
        )
    elif version is not None and closest((get_text(version) or "").split("/")[0], [kinds.API_GROUP]):
        yield INVALID_VALUE.problem(
            version.span,
            f"`{get_text(version)}` is no version of {get_text(kind)}",
            hint=f"did you mean `{fixed}`?",
            fixes=(Fix(f"Change to `{fixed}`", (Edit(version.span, fixed),)),),
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
    for key, entry in entries(root):
        if key not in _METADATA_KEYS:
            yield unknown_key(
                key, entry.key.span, _METADATA_KEYS, {name for name, _ in entries(root)}, "the document"
            )
    if document.name is None and not has_misspelt(root, "metadata"):
        yield from _check_missing_name(document, root)
    elif document.name is not None and (
        len(document.name.text) > 253 or not _DNS_NAME.fullmatch(document.name.text)
    ):
        yield INVALID_VALUE.problem(
            document.name.span,
            f"`{document.name.text}` cannot be the name of a Kubernetes object",
            hint="use lower case letters, digits, `-` and `.`, beginning and ending with a letter or digit",
        )


def has_misspelt(root: Node, key: str) -> bool:
    """Whether `root` lacks a top-level key, but has an unknown one that is probably meant to be it."""
    present = [name for name, _ in entries(root)]
    return key not in present and any(
        closest(name, _METADATA_KEYS) == key for name in present if name not in _METADATA_KEYS
    )


def _check_missing_name(document: KoreoDocument, root: Node) -> Iterator[Problem]:
    metadata = find_entry(root, "metadata")
    name = find_entry(get(root, "metadata"), "name")
    if name is not None:
        target = resolve_alias(name.value)
        span = target.span if target.end > target.start else name.key.span
        yield WRONG_TYPE.problem(span, "`metadata.name` must be a string that is not empty")
    elif metadata is not None and get_text(metadata.value, "generateName"):
        return
    else:
        span = metadata.key.span if metadata is not None else document.kind_span
        yield MISSING_KEY.problem(span, f"a {document.kind} needs `metadata.name`")
