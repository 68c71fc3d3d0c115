"""Runs the server on this process' standard input and output."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from typing import NoReturn

from koreo_server.lsp.create import create_server
from koreo_server.lsp.stdio import serve

_INTERRUPTED = 130


def run() -> NoReturn:
    """Serve until the client says exit or is gone, then end the process with the status that the protocol asks for.

    It ends without waiting: a thread may be reading a slow disk, and nobody is left to read for.
    """
    loop = asyncio.new_event_loop()
    try:
        status = loop.run_until_complete(serve(create_server().protocol, sys.stdin.buffer, sys.stdout.buffer))
    except KeyboardInterrupt:
        status = _INTERRUPTED
    logging.shutdown()
    sys.stderr.flush()
    os._exit(status)
