"""Puts the server together."""

from __future__ import annotations

from koreo_server.lsp import (
    actions,
    completion,
    configuration,
    creating,
    diagnostics,
    folding,
    formatting,
    hierarchy,
    hints,
    hover,
    lenses,
    lifecycle,
    links,
    navigation,
    outline,
    preview,
    refactoring,
    rename,
    signature_help,
    status,
    test_messages,
    testing,
    texts,
    tokens,
)
from koreo_server.lsp.server import KoreoServer

_PARTS = (
    *(lifecycle, configuration, texts, navigation, outline, actions, refactoring, creating, status),
    *(folding, formatting, tokens),
    *(rename, hierarchy, links),
    *(completion, hover, signature_help),
    *(preview, diagnostics, testing, test_messages, hints, lenses),
)


def create_server() -> KoreoServer:
    """Return a server with all its handlers."""
    server = KoreoServer()
    for part in _PARTS:
        part.register(server)
    return server
