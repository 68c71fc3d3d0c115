"""Puts the server together."""

from __future__ import annotations

from koreo_server.lsp import actions, configuration, lifecycle, navigation, outline, status, texts
from koreo_server.lsp.server import KoreoServer


def create_server() -> KoreoServer:
    """Return a server with all its handlers."""
    server = KoreoServer()
    for part in (lifecycle, configuration, texts, navigation, outline, actions, status):
        part.register(server)
    return server
