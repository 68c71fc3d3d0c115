"""The outline of a file, and the search for a name in the whole workspace."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Function, FunctionTest, Name, Workflow
from koreo_analyzer.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.workspace import Definition, Snapshot


class SymbolKind(enum.Enum):
    """What a symbol stands for."""

    VALUE_FUNCTION = "value function"
    RESOURCE_FUNCTION = "resource function"
    TEMPLATE = "template"
    WORKFLOW = "workflow"
    TEST = "test"
    STEP = "step"
    LOCAL = "local"
    INPUT = "input"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Symbol:
    """One entry of an outline. `span` is all that belongs to it and holds `name_span`; both count in the file."""

    name: str
    detail: str
    kind: SymbolKind
    span: Span
    name_span: Span
    children: tuple[Symbol, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkspaceSymbol:
    """A symbol found by its name; `container` is the document that holds it."""

    name: str
    kind: SymbolKind
    path: str
    span: Span
    container: str | None = None


_KINDS = {
    kinds.VALUE_FUNCTION: SymbolKind.VALUE_FUNCTION,
    kinds.RESOURCE_FUNCTION: SymbolKind.RESOURCE_FUNCTION,
    kinds.RESOURCE_TEMPLATE: SymbolKind.TEMPLATE,
    kinds.WORKFLOW: SymbolKind.WORKFLOW,
    kinds.FUNCTION_TEST: SymbolKind.TEST,
}


def document_symbols(snapshot: Snapshot, path: str) -> list[Symbol]:
    """Return the outline of a file: documents, and in them steps, inputs, locals and test cases."""
    return [_document(definition) for definition in snapshot.documents(path)]


def _document(definition: Definition) -> Symbol:
    document, start = definition.document, definition.start
    name = document.name or Name(document.kind, document.kind_span)
    end = len(document.text.rstrip())
    return Symbol(
        name.text,
        document.kind,
        _KINDS[document.kind],
        Span(start, start + max(end, name.span.end)),
        name.span.shift(start),
        tuple(_children(definition)),
    )


def _children(definition: Definition) -> list[Symbol]:
    document, start = definition.document, definition.start
    found: list[Symbol] = []
    match document.body:
        case Workflow():
            for step in document.body.steps:
                if step.label is not None:
                    runs = ", ".join(target.name.text for target in step.call.targets)
                    found.append(
                        _child(step.label.text, runs, SymbolKind.STEP, step.span, step.label.span, start)
                    )
        case Function():
            signature = document.signature
            required = dict(signature.inputs) if signature is not None else {}
            for name, spans in document.input_uses.items():
                if spans and name:
                    detail = "input" if required.get(name) else "optional input"
                    found.append(_child(name, detail, SymbolKind.INPUT, spans[0], spans[0], start))
            found.extend(
                _child(local.text, "local", SymbolKind.LOCAL, local.span, local.span, start)
                for local in document.body.locals
            )
        case FunctionTest():
            for case in document.body.cases:
                label = case.label.text if case.label else f"Test Case {case.index + 1}"
                name_span = case.label.span if case.label else Span(case.span.start, case.span.start + 1)
                found.append(_child(label, "", SymbolKind.CASE, case.span, name_span, start))
        case _:
            pass
    return sorted(found, key=lambda symbol: symbol.span)


def _child(name: str, detail: str, kind: SymbolKind, span: Span, name_span: Span, start: int) -> Symbol:
    whole = Span(min(span.start, name_span.start), max(span.end, name_span.end))
    return Symbol(name, detail, kind, whole.shift(start), name_span.shift(start))


def workspace_symbols(snapshot: Snapshot, query: str, limit: int = 1000) -> list[WorkspaceSymbol]:
    """Return documents, steps, inputs and locals whose names hold the letters of `query` in order.

    Case does not matter. Equal names come first, then those that begin with it, hold it, have its letters; of
    equally good ones, documents before what is in them. At most `limit` are returned.
    """
    wanted = query.lower()
    ranked: list[tuple[int, str, str, Span, Definition, SymbolKind]] = []
    for path in snapshot.paths():
        for definition in snapshot.documents(path):
            document = definition.document
            if document.name is not None and (found := _rank(document.name.text.lower(), wanted)) is not None:
                name, kind = document.name, _KINDS[document.kind]
                ranked.append((found, name.text, path, name.span, definition, kind))
            for name, kind in _inner_names(document):
                if (found := _rank(name.text.lower(), wanted)) is not None:
                    ranked.append((found + 1, name.text, path, name.span, definition, kind))
    ranked.sort(key=lambda entry: entry[:4])
    return [
        WorkspaceSymbol(
            name, kind, path, span.shift(definition.start), _container(definition) if found % 2 else None
        )
        for found, name, path, span, definition, kind in ranked[:limit]
    ]


def _container(definition: Definition) -> str:
    name = definition.document.name
    return name.text if name is not None else definition.document.kind


def _inner_names(document: KoreoDocument) -> Iterator[tuple[Name, SymbolKind]]:
    body = document.body
    if isinstance(body, Workflow):
        for step in body.steps:
            if step.label is not None:
                yield step.label, SymbolKind.STEP
    elif isinstance(body, Function):
        for local in body.locals:
            yield local, SymbolKind.LOCAL
        for name, spans in document.input_uses.items():
            if spans and name:
                yield Name(name, spans[0]), SymbolKind.INPUT


def _rank(name: str, wanted: str) -> int | None:
    """Return how well a name fits: an even number, less is better; None if not at all."""
    if name.startswith(wanted):
        return 0 if name == wanted else 2
    if wanted in name:
        return 4
    found = 0
    for letter in wanted:
        found = name.find(letter, found) + 1
        if not found:
            return None
    return 6
