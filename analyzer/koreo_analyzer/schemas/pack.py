"""Many definitions in one small file, of which one at a time is read.

The file begins with an index; every definition is compressed by itself, with a dictionary of the texts that many
of them share. So a kind costs the reading of what it consists of, and as much of that as is looked at. The same
format holds the built-in kinds and those that were pulled from a cluster.

    bytes  what
    16     the words "koreo schemas 1" and a line feed
    4      length of the index, big-endian
    ...    the index, zlib of JSON: {"title": text, "dictionary": place, "kinds": [[apiVersion, kind, definition,
           namespaced, plural, status]], "definitions": {name: place}}; a place is [start, length]
    ...    the dictionary (zlib), then the definitions (raw deflate with the dictionary); starts count from here
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from koreo_analyzer.schemas.kinds import KindFacts, KindName

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from koreo_analyzer.schemas.openapi import Definitions
    from koreo_analyzer.schemas.validations import Raw

ReadAt: TypeAlias = Callable[[int, int], bytes]
"""Reads a part of the file: the offset of its first byte and its length; fewer bytes at the end of the file."""

_MAGIC: Final = b"koreo schemas 1\n"
_HEAD: Final = len(_MAGIC) + 4
_LARGEST_INDEX: Final = 16 * 1024 * 1024
_LARGEST_DEFINITION: Final = 16 * 1024 * 1024
_RAW: Final = -zlib.MAX_WBITS
_DICTIONARY_SIZE: Final = 32_000
_DICTIONARY_TEXTS: Final = range(12, 400)
_DAMAGED: Final = "it is damaged"


class PackError(ValueError):
    """The file is no pack, or is damaged; the text completes "cannot use FILE: …"."""


def write_pack(title: str, definitions: Definitions) -> bytes:
    """Return the file for some definitions, of which only what the kinds need is kept. The same in, the same out."""
    kept = definitions.reachable()
    texts = {
        name: json.dumps(raw, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
        for name, raw in sorted(kept.schemas.items())
    }
    dictionary = _shared_texts(texts.values())
    body = bytearray(zlib.compress(dictionary, 9))
    where: dict[str, tuple[int, int]] = {}
    dictionary_length = len(body)
    for name, text in texts.items():
        packer = zlib.compressobj(9, zlib.DEFLATED, _RAW, 9, zdict=dictionary)
        packed = packer.compress(text) + packer.flush()
        where[name] = (len(body), len(packed))
        body += packed
    index = {
        "title": title,
        "dictionary": [0, dictionary_length],
        "kinds": [
            [*kind, name, facts.namespaced, facts.plural, facts.status]
            for kind, (name, facts) in sorted(kept.kinds.items())
            if name in where
        ],
        "definitions": where,
    }
    head = zlib.compress(json.dumps(index, separators=(",", ":")).encode(), 9)
    return _MAGIC + len(head).to_bytes(4, "big") + head + bytes(body)


def _shared_texts(texts: Iterable[bytes]) -> bytes:
    """Return the strings that save most by being known before, the best ones last, where they are found cheapest."""
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update({part for part in text.decode().split('"') if len(part) in _DICTIONARY_TEXTS})
    shared = sorted(
        (n for n in counted if counted[n] > 2), key=lambda part: ((counted[part] - 1) * len(part), part)
    )
    return "".join(f'"{part}"' for part in shared).encode()[-_DICTIONARY_SIZE:]


class Pack:
    """An open pack: its index, and the definitions that were asked for (a `DefinitionTable`).

    Two are equal if their `identity` is, which stands for the content of the file. Raises `PackError` for what is no
    pack. A definition that cannot be read later counts as unknown.
    """

    def __init__(self, read: ReadAt, identity: Hashable) -> None:
        self._read = read
        self.identity = identity
        head = read(0, _HEAD)
        if len(head) < _HEAD or not head.startswith(_MAGIC):
            raise PackError("it is not a file of schemas that this version of koreo reads")
        length = int.from_bytes(head[len(_MAGIC) :], "big")
        self._body = _HEAD + length
        self.title, self.kinds, self._where, dictionary = _read_index(read(_HEAD, length))
        self._dictionary = _inflate(read(self._body + dictionary[0], dictionary[1]), _LARGEST_DEFINITION)
        self._definitions: dict[str, Raw | None] = {}

    @property
    def loaded(self) -> tuple[str, ...]:
        """The definitions that were read so far, in order."""
        return tuple(self._definitions)

    def __eq__(self, other: object) -> bool:
        return self.identity == other.identity if isinstance(other, Pack) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.identity)

    def definition(self, name: str) -> Raw | None:
        """Return a definition, reading it when it is asked for first."""
        if name not in self._definitions:
            self._definitions[name] = self._load(name)
        return self._definitions[name]

    def _load(self, name: str) -> Raw | None:
        place = self._where.get(name)
        if place is None:
            return None
        start, length = place
        unpacker = zlib.decompressobj(_RAW, zdict=self._dictionary)
        try:
            value = json.loads(
                unpacker.decompress(self._read(self._body + start, length), _LARGEST_DEFINITION)
            )
        except (zlib.error, ValueError, RecursionError):
            return None
        return cast("Raw", value) if isinstance(value, Mapping) else None


_Index: TypeAlias = tuple[
    str, dict[KindName, tuple[str, KindFacts]], dict[str, tuple[int, int]], tuple[int, int]
]


def _read_index(packed: bytes) -> _Index:
    try:
        index = json.loads(_inflate(packed, _LARGEST_INDEX))
        kinds = {
            KindName(version, kind): (name, KindFacts(namespaced, plural, served=True, status=status))
            for version, kind, name, namespaced, plural, status in index["kinds"]
        }
        where = {str(name): _place(place) for name, place in index["definitions"].items()}
        return str(index["title"]), kinds, where, _place(index["dictionary"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PackError(_DAMAGED) from error


def _place(given: Any) -> tuple[int, int]:
    start, length = given
    return int(start), int(length)


def _inflate(packed: bytes, most: int) -> bytes:
    """Return the bytes that `zlib.compress` packed; more than `most` are no pack of ours."""
    try:
        unpacker = zlib.decompressobj()
        unpacked = unpacker.decompress(packed, most)
    except zlib.error as error:
        raise PackError(_DAMAGED) from error
    if not unpacker.eof:
        raise PackError(_DAMAGED)
    return unpacked
