"""A text for a place whose schema says what texts must look like: by length, format, pattern, alternatives.

No pattern is solved. A few texts that patterns in real schemas are written for are tried, with the beginning that the
pattern itself spells out, and what checks find nothing wrong with is taken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from koreo_analyzer.schemas.restrictions import complaints
from koreo_analyzer.types.limits import QUANTITY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.types import Limits

FORMATS: Final = {
    "date-time": "2026-01-31T12:00:00Z",
    "date": "2026-01-31",
    "duration": "1m",
    "email": "someone@example.com",
    "hostname": "www.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "cidr": "192.0.2.0/24",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "byte": "ZXhhbXBsZQ==",
    QUANTITY: "1",
}
_TRIED: Final = (
    *("example", "a", "abc", "Example", "A", "ABC", "EXAMPLE", "_a", "a1", "a-1", "a_1"),
    *("1", "10", "0", "80", "100", "123456789012", "0123456789abcdef0", "0123456789abcdef", "abc123"),
    *("1.0.0", "v1.0.0", "1.0", "v1", "1.0.0.0", "v1alpha1"),
    *("10.0.0.0/16", "10.0.0.1", "10.0.0.0/24", "2001:db8::/32"),
    *(
        "1Gi",
        "100m",
        "1s",
        "10s",
        "1h",
        "1m",
        "1d",
        "P1D",
        "1%",
        "0.5",
        "2026-01-31",
        "12:00",
        "0 * * * *",
        "@daily",
    ),
    *("mon:03:00-mon:04:00", "03:00-04:00", "2026-01-31T12:00:00Z"),
    *("example.com", "www.example.com", "example.com/a", "https://example.com/", "http://example.com/"),
    *(
        "https://example.com",
        "a@example.com",
        "/",
        "/a",
        "a/b",
        "a/b/c",
        "a:b",
        "a.b",
        "a=b",
        "*",
        "s3://example/a",
    ),
    *("us-east-1", "us-east-1a", "europe-west1", "europe-west1-b", "eu-west-1"),
    *(
        "arn:aws:iam::123456789012:role/example",
        "arn:aws:s3:::example",
        "projects/example/locations/europe-west1",
    ),
    *(
        "00000000-0000-4000-8000-000000000000",
        "00:00:5e:00:53:01",
        "#000000",
        "#000",
        "ZXhhbXBsZQ==",
        "sha256:" + "0" * 64,
    ),
    *("a" * length for length in (2, 4, 6, 8, 12, 16, 32)),
    *("0" * length for length in (2, 3, 4, 6, 8, 16, 32, 40, 64)),
    "",
)
_ESCAPED: Final = re.compile(r"\\([./:+*?()\[\]{}|^$-])")
_LITERAL: Final = re.compile(r"(?:[\w/:, @=%#-]|\\[./:+*?()\[\]{}|^$-])+")
_GROUP: Final = re.compile(r"\((?:\?:)?((?:[\w/:, @=%#|-]|\\[./:+*?()\[\]{}|^$-])+)\)")
_REPEATED: Final = "*+?{"


def fitting(text: str, limits: Limits | None) -> str:
    """Return a text as a schema wants it: the given one if it fits, else another; if none is found, what is asked."""
    if limits is None or _fits(text, limits):
        return text
    known = FORMATS.get(limits.format or "")
    found = next((one for one in _candidates(text, known, limits) if _fits(one, limits)), None)
    if found is not None:
        return found
    if limits.pattern is not None:
        return f"<matches {limits.pattern}>"
    return known if known is not None else _of_length(text, limits)


def _fits(text: str, limits: Limits) -> bool:
    return next(complaints(text, limits), None) is None


def _candidates(text: str, known: str | None, limits: Limits) -> Iterator[str]:
    if known is not None:
        yield known
    yield _of_length(text, limits)
    texts = (*(one for one in (text,) if one), *_TRIED)
    yield from texts
    for beginning in _beginnings(limits.pattern or ""):
        yield beginning
        for one in texts:
            yield f"{beginning}{one}"
    yield from (_of_length(one, limits) for one in texts)


def _of_length(text: str, limits: Limits) -> str:
    return text.ljust(limits.min_length or 0, "x")[: limits.max_length]


def _beginnings(pattern: str) -> Iterator[str]:
    """Yield what texts of a pattern begin with, as far as it says so, the longest first."""
    rest = pattern.removeprefix("^")
    found = [""]
    while rest:
        group, literal = _GROUP.match(rest), _LITERAL.match(rest)
        if group is not None:
            rest = rest[group.end() :]
            found.append(found[-1] + _unescaped(group[1].split("|")[0]))
        elif literal is not None:
            rest = rest[literal.end() :]
            whole = _unescaped(literal[0])
            # What may be repeated or left out is the last character only.
            found.append(found[-1] + (whole[:-1] if rest[:1] and rest[0] in _REPEATED else whole))
        else:
            break
        if rest[:1] and rest[0] in _REPEATED:
            break
    yield from (one for one in reversed(found) if one)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
