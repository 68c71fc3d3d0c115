"""Go to definition and type definition, references, highlights."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from lsprotocol import types

from koreo_server.ide import navigation
from koreo_server.ide.highlight import highlights

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Snapshot

    from koreo_server.ide.navigation import Link
    from koreo_server.lsp.server import KoreoServer


Places: TypeAlias = "list[types.Location] | list[types.LocationLink] | None"


def register(server: KoreoServer) -> None:
    """Teach the server these requests."""

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def go_to_definition(params: types.DefinitionParams) -> Places:
        asked = server.cursor(params.text_document.uri, params.position)
        if asked is None:
            return None
        links = navigation.definition(*asked)
        return _places(server, asked, links, with_origins=server.client.definition_links)

    @server.feature(types.TEXT_DOCUMENT_TYPE_DEFINITION)
    def go_to_type_definition(params: types.TypeDefinitionParams) -> Places:
        asked = server.cursor(params.text_document.uri, params.position)
        if asked is None:
            return None
        links = navigation.type_definition(*asked)
        return _places(server, asked, links, with_origins=server.client.type_definition_links)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlight(params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
        asked = server.cursor(params.text_document.uri, params.position)
        if asked is None:
            return None
        snapshot, path, _ = asked
        kinds = types.DocumentHighlightKind
        return [
            types.DocumentHighlight(
                server.range(snapshot, path, one.span), kinds.Write if one.writes else kinds.Read
            )
            for one in highlights(*asked)
        ]

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def find_references(params: types.ReferenceParams) -> list[types.Location] | None:
        asked = server.cursor(params.text_document.uri, params.position)
        if asked is None:
            return None
        snapshot, path, offset = asked
        places = navigation.references(
            snapshot, path, offset, include_definition=params.context.include_declaration
        )
        return [server.location(snapshot, place.path, place.span) for place in places]


def _places(
    server: KoreoServer, asked: tuple[Snapshot, str, int], links: list[Link], *, with_origins: bool
) -> Places:
    """Convert places for a client that takes links, or only locations."""
    snapshot, path, _ = asked
    places = [server.location(snapshot, link.path, link.span) for link in links]
    if not with_origins:
        return places
    return [
        types.LocationLink(place.uri, place.range, place.range, server.range(snapshot, path, link.origin))
        for place, link in zip(places, links, strict=True)
    ]
