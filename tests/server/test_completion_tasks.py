"""The order of what is offered: the wanted item comes first, or nearly so, in the situations of a committed list."""

from __future__ import annotations

import pytest
from completion_tasks import TASKS, WORKSPACE, Task
from cursor_fixtures import read
from koreo_analyzer.workspace import Settings, Workspace
from koreo_project.schemas import builtin
from koreo_server.ide.completion.complete import complete

BAR = 0.9
"""Of the mean of 1/1 for a wanted item at the first place, 1/2 at the second, …, 0 if it is not offered."""


@pytest.fixture(scope="module")
def ranks() -> dict[str, int]:
    """The place of the wanted item by title of the task, from 1; 0 if it is not offered."""
    workspace = Workspace(Settings(schemas=(builtin(),)))
    workspace.apply(read(WORKSPACE).texts)
    return {task.title: _rank(workspace, task) for task in TASKS}


def _rank(workspace: Workspace, task: Task) -> int:
    fixture = read(f"#- work.k.yaml\n{task.text}")
    assert fixture.cursor is not None
    snapshot = workspace.apply(fixture.texts)
    labels = [item.label for item in complete(snapshot, *fixture.cursor).items]
    return labels.index(task.wanted) + 1 if task.wanted in labels else 0


def test_there_are_enough_tasks() -> None:
    assert len({task.title for task in TASKS}) == len(TASKS) >= 60


def test_everything_wanted_is_offered(ranks: dict[str, int]) -> None:
    assert [title for title, rank in ranks.items() if not rank] == []


def test_the_wanted_item_comes_first(ranks: dict[str, int]) -> None:
    mean = sum(1 / rank for rank in ranks.values() if rank) / len(ranks)
    late = {title: rank for title, rank in ranks.items() if rank != 1}
    print(f"\nmean reciprocal rank {mean:.3f} of {len(ranks)} tasks; not the first: {late}")
    assert mean >= BAR
