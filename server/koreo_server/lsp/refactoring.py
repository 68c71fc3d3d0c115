"""Refactorings as code actions. For a client that asks for the edit of the one chosen, it is worked out only then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.text import Span
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from koreo_server.ide.refactor.extract import extract_local
from koreo_server.ide.refactor.inline import inline_local
from koreo_server.ide.refactor.to_template import convert_to_template
from koreo_server.lsp.edits import workspace_edit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from koreo_analyzer.workspace import Snapshot

    from koreo_server.ide.refactor.rewritten import Offer
    from koreo_server.lsp.server import KoreoServer

_OFFERS: Final[Mapping[str, Callable[[Snapshot, str, Span], Offer | None]]] = {
    "refactor.extract": extract_local,
    "refactor.inline": lambda snapshot, path, place: inline_local(snapshot, path, place.start),
    "refactor.rewrite": lambda snapshot, path, place: convert_to_template(snapshot, path, place.start),
}
KINDS: Final = tuple(_OFFERS)
_DATA: Final = {"uri": str, "version": int, "kind": str, "start": int, "end": int}


def register(server: KoreoServer) -> None:
    """Teach the server this request."""

    @server.feature(types.CODE_ACTION_RESOLVE)
    def resolve(action: types.CodeAction) -> types.CodeAction:
        data = action.data
        if action.edit is not None or not isinstance(data, dict):
            return action
        if not all(isinstance(data.get(key), type_) for key, type_ in _DATA.items()):
            return action
        found = server.snapshot_of(data["uri"])
        is_same = found is not None and _version(server, found[1]) == data["version"]
        offer = _OFFERS.get(data["kind"]) if is_same else None
        offered = offer(*found, Span(data["start"], data["end"])) if found is not None and offer else None
        if offered is None or offered.title != action.title:
            raise _failed("the document has changed since then; choose the action again")
        made = offered.made()
        if made.refusal is not None:
            raise _failed(f"{made.title}: {made.refusal}")
        action.edit = workspace_edit(server, made.edits)
        return action


def refactorings(
    server: KoreoServer, uri: str, place: Span, kinds: Collection[str]
) -> Iterator[types.CodeAction]:
    """Yield the refactorings of some kinds, or why one cannot be made, if the client shows that (`disabled`)."""
    found = server.snapshot_of(uri)
    if found is None:
        return
    version = _version(server, found[1])
    for kind in kinds:
        offered = _OFFERS[kind](*found, place)
        if offered is None:
            continue
        if server.client.resolves_edits and version is not None and offered.refusal is None:
            data: dict[str, Any] = {"uri": uri, "version": version, "kind": kind}
            data |= {"start": place.start, "end": place.end}
            yield types.CodeAction(title=offered.title, kind=kind, data=data)
            continue
        made = offered.made()
        if made.refusal is None:
            yield types.CodeAction(title=made.title, kind=kind, edit=workspace_edit(server, made.edits))
        elif server.client.disabled_actions:
            reason = types.CodeActionDisabled(reason=made.refusal)
            yield types.CodeAction(title=made.title, kind=kind, disabled=reason)


def _version(server: KoreoServer, key: str) -> int | None:
    """Return the version of the text in the editor; only for that it is certain that a text is still the same."""
    opened = server.projects.opened(key)
    return opened.version if opened is not None else None


def _failed(reason: str) -> JsonRpcException:
    return JsonRpcException(reason, types.LSPErrorCodes.RequestFailed)
