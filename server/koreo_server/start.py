"""The command `koreo-ls` as it is installed: imports nothing before it can catch Ctrl-C."""

from __future__ import annotations

import sys
from importlib import import_module

_INTERRUPTED = 130


def main() -> None:
    """Run the server and exit with its status: 130 if it is interrupted, however early."""
    try:
        import_module("koreo_server.main").main()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
