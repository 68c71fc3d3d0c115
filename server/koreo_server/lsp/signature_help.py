"""Signature help: the parameters of the call that is being typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from koreo_server.ide.signature_help import signature_help
from koreo_server.lsp.markup import to_markup

if TYPE_CHECKING:
    from koreo_server.ide.signature_help import Signature
    from koreo_server.lsp.server import KoreoServer


def register(server: KoreoServer) -> None:
    """Teach the server this request."""
    options = types.SignatureHelpOptions(trigger_characters=["(", ","], retrigger_characters=[",", ")"])

    @server.feature(types.TEXT_DOCUMENT_SIGNATURE_HELP, options)
    def help_with(params: types.SignatureHelpParams) -> types.SignatureHelp | None:
        asked = server.cursor(params.text_document.uri, params.position)
        found = signature_help(*asked) if asked is not None else None
        if found is None:
            return None
        shown = [_encode(server, one) for one in found.signatures]
        last = len(found.signatures[found.active].parameters) - 1
        return types.SignatureHelp(shown, found.active, max(0, min(found.parameter, last)))


def _encode(server: KoreoServer, signature: Signature) -> types.SignatureInformation:
    doc = to_markup(signature.doc, is_shown=server.client.markdown_signatures)
    parameters = [
        types.ParameterInformation(
            (start, end) if server.client.parameter_offsets else signature.label[start:end]
        )
        for start, end in signature.parameters
    ]
    return types.SignatureInformation(signature.label, doc, parameters)
