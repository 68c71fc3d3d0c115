"""The parser reads what cel-spec's conformance tests and Koreo's corpus say is CEL.

Needs the folder named by the environment variable KOREO_SHARED, which is not part of the project.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from koreo_analyzer.cel import parse

SHARED = os.environ.get("KOREO_SHARED")
pytestmark = pytest.mark.skipif(SHARED is None, reason="KOREO_SHARED names no folder with conformance data")

RANGE = "is not in the range of uint; the data expects an evaluation error"
NO_VARIABLE = "`cel.iterVar(…)` in the place of a variable: a macro of the conformance harness only"
HAS = "`has` of a plain name: no CEL, but a constant for the original (language section 2.1)"
NAME = "a reserved word as a name, which fails in the data too, though not as a syntax error"
EXCEPTIONS = {
    "block_ext/basic/multiple_macros_1": NO_VARIABLE,
    "block_ext/basic/multiple_macros_2": NO_VARIABLE,
    "block_ext/basic/multiple_macros_3": NO_VARIABLE,
    "block_ext/basic/nested_macros_1": NO_VARIABLE,
    "block_ext/basic/nested_macros_2": NO_VARIABLE,
    "block_ext/basic/adjacent_macros": NO_VARIABLE,
    "block_ext/basic/macro_shadowed_variable_1": NO_VARIABLE,
    "block_ext/basic/macro_shadowed_variable_2": NO_VARIABLE,
    "gen-09822": HAS,
    "gen-09823": HAS,
    "gen-10215": HAS,
    "gen-10216": HAS,
    "gen-10449": RANGE,
    "gen-10509": NAME,
    "gen-10510": NAME,
}


def refused(pattern: str) -> tuple[set[str], int]:
    """Return the ids of the cases that should parse and do not, and the number of all that should."""
    failed: set[str] = set()
    count = 0
    for path in sorted(Path(SHARED or "").glob(pattern)):
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            if "expr" not in case or case.get("error") == "parse":
                continue
            count += 1
            if any(problem.code != "escape" for problem in parse(case["expr"]).problems):
                failed.add(case.get("id") or case["expr"])
    return failed, count


@pytest.mark.parametrize(("pattern", "least"), [("cel-spec/*.jsonl", 1700), ("corpus/cel_*.jsonl", 7000)])
def test_what_is_cel_parses(pattern: str, least: int) -> None:
    failed, count = refused(pattern)
    assert count > least
    expected = {name for name in EXCEPTIONS if name.startswith("gen-") == pattern.startswith("corpus")}
    assert failed == expected
