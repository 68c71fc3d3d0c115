"""Types on real documents, with the real schemas of their kinds: no false error, and nearly everything typed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from koreo_analyzer.checks.types_rules import RULES
from koreo_analyzer.flow import Share
from koreo_analyzer.problems import Severity
from koreo_project.schemas import builtin
from markers import analyze

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Snapshot

SHARED = os.environ.get("KOREO_SHARED")
needs_shared = pytest.mark.skipif(
    SHARED is None, reason="KOREO_SHARED does not name the folder of the corpus"
)
ROOT = Path(SHARED or "/nonexistent")
CORPUS = ROOT / "corpus"
FIXTURES = Path(__file__).parents[2] / "fixtures"
SUFFIXES = {".yaml", ".yml", ".koreo", ".k"}
CODES = {rule.code for rule in RULES}

TRUE_ERRORS = {
    # The function reads `config.app_domain_name`; what the step before it returns is called `domain`.
    ("examples/aws/vpc/workflow.k.yaml", 23, "wrong-input"),
    ("koreo.dev/examples/aws/vpc/01-workflow.k.yaml", 23, "wrong-input"),
}
WITHOUT_SCHEMA = {
    "koreo-core/examples",
    "koreo.dev/resource-function",
    "koreo.dev/workflow",
    "examples/kubernetes/service-account",
    "koreo.dev/examples/kubernetes/service-account",
}
"""Folders that use kinds of which neither they nor anybody else has the schema, or one that keeps any field."""


def crds() -> dict[str, str]:
    return {
        f"crds/{path.name}": path.read_text(encoding="utf-8")
        for folder in ("ack", "kcc", "aso")
        for path in (ROOT / "crds" / folder).glob("*.yaml")
    }


def load(folder: Path, base: Path) -> dict[str, str]:
    return {
        str(path.relative_to(base)): path.read_text(encoding="utf-8")
        for path in folder.iterdir()
        if path.suffix in SUFFIXES
    }


def corpus() -> dict[str, Snapshot]:
    folders = {
        path.parent for path in CORPUS.rglob("*") if path.suffix == ".koreo" or path.name.endswith(".k.yaml")
    }
    known = crds()
    return {
        str(folder.relative_to(CORPUS)): analyze(load(folder, CORPUS) | known, schemas=(builtin(),))
        for folder in sorted(folders)
    }


def errors(snapshot: Snapshot) -> set[tuple[str, int, str]]:
    """Return file, line and code of the errors that types show."""
    return {
        (path, snapshot.text(path).count("\n", 0, problem.span.start) + 1, problem.code)
        for path in snapshot.paths()
        for problem in snapshot.problems(path)
        if problem.code in CODES and problem.severity is Severity.ERROR
    }


@needs_shared
def test_no_false_error_on_the_corpus() -> None:
    found: set[tuple[str, int, str]] = set()
    for snapshot in corpus().values():
        found |= errors(snapshot)
    assert found == TRUE_ERRORS


@needs_shared
def test_most_of_the_corpus_is_typed() -> None:
    total = Share()
    for folder, snapshot in corpus().items():
        if folder not in WITHOUT_SCHEMA:
            total.add(snapshot.share())
    assert total.total > 1_000
    assert total.untyped < 0.02 * total.total


def fixture(name: str) -> dict[str, str]:
    folder = FIXTURES / name
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.suffix in SUFFIXES
    }


@pytest.mark.parametrize("name", ["hello", "stateless-crud-app"])
def test_no_problem_on_the_fixtures(name: str) -> None:
    snapshot = analyze(fixture(name), schemas=(builtin(),), off=frozenset({"no-schema"}))
    found = [(path, p.message) for path in snapshot.paths() for p in snapshot.problems(path)]
    assert [one for one in found if "warning" not in one] == []


@needs_shared
def test_no_error_on_the_fixtures_with_the_schemas_of_the_clouds() -> None:
    snapshot = analyze(fixture("stateless-crud-app") | crds(), schemas=(builtin(),))
    assert errors(snapshot) == set()
    share = snapshot.share()
    assert share.total > 1_500
    assert share.typed + share.partly > 0.9 * share.total
