"""Go to definition, references, hover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from koreo_server.ide import hover, navigation

if TYPE_CHECKING:
    from koreo_server.lsp.server import KoreoServer


def register(server: KoreoServer) -> None:
    """Teach the server these requests."""

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def go_to_definition(
        params: types.DefinitionParams,
    ) -> list[types.Location] | list[types.LocationLink] | None:
        asked = server.cursor(params.text_document.uri, params.position)
        if asked is None:
            return None
        snapshot, path, offset = asked
        links = navigation.definition(snapshot, path, offset)
        places = [server.location(snapshot, link.path, link.span) for link in links]
        if not server.client.definition_links:
            return places
        origins = [server.range(snapshot, path, link.origin) for link in links]
        return [
            types.LocationLink(place.uri, place.range, place.range, origin)
            for place, origin in zip(places, origins, strict=True)
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

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def show_hover(params: types.HoverParams) -> types.Hover | None:
        asked = server.cursor(params.text_document.uri, params.position)
        if asked is None:
            return None
        snapshot, path, offset = asked
        found = hover.hover(snapshot, path, offset)
        if found is None:
            return None
        kind = types.MarkupKind.Markdown if server.client.markdown_hover else types.MarkupKind.PlainText
        return types.Hover(
            types.MarkupContent(kind, found.markdown), server.range(snapshot, path, found.span)
        )
