"""Writing one file that was read before, so that nobody's edit is lost and nobody sees half a file.

The new text stands in a file beside it, which then takes its place in one step (POSIX rename). Encoding, byte order
mark and permissions stay; line breaks are those of the text.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import stat
import tempfile
from dataclasses import dataclass

from koreo_project.read import Unreadable, decode, explain

_WRITE_BITS = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Unwritable:
    """A file that was not written and is as it was; `reason` completes the sentence "cannot write PATH: …"."""

    path: str
    reason: str


def replace_text(path: str, old: str, new: str) -> Unwritable | None:
    """Replace the text of a file, which must still be `old` as `read_text` gave it; never raise `OSError`.

    A symbolic link stays, and the file that it leads to is replaced.
    """
    try:
        target = os.path.realpath(path)
        mode = os.stat(target).st_mode
        if not mode & _WRITE_BITS or not os.access(target, os.W_OK):
            return Unwritable(path, "it is read-only")
        mark, encoding = _encoding_of(target, old, path)
        draft = _write_draft(target, mark + new.encode(encoding), mode)
        try:
            # Again, as late as possible: whoever wrote to the file meanwhile shall not lose it.
            _encoding_of(target, old, path)
            os.replace(draft, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(draft)
            raise
    except _ChangedError:
        return Unwritable(path, "it has changed since it was read; run again")
    except OSError as error:
        return Unwritable(path, explain(error))
    return None


class _ChangedError(Exception):
    """A file does not hold the text that it should."""


def _encoding_of(target: str, text: str, path: str) -> tuple[bytes, str]:
    """Return byte order mark and encoding of a file; raises `_ChangedError` if it does not hold a text."""
    with open(target, "rb") as file:
        data = file.read()
    held = decode(data, path)
    if isinstance(held, Unreadable) or held != text:
        raise _ChangedError
    return next((known for known in _MARKS if data.startswith(known[0])), (b"", "utf-8"))


def _write_draft(target: str, data: bytes, mode: int) -> str:
    """Write bytes to a new file in the folder of `target`, safely on the disk, and return its path."""
    folder, name = os.path.split(target)
    handle, draft = tempfile.mkstemp(prefix=f".{name}.", suffix=".new", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, stat.S_IMODE(mode))
        _keep_owner(draft, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(draft)
        raise
    return draft


def _keep_owner(draft: str, target: str) -> None:
    """Give a file the owner and group of another, as far as the system lets this user do so."""
    if hasattr(os, "chown"):
        owned = os.stat(target)
        with contextlib.suppress(PermissionError):
            os.chown(draft, owned.st_uid, owned.st_gid)
