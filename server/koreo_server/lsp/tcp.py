"""Runs servers on connections over TCP: for debugging, and for editors that run somewhere else."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import sys
from typing import TYPE_CHECKING

from koreo_server.lsp.create import create_server
from koreo_server.lsp.stdio import serve
from koreo_server.session import memory

if TYPE_CHECKING:
    from typing import BinaryIO

_LOG = logging.getLogger(__name__)
_INTERRUPTED = 130


def run(host: str, port: int) -> None:
    """Listen until interrupted; each connection is a conversation with a server of its own.

    The address is written to standard error once it can be connected to. There is no authentication: whoever can
    connect may read every file that this process may.
    """
    try:
        listening = socket.create_server((host, port), family=_family(host))
    except OSError as error:
        sys.stderr.write(f"koreo-ls cannot listen on {host}:{port}: {error}\n")
        sys.exit(2)
    with listening:
        address = listening.getsockname()
        sys.stderr.write(f"koreo-ls listens on {address[0]}:{address[1]}\n")
        sys.stderr.flush()
        try:
            asyncio.run(_accept(listening))
        except KeyboardInterrupt:
            sys.exit(_INTERRUPTED)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


async def _accept(listening: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    listening.settimeout(0.0)
    conversations: set[asyncio.Task[None]] = set()
    while True:
        connection, address = await loop.sock_accept(listening)
        task = loop.create_task(_converse(connection, f"{address[0]}:{address[1]}"))
        conversations.add(task)
        task.add_done_callback(conversations.discard)
        del task, connection


async def _converse(connection: socket.socket, name: str) -> None:
    _LOG.info("%s has connected", name)
    connection.settimeout(None)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    with connection, connection.makefile("rb") as source:
        await _serve(source, connection.makefile("wb"))
        with contextlib.suppress(OSError):
            # Ends the thread that reads; the client may have closed the connection already.
            connection.shutdown(socket.SHUT_RDWR)
    _LOG.info("%s is gone", name)
    # Those who are cancelled end first.
    await asyncio.sleep(0)
    memory.release()


async def _serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Serve one client with a server of its own, of which nothing is left when the client is gone."""
    server = create_server()
    server.ends_with_client = False
    try:
        await serve(server.protocol, source, sink)
    finally:
        server.stop()
        with contextlib.suppress(OSError):
            # Writes what the client has not taken; it may not be there to take it.
            sink.close()
