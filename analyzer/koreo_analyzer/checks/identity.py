"""Names and namespaces in `apiConfig` that no API server takes, and flags there without effect (language section 7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel import ast
from koreo_analyzer.checks.removal import remove_entry
from koreo_analyzer.checks.structure_rules import EXACTLY_ONE, INVALID_VALUE
from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Name
from koreo_analyzer.language.tree import find_entry, get, get_flag, get_text
from koreo_analyzer.problems import Related, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.problems import Problem
    from koreo_analyzer.yaml.nodes import Node

_OUTSIDE: Final = {
    "name": (re.compile(r"[^-a-z0-9.]"), "lower case letters, digits, `-` and `.`"),
    "namespace": (re.compile(r"[^-a-z0-9]"), "lower case letters, digits and `-`"),
}
"""What neither a DNS subdomain nor a DNS label holds (Kubernetes, "Object Names and IDs")."""
_WHOLE: Final = re.compile(r"[a-z0-9].*[a-z0-9]|[a-z0-9]", re.DOTALL)
_FREE_GROUPS: Final = frozenset(
    {
        "rbac.authorization.k8s.io",
        "certificates.k8s.io",
        "flowcontrol.apiserver.k8s.io",
        "apiregistration.k8s.io",
        "networking.k8s.io",
    }
)
"""Groups with kinds whose names are any path segment, or hold addresses."""
_FREE_DOMAIN: Final = ".openshift.io"
"""Served by API servers of its own, with rules of their own."""


def check_identity(document: KoreoDocument) -> Iterator[Problem]:
    """Yield the problems of a ResourceFunction's `apiConfig` that show without its kind's schema."""
    config = get(document.spec, "apiConfig")
    if document.kind != kinds.RESOURCE_FUNCTION or config is None:
        return
    yield from _check_name(document, config, "namespace")
    group, slash, _ = (get_text(config, "apiVersion") or "").rpartition("/")
    if not (slash and (group in _FREE_GROUPS or group.endswith(_FREE_DOMAIN))):
        yield from _check_name(document, config, "name")
    yield from _check_flags(document, config)


def _check_name(document: KoreoDocument, config: Node, key: str) -> Iterator[Problem]:
    if key == "namespace" and not get_flag(config, "namespaced", default=True):
        return
    path = ("spec", "apiConfig", key)
    outside, allowed = _OUTSIDE[key]
    for expression in document.expressions:
        if expression.path == path and not expression.facts.broken:
            for part, severity in _texts(expression.facts.root, Severity.ERROR):
                found = outside.search(str(part.value))
                if found is not None:
                    message = f"no {key} of a Kubernetes object holds `{found[0]}`"
                    span = expression.span(part.span)
                    yield INVALID_VALUE.problem(span, message, hint=f"use {allowed}", severity=severity)
    for literal in document.literals:
        text = literal.scalar.text
        if literal.path == path and text and not literal.meant and text == get_text(config, key):
            found = outside.search(text)
            if found is not None or not _WHOLE.fullmatch(text):
                yield INVALID_VALUE.problem(
                    literal.scalar.span,
                    f"`{text}` cannot be the {key} of a Kubernetes object",
                    hint=f"use {allowed}, a letter or digit first and last",
                )


def _texts(node: ast.Node, severity: Severity) -> Iterator[tuple[ast.Literal, Severity]]:
    """Yield the texts that what an expression gives contains, or is: all of them, or as warnings one of them."""
    match node:
        case ast.Literal(kind="string"):
            yield node, severity
        case ast.Binary(op="+"):
            yield from _texts(node.left, severity)
            yield from _texts(node.right, severity)
        case ast.Ternary():
            yield from _texts(node.then, Severity.WARNING)
            yield from _texts(node.otherwise, Severity.WARNING)


def _check_flags(document: KoreoDocument, config: Node) -> Iterator[Problem]:
    reads, deletes = find_entry(config, "readonly"), find_entry(config, "deleteIfExists")
    if reads is None or deletes is None:
        return
    if get_flag(config, "readonly", default=False) and get_flag(config, "deleteIfExists", default=False):
        yield EXACTLY_ONE.problem(
            reads.key.span,
            "`readonly` has no effect beside `deleteIfExists`: the object is deleted",
            severity=Severity.WARNING,
            related=(Related("`deleteIfExists` is here", deletes.key.span),),
            fixes=remove_entry(document, Name("readonly", reads.key.span)),
        )
