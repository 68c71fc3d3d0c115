"""Real files and the original's verdicts about them: where the two differ, the reason is counted here.

The corpus is read where the environment variable KOREO_SHARED says; without it these tests are skipped.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from koreo_analyzer.checks.literals import original_reading
from koreo_analyzer.problems import Severity
from koreo_analyzer.workspace import FileProblem, Workspace
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import plain
from koreo_analyzer.yaml.stream import split
from markers import analyze

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARED = os.environ.get("KOREO_SHARED")
pytestmark = pytest.mark.skipif(SHARED is None, reason="KOREO_SHARED does not name the folder of the corpus")
ROOT = Path(SHARED or "/nonexistent")
CORPUS = ROOT / "corpus"
SUFFIXES = {".yaml", ".yml", ".koreo", ".k"}
STRUCTURE = {"unknown-key", "missing-key", "wrong-type", "invalid-value", "exactly-one"}


def errors(problems: tuple[FileProblem, ...]) -> list[FileProblem]:
    return [problem for problem in problems if problem.severity is Severity.ERROR]


@cache
def mutants() -> tuple[dict[str, Any], ...]:
    with gzip.open(CORPUS / "mutants.jsonl.gz", "rt", encoding="utf-8") as lines:
        return tuple(json.loads(line) for line in lines)


def corpus_files() -> list[Path]:
    return sorted(path for path in CORPUS.rglob("*") if path.suffix in SUFFIXES)


# The schemas

STRICTER: dict[str, int] = {
    "unknown-key": 37,
    "expectResource is empty": 3,
    "plural is empty": 2,
    "assert must be an expression": 3,
    "delay is negative": 2,
    "namespace is missing": 1,
    "no steps": 1,
    "condition type of one letter": 1,
}
"""Documents that the upstream schemas take and ours do not, by reason.

Unknown keys and an empty plural are rules of ours. The others are rules of the original too (its CEL validations,
or its code), which plain JSON Schema does not show.
"""
_REASONS = {
    "`spec.testCases.expectResource` is empty": "expectResource is empty",
    "`spec.apiConfig.plural` is empty": "plural is empty",
    "`spec.preconditions.assert` must be an expression": "assert must be an expression",
    "`spec.create.delay` cannot be -1": "delay is negative",
    "`spec.apiConfig` needs `namespace`": "namespace is missing",
    "`spec.steps` is empty": "no steps",
    "`T` is not allowed for `spec.steps.condition.type`": "condition type of one letter",
}


def upstream_schemas() -> dict[str, jsonschema.Draft202012Validator]:
    found = {}
    for path in (ROOT / "crds" / "koreo-upstream").glob("*.yaml"):
        crd = yaml.safe_load(path.read_text())["spec"]
        spec = crd["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
        found[crd["names"]["kind"]] = jsonschema.Draft202012Validator(with_nulls(spec))
    return found


def with_nulls(schema: Any) -> Any:
    """Write OpenAPI's `nullable` as JSON Schema's type null."""
    if isinstance(schema, list):
        return [with_nulls(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: with_nulls(value) for key, value in schema.items() if key != "nullable"}
    if schema.get("nullable") is True and "type" in schema:
        result["type"] = [schema["type"], "null"]
    return result


def all_documents() -> Iterator[str]:
    """Yield every different document of the corpus and the mutants."""
    texts = [path.read_text(encoding="utf-8") for path in corpus_files()]
    texts += [text for mutant in mutants() for text in mutant["files"].values()]
    yield from dict.fromkeys(
        text[start:end] for text in texts for start, end, empty in split(text) if not empty
    )


def test_the_same_verdicts_as_the_upstream_schemas() -> None:
    schemas = upstream_schemas()
    stricter: Counter[str] = Counter()
    seen = 0
    for text in all_documents():
        root = parse(text).root
        data = plain(root) if root is not None else None
        if (
            not isinstance(data, dict)
            or data.get("apiVersion") != "koreo.dev/v1beta1"
            or data.get("kind") not in schemas
        ):
            continue
        seen += 1
        theirs = "spec" in data and schemas[data["kind"]].is_valid(data["spec"])
        ours = [p for p in errors(analyze({"a.k.yaml": text}).problems("a.k.yaml")) if p.code in STRUCTURE]
        if not theirs:
            assert ours, text
        for problem in ours if theirs else ():
            reason = problem.code if problem.code == "unknown-key" else _REASONS[problem.message]
            stricter[reason] += 1
    assert seen > 1_000
    assert dict(stricter) == STRICTER


# The corpus

EXPECTED_ERRORS = {
    # `resource` is not in scope in the state of a step: the state really fails when it runs.
    ("koreo-core/examples/k8s-sa.koreo", "unknown-name"): 1,
    # The pages show a Workflow without the functions it runs; the original does not prepare it either.
    ("koreo.dev/examples/kubernetes/hello-workload/01-hello-workload.k.yaml", "unknown-reference"): 1,
    ("koreo.dev/workflow/01-workflow-simple-example.v1.k.yaml", "unknown-reference"): 4,
    # The function reads `config.app_domain_name`; what the step before it returns is called `domain`.
    ("examples/aws/vpc/workflow.k.yaml", "wrong-input"): 1,
    ("koreo.dev/examples/aws/vpc/01-workflow.k.yaml", "wrong-input"): 1,
}


def workspaces() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((CORPUS / "verdicts.json").read_text())["workspaces"]
    return found


def test_no_false_error_on_the_corpus() -> None:
    found: Counter[tuple[str, str]] = Counter()
    refused = set()
    for folder, verdict in workspaces().items():
        texts = {
            str(path.relative_to(CORPUS)): path.read_text(encoding="utf-8")
            for path in (CORPUS / folder).iterdir()
            if path.suffix in SUFFIXES
        }
        snapshot = analyze(texts)
        found.update((path, p.code) for path in texts for p in errors(snapshot.problems(path)))
        refused |= {document["file"] for document in verdict["prepared"] if not document["ok"]}
    assert dict(found) == EXPECTED_ERRORS
    assert refused == {path for (path, code) in EXPECTED_ERRORS if code == "unknown-reference"}


# Mutants

MISSED: dict[str, str] = {}
"""Documents that the original refuses and we have no error for."""
STRICTER_CODES = {
    # the original ignores keys that it does not know, and an object that it does not need
    "unknown-key": 38,
    "conflicting-object": 4,
    "impossible-assertion": 2,
    "incomplete-object": 8,
    # strings stay strings: the original strips several `=`
    "expression-syntax": 3,
    # an assertion without `=`, a negative delay, an empty plural, a condition type of one letter
    "invalid-value": 9,
    "malformed-directive": 3,
    # the original says so when the test runs, or stops at an earlier case
    "missing-object": 25,
    # the original prepares what then fails in every run
    "invalid-pattern": 1,
    "constant-error": 2,
    "missing-input": 2,
    "unknown-input": 6,
    "unknown-function": 1,
    "unknown-local": 13,
    "unknown-name": 14,
    # types: the original prepares what then fails in every run
    "unknown-field": 14,
    "wrong-input": 4,
    "wrong-operand": 5,
    "wrong-result": 15,
    # the original answers Retry when the definition is looked up
    "unknown-reference": 18,
}
"""Errors of ours on documents that the original prepares, by code: rules of ours, or failures when run."""


def test_the_mutants_that_the_original_refuses_have_errors() -> None:
    verdicts: Counter[tuple[bool, bool]] = Counter()
    stricter: Counter[str] = Counter()
    missed = set()
    for mutant in mutants():
        snapshot = analyze(mutant["files"])
        for document in mutant["verdict"]["prepared"]:
            codes = {problem.code for problem in errors(snapshot.problems(document["file"]))}
            verdicts[document["ok"], bool(codes)] += 1
            if document["ok"]:
                stricter.update(codes)
            elif not codes:
                missed.add(mutant["id"])
    assert missed == set(MISSED)
    assert verdicts[False, True] == 218
    assert dict(stricter) == STRICTER_CODES


def test_texts_are_reported_where_the_original_reads_them_differently() -> None:
    """`cel_generated.jsonl` says what the original makes of a text in an evaluated block."""
    checked = 0
    with (CORPUS / "cel_generated.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            spec = case.get("spec")
            if case.get("level") != "spec" or not isinstance(spec, dict | list) or len(spec) != 1:
                continue
            text, theirs = only(spec), only(case.get("result"))
            if not isinstance(text, str) or text.startswith("="):
                continue
            checked += 1
            assert (original_reading(text) is None) == (theirs == text), case
    assert checked > 80


def only(value: Any) -> Any:
    """Return the one item of a list or the one value of a mapping; the original's error has none."""
    return next(iter(value.values() if isinstance(value, dict) else value), None) if value else None


# No text is too much


def test_every_beginning_of_every_file_has_an_answer() -> None:
    for path in corpus_files():
        whole = path.read_bytes()
        for cut in range(0, len(whole), 50):
            workspace = Workspace()
            text = whole[:cut].decode(errors="replace")
            snapshot = workspace.apply({"a.k.yaml": text})
            for problem in snapshot.problems("a.k.yaml"):
                assert 0 <= problem.span.start <= problem.span.end <= len(text)
            snapshot.documents("a.k.yaml")
            snapshot.statistics()


# Generated workspaces


def generate(folder: Path, *options: str) -> dict[str, str]:
    script = ROOT / "bench" / "gen_workspace.py"
    subprocess.run(
        [sys.executable, str(script), str(folder / "ws"), *options],
        check=True,
        cwd=folder,
        capture_output=True,
    )
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.suffix in SUFFIXES
    }


@pytest.mark.parametrize("options", [("30",), ("30", "--vary", "7"), ("5", "--workflow20")])
def test_generated_workspaces_are_free_of_problems(tmp_path: Path, options: tuple[str, ...]) -> None:
    texts = generate(tmp_path, *options)
    snapshot = analyze(texts, off=frozenset({"optional-field"}))  # their CRDs require nothing
    assert len(texts) > 20
    assert [p for path in texts for p in snapshot.problems(path)] == []


def test_planted_mistakes_are_found_and_nothing_else(tmp_path: Path) -> None:
    texts = generate(tmp_path, "100", "--mistakes")
    snapshot = analyze(texts, off=frozenset({"optional-field"}))
    found = [p for path in texts for p in snapshot.problems(path)]
    assert [p.code for p in found] == ["unknown-input"] * 10
    assert {texts[p.path][p.span.start : p.span.end] for p in found} == {"imgae"}
    assert len({p.path for p in found}) == 10
