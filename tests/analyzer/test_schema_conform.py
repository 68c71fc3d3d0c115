"""Data against types from schemas: what an API server would refuse or drop, and nothing else."""

from __future__ import annotations

import pytest
from koreo_analyzer.schemas import Computed, KindSchema, Leniency, Mismatch, conforms
from koreo_analyzer.types import (
    ANY,
    INT,
    NULL,
    STRING,
    Limits,
    ListType,
    MapType,
    ObjectType,
    Property,
    StringType,
    Type,
    join,
)
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import plain
from schema_data import QUANTITY, thing

SCHEMA = """
type: object
required: [size]
properties:
  size: {type: string, enum: [small, large]}
  replicas: {type: integer, minimum: 1, maximum: 10}
  ratio: {type: number, exclusiveMinimum: true, minimum: 0}
  count: {type: integer, enum: [1, 2], format: int32}
  step: {type: integer, multipleOf: 5}
  name: {type: string, pattern: '^[a-z]+$', minLength: 2, maxLength: 5}
  flag: {type: boolean}
  wide: {type: integer, format: int32}
  steps: {type: integer, maximum: 1000000}
  note: {type: string, nullable: true}
  choice: {type: string, nullable: true, enum: [a, b]}
  chosen: {type: integer, nullable: true, enum: [1]}
  u:
    type: object
    oneOf: [{required: [a]}, {required: [b]}]
    properties:
      a: {x-kubernetes-preserve-unknown-fields: true}
      b: {x-kubernetes-preserve-unknown-fields: true, nullable: true}
  mode: {type: string, default: fast}
  port: {x-kubernetes-int-or-string: true}
  memory:
    x-kubernetes-int-or-string: true
    pattern: QUANTITY
  at: {type: string, format: date-time}
  data: {type: string, format: byte}
  tags: {type: array, maxItems: 3, x-kubernetes-list-type: set, items: {type: string}}
  rules:
    type: array
    x-kubernetes-list-type: map
    x-kubernetes-list-map-keys: [key]
    items:
      type: object
      required: [key]
      properties: {key: {type: string}, value: {type: integer}}
  labels: {type: object, minProperties: 1, additionalProperties: {type: string, maxLength: 3}}
  free: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: string}}}
  any: {x-kubernetes-preserve-unknown-fields: true}
  empty: {type: object}
  ref:
    type: object
    oneOf:
      - {required: [name], not: {required: [external]}}
      - {required: [external], not: {anyOf: [{required: [name]}, {required: [namespace]}]}}
    properties: {name: {type: string}, namespace: {type: string}, external: {type: string}}
  either:
    type: object
    anyOf: [{required: [a]}, {required: [b]}]
    properties: {a: {type: string}, b: {type: string}}
  odd: {type: integer, not: {minimum: 3, maximum: 5}}
  both: {type: string, allOf: [{pattern: a}, {pattern: b}]}
""".replace("QUANTITY", f"'{QUANTITY}'")

RIGHT = """
size: small
size: small, replicas: 3
size: small, replicas: 3.0
size: small, ratio: 0.5
size: small, ratio: 2
size: small, count: 2
size: small, step: 10
size: small, wide: 4294967296
size: small, wide: 9007199254740991.0
size: small, choice: a
size: small, u: {a: null, b: 1}
size: small, u: {a: null, b: null}
size: small, name: abc
size: small, flag: yes
size: small, note: null
size: small, mode: null
size: small, flag: null, port: null, count: null
size: small, labels: {a: null, b: x}
size: small, ref: {name: a, external: null}
size: small, free: {a: null, z: null}
size: small, port: 80
size: small, port: http
size: small, memory: 1Gi
size: small, memory: 5
size: small, at: "2024-05-01T12:00:00Z"
size: small, data: aGVsbG8=
size: small, tags: [a, b]
size: small, rules: [{key: a, value: 1}, {key: b}]
size: small, labels: {a: b}
size: small, free: {a: b, c: [1]}
size: small, any: [1, {a: null}]
size: small, empty: {}
size: small, ref: {name: a, namespace: b}
size: small, ref: {external: a}
size: small, either: {a: x, b: z}
size: small, odd: 7
size: small, both: ab
"""

WRONG = """
{} | missing-field  | required field `size` of Thing.spec is missing
size: null | missing-field  | required field `size` of Thing.spec is missing
size: smal | not-in-enum size | "smal" is not allowed here (did you mean "small"?)
size: big | not-in-enum size | "big" is not allowed here (allowed: "large", "small")
size: 5 | wrong-type size | expected "large" | "small", found the number 5 (put it in quotes: "5")
size: small, replicas: "3" | wrong-type replicas | expected int, found the string "3" (write 3 without quotes)
size: small, replicas: 0 | out-of-bounds replicas | 0 is too small: it must be at least 1
size: small, replicas: 11 | out-of-bounds replicas | 11 is too large: it must be at most 10
size: small, replicas: 1.5 | wrong-type replicas | expected int, found the number 1.5
size: small, replicas: true | wrong-type replicas | expected int, found the boolean true
size: small, ratio: 0 | out-of-bounds ratio | 0 is too small: it must be more than 0
size: small, count: 3 | not-in-enum count | 3 is not one of 1, 2
size: small, wide: 9223372036854775808 | wrong-type wide | expected int, found the number 9223372036854775808
size: small, steps: 12345678 | out-of-bounds steps | 12345678 is too large: it must be at most 1000000
size: small, choice: null | not-in-enum choice | null is not one of its values (leave it out)
size: small, chosen: null | not-in-enum chosen | null is not one of its values (leave it out)
size: small, u: {a: null} | alternatives u | one of `a` and `b` must be set (set either `a` or `b`)
size: small, step: 7 | out-of-bounds step | 7 is not a multiple of 5
size: small, name: a | out-of-bounds name | it has 1 character, but must have at least 2
size: small, name: ABC | bad-format name | "ABC" does not match the pattern ^[a-z]+$
size: small, flag: "true" | wrong-type flag | expected bool, found the string "true" (write true without quotes)
size: small, port: 1.5 | wrong-type port | expected int | string, found the number 1.5 (put it in quotes: "1.5")
size: small, port: [1] | wrong-type port | expected int | string, found a list
size: small, at: yesterday | bad-format at | "yesterday" is no date-time (expected 2024-05-01T12:00:00Z)
size: small, data: "a b" | bad-format data | "a b" is no byte (expected base64, such as aGVsbG8=)
size: small, tags: [a, b, a] | duplicate tags.2 | this item repeats an earlier one
size: small, tags: [a, b, c, d] | out-of-bounds tags | it has 4 items, but may have at most 3
size: small, tags: [null] | wrong-type tags.0 | null is not allowed here
size: small, labels: {a: null} | out-of-bounds labels | it has 0 entries, but must have at least 1
size: small, rules: [{key: null}] | missing-field rules.0 | required field `key` of Thing.spec.rules[] is missing
size: small, tags: a | wrong-type tags | expected list(string), found the string "a"
size: small, rules: [{key: a}, {key: a}] | duplicate rules.1 | this item repeats an earlier one in key
size: small, rules: [{key: a, valu: 1}] | unknown-field rules.0.valu \
| `valu` is no field of Thing.spec.rules[] (did you mean `value`?)
size: small, rules: [{value: 1}] | missing-field rules.0 | required field `key` of Thing.spec.rules[] is missing
size: small, labels: {} | out-of-bounds labels | it has 0 entries, but must have at least 1
size: small, labels: {a: long} | out-of-bounds labels.a | it has 4 characters, but may have at most 3
size: small, labels: {a: 1} | wrong-type labels.a | expected string, found the number 1 (put it in quotes: "1")
size: small, free: {a: 1} | wrong-type free.a | expected string, found the number 1 (put it in quotes: "1")
size: small, empty: {a: 1} | unknown-field empty.a \
| `a` is no field of this object, which has none: the API server would drop it
size: small, replica: 1 | unknown-field replica | `replica` is no field of Thing.spec (did you mean `replicas`?)
size: small, ref: {} | alternatives ref | one of `name` and `external` must be set (set either `name` or `external`)
size: small, ref: {name: a, external: b} | alternatives ref | only one of `name` and `external` may be set
size: small, either: {} | alternatives either | one of `a` and `b` must be set
size: small, odd: 4 | alternatives odd | the schema forbids this value
size: small, both: a | alternatives both | it does not fit what the schema asks in `allOf`
"""


@pytest.fixture(scope="module")
def schema() -> KindSchema:
    return thing(SCHEMA)


def spec_type(schema: KindSchema) -> Type:
    assert isinstance(schema.written, ObjectType)
    return schema.written.properties["spec"].type


def shown(one: Mismatch) -> str:
    path = ".".join(map(str, one.path))
    return f"{one.code} {path} | {one.message}" + (f" ({one.hint})" if one.hint else "")


def value_of(flow: str) -> object:
    root = parse(flow if flow.startswith("{") else f"{{{flow}}}").root
    assert root is not None
    return plain(root)


@pytest.mark.parametrize("line", RIGHT.strip().splitlines())
def test_right(line: str, schema: KindSchema) -> None:
    assert conforms(value_of(line), spec_type(schema)) == []


@pytest.mark.parametrize("line", WRONG.strip().splitlines())
def test_wrong(line: str, schema: KindSchema) -> None:
    flow, expected = line.split(" | ", 1)
    assert [shown(one) for one in conforms(value_of(flow), spec_type(schema))] == [expected]


def test_null_is_an_alternative_where_it_is_kept(schema: KindSchema) -> None:
    (found,) = conforms(value_of("size: small, u: {a: 1, b: null}"), spec_type(schema))
    assert found.message == "it fits several of 2 alternatives, but must fit one"


def test_everything_wrong_is_found_at_once(schema: KindSchema) -> None:
    found = conforms(value_of("replicas: 0, name: A, nam: b, labels: {a: 1}"), spec_type(schema))
    assert [one.code for one in found] == [
        "unknown-field", "out-of-bounds", "out-of-bounds", "bad-format", "wrong-type", "missing-field",
    ]  # fmt: skip
    assert {one.origin.name for one in found if one.origin is not None} >= {
        "Thing.spec.replicas",
        "Thing.spec.size",
    }


def test_partial_data_and_extra_names(schema: KindSchema) -> None:
    lenient = Leniency(partial=True, extra=frozenset({"x-koreo-compare-as-set"}))
    value = {"x-koreo-compare-as-set": ["tags"], "labels": {"x-koreo-compare-as-set": ["a"], "a": "b"}}
    assert conforms(value, spec_type(schema), None, lenient) == []
    assert [one.code for one in conforms(value, spec_type(schema))] == [
        "unknown-field",
        "wrong-type",
        "missing-field",
    ]


SMAL = StringType(frozenset({"smal"}))
NUMBER = ObjectType({"a": Property(INT)})
COMPUTED = [
    ({"size": Computed(ANY)}, []),
    ({"size": Computed(STRING)}, []),
    ({"size": Computed(join(SMAL, StringType(frozenset({"small"}))))}, []),
    ({"size": Computed(SMAL)}, ['not-in-enum size | "smal" is not allowed here (did you mean "small"?)']),
    ({"size": Computed(INT)}, ['wrong-type size | this is int, but "large" | "small" is asked here']),
    ({"size": "small", "replicas": Computed(join(INT, STRING))}, []),
    ({"size": "small", "replicas": Computed(STRING)}, ["wrong-type replicas | this is string, but int is asked here"]),
    ({"size": "small", "note": Computed(NULL)}, []),
    ({"size": "small", "mode": Computed(NULL)}, []),
    ({"size": "small", "flag": Computed(NULL)}, []),
    ({"size": Computed(NULL)}, ['wrong-type size | this is null, but "large" | "small" is asked here']),
    ({"size": "small", "tags": [Computed(NULL)]}, ["wrong-type tags.0 | this is null, but string is asked here"]),
    ({"size": "small", "tags": Computed(ListType(INT))}, ["wrong-type tags | this is int, but string is asked here"]),
    ({"size": "small", "labels": Computed(MapType(STRING, STRING))}, []),
    ({"size": "small", "labels": Computed(NUMBER)}, ["wrong-type labels.a | this is int, but string is asked here"]),
    ({"size": "small", "tags": ["a", Computed(STRING)]}, []),
    ({"size": "small", "ref": {"name": Computed(ANY)}}, []),
    ({"size": "small", "ref": Computed(ANY)}, []),
    ({"size": "small", "odd": Computed(INT)}, []),
    (Computed(ObjectType({"siz": Property(STRING)})), [
        "unknown-field siz | `siz` is no field of Thing.spec (did you mean `size`?)",
        "missing-field  | required field `size` of Thing.spec is missing",
    ]),
    (Computed(ObjectType({"size": Property(STRING, required=False)})), []),
    (Computed(ObjectType({}, open=True)), []),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), COMPUTED)
def test_computed_values_are_wrong_only_when_certain(
    value: object, expected: list[str], schema: KindSchema
) -> None:
    assert [shown(one) for one in conforms(value, spec_type(schema))] == expected


def test_a_type_fits_itself(schema: KindSchema) -> None:
    assert conforms(Computed(schema.stored), schema.written) == []
    assert conforms(Computed(schema.written), schema.written) == []


def test_deep_data_does_not_overflow(schema: KindSchema) -> None:
    value: object = 1
    for _ in range(5000):
        value = [value]
    assert conforms({"size": "small", "any": value}, spec_type(schema)) == []
    nested = ListType(INT)
    for _ in range(300):
        nested = ListType(nested)
    assert conforms(value, nested) == []


def test_look_ahead_is_no_pattern_of_the_server() -> None:
    assert conforms("b", STRING, None) == []
    found = thing("type: string\npattern: '(?=a)'")
    assert (
        conforms(
            {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {}, "spec": "b"}, found.written
        )
        == []
    )


FILLED = """
type: object
maxProperties: 2
minProperties: 1
oneOf: [{required: [mode]}, {required: [plan]}]
properties:
  mode: {type: string, default: fast}
  plan: {type: string}
  size: {type: integer}
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", []),
        ("mode: slow, size: 1", []),
        ("plan: a", ["alternatives"]),
        ("size: 1, sise: 2", ["unknown-field"]),
        ("size: 1, plan: null", []),
    ],
)
def test_limits_are_those_of_what_the_server_makes_of_an_object(line: str, expected: list[str]) -> None:
    root = parse(f"{{{line}}}").root
    assert root is not None
    found = conforms(plain(root), *spec_and_limits(thing(FILLED)))
    assert [one.code for one in found] == expected


def spec_and_limits(schema: KindSchema) -> tuple[Type, Limits | None]:
    """Return the type of `spec`, and what its schema asks beyond that."""
    assert isinstance(schema.written, ObjectType)
    spec = schema.written.properties["spec"]
    return spec.type, spec.limits
