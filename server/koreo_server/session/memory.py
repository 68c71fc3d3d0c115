"""When Python looks for cyclic garbage.

A loaded workspace is millions of long-lived objects; one full collection of 4,001 files takes over a second in
which no message is answered. What is known to live long is therefore taken out of the collector's sight.
Reference counting still frees it when its workspace goes, as its parts form no cycles.
"""

from __future__ import annotations

import gc

_THRESHOLDS = (50_000, 20, 100)


def collect_rarely() -> None:
    """Let the collector look at young objects now and then, at old ones hardly ever."""
    gc.set_threshold(*_THRESHOLDS)


def keep() -> None:
    """Take all present objects for long-lived; to be called when much work is done."""
    gc.freeze()
