"""What CRD schemas do to objects: defaults, pruning, refusals; the same on the simulation and a real API server."""

from typing import Any

import pytest
from cluster_crds import GADGET
from cluster_world import World, causes, refusal
from koreo_analyzer.schemas import Mismatch, conforms, schemas_in_data

DEFAULTS = {"color": "red", "counted": 3, "filled": "d", "nested": {"x": 1, "y": "why"}}
INVALID, REQUIRED = "FieldValueInvalid", "FieldValueRequired"
NOT_SUPPORTED, DUPLICATE = "FieldValueNotSupported", "FieldValueDuplicate"
COMBINED = ("<nil>", INVALID)

STORED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "defaults": ({}, {}),
    "a default in place of null": ({"color": None, "counted": None}, {}),
    "null is dropped": ({"name": None, "anything": None, "port": None}, {}),
    "a nullable field keeps null": (
        {"nullable": None, "filled": None},
        {"nullable": None, "filled": None},
    ),
    "defaults within": ({"nested": {}}, {"nested": {"x": 7, "y": "why"}}),
    "defaults within, partly": ({"nested": {"y": "z"}}, {"nested": {"x": 7, "y": "z"}}),
    "a default for a map with null": ({"nested": None}, {}),
    "a null within": ({"nested": {"x": None}}, {"nested": {"x": 7, "y": "why"}}),
    "unknown fields are dropped": ({"bogus": 1, "nested": {"z": 1}}, {"nested": {"x": 7, "y": "why"}}),
    "unknown fields are kept where allowed": (
        {"free": {"u": {"v": 1}, "known": {"a": 1, "z": 2}, "n": None}},
        {"free": {"u": {"v": 1}, "known": {"a": 1}, "n": None}},
    ),
    "anything": ({"anything": [{"a": [None]}, 1]}, {"anything": [{"a": [None]}, 1]}),
    "any additional properties": (
        {"open": {"a": 1, "m": {"x": 1}, "n": None}},
        {"open": {"a": 1, "m": {}, "n": None}},
    ),
    "values of a map": (
        {"byName": {"a": {}, "b": {"n": 2, "z": 3}}},
        {"byName": {"a": {"n": 1}, "b": {"n": 2}}},
    ),
    "nulls in a map": ({"labels": {"a": None, "b": "x"}}, {"labels": {"b": "x"}}),
    "defaults in lists": (
        {"items": [{"key": "a"}, {"key": "b", "n": 1, "z": 2}]},
        {"items": [{"key": "a", "n": 5}, {"key": "b", "n": 1}]},
    ),
    "an integer or a string": ({"port": "http"}, {"port": "http"}),
    "a number without fraction": ({"counted": 4.0}, {"counted": 4}),
    "an int32 that is wider": (
        {"narrow": 2**31, "counted": 2**53 - 1.0},
        {"narrow": 2**31, "counted": 2**53 - 1},
    ),
    "the largest integer": ({"counted": 2**63 - 1}, {"counted": 2**63 - 1}),
    "a large number": ({"ratio": 1e18}, {"ratio": 10**18}),
    "a very large number": ({"ratio": 1e300}, {"ratio": 1e300}),
    "a whole number in place of anything": ({"anything": 1.0}, {"anything": 1}),
    "null in place of anything": ({"anything": None}, {}),
    "null in place of anything, where it may be": ({"kept": None}, {"kept": None}),
    "null is no alternative": ({"single": {"a": None, "b": 1}}, {"single": {"b": 1}}),
    "null is an alternative where it may be": ({"single": {"b": None}}, {"single": {"b": None}}),
    "an empty list": ({"set": []}, {"set": []}),
    "formats": (
        {"time": "2020-01-01T00:00:00.5+01:00", "day": "2020-02-29", "bytes": "YQ==", "address": "1.2.3.4"},
        {"time": "2020-01-01T00:00:00.5+01:00", "day": "2020-02-29", "bytes": "YQ==", "address": "1.2.3.4"},
    ),
    "a fraction after a comma": ({"time": "2020-01-01T00:00:00,5Z"}, {"time": "2020-01-01T00:00:00,5Z"}),
    "the year 0": ({"day": "0000-02-29"}, {"day": "0000-02-29"}),
    "an unknown format": ({"other": "x"}, {"other": "x"}),
    "an embedded resource": (
        {"embedded": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x", "foo": 1}, "x": {"y": 1}}},
        {"embedded": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "x": {"y": 1}}},
    ),
    "one of": ({"one": {"a": "x"}}, {"one": {"a": "x"}}),
    "any of": ({"any": {"a": "x", "b": "y"}}, {"any": {"a": "x", "b": "y"}}),
    "not": ({"not": {"b": "x"}}, {"not": {"b": "x"}}),
}


@pytest.mark.parametrize(("sent", "stored"), STORED.values(), ids=STORED.keys())
def test_what_is_stored(world: World, sent: dict[str, Any], stored: dict[str, Any]) -> None:
    made = world.create(spec={"size": 1, **sent})
    assert made["spec"] == {"size": 1, **DEFAULTS, **stored}
    assert world.cluster.replace(world.id(), made) == made, "it is stable"


REFUSED: dict[str, tuple[dict[str, Any], set[tuple[str, str]]]] = {
    "missing": ({"size": None}, {("spec.size", REQUIRED)}),
    "a string": ({"size": "string"}, {("spec.size", INVALID)}),
    "a fraction": ({"size": 1.5}, {("spec.size", INVALID)}),
    "a boolean": ({"size": True}, {("spec.size", INVALID)}),
    "a list": ({"size": [1]}, {("spec.size", INVALID)}),
    "a map": ({"size": {"a": 1}}, {("spec.size", INVALID)}),
    "too small": ({"size": 0}, {("spec.size", INVALID)}),
    "more than 64 bits": ({"counted": 2**63}, {("spec.counted", INVALID)}),
    "a whole number that is not exact": ({"counted": 2.0**53}, {("spec.counted", INVALID)}),
    "a number that is not listed": ({"number": None}, {("spec.number", NOT_SUPPORTED)}),
    "two alternatives, one of them null": ({"single": {"a": 1, "b": None}}, {COMBINED}),
    "only null for an alternative": ({"single": {"a": None}}, {COMBINED, ("spec.single.a", REQUIRED)}),
    "too large": ({"size": 11}, {("spec.size", INVALID)}),
    "the excluded minimum": ({"over": 0}, {("spec.over", INVALID)}),
    "the excluded maximum": ({"under": 9.5}, {("spec.under", INVALID)}),
    "no multiple": ({"step": 0.7}, {("spec.step", INVALID)}),
    "not one of the values": ({"color": "blue"}, {("spec.color", NOT_SUPPORTED)}),
    "a nullable value that is not listed": ({"choice": None}, {("spec.choice", NOT_SUPPORTED)}),
    "neither type nor value": ({"color": 3}, {("spec.color", INVALID), ("spec.color", NOT_SUPPORTED)}),
    "too short": ({"name": "a"}, {("spec.name", INVALID)}),
    "too long": ({"name": "abcdef"}, {("spec.name", INVALID)}),
    "another pattern": ({"name": "AB"}, {("spec.name", INVALID)}),
    "a string for a boolean": ({"flag": "yes"}, {("spec.flag", INVALID)}),
    "neither integer nor string": ({"port": True}, {("spec.port", INVALID)}),
    "a map that is none": ({"free": "x"}, {("spec.free", INVALID)}),
    "an empty map": ({"labels": {}}, {("spec.labels", INVALID)}),
    "too many keys": ({"labels": {"a": "1", "b": "2", "c": "3"}}, {("spec.labels", INVALID)}),
    "a value of a map": ({"labels": {"a": 1}}, {("spec.labels.a", INVALID)}),
    "no time": ({"time": "2020-01-01"}, {("spec.time", INVALID)}),
    "no hour": ({"time": "2020-01-01T25:00:00Z"}, {("spec.time", INVALID)}),
    "no zone": ({"time": "2020-01-01T12:00:00"}, {("spec.time", INVALID)}),
    "no day": ({"day": "2020-02-30"}, {("spec.day", INVALID)}),
    "no base64": ({"bytes": "???"}, {("spec.bytes", INVALID)}),
    "no address": ({"address": "1.2.3"}, {("spec.address", INVALID)}),
    "an empty list": ({"items": []}, {("spec.items", INVALID)}),
    "too many items": ({"items": [{"key": each} for each in "abcd"]}, {("spec.items", INVALID)}),
    "a key twice": ({"items": [{"key": "a"}, {"key": "b"}, {"key": "a"}]}, {("spec.items", DUPLICATE)}),
    "an item without its key": ({"items": [{"n": 1}]}, {("spec.items.key", REQUIRED)}),
    "null in a list": ({"items": [None]}, {("spec.items", INVALID)}),
    "no list": ({"items": {"a": 1}}, {("spec.items", INVALID)}),
    "a key that is not allowed": ({"closed": {"a": 1}}, {("spec.closed", INVALID)}),
    "too many keys, and bad ones": ({"labels": {"a": 1, "b": 2, "c": 3}}, {("spec.labels", INVALID)}),
    "a value twice": ({"set": ["a", "b", "a"]}, {("spec.set", DUPLICATE)}),
    "none of one": ({"one": {}}, {COMBINED, ("spec.one.a", REQUIRED)}),
    "two of one": ({"one": {"a": "x", "b": "y"}}, {COMBINED}),
    "none of any": ({"any": {}}, {COMBINED, ("spec.any.a", REQUIRED)}),
    "not all": ({"all": {"a": "x"}}, {COMBINED, ("spec.all.b", REQUIRED)}),
    "what must not be": ({"not": {"a": "x"}}, {COMBINED}),
    "an embedded resource without a head": (
        {"embedded": {}},
        {("spec.embedded.apiVersion", REQUIRED), ("spec.embedded.kind", REQUIRED)},
    ),
    "several faults": (
        {"size": "x", "color": "blue", "labels": {"a": 1}},
        {("spec.size", INVALID), ("spec.color", NOT_SUPPORTED), ("spec.labels.a", INVALID)},
    ),
}


def _found_by_the_analyzer(sent: dict[str, Any]) -> list[Mismatch]:
    (schema,) = schemas_in_data(GADGET, "Gadget")
    body = {
        "apiVersion": "test.koreo.dev/v1",
        "kind": "Gadget",
        "metadata": {"name": "x"},
        "spec": {"size": 1, **sent},
    }
    # What is unknown is mostly dropped, and no reason to refuse.
    return [
        one for one in conforms(body, schema.written) if one.code != "unknown-field" or "closed" in one.path
    ]


@pytest.mark.parametrize("sent", [sent for sent, _ in STORED.values()], ids=STORED.keys())
def test_the_analyzer_takes_what_is_stored(sent: dict[str, Any]) -> None:
    assert _found_by_the_analyzer(sent) == []


@pytest.mark.parametrize("name", REFUSED)
def test_the_analyzer_finds_what_is_refused(name: str) -> None:
    assert _found_by_the_analyzer(REFUSED[name][0])


@pytest.mark.parametrize(("sent", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused(world: World, sent: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    target = world.id()
    error = refusal(lambda: world.create(spec={"size": 1, **sent}))
    assert (error.status, error.reason) == (422, "Invalid")
    assert error.message.startswith('Gadget.test.koreo.dev "x" is invalid: ')
    assert causes(error) == expected
    made = world.create()
    replacement = {**made, "spec": {"size": 1, **sent}}
    assert causes(refusal(lambda: world.cluster.replace(target, replacement))) == expected
    assert world.cluster.get(target)["metadata"]["generation"] == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"size": "string"},
        {"size": 0},
        {"size": 11},
        {"under": 9.5},
        {"step": 0.7},
        {"color": "blue"},
        {"name": "a"},
        {"name": "abcdef"},
        {"name": "AB"},
        {"port": 1.5},
        {"labels": {}},
        {"labels": {"a": "1", "b": "2", "c": "3"}},
        {"time": "x"},
        {"items": []},
        {"items": {"a": 1}},
        {"items": [{"key": "a"}, {"key": "a"}]},
        {"set": ["a", "a"]},
        {"one": {"a": "x", "b": "y"}},
        {"embedded": {"kind": "Pod"}},
    ],
    ids=str,
)
def test_messages_are_those_of_the_server(worlds: tuple[World, World], sent: dict[str, Any]) -> None:
    memory, real = (refusal(lambda world=world: world.create(spec={"size": 1, **sent})) for world in worlds)
    assert memory.message == real.message
    assert memory.causes == real.causes


def test_an_object_without_its_spec(world: World) -> None:
    for spec in (None, []):
        error = refusal(lambda spec=spec: world.create(spec=spec))
        assert causes(error) == {("spec", INVALID if spec == [] else REQUIRED)}


def test_metadata_of_an_embedded_resource(world: World) -> None:
    embedded = {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"a": 1}}}
    assert refusal(lambda: world.create(spec={"size": 1, "embedded": embedded})).status == 400


def test_status_is_checked_with_the_whole(world: World) -> None:
    world.create()
    error = refusal(
        lambda: world.cluster.patch_status(world.id(), {"status": {"phase": "Odd", "count": "x"}})
    )
    assert causes(error) == {("status.phase", NOT_SUPPORTED), ("status.count", INVALID)}
