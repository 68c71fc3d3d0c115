"""Between the URIs of clients and the paths that everything else counts by (RFC 8089).

Clients write one path in many ways: `file:///c%3A/x`, `file:///C:/x`, encoded or not. A path here is absolute,
with `/`, without `.` and `..`, a drive letter in lower case. A URI of any other scheme names a text on no disk
and stands for itself.
"""

from __future__ import annotations

import os
import posixpath
import re
from urllib.parse import quote_from_bytes, unquote_to_bytes

_FILE_URI = re.compile(r"file:(?://([^/]*))?(/.*)", re.IGNORECASE | re.DOTALL)
_DRIVE = re.compile(r"/?([A-Za-z]):(?=/|$)")
_NO_HOSTS = ("", "localhost")


def path_of(uri: str) -> str:
    """Return the path that a `file:` URI means; the URI itself when it has no path."""
    match = _FILE_URI.fullmatch(uri)
    if match is None:
        return uri
    path = os.fsdecode(unquote_to_bytes(match[2].encode("utf-8", "surrogatepass")))
    if "\0" in path:
        return uri
    path = posixpath.normpath(path)
    host = (match[1] or "").lower()
    if host not in _NO_HOSTS:
        return f"//{host}/{path.lstrip('/')}"
    if path.startswith("//"):
        path = path[1:]
    drive = _DRIVE.match(path)
    return f"{drive[1].lower()}:{path[drive.end() :]}" if drive is not None else path


def uri_of(path: str) -> str:
    """Return the URI of a path, as `pathlib` writes it; what is no path is a URI already."""
    if is_on_disk(path):
        if _DRIVE.match(path) is not None and not path.startswith("/"):
            return f"file:///{path[:2]}{_quote(path[2:])}"
        return f"file:{_quote(path)}" if path.startswith("//") else f"file://{_quote(path)}"
    return path


def is_on_disk(path: str) -> bool:
    """Whether this is a path, not the URI of a text on no disk."""
    return path.startswith("/") or _DRIVE.match(path) is not None


def _quote(path: str) -> str:
    return quote_from_bytes(os.fsencode(path))


def is_below(path: str, folder: str) -> bool:
    """Whether a path is that of a folder, or of something in it."""
    return path == folder or path.startswith(f"{folder.rstrip('/')}/")
