"""Whatever is typed, the parser and the checker answer: 200,000 random and mutated sources from a seeded generator."""

from __future__ import annotations

import random

import pytest
from koreo_analyzer.cel import parse
from koreo_analyzer.cel.checker import check
from koreo_analyzer.types import ANY, BOOL, INT, STRING, ListType, ObjectType, Property

SOURCES = 50_000
"""How many one run makes; four runs share the work between processes."""

_NAMES = (
    "inputs steps resource x y n a1 true false null in has size type string int matches map filter all exists"
)
_CALLS = "exists_one reduce cel bind optMap math greatest timestamp duration b r 0 1 42 9223372036854775807 1u 1.5 1e9"
_SIGNS = "+ - * / % == != < <= > >= && || ! ? : . , ( ) [ ] { } .? [? = & | @ # $ ~ ` // ' \" '''"
_OTHERS = ("'a'", '"b"', '"""c"""', r"r'\d'", 'b"x"', r"\x", r"'\u00e9'", "é", "😀", "\u2028", "\x00", "\n")
_WORDS = (*_NAMES.split(), *_CALLS.split(), *_SIGNS.split(), *_OTHERS)
_REAL = (
    "has(inputs.spec.replicas) ? inputs.spec.replicas : 1",
    'inputs.names.filter(n, n.startsWith("a")).map(n, {"name": n, "size": n.size()})',
    "inputs.labels.overlay({'app': inputs.name + \"-x\"})",
    "steps.config.ports.exists(p, p.port in [80, 443]) && !(inputs.on || inputs.n > 3u)",
    "cel.bind(x, inputs.n * 2, x + 1) == 3 // comment",
    '[1, ?inputs.?n, -2.5e3][0] % 2 == 0 ? b"raw" : bytes("""a\nb""")',
)
_VARIABLES = {
    "inputs": ObjectType(
        {
            "n": Property(INT),
            "name": Property(STRING),
            "on": Property(BOOL),
            "names": Property(ListType(STRING)),
        },
        open=True,
    ),
    "steps": ANY,
}


def source(rng: random.Random) -> str:
    """Return a soup of words, or a real expression with a few characters or words changed."""
    if rng.random() < 0.5:
        return rng.choice(("", " ")).join(rng.choices(_WORDS, k=rng.randint(0, 14)))
    text = rng.choice(_REAL)
    for _ in range(rng.randint(1, 3)):
        at = rng.randint(0, len(text))
        text = text[:at] + rng.choice(("", rng.choice(_WORDS))) + text[at + rng.randint(0, 4) :]
    return text


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_parser_and_checker_answer(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(SOURCES):
        text = source(rng)
        parsed = parse(text)
        checked = check(parsed.root, _VARIABLES)
        for problem in (*parsed.problems, *checked.problems):
            assert 0 <= problem.span.start <= problem.span.end <= len(text), text
            assert problem.message
            assert "\n" not in problem.message, text
