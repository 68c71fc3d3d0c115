"""The static checker: an expression and the types of its variables in, its type and what can never work out.

A case is `expression | type | problems`, each problem a code and the sub-expression it is about.
"""

from __future__ import annotations

import random

import pytest
from cel_generator import VARIABLES as RANDOM_VARIABLES
from cel_generator import Generator
from cel_types import holds
from koreo_analyzer import cel
from koreo_analyzer.cel import parse
from koreo_analyzer.cel.checker import check
from koreo_analyzer.cel.functions import FUNCTIONS
from koreo_analyzer.cel.value_types import type_of_value
from koreo_analyzer.types import (
    ANY,
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    INT,
    NULL,
    STRING,
    TIMESTAMP,
    UINT,
    ListType,
    MapType,
    ObjectType,
    OptionalType,
    Property,
    StringType,
    Type,
    join,
    parse_type,
    show,
)


def record(**fields: Type) -> ObjectType:
    """Return a closed object with these fields, all required."""
    return ObjectType({name: Property(type_) for name, type_ in fields.items()})


SIZE = StringType(frozenset({"small", "large"}))
INPUTS = record(
    n=INT,
    count=UINT,
    ratio=DOUBLE,
    on=BOOL,
    raw=BYTES,
    text=STRING,
    size=SIZE,
    names=ListType(STRING),
    ports=ListType(record(port=INT, name=STRING)),
    spec=record(replicas=INT, size=SIZE),
    labels=MapType(STRING, STRING),
    byNumber=MapType(INT, STRING),
    maybe=join(NULL, STRING),
    either=join(STRING, INT),
    unknown=ANY,
    at=TIMESTAMP,
    wait=DURATION,
    some=OptionalType(INT),
    loose=ObjectType({"a": Property(INT)}, open=True),
)
VARIABLES = {"inputs": INPUTS, "steps": ANY}

RIGHT = """
1 | int
1u | uint
1.5 | double
null | null
b"a" | bytes
inputs.n + 1 | int
inputs.n * 2 - 1 | int
inputs.ratio / 2.0 | double
inputs.text + "a" | string
inputs.names + ["x"] | list(string)
inputs.at + inputs.wait | timestamp
inputs.at - inputs.at | duration
-inputs.ratio | double
!inputs.on | bool
inputs.n == 1.0 | bool
inputs.n < inputs.ratio | bool
inputs.text < "b" | bool
inputs.on ? 1 : 2 | int
inputs.on ? 1 : "x" | "x" | int
inputs.names[0] | string
inputs.names[inputs.n] | string
inputs.labels.anything | string
inputs.labels["a/b"] | string
inputs.byNumber[1] | string
inputs.ports[0].port | int
inputs.spec["size"] == "small" | bool
inputs.loose.a | int
inputs.loose.other.deeper | any
inputs.unknown.a.b[0].c + 1 | int
steps.config.value | any
"a" in inputs.names | bool
"a" in inputs.labels | bool
1 in inputs.byNumber | bool
inputs.names.map(n, n + "!") | list(string)
inputs.ports.map(p, p.port > 1, p.name) | list(string)
inputs.names.filter(n, n != "x") | list(string)
inputs.names.all(n, n.size() > 1) | bool
inputs.labels.exists(k, k == "a") | bool
inputs.labels.map(k, inputs.labels[k]) | list(string)
inputs.names.exists(i, n, i > 0 && n == "a") | bool
inputs.names.transformList(i, n, n + string(i)) | list(string)
inputs.names.transformMap(i, n, n + "x") | map(int, string)
{"a": 1, "b": inputs.text} | {a: int, b: string}
{"a": 1}.a | int
[1, 2].map(x, x)[1] | int
type(inputs.n) == int | bool
type(inputs.n) | type(int)
google.protobuf.Timestamp == type(inputs.at) | bool
size(inputs.names) | int
inputs.text.size() | int
string(inputs.n) | string
inputs.text.split("-")[0].lowerAscii() | string
math.greatest(1, inputs.n) | any
inputs.some.value() | int
inputs.?spec | optional({replicas: int, size: "large" | "small"})
inputs.some.orValue(1) | int
optional.none() | optional
optional.none().orValue(inputs.n) | int
[optional.none(), inputs.some] | list(optional(int))
inputs.on ? optional.of("a") : optional.of(inputs.n) | optional("a" | int)
[inputs.n, ?inputs.some] | list(int)
{?"a": inputs.some, "b": "x"} | {a?: int, b: "x"}
{?inputs.n: inputs.?text} | map(int, string)
cel.bind(x, inputs.n, x + 1) | int
inputs.maybe != null && inputs.maybe.size() > 0 | bool
inputs.maybe == null ? "none" : inputs.maybe + "!" | string
has(inputs.spec) && inputs.spec.replicas > 0 | bool
type(inputs.either) == string ? inputs.either + "x" : string(inputs.either + 1) | string
type(inputs.unknown) == string && inputs.unknown.size() > 1 | bool
inputs.size == "small" || inputs.size == "large" | bool
!(inputs.maybe == null) && inputs.maybe.startsWith("a") | bool
nowhere.a + 1 | int
[].map(x, x.y) | list(any)
"""

WRONG = """
inputs.replicas | any | unknown-field: replicas
inputs.siez | any | unknown-field: siez
inputs["siez"] | any | unknown-field: "siez"
inputs.spec.sise == "small" | bool | unknown-field: sise
inputs.text.foo | any | unknown-field: foo
has(inputs.nothing) | bool | unknown-field: nothing
inputs.n + "a" | any | wrong-operand: inputs.n + "a"
"a" + 1 + "b" | string | wrong-operand: "a" + 1
inputs.n + 1.5 | any | wrong-operand: inputs.n + 1.5
inputs.n + inputs.count | any | wrong-operand: inputs.n + inputs.count
inputs.text - "a" | any | wrong-operand: inputs.text - "a"
-inputs.text | any | wrong-operand: -inputs.text
inputs.n < "a" | bool | wrong-operand: inputs.n < "a"
null > 1 | bool | wrong-operand: null > 1
"a" in inputs.text | bool | wrong-operand: inputs.text
inputs.n == "1" | bool | never-equal: inputs.n == "1"
inputs.size == "smal" | bool | never-equal: inputs.size == "smal"
inputs.size != "medium" | bool | never-equal: inputs.size != "medium"
1 in inputs.names | bool | never-equal: 1 in inputs.names
inputs.spec == null | bool | never-equal: inputs.spec == null
inputs.n && inputs.on | bool | not-boolean: inputs.n
inputs.on || inputs.text | bool | not-boolean: inputs.text
!inputs.n | bool | not-boolean: inputs.n
inputs.n ? 1 : 2 | int | not-boolean: inputs.n
inputs.names.filter(n, n) | list(string) | not-boolean: n
inputs.names.all(n, n + "x") | bool | not-boolean: n + "x"
inputs.names["a"] | any | wrong-index: "a"
inputs.names.first | any | unknown-field: first
inputs.byNumber.a | any | wrong-index: a
inputs.byNumber["a"] | any | wrong-index: "a"
inputs.n[0] | any | wrong-index: inputs.n
[1, 2][2] | int | wrong-index: 2
[1, 2][-1] | int | wrong-index: -1
inputs.names.map(n, n.port) | list(any) | unknown-field: port
inputs.n.map(x, x) | list(any) | wrong-operand: inputs.n
size(inputs.n) | any | wrong-operand: size(inputs.n)
inputs.n.startsWith("a") | any | wrong-operand: inputs.n.startsWith("a")
inputs.text.startsWith(1) | any | wrong-operand: inputs.text.startsWith(1)
has(inputs.spec) && inputs.spec.replica > 0 | bool | unknown-field: replica
type(inputs.either) == string && inputs.either + 1 == 2 | bool | wrong-operand: inputs.either + 1
inputs.maybe == null && inputs.maybe.size() > 1 | bool | wrong-operand: inputs.maybe.size()
inputs.siez == inputs.nn | bool | unknown-field: siez; unknown-field: nn
"""


def cases(table: str) -> list[tuple[str, ...]]:
    """Split a table into its lines and columns; ` | ` inside an expression or type is told by what surrounds it."""
    found = []
    for line in table.strip().splitlines():
        expression, _, rest = line.partition(" | ")
        while expression.count("(") != expression.count(")"):
            more, _, rest = rest.partition(" | ")
            expression += " | " + more
        found.append((expression, rest))
    return found


@pytest.mark.parametrize(("source", "expected"), cases(RIGHT))
def test_types(source: str, expected: str) -> None:
    checked = check(parse(source).root, VARIABLES)
    assert (show(checked.type), checked.problems) == (expected, ())


@pytest.mark.parametrize(("source", "expected"), cases(WRONG))
def test_problems(source: str, expected: str) -> None:
    type_, _, problems = expected.rpartition(" | ")
    checked = check(parse(source).root, VARIABLES)
    found = "; ".join(f"{one.code}: {source[one.span.start : one.span.end]}" for one in checked.problems)
    assert (show(checked.type), found) == (type_, problems)


@pytest.mark.parametrize(
    ("source", "message", "hint"),
    [
        (
            "inputs.siez",
            "no such field `siez` in {n, count, ratio, on, raw, text, size, names, ports, spec, labels, byNumber…}",
            "did you mean `size`?",
        ),
        ('inputs.n + "a"', 'cannot add int and "a"', "turn the other side into text with `string(…)`"),
        (
            'inputs.size == "smal"',
            '"large" | "small" and "smal" are never equal, so this is always false',
            'did you mean "small"?',
        ),
        ("inputs.n ? 1 : 2", "the condition of `?:` must be true or false, not an int", None),
    ],
)
def test_messages(source: str, message: str, hint: str | None) -> None:
    (problem,) = check(parse(source).root, VARIABLES).problems
    assert (problem.message, problem.hint) == (message, hint)


def test_every_part_has_a_type() -> None:
    root = parse("inputs.names.map(n, n + inputs.text)[0]").root
    types = check(root, VARIABLES).types
    assert show(types[id(root)]) == "string"


@pytest.mark.parametrize(("source", "expected"), cases(RIGHT))
def test_nothing_known_is_never_wrong(source: str, expected: str) -> None:
    del expected
    assert check(parse(source).root, {}).problems == ()


def test_random_expressions_never_raise() -> None:
    pieces = [source for source, _ in cases(RIGHT + WRONG)] + [
        "(",
        ")",
        "[",
        "]",
        "?",
        ":",
        ".",
        ",",
        "x",
        "&&",
    ]
    rng = random.Random(7)
    for _ in range(3000):
        source = " ".join(rng.choices(pieces, k=rng.randint(1, 4)))
        start = rng.randint(0, len(source))
        source = source[:start] + source[start + rng.randint(0, 5) :]
        for problem in check(parse(source).root, VARIABLES).problems:
            assert 0 <= problem.span.start <= problem.span.end <= len(source)


def test_random_values_are_of_the_static_type() -> None:
    types = {name: type_of_value(value) for name, value in RANDOM_VARIABLES.items()}
    generator = Generator(20_261_122)
    values = 0
    for _ in range(3000):
        source = generator.expression()
        try:
            value = cel.compile(source).evaluate(RANDOM_VARIABLES)
        except cel.CelError:
            continue
        values += 1
        assert holds(check(parse(source).root, types).type, value), source
    assert values > 2000


def test_every_signature_can_be_read() -> None:
    for function in FUNCTIONS:
        for overload in function.overloads:
            for text in (*(parameter.type for parameter in overload.parameters), overload.result):
                parse_type(text)
