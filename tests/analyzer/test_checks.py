"""Every rule on small files: what must be said, exactly where, and what must not be said."""

from __future__ import annotations

from pathlib import Path

import pytest
from markers import Case, cases, check, has_problems

CASES = cases(Path(__file__).parent / "cases")


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_case(case: Case) -> None:
    check(case)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.file.stem == "near_misses"], ids=lambda case: case.title
)
def test_near_miss(case: Case) -> None:
    assert not has_problems(case)
