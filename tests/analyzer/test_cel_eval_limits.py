"""No expression runs away: each bound stops one that would, and `&&`, `||` and `has` do not hide it."""

from __future__ import annotations

import time

import pytest
from koreo_analyzer import cel

HUNDRED = f"[{', '.join(map(str, range(100)))}]"


def nested(start: str, step: str, times: int) -> str:
    """Return `cel.bind` nested: each level's `v` is `step` of the one below."""
    source = start
    for level in range(times):
        source = f"cel.bind(v{level}, {source}, {step.replace('v', f'v{level}')})"
    return source


DOUBLED_LIST = nested("[1]", "[v, v]", 60)
BOMBS = {
    "four nested macros": (
        f"{HUNDRED}.map(a, {HUNDRED}.map(b, {HUNDRED}.map(c, {HUNDRED}.map(d, 1))))",
        "the expression takes too long: at most 1,000,000 steps are allowed",
    ),
    "comparison of a list that is shared 2^60 times": (
        f"{DOUBLED_LIST} == {DOUBLED_LIST}",
        "the expression takes too long: at most 1,000,000 steps are allowed",
    ),
    "JSON of a list that is shared 2^60 times": (f"to_json({DOUBLED_LIST})", "the value is too large"),
    "text that doubles": (nested("'a'", "v + v", 60), "the value is too large"),
    "replacements that multiply": (
        "'aaaaaaaaaa'" + ".replace('', 'aaaaaaaaaa')" * 20,
        "the value is too large: at most 1,000,000 characters or elements are allowed",
    ),
    "many large texts": (
        f"cel.bind(a, {nested(repr('a' * 100), 'v + v', 13)}, {HUNDRED}.map(x, a + string(x)))",
        "the expression takes too long",
    ),
    "comparison of deep lists": (
        f"cel.bind(a, {HUNDRED}.map(x, {HUNDRED}).flatten().reduce(r, x, [], [r]), a == [a][0])",
        "the value is nested too deeply: at most 200 levels are allowed",
    ),
    "a pattern that searches back": (
        f"'{'a' * 40}b'.matches('^(a|a)*(?=c)$')",
        "the pattern takes too long: at most 0.5 seconds are allowed",
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bomb(name: str) -> None:
    source, message = BOMBS[name]
    started = time.monotonic()
    with pytest.raises(cel.CelError) as caught:
        cel.compile(source).evaluate({})
    assert caught.value.kind is cel.ErrorKind.LIMIT
    assert message in caught.value.message
    assert caught.value.span is not None
    assert time.monotonic() - started < 10


def test_too_large_to_leave() -> None:
    value = cel.compile(DOUBLED_LIST).evaluate({})
    with pytest.raises(cel.CelError, match="the value is too large"):
        cel.to_plain(value)


def test_too_deep_to_leave() -> None:
    value = cel.compile(f"{HUNDRED}.map(x, {HUNDRED}).flatten().reduce(r, x, [], [r])").evaluate({})
    with pytest.raises(cel.CelError, match="nested too deeply"):
        cel.to_plain(value)


@pytest.mark.parametrize(
    "source", ["BOMB || true", "BOMB && false", "has([BOMB][0].x)", "[1].exists(x, BOMB)"]
)
def test_a_limit_is_not_absorbed(source: str) -> None:
    program = cel.compile(source.replace("BOMB", f"{HUNDRED}.all(q, q >= 0)"), limits=cel.Limits(steps=10))
    with pytest.raises(cel.CelError) as caught:
        program.evaluate({})
    assert caught.value.kind is cel.ErrorKind.LIMIT


def test_limits_are_configurable() -> None:
    source = "[1, 2, 3].map(x, x)"
    assert cel.compile(source, limits=cel.Limits(steps=3)).evaluate({}) == [1, 2, 3]
    with pytest.raises(cel.CelError, match="at most 2 steps"):
        cel.compile(source, limits=cel.Limits(steps=2)).evaluate({})
    with pytest.raises(cel.CelError, match="at most 4 characters"):
        cel.compile("x + x", limits=cel.Limits(size=4)).evaluate({"x": "abc"})


@pytest.mark.parametrize(
    "source", ["(" * 10_000 + "1" + ")" * 10_000, "[" * 100_000, "!" * 50_000 + "true", "a" + ".b" * 10_000]
)
def test_deep_source(source: str) -> None:
    with pytest.raises(cel.CelError) as caught:
        cel.compile(source).evaluate({})
    assert caught.value.kind is cel.ErrorKind.SYNTAX


def test_the_deepest_source_that_is_read_can_be_evaluated() -> None:
    assert cel.compile("-(" * 90 + "1" + ")" * 90).evaluate({}) == 1
    assert cel.compile(" + ".join(["1"] * 190)).evaluate({}) == 190
    assert cel.compile(" && ".join(["x"] * 5000)).evaluate({"x": True}) is True
