"""Code lenses: everything that is shown above the lines of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from koreo_server.ide.code_lenses import user_lenses, users_of
from koreo_server.lsp import testing

if TYPE_CHECKING:
    from koreo_server.lsp.server import KoreoServer

_SHOW = "koreo.showReferences"


def register(server: KoreoServer) -> None:
    """Teach the server these requests."""

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(resolve_provider=True))
    def lenses(params: types.CodeLensParams) -> list[types.CodeLens] | None:
        found = server.snapshot_of(params.text_document.uri)
        if found is None:
            return None
        snapshot, path = found
        shown = list(testing.code_lenses(server, snapshot, path))
        if server.settings.code_lenses:
            uri = params.text_document.uri
            shown += [
                types.CodeLens(
                    server.range(snapshot, path, lens.span),
                    data={"uri": uri, "kind": lens.kind, "name": lens.name},
                )
                for lens in user_lenses(snapshot, path)
            ]
        return shown

    @server.feature(types.CODE_LENS_RESOLVE)
    def resolve(lens: types.CodeLens) -> types.CodeLens:
        data = _data(lens.data)
        found = server.snapshot_of(data["uri"]) if data is not None else None
        if data is None or found is None:
            lens.command = lens.command or types.Command("", testing.no_command(server))
            return lens
        snapshot, _ = found
        users = users_of(snapshot, data["kind"], data["name"])
        can_show = bool(users.places) and _SHOW in server.client.client_commands
        lens.command = types.Command(users.title, _SHOW if can_show else testing.no_command(server))
        if can_show:
            places = [server.location(snapshot, *place) for place in users.places]
            lens.command.arguments = [data["uri"], lens.range.start, places]
        return lens


def _data(value: Any) -> dict[str, str] | None:
    if not isinstance(value, dict) or not all(
        isinstance(value.get(key), str) for key in ("uri", "kind", "name")
    ):
        return None
    return value
