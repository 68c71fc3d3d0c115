"""Messages over two byte streams, framed as LSP 3.17 says ("Base Protocol").

A thread reads, the event loop answers. The thread never waits for the loop, so a client that writes much before
it reads is not blocked, and none of the loop's time goes into waiting for bytes.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable

    from koreo_server.lsp.protocol import KoreoProtocol

_LENGTH = re.compile(rb"content-length:\s*(\d{1,12})\s*", re.IGNORECASE)
_LARGEST_MESSAGE = 512 * 1024 * 1024
_LOG = logging.getLogger(__name__)


async def serve(protocol: KoreoProtocol, source: BinaryIO, sink: BinaryIO) -> int:
    """Answer the messages of `source` on `sink` until one says exit or the client is gone; return the exit status."""
    loop = asyncio.get_running_loop()
    messages: asyncio.Queue[bytes | None] = asyncio.Queue()

    def deliver(message: bytes | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(messages.put_nowait, message)

    writer = _Writer(sink, loop, lambda: messages.put_nowait(None))
    protocol.set_writer(writer)
    threading.Thread(target=read_messages, args=(source, deliver), name="stdin", daemon=True).start()
    try:
        while protocol.exit_status is None and (message := await messages.get()) is not None:
            if protocol.receive(message):
                await asyncio.sleep(0)
    finally:
        writer.flush()
    if protocol.exit_status is None:
        return protocol.status_at_end
    return protocol.exit_status


def read_messages(source: BinaryIO, deliver: Callable[[bytes | None], None]) -> None:
    """Deliver the body of each message, then None at the end of the stream. What is no header is passed over."""
    try:
        while (message := _read_message(source)) is not None:
            deliver(message)
    except (OSError, ValueError) as error:
        _LOG.info("cannot read from the client: %s", error)
    deliver(None)


def _read_message(source: BinaryIO) -> bytes | None:
    length: int | None = None
    while line := source.readline():
        match = _LENGTH.fullmatch(line)
        if match is not None:
            length = int(match[1])
        elif length is not None and not line.strip():
            if length > _LARGEST_MESSAGE:
                raise ValueError(f"a message of {length} bytes is announced, more than any editor sends")
            body = source.read(length)
            return body if len(body) == length else None
    return None


class _Writer:
    """Writes to the client what one turn of the event loop has for it, at once: waking it up costs more than bytes.

    Once that fails the client is gone: `lost` is called, and the rest is dropped.
    """

    def __init__(self, sink: BinaryIO, loop: asyncio.AbstractEventLoop, lost: Callable[[], None]) -> None:
        self._sink: BinaryIO | None = sink
        self._loop = loop
        self._lost = lost
        self._waiting: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Write all of `data` before the loop waits for anything else."""
        if not self._waiting:
            self._loop.call_soon(self.flush)
        self._waiting.append(data)

    def flush(self) -> None:
        """Write what waits."""
        data, self._waiting = b"".join(self._waiting), []
        if self._sink is None or not data:
            return
        try:
            self._sink.write(data)
            self._sink.flush()
        except (OSError, ValueError) as error:
            _LOG.info("cannot write to the client: %s", error)
            self._sink = None
            self._lost()

    def close(self) -> None:
        """Write no more."""
        self.flush()
        self._sink = None
