"""Completion, and the documentation of an item once it is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from koreo_server.ide.completion.complete import complete
from koreo_server.ide.completion.items import ItemKind
from koreo_server.ide.completion.values import reference_doc
from koreo_server.lsp.markup import to_markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from koreo_analyzer.text import LineIndex

    from koreo_server.ide.completion.items import Completions, Item
    from koreo_server.lsp.server import KoreoServer

_KINDS = {
    ItemKind.KEY: types.CompletionItemKind.Keyword,
    ItemKind.FIELD: types.CompletionItemKind.Property,
    ItemKind.INPUT: types.CompletionItemKind.Field,
    ItemKind.ENUM: types.CompletionItemKind.EnumMember,
    ItemKind.VALUE: types.CompletionItemKind.Value,
    ItemKind.REFERENCE: types.CompletionItemKind.Reference,
    ItemKind.RESOURCE: types.CompletionItemKind.Class,
    ItemKind.VARIABLE: types.CompletionItemKind.Variable,
    ItemKind.FUNCTION: types.CompletionItemKind.Function,
    ItemKind.MACRO: types.CompletionItemKind.Snippet,
    ItemKind.OPERATOR: types.CompletionItemKind.Operator,
    ItemKind.DOCUMENT: types.CompletionItemKind.Struct,
}
_PLAINER_KINDS = {
    types.CompletionItemKind.EnumMember: types.CompletionItemKind.Value,
    types.CompletionItemKind.Struct: types.CompletionItemKind.Class,
    types.CompletionItemKind.Operator: types.CompletionItemKind.Keyword,
}
"""The kinds that a client need not know, with what they are for one that does not."""
_TRIGGERS = [".", "=", '"', "'", "[", " "]


def register(server: KoreoServer) -> None:
    """Teach the server these requests."""
    options = types.CompletionOptions(trigger_characters=_TRIGGERS, resolve_provider=True)
    shown: list[Sequence[Item]] = [()]
    """The items of the newest answer: only those are resolved."""
    number = [0]

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, options)
    def offer(params: types.CompletionParams) -> types.CompletionList | None:
        asked = server.cursor(params.text_document.uri, params.position)
        if asked is None:
            return None
        snapshot, path, offset = asked
        if _is_noise(params.context, snapshot.text(path), offset):
            return types.CompletionList(is_incomplete=False, items=[])
        found = complete(snapshot, path, offset)
        shown[0] = found.items
        number[0] += 1
        uri = params.text_document.uri
        lines = snapshot.line_index(path)
        items = [
            _encode(server, found, item, index, lines, {"list": number[0], "index": index, "uri": uri})
            for index, item in enumerate(found.items)
        ]
        return types.CompletionList(is_incomplete=not found.complete, items=items)

    @server.feature(types.COMPLETION_ITEM_RESOLVE)
    def resolve(item: types.CompletionItem) -> types.CompletionItem:
        data = _data(item.data)
        if data is None or data["list"] != number[0] or not 0 <= data["index"] < len(shown[0]):
            return item
        chosen = shown[0][data["index"]]
        doc = chosen.doc
        if chosen.reference is not None:
            found = server.snapshot_of(data["uri"])
            doc = reference_doc(found[0], *chosen.reference) if found is not None else None
        if doc:
            item.documentation = to_markup(doc, is_shown=server.client.markdown_completion)
        return item


def _is_noise(context: types.CompletionContext | None, text: str, offset: int) -> bool:
    """Whether a character that was typed on the way asks for nothing.

    A blank opens a list only after a colon, a comma or a dash, `=` only where a value begins.
    """
    if context is None or context.trigger_kind is not types.CompletionTriggerKind.TriggerCharacter:
        return False
    if context.trigger_character == "=":
        return text[text.rfind("\n", 0, offset) + 1 : offset - 1].strip().rstrip("'\"")[-1:] not in {
            ":",
            "-",
            ">",
            "|",
        }
    return context.trigger_character == " " and text[offset - 2 : offset - 1] not in {":", "-", ","}


def _data(value: Any) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        return None
    wanted = {"list": int, "index": int, "uri": str}
    return value if all(isinstance(value.get(key), type_) for key, type_ in wanted.items()) else None


def _encode(
    server: KoreoServer, found: Completions, item: Item, index: int, lines: LineIndex, data: dict[str, Any]
) -> types.CompletionItem:
    client = server.client
    text = item.snippet if item.snippet is not None and client.completion_snippets else item.insert
    if not client.adjusts_indentation:
        text = text.replace("\n", f"\n{found.indent}")
    start, end = (
        lines.position(item.span.start, client.encoding),
        lines.position(item.span.end, client.encoding),
    )
    place = types.Range(types.Position(start.line, start.column), types.Position(end.line, end.column))
    typed = lines.text[item.span.start : item.span.end]
    kind = _KINDS[item.kind]
    again = item.again and "koreo.suggest" in client.client_commands
    return types.CompletionItem(
        label=item.label,
        kind=kind if kind in client.completion_kinds else _PLAINER_KINDS.get(kind, kind),
        detail=item.detail,
        sort_text=f"{index:04}",
        filter_text=f"{typed[:1]}{item.label}" if typed[:1] in {'"', "'", "."} else None,
        preselect=True if index == 0 and client.completion_preselect else None,
        text_edit=types.TextEdit(place, text),
        insert_text_format=(
            types.InsertTextFormat.Snippet
            if text != item.insert and item.snippet is not None and client.completion_snippets
            else None
        ),
        insert_text_mode=types.InsertTextMode.AdjustIndentation if client.adjusts_indentation else None,
        command=types.Command("Suggest", "koreo.suggest") if again else None,
        data=data,
    )
