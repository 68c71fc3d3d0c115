"""What the program's surroundings allow: colours, encodings, a reader that has gone away.

Text that comes from files or from file names is made printable before it is shown, so that a file cannot
send control sequences to the terminal of whoever checks it.
"""

from __future__ import annotations

import io
import os
import re
import sys
import unicodedata
from typing import TextIO

import click

_BIDIRECTIONAL = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNPRINTABLE = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff{_BIDIRECTIONAL}]")
_INVISIBLE_CATEGORIES = frozenset({"Mn", "Me", "Cf"})


class CannotWriteError(click.ClickException):
    """Standard output takes no more text, for example because the disk is full."""

    exit_code = 2


def shortened(text: str, most: int) -> str:
    """Return a text, or as many characters of it as can be shown."""
    return text if len(text) <= most else f"{text[:most]}..."


def prepare_streams() -> None:
    """Make standard output and error safe to write any text to.

    A closed stream swallows everything; characters that an encoding lacks are escaped.
    """
    sys.stdout = sys.stdout or io.StringIO()
    sys.stderr = sys.stderr or io.StringIO()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def wants_color(choice: str, stream: TextIO) -> bool:
    """Whether to write colours to `stream`: `choice` is `always`, `never` or `auto`.

    `auto` means on a terminal that is not dumb, unless NO_COLOR is set to anything (https://no-color.org).
    """
    if choice != "auto":
        return choice == "always"
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and stream.isatty()


def write(text: str) -> None:
    """Write to standard output; if nobody reads it any more, go on without.

    Raises `CannotWriteError` for any other reason not to get rid of the text.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # Python flushes once more at exit, which must not fail a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise CannotWriteError(f"cannot write to standard output: {error.strerror}") from error


def note(text: str) -> None:
    """Write a line about the run itself, not about its findings, to standard error."""
    click.echo(f"koreo: {printable(text)}", err=True)


def printable(text: str) -> str:
    """Return the text with control and direction characters as escapes; line breaks and tabs stay."""
    return _UNPRINTABLE.sub(_escape, text)


def cell(character: str) -> tuple[str, int]:
    """Return how one character of a line is shown and how many columns that takes."""
    if " " <= character <= "~":
        return character, 1
    if character == "\t":
        return "    ", 4
    if _UNPRINTABLE.match(character) or character == "\n":
        escaped = _escape(character)
        return escaped, len(escaped)
    if unicodedata.category(character) in _INVISIBLE_CATEGORIES:
        return character, 0
    return character, 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _escape(found: re.Match[str] | str) -> str:
    number = ord(found if isinstance(found, str) else found[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


def cores() -> int:
    """Return how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1
