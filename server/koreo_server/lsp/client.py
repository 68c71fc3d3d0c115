"""What the client can do, read once from its capabilities (LSP 3.17, `ClientCapabilities`)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from koreo_analyzer.text import PositionEncoding
from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Collection

_FIRST_SYMBOL_KINDS = frozenset(range(types.SymbolKind.File, types.SymbolKind.Array + 1))
"""The kinds that a client knows if it does not list any; so are those of completion."""
_FIRST_COMPLETION_KINDS = frozenset(
    range(types.CompletionItemKind.Text, types.CompletionItemKind.Reference + 1)
)


@dataclass(frozen=True, slots=True)
class DiagnosticParts:
    """What the client shows of a diagnostic beside its message."""

    related_information: bool = False
    tags: Collection[types.DiagnosticTag] = frozenset()
    code_descriptions: bool = False


@dataclass(frozen=True, slots=True)
class Client:
    """What may be sent to the client. Nothing that it did not announce is ever sent."""

    encoding: PositionEncoding = PositionEncoding.UTF16
    pushed: DiagnosticParts = DiagnosticParts()
    pulled: DiagnosticParts = DiagnosticParts()
    definition_links: bool = False
    markdown_hover: bool = False
    markdown_completion: bool = False
    markdown_signatures: bool = False
    symbol_trees: bool = False
    document_symbol_kinds: Collection[int] = _FIRST_SYMBOL_KINDS
    workspace_symbol_kinds: Collection[int] = _FIRST_SYMBOL_KINDS
    code_actions: bool = False
    preferred_actions: bool = False
    disabled_actions: bool = False
    resolves_edits: bool = False
    """Whether the client asks for the edit of a code action once it is chosen."""
    action_kinds: Collection[str] = frozenset()
    """The kinds of code actions that the client knows; each stands for those below it."""
    document_changes: bool = False
    watches_files: bool = False
    watches_elsewhere: bool = False
    """Whether the client watches folders that it has not opened."""
    completion_kinds: Collection[int] = _FIRST_COMPLETION_KINDS
    completion_snippets: bool = False
    completion_preselect: bool = False
    adjusts_indentation: bool = False
    parameter_offsets: bool = False
    configuration: bool = False
    configuration_changes: bool = False
    work_done_progress: bool = False
    pulls_diagnostics: bool = False
    pulls_workspace: bool = True
    """Whether to offer the diagnostics of all files; for those of open files the client can be asked to pull again."""
    related_documents: bool = False
    inlay_hints: bool = False
    refreshes_hints: bool = False
    refreshes_lenses: bool = False
    applies_edits: bool = False
    test_results: bool = False
    client_commands: Collection[str] = frozenset()
    """The commands that only the editor knows."""
    type_definition_links: bool = False
    change_annotations: bool = False
    creates_files: bool = False
    renames_files: bool = False
    link_tooltips: bool = False
    most_folds: int | None = None
    shows_previews: bool = False


def read_client(
    capabilities: types.ClientCapabilities, encoding: PositionEncoding, info: types.ClientInfo | None = None
) -> Client:
    """Return what a client can do; `encoding` is the one that was agreed on."""
    document = capabilities.text_document or types.TextDocumentClientCapabilities()
    workspace = capabilities.workspace or types.WorkspaceClientCapabilities()
    client = Client(encoding)
    client = _diagnostics(client, document, workspace, info)
    client = _navigation(client, document, workspace)
    client = _completion_and_help(client, document)
    client = _code_actions(client, document)
    client = _edits(client, document, workspace)
    client = _watching(client, workspace)
    return _display(client, capabilities, document, workspace)


def _diagnostics(
    client: Client,
    document: types.TextDocumentClientCapabilities,
    workspace: types.WorkspaceClientCapabilities,
    info: types.ClientInfo | None,
) -> Client:
    publishing, pulling = document.publish_diagnostics, document.diagnostic
    own = (
        (pulling.related_information, pulling.tag_support, pulling.code_description_support)
        if pulling
        else ()
    )
    return replace(
        client,
        pushed=_diagnostic_parts(publishing),
        # Since LSP 3.18 a client may say this of pulled diagnostics, too; before, they were as those that are pushed.
        pulled=_diagnostic_parts(publishing if all(one is None for one in own) else pulling),
        # Results that come after the answer, as those of tests, need that the client can be asked to pull again.
        pulls_diagnostics=bool(
            document.diagnostic and workspace.diagnostics and workspace.diagnostics.refresh_support
        ),
        # Neovim 0.12, asked to pull again, pulls only from the workspace where it can, and passes over open files then.
        pulls_workspace=info is None or info.name != "Neovim",
        related_documents=bool(document.diagnostic and document.diagnostic.related_document_support),
    )


def _navigation(
    client: Client,
    document: types.TextDocumentClientCapabilities,
    workspace: types.WorkspaceClientCapabilities,
) -> Client:
    outline, search = document.document_symbol, workspace.symbol
    return replace(
        client,
        definition_links=bool(document.definition and document.definition.link_support),
        type_definition_links=bool(document.type_definition and document.type_definition.link_support),
        symbol_trees=bool(outline and outline.hierarchical_document_symbol_support),
        document_symbol_kinds=_symbol_kinds(outline.symbol_kind if outline else None),
        workspace_symbol_kinds=_symbol_kinds(search.symbol_kind if search else None),
        link_tooltips=bool(document.document_link and document.document_link.tooltip_support),
        most_folds=document.folding_range.range_limit if document.folding_range else None,
    )


def _completion_and_help(client: Client, document: types.TextDocumentClientCapabilities) -> Client:
    completion = document.completion
    item = completion.completion_item if completion else None
    signature = document.signature_help.signature_information if document.signature_help else None
    parameter = signature.parameter_information if signature else None
    return replace(
        client,
        markdown_hover=_takes_markdown(document.hover.content_format if document.hover else None),
        markdown_completion=_takes_markdown(item.documentation_format if item else None),
        markdown_signatures=_takes_markdown(signature.documentation_format if signature else None),
        completion_kinds=_completion_kinds(completion.completion_item_kind if completion else None),
        completion_snippets=bool(item and item.snippet_support),
        completion_preselect=bool(item and item.preselect_support),
        adjusts_indentation=bool(
            item
            and item.insert_text_mode_support
            and types.InsertTextMode.AdjustIndentation in item.insert_text_mode_support.value_set
        ),
        parameter_offsets=bool(parameter and parameter.label_offset_support),
    )


def _code_actions(client: Client, document: types.TextDocumentClientCapabilities) -> Client:
    actions = document.code_action
    return replace(
        client,
        code_actions=bool(actions and actions.code_action_literal_support),
        preferred_actions=bool(actions and actions.is_preferred_support),
        disabled_actions=bool(actions and actions.disabled_support),
        resolves_edits=bool(
            actions
            and actions.data_support
            and actions.resolve_support
            and "edit" in actions.resolve_support.properties
        ),
        action_kinds=_action_kinds(actions.code_action_literal_support if actions else None),
    )


def _edits(
    client: Client,
    document: types.TextDocumentClientCapabilities,
    workspace: types.WorkspaceClientCapabilities,
) -> Client:
    edits = workspace.workspace_edit
    return replace(
        client,
        applies_edits=bool(workspace.apply_edit),
        document_changes=bool(edits and edits.document_changes),
        change_annotations=bool(
            edits
            and edits.document_changes
            and edits.change_annotation_support
            and document.rename
            and document.rename.honors_change_annotations
        ),
        creates_files=bool(
            edits
            and edits.document_changes
            and types.ResourceOperationKind.Create in (edits.resource_operations or ())
        ),
        renames_files=bool(
            edits
            and edits.document_changes
            and types.ResourceOperationKind.Rename in (edits.resource_operations or ())
        ),
    )


def _watching(client: Client, workspace: types.WorkspaceClientCapabilities) -> Client:
    watching, setting = workspace.did_change_watched_files, workspace.did_change_configuration
    return replace(
        client,
        watches_files=bool(watching and watching.dynamic_registration),
        watches_elsewhere=bool(
            watching and watching.dynamic_registration and watching.relative_pattern_support
        ),
        configuration=bool(workspace.configuration),
        configuration_changes=bool(setting and setting.dynamic_registration),
    )


def _display(
    client: Client,
    capabilities: types.ClientCapabilities,
    document: types.TextDocumentClientCapabilities,
    workspace: types.WorkspaceClientCapabilities,
) -> Client:
    window = capabilities.window
    return replace(
        client,
        work_done_progress=bool(window and window.work_done_progress),
        inlay_hints=document.inlay_hint is not None,
        refreshes_hints=bool(workspace.inlay_hint and workspace.inlay_hint.refresh_support),
        refreshes_lenses=bool(workspace.code_lens and workspace.code_lens.refresh_support),
        test_results=_experimental(capabilities, "testResults") is True,
        shows_previews=_experimental(capabilities, "preview") is True,
        client_commands=_names(_experimental(capabilities, "clientCommands")),
    )


def _diagnostic_parts(
    announced: types.PublishDiagnosticsClientCapabilities | types.DiagnosticClientCapabilities | None,
) -> DiagnosticParts:
    if announced is None:
        return DiagnosticParts()
    return DiagnosticParts(
        related_information=bool(announced.related_information),
        tags=frozenset(announced.tag_support.value_set) if announced.tag_support else frozenset(),
        code_descriptions=bool(announced.code_description_support),
    )


def _symbol_kinds(
    announced: types.ClientSymbolKindOptions | None,
) -> Collection[int]:
    if announced is None or announced.value_set is None:
        return _FIRST_SYMBOL_KINDS
    return frozenset(announced.value_set)


def _completion_kinds(announced: types.ClientCompletionItemOptionsKind | None) -> Collection[int]:
    if announced is None or announced.value_set is None:
        return _FIRST_COMPLETION_KINDS
    return frozenset(announced.value_set)


def _takes_markdown(formats: Collection[types.MarkupKind] | None) -> bool:
    """Whether Markdown is among the formats that the client takes; it takes plain text if it does not say any."""
    return types.MarkupKind.Markdown in (formats or ())


def _action_kinds(support: types.ClientCodeActionLiteralOptions | None) -> frozenset[str]:
    kinds = support.code_action_kind.value_set if support is not None else ()
    return frozenset(str(getattr(kind, "value", kind)) for kind in kinds)


def _experimental(capabilities: types.ClientCapabilities, name: str) -> object:
    """Return what the client says of one of our own messages (`experimental.koreo`)."""
    found: object = capabilities.experimental
    for part in ("koreo", name):
        found = found.get(part) if isinstance(found, dict) else getattr(found, part, None)
    return found


def _names(value: object) -> frozenset[str]:
    return (
        frozenset(one for one in value if isinstance(one, str))
        if isinstance(value, list | tuple)
        else frozenset()
    )
