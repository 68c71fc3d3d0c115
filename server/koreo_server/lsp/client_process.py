"""Watches the process of the client: when it has died, the pipe to it may still be held open by another one."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_SECONDS = 1.0

_LOG = logging.getLogger(__name__)


async def wait_for_end(process_id: int, is_answering: Callable[[], Awaitable[bool]]) -> None:
    """Return when the client's process has ended (LSP 3.17, `InitializeParams.processId`).

    A process that is not there from the beginning is asked whether it answers: it does when its number counts on
    another machine, or in another container. Then the end of the input has to tell, as it has to on Windows, where
    asking may not be done by a signal.
    """
    if os.name == "nt":
        await _forever()
    is_parent = os.getppid() == process_id
    was_alive = is_parent or _is_alive(process_id)
    while os.getppid() == process_id if is_parent else _is_alive(process_id):
        await asyncio.sleep(_SECONDS)
    if was_alive:
        return
    await asyncio.sleep(_SECONDS)  # nothing may be asked before `initialize` is answered
    if await is_answering():
        _LOG.warning("the client's process %d is none of this system, so it is not watched", process_id)
        await _forever()


async def _forever() -> None:
    await asyncio.get_running_loop().create_future()


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
