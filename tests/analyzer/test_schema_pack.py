"""The packed file of definitions: it gives back what went in, reads only what is asked for, survives damage."""

from __future__ import annotations

import zlib

import pytest
from koreo_analyzer.schemas import (
    DefinitionSource,
    KindName,
    Pack,
    PackError,
    fields,
    read_openapi,
    write_pack,
)
from koreo_analyzer.types import ObjectType, Type

GVK = "x-kubernetes-group-version-kind"
DOCUMENT = {
    "definitions": {
        "io.x.Cat": {
            "type": "object",
            "description": "A cat that purrs. " * 20,
            "properties": {
                "apiVersion": {"type": "string"},
                "kind": {"type": "string"},
                "metadata": {"type": "object"},
                "paws": {"type": "array", "items": {"$ref": "#/definitions/io.x.Paw"}},
            },
            GVK: [{"group": "x.io", "version": "v1", "kind": "Cat"}],
        },
        "io.x.Dog": {
            "type": "object",
            "properties": {
                "apiVersion": {},
                "kind": {},
                "metadata": {},
                "tail": {"$ref": "#/definitions/io.x.Tail"},
            },
            GVK: [{"group": "", "version": "v1", "kind": "Dog"}],
        },
        "io.x.Paw": {"type": "object", "properties": {"claws": {"type": "integer"}}},
        "io.x.Tail": {"type": "string", "description": "ä wag"},
    }
}


class Counting:
    """A file in memory that says what was read of it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.reads: list[int] = []

    def __call__(self, start: int, length: int) -> bytes:
        self.reads.append(length)
        return self.data[start : start + length]


def packed() -> bytes:
    return write_pack("x", read_openapi([DOCUMENT]))


def field(type_: Type, name: str) -> Type:
    assert isinstance(type_, ObjectType)
    return type_.properties[name].type


def test_what_is_written_is_read() -> None:
    pack, given = Pack(Counting(packed()), "x"), read_openapi([DOCUMENT]).reachable()
    assert pack.title == "x"
    assert pack.kinds == given.kinds
    assert {name: pack.definition(name) for name in given.schemas} == given.schemas
    assert packed() == packed()


def test_only_what_is_looked_at_is_read() -> None:
    file = Counting(packed())
    pack = Pack(file, "x")
    source = DefinitionSource(pack.title, pack)
    assert list(source.names()) == [KindName("v1", "Dog"), KindName("x.io/v1", "Cat")]
    at_first = sum(file.reads)
    cat = source.find(KindName("x.io/v1", "Cat"))
    assert cat is not None
    assert pack.loaded == ()
    assert sum(file.reads) == at_first
    written = cat.written
    assert pack.loaded == ("io.x.Cat",)
    field(written, "paws")
    assert pack.loaded == ("io.x.Cat", "io.x.Paw")
    assert sum(file.reads[-2:]) < 300
    list(fields(cat.written))
    assert pack.loaded == ("io.x.Cat", "io.x.Paw")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"koreo",
        b"something else entirely, which is longer",
        b"koreo schemas 1\n\x00\x00\x00\x05short",
        b"koreo schemas 1\n\x00\x00\x00\x0b" + zlib.compress(b"[1]"),
        packed()[:60],
        packed()[:-1][:120],
    ],
)
def test_damage_is_told(data: bytes) -> None:
    with pytest.raises(PackError):
        Pack(Counting(data), "x")


def test_a_damaged_definition_is_unknown() -> None:
    whole = packed()
    pack = Pack(Counting(whole[:-30] + b"\xff" * 30), "x")
    loaded = [pack.definition(name) for name in ("io.x.Cat", "io.x.Dog", "io.x.Paw", "io.x.Tail")]
    assert None in loaded
    assert pack.definition("io.x.Bird") is None


def test_sources_of_the_same_content_are_equal() -> None:
    def source(identity: str) -> DefinitionSource:
        return DefinitionSource("x", Pack(Counting(packed()), identity))

    assert source("a") == source("a")
    assert source("a") != source("b")
    assert source("a").find(KindName("v1", "Dog")) == source("a").find(KindName("v1", "Dog"))
