"""Puts the server together."""

from __future__ import annotations

from koreo_server.lsp import (
    actions,
    completion,
    configuration,
    diagnostics,
    folding,
    formatting,
    hierarchy,
    hints,
    lenses,
    lifecycle,
    links,
    navigation,
    outline,
    preview,
    rename,
    status,
    test_messages,
    testing,
    texts,
    tokens,
)
from koreo_server.lsp.server import KoreoServer

_PARTS = (
    *(lifecycle, configuration, texts, navigation, outline, actions, status),
    *(folding, formatting, tokens),
    *(rename, hierarchy, links),
    *(completion, preview, diagnostics, testing, test_messages, hints, lenses),
)


def create_server() -> KoreoServer:
    """Return a server with all its handlers."""
    server = KoreoServer()
    for part in _PARTS:
        part.register(server)
    return server
