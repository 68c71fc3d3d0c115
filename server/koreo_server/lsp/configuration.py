"""The settings of the editor: asked for where the client can be asked, and taken as they are sent."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from koreo_server.session.settings import read_settings

if TYPE_CHECKING:
    from koreo_server.lsp.server import KoreoServer

SECTION = "koreo"
_LOG = logging.getLogger(__name__)


def register(server: KoreoServer) -> None:
    """Teach the server this message."""

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def configuration_changed(params: types.DidChangeConfigurationParams) -> None:
        if server.client.configuration:
            ask(server)
        else:
            take(server, params.settings)


def ask(server: KoreoServer) -> None:
    """Ask the client for its settings, and to be told when they change."""
    if server.client.configuration_changes:
        registration = types.Registration(
            "koreo-settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, {"section": SECTION}
        )
        if not server.is_told_of_settings:
            server.is_told_of_settings = True
            server.client_register_capability(types.RegistrationParams([registration]))
    if server.client.configuration:
        wanted = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
        server.workspace_configuration(wanted, lambda answer: _answered(server, answer))


def _answered(server: KoreoServer, answer: Any) -> None:
    if isinstance(answer, list | tuple) and answer:
        take(server, answer[0])


def begin(server: KoreoServer, given: Any) -> None:
    """Take the settings of the first message: they hold wherever the client says nothing else later."""
    take(server, given)
    server.first_settings = server.settings


def take(server: KoreoServer, given: Any) -> None:
    """Take settings as a client writes them."""
    settings, wrong = read_settings(_section(given), server.first_settings)
    for sentence in wrong:
        _LOG.warning("%s", sentence)
        server.window_log_message(types.LogMessageParams(types.MessageType.Warning, f"koreo-ls: {sentence}"))
    server.set_settings(settings)


def _section(settings: Any) -> Any:
    """Return what belongs to Koreo: clients send all, or only that."""
    return settings[SECTION] if isinstance(settings, dict) and SECTION in settings else settings
