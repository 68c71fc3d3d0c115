"""What a server says about itself: for the editor's status command, and for whoever reports a bug."""

from __future__ import annotations

import platform
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koreo_analyzer import __version__

if TYPE_CHECKING:
    from koreo_server.lsp.server import KoreoServer

_LIBRARIES = ("pygls", "lsprotocol", "cel-python", "PyYAML", "jsonschema")


def register(server: KoreoServer) -> None:
    """Teach the server this command."""
    started = time.monotonic()

    @server.command("koreo.status")
    def status(*_arguments: Any) -> dict[str, Any]:
        return status_of(server, time.monotonic() - started)


def status_of(server: KoreoServer, seconds: float) -> dict[str, Any]:
    """Return what there is to know of a server that has run for some seconds, as JSON."""
    projects = list(server.projects)
    return {
        "version": __version__,
        "python": f"{platform.python_version()} ({sys.executable})",
        "libraries": {name: metadata.version(name) for name in _LIBRARIES},
        "runningSeconds": round(seconds, 1),
        "memoryMegabytes": memory_megabytes(),
        "positionEncoding": server.client.encoding.value,
        "openFiles": len(server.projects.open_keys()),
        "workspaces": [
            {
                "folder": project.folder,
                "files": len(project.members),
                "unread": len(project.unread),
                "complete": project.complete,
            }
            for project in projects
            if project.prepared is not None
        ],
        "isIdle": server.loader.is_idle and server.publisher.is_idle and server.tests.is_idle,
        "bugs": [
            {"feature": failure.feature, "error": failure.error, "place": failure.place, "count": count}
            for failure, count in server.failures.counts.items()
        ],
    }


def memory_megabytes() -> float | None:
    """Return the resident memory of this process in megabytes (10^6 bytes); None where that cannot be told."""
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return None
    resident = next((line.split()[1] for line in text.splitlines() if line.startswith("VmRSS")), None)
    return round(int(resident) * 1024 / 1e6, 1) if resident is not None else None
