"""Between the analyzer's offsets and plain values and the protocol's positions and types (LSP 3.17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.problems import Severity, Tag
from koreo_analyzer.text import LineIndex, PositionEncoding, Span
from lsprotocol import types

from koreo_server.ide.symbols import Symbol, SymbolKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from koreo_analyzer.workspace import FileProblem, FileRelated

SOURCE = "koreo"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_TAGS = {Tag.UNNECESSARY: types.DiagnosticTag.Unnecessary, Tag.DEPRECATED: types.DiagnosticTag.Deprecated}

SYMBOL_KINDS = {
    SymbolKind.VALUE_FUNCTION: types.SymbolKind.Function,
    SymbolKind.RESOURCE_FUNCTION: types.SymbolKind.Class,
    SymbolKind.TEMPLATE: types.SymbolKind.Struct,
    SymbolKind.WORKFLOW: types.SymbolKind.Module,
    SymbolKind.TEST: types.SymbolKind.Package,
    SymbolKind.STEP: types.SymbolKind.Method,
    SymbolKind.LOCAL: types.SymbolKind.Variable,
    SymbolKind.INPUT: types.SymbolKind.Property,
    SymbolKind.CASE: types.SymbolKind.Event,
}


def to_range(lines: LineIndex, span: Span, encoding: PositionEncoding) -> types.Range:
    """Convert a span to a range."""
    start = lines.position(span.start, encoding)
    end = lines.position(span.end, encoding)
    return types.Range(types.Position(start.line, start.column), types.Position(end.line, end.column))


def to_offset(lines: LineIndex, position: types.Position, encoding: PositionEncoding) -> int:
    """Convert a position to an offset; one outside of the text means the nearest one inside."""
    return lines.offset(position.line, position.character, encoding)


def apply_changes(
    text: str, changes: list[types.TextDocumentContentChangeEvent], encoding: PositionEncoding
) -> str:
    """Return a text after the changes of one `textDocument/didChange`, each relative to the result of the last."""
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            lines = LineIndex(text)
            start = to_offset(lines, change.range.start, encoding)
            end = max(start, to_offset(lines, change.range.end, encoding))
            text = text[:start] + change.text + text[end:]
        else:
            text = change.text
    return text


def to_diagnostic(
    problem: FileProblem,
    lines: LineIndex,
    encoding: PositionEncoding,
    related: Callable[[FileRelated], types.Location | None] | None,
) -> types.Diagnostic:
    """Convert a problem. `related` finds the location of a related place; None for clients that take none."""
    information = None
    if related is not None and problem.related:
        found = ((place, related(place)) for place in problem.related)
        information = [
            types.DiagnosticRelatedInformation(location, place.message)
            for place, location in found
            if location is not None
        ]
    message = problem.message if problem.hint is None else f"{problem.message}\n{problem.hint}"
    return types.Diagnostic(
        range=to_range(lines, problem.span, encoding),
        message=message,
        severity=_SEVERITIES[problem.severity],
        code=problem.code,
        source=SOURCE,
        tags=[_TAGS[tag] for tag in problem.tags] or None,
        related_information=information,
    )


def to_document_symbol(symbol: Symbol, lines: LineIndex, encoding: PositionEncoding) -> types.DocumentSymbol:
    """Convert an outline."""
    return types.DocumentSymbol(
        name=symbol.name,
        detail=symbol.detail or None,
        kind=SYMBOL_KINDS[symbol.kind],
        range=to_range(lines, symbol.span, encoding),
        selection_range=to_range(lines, symbol.name_span, encoding),
        children=[to_document_symbol(child, lines, encoding) for child in symbol.children] or None,
    )
