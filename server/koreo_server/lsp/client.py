"""What the client can do, read once from its capabilities (LSP 3.17, `ClientCapabilities`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.text import PositionEncoding
from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Collection

_FIRST_SYMBOL_KINDS = frozenset(range(types.SymbolKind.File, types.SymbolKind.Array + 1))
"""The kinds that a client knows if it does not list any."""


@dataclass(frozen=True, slots=True)
class Client:
    """What may be sent to the client. Nothing that it did not announce is ever sent."""

    encoding: PositionEncoding = PositionEncoding.UTF16
    related_information: bool = False
    tags: Collection[types.DiagnosticTag] = frozenset()
    definition_links: bool = False
    markdown_hover: bool = False
    symbol_trees: bool = False
    document_symbol_kinds: Collection[int] = _FIRST_SYMBOL_KINDS
    workspace_symbol_kinds: Collection[int] = _FIRST_SYMBOL_KINDS
    code_actions: bool = False
    preferred_actions: bool = False
    document_changes: bool = False
    watches_files: bool = False
    configuration: bool = False
    configuration_changes: bool = False
    work_done_progress: bool = False


def read_client(capabilities: types.ClientCapabilities, encoding: PositionEncoding) -> Client:
    """Return what a client can do; `encoding` is the one that was agreed on."""
    document = capabilities.text_document or types.TextDocumentClientCapabilities()
    workspace = capabilities.workspace or types.WorkspaceClientCapabilities()
    publishing = document.publish_diagnostics
    tags = publishing.tag_support if publishing else None
    outline, search = document.document_symbol, workspace.symbol
    actions, edits = document.code_action, workspace.workspace_edit
    formats = document.hover.content_format if document.hover else None
    watching = workspace.did_change_watched_files
    setting, window = workspace.did_change_configuration, capabilities.window
    return Client(
        encoding,
        related_information=bool(publishing and publishing.related_information),
        tags=frozenset(tags.value_set) if tags else frozenset(),
        definition_links=bool(document.definition and document.definition.link_support),
        markdown_hover=not formats or types.MarkupKind.Markdown in formats,
        symbol_trees=bool(outline and outline.hierarchical_document_symbol_support),
        document_symbol_kinds=_symbol_kinds(outline.symbol_kind if outline else None),
        workspace_symbol_kinds=_symbol_kinds(search.symbol_kind if search else None),
        code_actions=bool(actions and actions.code_action_literal_support),
        preferred_actions=bool(actions and actions.is_preferred_support),
        document_changes=bool(edits and edits.document_changes),
        watches_files=bool(watching and watching.dynamic_registration),
        configuration=bool(workspace.configuration),
        configuration_changes=bool(setting and setting.dynamic_registration),
        work_done_progress=bool(window and window.work_done_progress),
    )


def _symbol_kinds(
    announced: types.ClientSymbolKindOptions | None,
) -> Collection[int]:
    if announced is None or announced.value_set is None:
        return _FIRST_SYMBOL_KINDS
    return frozenset(announced.value_set)
