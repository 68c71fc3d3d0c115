"""Create what a reference names and nobody has written yet: a function, Workflow or template that its user can call.

What is made reads every input that the call gives and answers with it, so that it is complete at once, without
problems, and shows where to go on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Function, FunctionTest, Workflow
from koreo_analyzer.language.tree import get_text

from koreo_server.ide.new_text import NAME, NewText, beside, document_text, joined, namespace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Call, Reference
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition, Snapshot

_WORD: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_NOTHING: Final = {"ready": True}


@dataclass(frozen=True, slots=True)
class Creation:
    """A definition that can be created; `reference` is the place in the file that names it."""

    title: str
    reference: Span
    new: NewText


def creations(snapshot: Snapshot, path: str, selection: Span) -> Iterator[Creation]:
    """Yield what can be created for the references of a file that a selection touches and that lead nowhere."""
    for definition in snapshot.documents(path):
        for reference in definition.document.references:
            span = reference.name.span.shift(definition.start)
            if span.start > selection.end or selection.start > span.end:
                continue
            new = _create(snapshot, definition, reference)
            if new is not None:
                yield Creation(f"Create {reference.kind} `{reference.name.text}`", span, new)


def _create(snapshot: Snapshot, definition: Definition, reference: Reference) -> NewText | None:
    name = reference.name.text
    known = snapshot.definitions(reference.kind, name) or snapshot.is_meant(reference.kind, name)
    if not NAME.fullmatch(name) or known:
        return None
    inputs = list(dict.fromkeys(_inputs(definition, reference)))
    namespace = namespace_of(snapshot, definition)
    texts: list[str | None] = []
    match reference.kind:
        case kinds.VALUE_FUNCTION:
            spec: dict[str, Any] = {"return": _read(inputs, "inputs") or _NOTHING}
            texts = [document_text(reference.kind, name, namespace, spec)]
        case kinds.RESOURCE_FUNCTION:
            texts = [document_text(reference.kind, name, namespace, _resource_function(name, inputs))]
        case kinds.RESOURCE_TEMPLATE:
            texts = [document_text(reference.kind, name, namespace, _template(definition))]
        case kinds.WORKFLOW:
            values = f"{name}-values"
            texts = [
                document_text(reference.kind, name, namespace, _workflow(values, inputs)),
                document_text(
                    kinds.VALUE_FUNCTION, values, namespace, {"return": _read(inputs, "inputs") or _NOTHING}
                ),
            ]
    written = [text for text in texts if text is not None]
    if not written or len(written) < len(texts):
        return None
    return NewText(beside(definition.path, name), joined(written))


def _inputs(definition: Definition, reference: Reference) -> Iterator[str]:
    """Yield the names of the inputs that the document gives to what it refers to."""
    body = definition.document.body
    if isinstance(body, FunctionTest):
        yield from (supplied.name.text for supplied in body.inputs or ())
        for case in body.cases:
            yield from (supplied.name.text for supplied in case.overrides)
    for call, item in _calls(body):
        if any((one.kind, one.name.text) == (reference.kind, reference.name.text) for one in call.targets):
            yield from (supplied.name.text for supplied in call.inputs or ())
            if item is not None:
                yield item


def _calls(body: object) -> Iterator[tuple[Call, str | None]]:
    if isinstance(body, Workflow):
        for step in body.steps:
            yield step.call, None if step.input_key is None else step.input_key.text
    elif isinstance(body, Function):
        yield from ((call, None) for call in body.overlays)


def _read(inputs: list[str], root: str) -> dict[str, str]:
    """Return a mapping that reads every input under its own name."""
    return {name: f"={root}{_member(name)}" for name in inputs}


def _member(name: str) -> str:
    if _WORD.fullmatch(name):
        return f".{name}"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'["{quoted}"]'


def _resource_function(name: str, inputs: list[str]) -> dict[str, Any]:
    """Return a function that manages a ConfigMap: the plainest object there is, to be replaced."""
    spec: dict[str, Any] = {
        "apiConfig": {"apiVersion": "v1", "kind": "ConfigMap", "name": name, "namespace": "default"},
        "resource": {"metadata": {"labels": {"app.kubernetes.io/managed-by": "koreo"}}},
    }
    if inputs:
        spec["return"] = _read(inputs, "inputs")
    return spec


def _template(definition: Definition) -> dict[str, Any]:
    """Return a template of the kind that the function that asks for it makes."""
    spec = definition.document.spec
    version, kind = get_text(spec, "apiConfig", "apiVersion"), get_text(spec, "apiConfig", "kind")
    known = (
        {"apiVersion": version, "kind": kind}
        if version and kind
        else {"apiVersion": "v1", "kind": "ConfigMap"}
    )
    return {"template": {**known, "metadata": {"labels": {"app.kubernetes.io/managed-by": "koreo"}}}}


def _workflow(values: str, inputs: list[str]) -> dict[str, Any]:
    """Return a Workflow of one step, which hands its caller's inputs on and keeps what comes back."""
    step: dict[str, Any] = {"label": "values", "ref": {"kind": kinds.VALUE_FUNCTION, "name": values}}
    if inputs:
        step["inputs"] = _read(inputs, "parent")
    step["state"] = _read(inputs or list(_NOTHING), "value")
    return {"steps": [step]}
