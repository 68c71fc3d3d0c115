"""When Python looks for cyclic garbage.

A loaded workspace is millions of long-lived objects; one full collection of 4,001 files takes over a second in
which no message is answered. What is known to live long is therefore taken out of the collector's sight.
Reference counting still frees it when its workspace goes, as its parts form no cycles.
"""

from __future__ import annotations

import gc
from typing import Final

MANY: Final = 200
"""After so many files much has been made that lives long."""
_THRESHOLDS = (50_000, 20, 100)


def collect_rarely() -> None:
    """Let the collector look at young objects now and then, at old ones hardly ever."""
    gc.set_threshold(*_THRESHOLDS)


def release() -> None:
    """Free all that is not in use; to be called when a session is over, which is a cycle of what lived long."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def keep() -> None:
    """Take all present objects for long-lived; to be called when much work is done, and only then.

    What is garbage already would be kept for ever, so the newest objects, most of which nobody has looked at, are
    searched first.
    """
    gc.collect(0)
    gc.freeze()
