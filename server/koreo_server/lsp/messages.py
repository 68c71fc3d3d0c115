"""Messages that LSP does not define, read as the plain JSON that they are.

pygls makes named tuples of their objects, of a class that is created anew for each. That is slow, and such a class
is cyclic garbage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol.converters import get_converter
from pygls.protocol import JsonRPCNotification, JsonRPCRequestMessage, JsonRPCResponseMessage

if TYPE_CHECKING:
    from cattrs import Converter


def create_converter() -> Converter:
    """Return what makes messages of JSON, and JSON of messages."""
    converter = get_converter()
    converter.register_structure_hook(JsonRPCRequestMessage, _request)
    converter.register_structure_hook(JsonRPCNotification, _notification)
    converter.register_structure_hook(JsonRPCResponseMessage, _response)
    return converter


def _request(data: dict[str, Any], _type: type) -> JsonRPCRequestMessage:
    return JsonRPCRequestMessage(
        id=data["id"], jsonrpc=data["jsonrpc"], method=data["method"], params=data.get("params")
    )


def _notification(data: dict[str, Any], _type: type) -> JsonRPCNotification:
    return JsonRPCNotification(jsonrpc=data["jsonrpc"], method=data["method"], params=data.get("params"))


def _response(data: dict[str, Any], _type: type) -> JsonRPCResponseMessage:
    return JsonRPCResponseMessage(id=data["id"], jsonrpc=data["jsonrpc"], result=data.get("result"))
