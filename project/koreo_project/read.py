"""Reading one file as text, with a reason a person can act on when that is not possible.

YAML streams are UTF-8 or UTF-16 (YAML 1.2.2, section 5.2); UTF-16 is taken only with a byte order mark, as
guessing goes wrong on short files. Line breaks stay as they are.
"""

from __future__ import annotations

import codecs
import os
import stat
from dataclasses import dataclass

LARGEST_FILE = 50 * 1024 * 1024
"""Bytes; a larger file is not Koreo but a mistake, and would hold up everything else."""

_TRIES = 2


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file or folder that could not be read; `reason` completes the sentence "cannot read PATH: …".

    When one byte is to blame, `offset` is its place in `text`, the file with U+FFFD for what is no character.
    """

    path: str
    reason: str
    text: str | None = None
    offset: int = 0


def read_text(path: str) -> str | Unreadable:
    """Return the text of a file without its byte order mark, or why there is none; never raise."""
    for _ in range(_TRIES):
        data = _read_bytes(path)
        if isinstance(data, Unreadable):
            return data
        if data is not None:
            return decode(data, path)
    return Unreadable(path, "it keeps changing while it is read; run again when it is complete")


def decode(data: bytes, path: str) -> str | Unreadable:
    """Return the text of a file's bytes, or why they are no text; `path` only names the file."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return Unreadable(path, "it is UTF-32, which YAML tools do not agree on; save it as UTF-8")
    encoding = "utf-8"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif (nul := data.find(0)) >= 0:
        return _undecodable(
            path, f"it is a binary file: byte {nul} is NUL; expected YAML text in UTF-8", data, encoding, nul
        )
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        name = encoding.upper()
        line = data.count(b"\n", 0, error.start) + 1
        reason = (
            f"it is not {name}: byte {error.start} (0x{data[error.start]:02X}, line {line}) "
            "begins no valid character; save it as UTF-8"
        )
        return _undecodable(path, reason, data, encoding, error.start)


def _undecodable(path: str, reason: str, data: bytes, encoding: str, at: int) -> Unreadable:
    """Return why bytes are no text, and the place of the byte number `at` in what can be shown of them."""

    def shown(part: bytes) -> str:
        return part.decode(encoding, "replace").removeprefix("\ufeff")

    return Unreadable(path, reason, shown(data), len(shown(data[:at])))


def _read_bytes(path: str) -> bytes | Unreadable | None:
    """Return the bytes of a regular file, or None if it was written to meanwhile."""
    try:
        before = os.stat(path)
        if not stat.S_ISREG(before.st_mode):
            what = "a folder" if stat.S_ISDIR(before.st_mode) else "not a regular file"
            return Unreadable(path, f"it is {what}; expected a YAML file")
        if before.st_size > LARGEST_FILE:
            limit = LARGEST_FILE // 1024 // 1024
            return Unreadable(path, f"it has {before.st_size // 1024 // 1024} MiB; the limit is {limit} MiB")
        with open(path, "rb", buffering=0) as file:
            data = file.read(before.st_size + 1)
            after = os.fstat(file.fileno())
    except OSError as error:
        return Unreadable(path, explain(error))
    unchanged = (before.st_size, before.st_mtime_ns, before.st_ino) == (
        after.st_size,
        after.st_mtime_ns,
        after.st_ino,
    )
    return data if unchanged and len(data) == before.st_size else None


def explain(error: OSError) -> str:
    """Return a clause for a person: what the system refused."""
    if isinstance(error, PermissionError):
        return "permission denied"
    if isinstance(error, FileNotFoundError):
        return "it does not exist (any more)"
    return (error.strerror or type(error).__name__).lower()
