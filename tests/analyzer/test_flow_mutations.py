"""Mistakes put into typed workspaces on purpose: at least 95 % of them are found, at the token or its direct use.

The mistakes, and the reasoning that they are some, are those of `mutations`. Here each is made in a loaded workspace,
new problems in any file are looked at, and it is taken back. Every miss is counted under a named reason. The corpus
is read where the environment variable KOREO_SHARED says; without it only the fixtures are mutated. A seeded sample
is made of the mistakes, all of them with KOREO_ALL_MUTATIONS=1.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from koreo_analyzer.problems import Severity
from koreo_analyzer.schemas import KindSchema, SchemaList, SchemaSource, schemas_in_tree
from koreo_analyzer.workspace import FileProblem, Settings, Workspace
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.stream import split
from koreo_project.schemas import builtin
from mutations import Mutation, NotCounted, Place, mutations

if TYPE_CHECKING:
    from collections.abc import Iterable

SHARED = os.environ.get("KOREO_SHARED")
ROOT = Path(SHARED or "/nonexistent")
FIXTURE = Path(__file__).parent.parent.parent / "fixtures" / "stateless-crud-app"
SUFFIXES = {".yaml", ".yml", ".koreo", ".k"}
SEED = 1
ALL = os.environ.get("KOREO_ALL_MUTATIONS") == "1"
"""Whether to make every mistake, in minutes, or only a sample, in seconds."""

OUTER = "only reported at a call further out, which passes the value on"
ELSEWHERE = "only reported elsewhere"
NOTHING = "not reported"

MISSED: dict[str, dict[tuple[str, str], int]] = {
    "fixture": {
        # A template for one environment lacks what the others have: the target is checked for all of them together.
        ("drop a required field of a resource", NOTHING): 3,
        # `"deployment-" + environment` then names no template; the name is `staging` for all that is known.
        ("misspell a value of a CustomResourceDefinition's enum", NOTHING): 1,
        # What the overlay function `app-container` returns: told at both `overlayRef`s, whose kind has no such field.
        ("rename a field of a resource", ELSEWHERE): 4,
        # `parent.ap` where not every run comes: an input may be one that no caller gives yet. And `has(domain.uurl)`
        # of a value that is a text or an object.
        ("rename a member of an expression", NOTHING): 2,
        # An input with a wrong part that is only passed on, by its own name: told where the whole was given.
        ("rename a member of an expression", OUTER): 1,
        ("swap two inputs of a call", OUTER): 2,
    },
    # Those of the fixture, which has schemas for its clouds here, and more of the same causes.
    "corpus": {
        # A template for one environment, as above: of Deployments, and of the databases of Azure and Google Cloud.
        ("drop a required field of a resource", NOTHING): 15,
        ("misspell a value of a CustomResourceDefinition's enum", NOTHING): 1,
        # What an overlay function returns (`app-container`, `redis`, `get-deployment-config`): told at the call.
        ("rename a field of a resource", ELSEWHERE): 15,
        ("another type of a literal in a resource", ELSEWHERE): 1,
        ("misspell a value of a schema's enum", ELSEWHERE): 1,
        # `env == "dev" || env == "staging" || env == "prrod"`: the first two of three words do not exclude the third.
        ("misspell an enum's value in a comparison", NOTHING): 3,
        ("rename a member of an expression", NOTHING): 2,
        ("rename a member of an expression", OUTER): 1,
        # A question, `has(inputs.labelss)`, `has(inputs.spe)`: a plural or a short name may well be another input.
        ("rename a member of an expression", ELSEWHERE): 3,
        ("swap two inputs of a call", OUTER): 2,
    },
}
"""The mistakes that are not found: how many of each kind for each reason, in each set of workspaces."""


@dataclass
class Outcome:
    """What became of the mutations of some workspaces."""

    found: Counter[str]
    missed: Counter[tuple[str, str]]
    not_counted: Counter[tuple[str, str]]
    misses: list[str]

    @property
    def counted(self) -> int:
        return self.found.total() + self.missed.total()

    @property
    def share(self) -> float:
        return self.found.total() / self.counted


class Trial:
    """A loaded workspace in which mistakes are made and taken back."""

    def __init__(self, texts: dict[str, str], schemas: tuple[SchemaSource, ...]) -> None:
        self.texts = texts
        self._workspace = Workspace(Settings(schemas=schemas))
        self.snapshot = self._workspace.apply(texts)
        self._before = {path: self.snapshot.problems(path) for path in texts}
        self._workspace.take_affected()

    def new_problems(self, mutation: Mutation) -> list[FileProblem]:
        """Return the problems that a mutation brings."""
        path = mutation.path
        snapshot = self._workspace.apply({path: mutation.applied(self.texts[path])})
        found = []
        for affected in self._workspace.take_affected():
            known = {
                (one.code, one.message, mutation.moved(Place(affected, one.span)).span)
                for one in self._before[affected]
            }
            problems = snapshot.problems(affected)
            found += [one for one in problems if (one.code, one.message, one.span) not in known]
        self._workspace.apply({path: self.texts[path]})
        self._workspace.take_affected()
        return found

    def is_hidden(self, mutation: Mutation) -> bool:
        """Whether the workspace is wrong at a place of the mutation without it."""
        return any(
            problem.severity is Severity.ERROR and problem.span.start < end and start < problem.span.end
            for path, (start, end) in mutation.places
            for problem in self._before[path]
        )


def verdict(mutation: Mutation, problems: Iterable[FileProblem]) -> str | None:
    """Return None for a mistake that is found, else the reason for which it counts as missed."""
    problems = list(problems)
    if _touches(mutation, problems, mutation.places):
        return None
    if _touches(mutation, problems, mutation.outer):
        return OUTER
    return ELSEWHERE if problems else NOTHING


def _touches(mutation: Mutation, problems: list[FileProblem], places: Iterable[Place]) -> bool:
    moved = [mutation.moved(place) for place in places]
    return any(
        problem.path == path and problem.span.start <= span.end and span.start <= problem.span.end
        for problem in problems
        for path, span in moved
    )


def try_all(workspaces: Iterable[dict[str, str]], schemas: tuple[SchemaSource, ...], share: float) -> Outcome:
    """Make a share of the mistakes, each once; those in equal files of several workspaces count once."""
    outcome = Outcome(Counter(), Counter(), Counter(), [])
    chance = Random(SEED)
    seen: set[tuple[str, ...]] = set()
    for texts in workspaces:
        trial = Trial(texts, schemas)
        for mutation in mutations(trial.snapshot, SEED):
            if isinstance(mutation, NotCounted):
                outcome.not_counted[mutation.kind, mutation.reason] += 1
                continue
            applied = mutation.applied(texts[mutation.path])
            if (mutation.kind, applied) in seen:
                continue
            seen.add((mutation.kind, applied))
            if chance.random() >= share:
                continue
            reason = verdict(mutation, trial.new_problems(mutation))
            if reason is not None and trial.is_hidden(mutation):
                outcome.not_counted[mutation.kind, "the workspace is wrong there without it"] += 1
            elif reason is None:
                outcome.found[mutation.kind] += 1
            else:
                outcome.missed[mutation.kind, reason] += 1
                outcome.misses.append(
                    f"{_where(mutation, texts)}: {mutation.kind}: {mutation.what}: {reason}"
                )
    return outcome


def _where(mutation: Mutation, texts: dict[str, str]) -> str:
    line = texts[mutation.path].count("\n", 0, mutation.edits[0].place.span.start) + 1
    return f"{mutation.path}:{line}"


def folder(path: Path, *, deep: bool) -> dict[str, str]:
    """Return the texts of a folder's files."""
    files = path.rglob("*") if deep else path.iterdir()
    return {
        file.relative_to(path).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(files)
        if file.suffix in SUFFIXES and file.is_file()
    }


def shared_schemas() -> SchemaList:
    """Return the schemas of the real CustomResourceDefinitions."""
    found: list[KindSchema] = []
    for name in ("ack", "aso", "kcc"):
        for path in sorted((ROOT / "crds" / name).glob("*.yaml")):
            text = path.read_text(encoding="utf-8")
            for start, end, empty in split(text):
                found += [] if empty else schemas_in_tree(parse(text[start:end]).root, path.name)
    return SchemaList("CustomResourceDefinitions", found)


def corpus() -> list[dict[str, str]]:
    """Return the workspaces of the corpus: every folder that holds files."""
    files = (path for path in (ROOT / "corpus").rglob("*") if path.suffix in SUFFIXES)
    return [folder(path, deep=False) for path in sorted({file.parent for file in files})]


def check(outcome: Outcome, missed: dict[tuple[str, str], int]) -> None:
    report = "\n".join([*outcome.misses, f"{outcome.found.total()} of {outcome.counted}"])
    assert outcome.share >= 0.95, report
    if not ALL:
        assert not outcome.missed - Counter(missed), report
        return
    assert dict(outcome.missed) == missed, report
    # Each kind of mistake is really made, and none is given up on silently.
    assert {kind for kind, _ in outcome.not_counted} - set(outcome.found) <= UNCOUNTED, report


UNCOUNTED = {"another type of a literal in a state", "another type of a literal in return"}
"""Kinds of which no mistake is certain in the fixture: nothing there needs the type of such a literal."""


def test_mistakes_in_the_fixture_are_found() -> None:
    outcome = try_all([folder(FIXTURE, deep=True)], (builtin(),), 1 if ALL else 0.14)
    assert outcome.counted >= (2_000 if ALL else 250)
    check(outcome, MISSED["fixture"])


@pytest.mark.timeout(300)
@pytest.mark.skipif(SHARED is None, reason="KOREO_SHARED does not name the folder of the corpus")
def test_mistakes_in_the_corpus_are_found() -> None:
    schemas = (shared_schemas(), builtin())
    outcome = try_all([folder(FIXTURE, deep=True), *corpus()], schemas, 1 if ALL else 0.12)
    assert outcome.counted >= (4_500 if ALL else 500)
    check(outcome, MISSED["corpus"])
