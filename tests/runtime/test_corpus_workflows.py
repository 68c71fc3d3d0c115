"""Which Workflows of the corpus can run: as the original says, or docs/compatibility.md says why not.

Compared are whether a Workflow can run, its outcome when it cannot, and which of its steps are to blame. Every
difference is given the first reason of `REASONS` that fits it; the number of each is exact. Needs the folder
named by the environment variable KOREO_SHARED, which is not part of the project.
"""

from __future__ import annotations

import gzip
import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from koreo_analyzer.workspace import Workspace
from koreo_runtime.engine import Engine
from koreo_runtime.outcomes import combine
from koreo_runtime.programs.model import Unusable
from koreo_runtime.workflows.readiness import step_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SHARED = os.environ.get("KOREO_SHARED")
pytestmark = pytest.mark.skipif(SHARED is None, reason="KOREO_SHARED does not name the shared folder")

COMPATIBILITY = Path(__file__).resolve().parents[2] / "docs" / "compatibility.md"


class Answer(NamedTuple):
    """Whether a Workflow can run: its outcome if not, and the outcome of each step that is to blame."""

    outcome: str
    steps: tuple[tuple[str, str], ...]


class Difference(NamedTuple):
    workspace: str
    name: str
    ours: Answer
    theirs: Answer


REASONS: dict[str, Callable[[Difference], bool]] = {
    "condition-types-have-two-characters": lambda d: d.theirs.outcome == "Ok" and d.ours == ("PermFail", ()),
    "all-problems-of-a-step": lambda d: (
        d.ours.outcome == d.theirs.outcome
        and all(
            step in d.ours.steps or (outcome == "Retry" and (label, "PermFail") in d.ours.steps)
            for step in d.theirs.steps
            for label, outcome in (step,)
        )
    ),
}
EXPECTED = {"equal": 147, "condition-types-have-two-characters": 1, "all-problems-of-a-step": 1}


def workspaces() -> Iterator[tuple[str, Mapping[str, str], list[dict[str, Any]]]]:
    """Yield a name, the files and the original's answers of every workspace."""
    corpus = Path(SHARED or "") / "corpus"
    verdicts = json.loads((corpus / "verdicts.json").read_text())
    for folder, verdict in verdicts["workspaces"].items():
        files = {row["file"]: (corpus / row["file"]).read_text() for row in verdict["prepared"]}
        yield folder, files, verdict["prepared"]
    with gzip.open(corpus / "mutants.jsonl.gz", "rt") as lines:
        for line in lines:
            mutant = json.loads(line)
            yield mutant["id"], mutant["files"], mutant["verdict"].get("prepared", [])


def theirs(row: Mapping[str, Any]) -> Answer:
    steps = {step["step"]: step["outcome"] for step in row.get("steps") or ()}
    return Answer("Ok" if row["ok"] else row["outcome"], tuple(sorted(steps.items())))


def ours(engine: Engine, name: str) -> Answer:
    program = engine.workflow(name)
    if program is None:
        return Answer("None", ())
    if isinstance(program, Unusable):
        return Answer(type(program.outcome).__name__, ())
    problems = step_problems(engine, program)
    steps = {label: type(combine(found)).__name__ for label, found in problems.items()}
    whole = combine(outcome for found in problems.values() for outcome in found)
    return Answer(type(whole).__name__, tuple(sorted(steps.items())))


def differences() -> Iterator[Difference | None]:
    """Yield for each Workflow how the answers differ, None when they are equal."""
    for workspace, files, rows in workspaces():
        workflows = [row for row in rows if row["kind"] == "Workflow"]
        if not workflows:
            continue
        engine = Engine(Workspace().apply(files))
        for row in workflows:
            difference = Difference(workspace, row["name"], ours(engine, row["name"]), theirs(row))
            yield None if difference.ours == difference.theirs else difference


def test_the_same_workflows_can_run() -> None:
    found: Counter[str] = Counter()
    unexplained = []
    for difference in differences():
        if difference is None:
            found["equal"] += 1
            continue
        reason = next((name for name, fits in REASONS.items() if fits(difference)), None)
        if reason is None:
            unexplained.append(difference)
        else:
            found[reason] += 1
    assert not unexplained, "\n".join(map(str, unexplained))
    assert found == EXPECTED


def test_every_reason_is_documented() -> None:
    text = COMPATIBILITY.read_text(encoding="utf-8")
    assert [reason for reason in REASONS if f"`{reason}`" not in text] == []
