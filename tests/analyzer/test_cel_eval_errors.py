"""What evaluation says when it fails: kind, message and the failing part."""

from __future__ import annotations

import contextlib

import pytest
from koreo_analyzer import cel

VARIABLES = {
    "inputs": {"spec": {"replicas": 3, "size": 1, "name": "x"}, "list": [1, 2], "empty": []},
    "locals": {},
}

CASES = [
    # expression, failing part, kind, message
    ("inputs.spec.replicaz", "inputs.spec.replicaz", "no-such-field",
     "no such field `replicaz` in {replicas, size, name}; did you mean `replicas`?"),
    ("1 + inputs.sepc.x.y", "inputs.sepc", "no-such-field",
     "no such field `sepc` in {spec, list, empty}; did you mean `spec`?"),
    ("inputs.spec['nam']", "inputs.spec['nam']", "no-such-field",
     "no such field `nam` in {replicas, size, name}; did you mean `name`?"),
    ("locals.x", "locals.x", "no-such-field", "no such field `x` in an empty map"),
    ("inputs.spec[1]", "inputs.spec[1]", "no-such-field", "no such key 1 in {replicas, size, name}"),
    ("inpts.x", "inpts", "unknown-name", "unknown name `inpts`; did you mean `inputs`?"),
    ("nothing", "nothing", "unknown-name", "unknown name `nothing`: in scope are `inputs`, `locals`"),
    ("null.x", "null.x", "no-overload", "cannot read the field `x` of null: only maps have fields"),
    ("inputs.spec.name.x", "inputs.spec.name.x", "no-overload",
     "cannot read the field `x` of a string: only maps have fields"),
    ("inputs.list[5]", "inputs.list[5]", "out-of-range", "no element 5: the last one of the list is 1"),
    ("inputs.list[-1]", "inputs.list[-1]", "out-of-range", "no element -1: positions in a list begin at 0"),
    ("inputs.empty[0]", "inputs.empty[0]", "out-of-range", "no element 0: the list is empty"),
    ("'a' + 1", "'a' + 1", "no-overload", "cannot add string and int: write `string(…)` around the int"),
    ("1 + 1.0", "1 + 1.0", "no-overload",
     "cannot add int and double: write `int(…)` around the double, or `double(…)` around the int"),
    ("[1] - 1", "[1] - 1", "no-overload", "cannot subtract list and int"),
    ("-9223372036854775807 - 2", "-9223372036854775807 - 2", "out-of-range",
     "the result does not fit an int (64 bits)"),
    ("1 + 2 / 0", "2 / 0", "division-by-zero", "division by zero"),
    ("!1", "1", "no-overload", "`!` takes bool, not int"),
    ("true && (1 || false)", "1", "no-overload", "`||` takes bool, not int"),
    ("1 ? 2 : 3", "1", "no-overload", "the condition of `?:` takes bool, not int"),
    ("null < null", "null < null", "no-overload", "two values of type null have no order"),
    ("1 < 'a'", "1 < 'a'", "no-overload", "cannot order int and string"),
    ("1 in 5", "1 in 5", "no-overload", "`in` takes a list or a map on its right, not int"),
    ("[1, 2].filter(x, x)", "x", "no-overload", "the condition must be bool, not int"),
    ("[2, 1, 0].map(x, 4 / x)", "4 / x", "division-by-zero", "division by zero"),
    ("{'a': 1, 'a': 2}", "'a'", "duplicate-key", "the key `a` comes twice"),
    ("inputs.spec[-1]", "inputs.spec[-1]", "no-such-field", "no such key -1 in {replicas, size, name}"),
    # What is a value, and not written down, may be secret.
    ("inputs.list[1][inputs.spec.name]", "inputs.list[1][inputs.spec.name]", "no-overload",
     "cannot index an int: only lists and maps have elements"),
    ("inputs.spec[inputs.spec.name]", "inputs.spec[inputs.spec.name]", "no-such-field",
     "no such key in {replicas, size, name}"),
    ("locals[inputs.spec.name + '']", "locals[inputs.spec.name + '']", "no-such-field",
     "no such key in an empty map"),
    ("{inputs.spec.name: 1, inputs.spec.name: 2}", "inputs.spec.name", "duplicate-key", "a key comes twice"),
    ("['x', 'x'].transformMapEntry(i, v, {v: i})", "{v: i}", "duplicate-key", "a key comes twice"),
    ("'a'.matches(inputs.spec.name + '(')", "'a'.matches(inputs.spec.name + '(')", "invalid",
     "the pattern is invalid"),
    ("'a'.matches('x(')", "'a'.matches('x(')", "invalid", "the pattern is invalid: missing ): x("),
    ("'a'.startsWith(1)", "'a'.startsWith(1)", "no-overload", "`startsWith` does not take (string, int)"),
    ("'a'.upperAsci()", "upperAsci", "unknown-function",
     "unknown function `upperAsci`; did you mean `upperAscii`?"),
    ("abs(1)", "abs", "unknown-function", "unknown function `abs`; did you mean `math.abs`?"),
    ("charAt('a')", "charAt('a')", "no-overload",
     "`charAt` cannot be called with 1 argument: write `string.charAt(position: int)`"),
    ("int('abc')", "int('abc')", "invalid", "the string is no int: expected decimal digits"),
    ("1 +", "+", "syntax", "expected an expression after `+`"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "part", "kind", "message"), CASES, ids=[case[0] for case in CASES])
def test_error(source: str, part: str, kind: str, message: str) -> None:
    with pytest.raises(cel.CelError) as caught:
        cel.compile(source).evaluate(VARIABLES)
    error = caught.value
    assert error.span is not None
    assert (source[slice(*error.span)], error.kind.value, error.message) == (part, kind, message)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("inputs.missing == 1 || true", True),
        ("true || inputs.missing == 1", True),
        ("1 / 0 == 1 && false", False),
        ("'no bool' && false", False),
        ("[1, 0].exists(x, 1 / x == 1)", True),
        ("[0, 1].exists(x, 1 / x == 1)", True),
        ("[0, 2].all(x, 4 / x == 1)", False),
        ("optional.of(1).orValue(1 / 0)", 1),
    ],
)
def test_absorbed_error(source: str, value: object) -> None:
    assert cel.compile(source).evaluate(VARIABLES) == value


@pytest.mark.parametrize(
    "source", ["false || 1 / 0 == 1", "1 / 0 == 1 || false", "[0, 2].all(x, 4 / x == 2)"]
)
def test_error_that_nothing_decides_against(source: str) -> None:
    with pytest.raises(cel.CelError, match="division by zero"):
        cel.compile(source).evaluate(VARIABLES)


@pytest.mark.parametrize(
    ("source", "there"),
    [
        ("has(inputs.spec)", True),
        ("has(inputs.spec.name)", True),
        ("has(inputs['spec'].name)", True),
        ("has(inputs.list[1])", True),
        ("has({'a': null}.a)", True),
        ("has(inputs.missing)", False),
        ("has(inputs.missing.x.y)", False),
        ("has(inputs.spec.name.x)", False),
        ("has(inputs.list[2])", False),
        ("has(inputs.list[inputs.nope])", False),
        ("has(nothing.x)", False),
        ("has((1 / 0).x)", False),
        ("has({}.?a.b)", False),
        ("has({'a': {'b': 1}}.?a.b)", True),
    ],
)
def test_has_is_false_whenever_it_can_not_be_evaluated(source: str, *, there: bool) -> None:
    assert cel.compile(source).evaluate(VARIABLES) is there


def test_an_unknown_escape_keeps_its_backslash() -> None:
    assert cel.compile(r"'a\.b'").evaluate({}) == r"a\.b"


def test_messages_hold_no_values() -> None:
    secret = "s3cret-token"
    for source in (
        "int(x)",
        "timestamp(x)",
        "duration(x)",
        "x + 1",
        "x.matches('(')",
        "from_json(x)",
        "b64decode(x)",
    ):
        with pytest.raises(cel.CelError) as caught:
            cel.compile(source).evaluate({"x": secret})
        assert secret not in caught.value.message


HUGE = 10**400


@pytest.mark.parametrize(
    "source",
    ["x + 1", "-x", "double(x)", "x == 1.0", "x < 1.0", "1.5 < x", "x in [1.0]", "math.sqrt(x)", "'%f'.format([x])",
     "[1][x]", "string(x)", "x * 1.0", "y + 1", "y == y", "size(y)", "y.a", "y[0]", "type(y)", "to_json(y)", "y in {}",
     "has(y.a)", "'%s'.format([y])", "y < y", "y.all(z, true)", "y ? 1 : 2", "!y", "y && true"],
)  # fmt: skip
def test_variables_that_are_no_values_of_cel_raise_nothing_else(source: str) -> None:
    with contextlib.suppress(cel.CelError):
        cel.compile(source).evaluate({"x": HUGE, "y": object()})
