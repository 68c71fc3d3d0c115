"""`fixtures/broken` shows every rule that reading finds exactly once, and says so at the place.

For those that running finds see tests/cli/test_cli_test_codes.py.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from koreo_analyzer.checks import RULES, Origin
from koreo_project.discover import find
from koreo_project.load import load

if TYPE_CHECKING:
    from koreo_analyzer.workspace import FileProblem

FOLDER = Path(__file__).parents[2] / "fixtures" / "broken"


def problems() -> list[FileProblem]:
    (root,) = find([FOLDER])
    loaded = load(root)
    snapshot = loaded.workspace.snapshot
    return [*loaded.problems, *(problem for path in loaded.reported for problem in snapshot.problems(path))]


def test_every_rule_is_shown_once() -> None:
    found_by_reading = [code for code, rule in RULES.items() if rule.origin is Origin.READING]
    assert Counter(problem.code for problem in problems()) == Counter(found_by_reading)


def test_every_problem_is_announced_by_a_comment() -> None:
    for problem in problems():
        if problem.code == "unreadable-file":
            continue
        text = Path(problem.path).read_text(encoding="utf-8")
        line_end = text.find("\n", problem.span.start)
        before = text[:line_end].rsplit("\n---\n", 1)[-1]
        assert f"{problem.code}: " in before or f"{problem.code}.\n" in before, problem
