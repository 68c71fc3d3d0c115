"""What types say about right programs: every warning is looked at, and every unknown type has a cause.

The fixture always, and real files, with real CustomResourceDefinitions in reach, where the environment variable
KOREO_SHARED says. That there is no error among them is the concern of `test_flow_corpus`.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from koreo_analyzer.checks.types_rules import RULES
from koreo_analyzer.flow import Share
from koreo_analyzer.problems import Severity
from koreo_analyzer.workspace import FileProblem, Settings, Snapshot, Workspace
from koreo_project.schemas import builtin
from test_flow_mutations import FIXTURE, corpus, folder, shared_schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.schemas import SchemaSource

CODES = frozenset(rule.code for rule in RULES)
HELLO = Path(__file__).parents[2] / "fixtures" / "hello"
needs_shared = pytest.mark.skipif(
    "KOREO_SHARED" not in os.environ, reason="KOREO_SHARED does not name the folder of the corpus"
)


def load(texts: dict[str, str], *schemas: SchemaSource) -> Snapshot:
    return Workspace(Settings(schemas=(*schemas, builtin()))).apply(texts)


def said(snapshot: Snapshot) -> Iterator[tuple[str, FileProblem]]:
    """Yield what types say, each with its line for people."""
    for path in snapshot.paths():
        for problem in snapshot.problems(path):
            if problem.code in CODES:
                line = snapshot.text(path).count("\n", 0, problem.span.start) + 1
                yield f"{path}:{line}: {problem.severity.word}[{problem.code}]: {problem.message}", problem


def everything() -> list[Snapshot]:
    schemas = shared_schemas()
    return [load(texts, schemas) for texts in (folder(FIXTURE, deep=True), *corpus())]


@pytest.mark.parametrize("path", [HELLO, FIXTURE], ids=lambda path: path.name)
def test_nothing_is_wrong_in_the_fixtures(path: Path) -> None:
    found = [
        line for line, problem in said(load(folder(path, deep=True))) if problem.severity > Severity.INFO
    ]
    assert found == []


def test_a_kind_without_schema_is_said_once_where_it_stands() -> None:
    found = [problem for _, problem in said(load(folder(FIXTURE, deep=True)))]
    assert {problem.code for problem in found} == {"no-schema"}
    places = {(problem.path, problem.span) for problem in found}
    assert len(places) == len(found) == 13  # the kinds of AWS, Google Cloud, Azure and External Secrets


WARNINGS = {
    # Fields of a status that the schema does not promise, read after asking for another one (`vpcID`, not `ownerID`)
    # or after a condition says Ready; fields of a trigger that its CustomResourceDefinition does not require.
    "optional-field": 20,
    # Tests that give a number as the identifier of a VPC and its owner, where the schema wants text.
    "resource-value": 4,
}
"""Warnings by code, all of them true."""


@needs_shared
def test_every_warning_on_the_corpus_is_known() -> None:
    found = [
        one for snapshot in everything() for one in said(snapshot) if one[1].severity is Severity.WARNING
    ]
    assert dict(Counter(problem.code for _, problem in found)) == WARNINGS, [line for line, _ in found]


REASONS = {
    # The field keeps whatever is written (`x-kubernetes-preserve-unknown-fields`), or nothing says more of it.
    "a field of any type": 90,
    # No schema for the kind: those of the corpus' own tests (TestDummy, TriggerDummy), and of clouds.
    "`resource` is unknown": 39,
    "`parent` is unknown": 9,
    # The variable of a macro over something unknown, and what a step gives that reads something unknown.
    "`c` is unknown": 20,
    "`value` is unknown": 3,
}
"""Where unknown types begin, by cause."""


@needs_shared
def test_every_unknown_type_has_a_cause() -> None:
    total = Share()
    for snapshot in everything():
        total.add(snapshot.share())
    assert (total.typed + total.partly) / total.total >= 0.90, total
    assert total.reasons == REASONS
