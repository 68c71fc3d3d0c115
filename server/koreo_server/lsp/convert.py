"""Between the analyzer's offsets and plain values and the protocol's positions and types (LSP 3.17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.problems import Severity, Tag
from koreo_analyzer.text import LineIndex, PositionEncoding, Span
from lsprotocol import types

from koreo_server.ide.symbols import Symbol, SymbolKind

if TYPE_CHECKING:
    from collections.abc import Collection

    from koreo_analyzer.workspace import FileProblem

SOURCE = "koreo"
"""The `source` of every diagnostic."""

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_TAGS = {Tag.UNNECESSARY: types.DiagnosticTag.Unnecessary, Tag.DEPRECATED: types.DiagnosticTag.Deprecated}

_SYMBOL_KINDS = {
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
_PLAINER_KINDS = {
    types.SymbolKind.Struct: types.SymbolKind.Class,
    types.SymbolKind.Event: types.SymbolKind.Method,
}


def to_range(lines: LineIndex, span: Span, encoding: PositionEncoding) -> types.Range:
    """Convert a span to a range."""
    start = lines.position(span.start, encoding)
    end = lines.position(span.end, encoding)
    return types.Range(types.Position(start.line, start.column), types.Position(end.line, end.column))


def to_offset(lines: LineIndex, position: types.Position, encoding: PositionEncoding) -> int:
    """Convert a position to an offset; one outside of the text means the nearest one inside."""
    return lines.offset(position.line, position.character, encoding)


def to_span(lines: LineIndex, place: types.Range, encoding: PositionEncoding) -> Span:
    """Convert a range to a span; one that ends before it starts is empty."""
    start = to_offset(lines, place.start, encoding)
    return Span(start, max(start, to_offset(lines, place.end, encoding)))


def to_diagnostic(
    problem: FileProblem,
    lines: LineIndex,
    encoding: PositionEncoding,
    tags: Collection[types.DiagnosticTag],
    related: list[types.DiagnosticRelatedInformation] | None,
) -> types.Diagnostic:
    """Convert a problem for a client that knows `tags`."""
    message = problem.message if problem.hint is None else f"{problem.message}\n{problem.hint}"
    return types.Diagnostic(
        range=to_range(lines, problem.span, encoding),
        message=message,
        severity=_SEVERITIES[problem.severity],
        code=problem.code,
        source=SOURCE,
        tags=[_TAGS[tag] for tag in problem.tags if _TAGS[tag] in tags] or None,
        related_information=related or None,
    )


def to_symbol_kind(kind: SymbolKind, known: Collection[int]) -> types.SymbolKind:
    """Convert the kind of a symbol for a client that knows the kinds `known`."""
    found = _SYMBOL_KINDS[kind]
    return found if found in known else _PLAINER_KINDS.get(found, found)


def to_document_symbol(
    symbol: Symbol, lines: LineIndex, encoding: PositionEncoding, known: Collection[int]
) -> types.DocumentSymbol:
    """Convert an outline for a client that knows the symbol kinds `known`."""
    children = [to_document_symbol(child, lines, encoding, known) for child in symbol.children]
    return types.DocumentSymbol(
        name=symbol.name,
        detail=symbol.detail or None,
        kind=to_symbol_kind(symbol.kind, known),
        range=to_range(lines, symbol.span, encoding),
        selection_range=to_range(lines, symbol.name_span, encoding),
        children=children or None,
    )
