"""Watches the process of the client: when it has died, the pipe to it may still be held open by another one."""

from __future__ import annotations

import asyncio
import os

_SECONDS = 1.0


async def wait_for_end(process_id: int) -> None:
    """Return when the client's process has ended (LSP 3.17, `InitializeParams.processId`).

    On Windows, where asking may not be done by a signal, the end of the input has to tell.
    """
    if os.name == "nt":
        await asyncio.get_running_loop().create_future()
    is_parent = os.getppid() == process_id
    while os.getppid() == process_id if is_parent else _is_alive(process_id):
        await asyncio.sleep(_SECONDS)


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
