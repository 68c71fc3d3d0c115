"""Types that flow, on small workspaces: what must be said at which token, and what must not be said."""

from __future__ import annotations

from pathlib import Path

import pytest
from koreo_project.schemas import builtin
from markers import Case, cases, check, has_problems

CASES = cases(Path(__file__).parent / "flow_cases", (builtin(),))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_case(case: Case) -> None:
    check(case)


def test_right_and_wrong_stand_side_by_side() -> None:
    assert len(CASES) >= 150
    wrong = sum(map(has_problems, CASES))
    assert wrong >= len(CASES) // 3
    assert len(CASES) - wrong >= len(CASES) // 3


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_titles_tell_the_truth(case: Case) -> None:
    """A title that begins with `Right:` has no problem in its section, any other has one."""
    assert has_problems(case) is not case.title.startswith("Right: ")
