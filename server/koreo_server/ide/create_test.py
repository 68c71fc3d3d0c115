"""Create FunctionTest: a test of what a function really does, for inputs that were found by trying.

The function is run in the simulation. The first case is the one in which it does its work; for a ResourceFunction the
next ones find the object as it was made, and changed by somebody else; then one variant for each predicate that a
change of one input makes decide. Every case expects what happened, so all of them pass.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.cel import ast
from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import FunctionTest
from koreo_analyzer.language.tree import get, get_text
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import plain
from koreo_runtime.effects import Delete
from koreo_runtime.outcomes import Ok, Retry
from koreo_runtime.testing.expectations import (
    CaseRun,
    ExpectDelete,
    ExpectOutcome,
    ExpectResource,
    ExpectReturn,
    asserted_object,
    outcome_data,
)
from koreo_runtime.testing.run import merge_inputs

from koreo_server.ide.examples import example_inputs
from koreo_server.ide.new_text import NAME, NewText, document_text, namespace_of, path_of_tests
from koreo_server.ide.test_lenses import tests_of
from koreo_server.ide.trials import Trials, is_error, nested, reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_analyzer.yaml.nodes import Node
    from koreo_runtime.effects import KubeObject
    from koreo_runtime.testing.reports import CaseReport


_MAY_BE_A_VALUE: Final = re.compile(r"[^\s=]\S{0,39}")
_MOST_CASES: Final = 20
_LONGEST_VALUE: Final = 40
_FIXED: Final = (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"))


def create_test(snapshot: Snapshot, function: Definition) -> NewText | str:
    """Return a FunctionTest for a function, in the file beside it; or why none can be made."""
    document = function.document
    name = document.name.text if document.name is not None else ""
    if not document.is_function or not NAME.fullmatch(name):
        return "only a function that has a name can be tested"
    if snapshot.active_definition(document.kind, name) != function:
        return f"{document.title} is not the one that is loaded"
    trials = Trials(snapshot, document, document.kind, name)
    if not trials.can_run:
        return f"{document.title} cannot be run; mend its problems first"
    words = _words(document)
    inputs, first = _best_inputs(snapshot, function, trials, words)
    if first is None or is_error(first):
        return f"no inputs were found that {document.title} runs with; write its test by hand"
    cases = _cases(trials, document, inputs, first, words)[:_MOST_CASES]
    reference = {"kind": document.kind, "name": name}
    spec: dict[str, Any] = {"functionRef": reference, "inputs": inputs, "testCases": cases}
    if not inputs:
        del spec["inputs"]
    text = document_text(
        kinds.FUNCTION_TEST, _free_name(snapshot, name), namespace_of(snapshot, function), spec
    )
    if text is None:
        return f"what {document.title} does cannot be written as YAML"
    same = _same_test(snapshot, document.kind, name, text)
    if same is not None:
        return f"{same} has these inputs and cases already; change it, or give a case of your own"
    return NewText(path_of_tests(function.path), text)


def _same_test(snapshot: Snapshot, kind: str, name: str, text: str) -> str | None:
    """Return the name of a test of a function that has all that a new one would have."""
    inputs, cases = _content(get(parse(text).root, "spec"))
    for test in tests_of(snapshot, kind, name):
        its_inputs, its_cases = _content(test.document.spec)
        if its_inputs == inputs and all(case in its_cases for case in cases):
            return test.document.name.text if test.document.name is not None else "a test"
    return None


def _content(spec: Node | None) -> tuple[Any, list[Any]]:
    """Return the inputs and cases that the text of a test holds, without the labels."""
    inputs, cases = (
        None if node is None else plain(node) for node in (get(spec, "inputs"), get(spec, "testCases"))
    )
    labelled = [case for case in cases if isinstance(case, dict)] if isinstance(cases, list) else []
    return inputs, [{key: value for key, value in case.items() if key != "label"} for case in labelled]


def _words(document: KoreoDocument) -> frozenset[str]:
    """Return the texts that stand in the expressions of a function: those that it may ask for."""
    return frozenset(
        node.value
        for expression in document.expressions
        for node in ast.walk(expression.facts.root)
        if isinstance(node, ast.Literal) and isinstance(node.value, str)
        if _MAY_BE_A_VALUE.fullmatch(node.value)
    )


def _best_inputs(
    snapshot: Snapshot, function: Definition, trials: Trials, words: frozenset[str]
) -> tuple[dict[str, Any], CaseReport | None]:
    """Return the inputs with which the function comes furthest: those of a test that there is, or examples."""
    name = function.document.name
    starts = [example_inputs(snapshot, function)]
    for test in tests_of(snapshot, function.document.kind, name.text if name is not None else ""):
        given = get(test.document.spec, "inputs")
        data = None if given is None else plain(given)
        if isinstance(test.document.body, FunctionTest) and isinstance(data, dict):
            starts.insert(0, data)
    best: tuple[dict[str, Any], CaseReport | None] = (starts[0], None)
    for start in starts:
        inputs, report = trials.improve(start, words)
        if report is not None and (best[1] is None or reach(report) > reach(best[1])):
            best = inputs, report
    return best


def _cases(
    trials: Trials,
    document: KoreoDocument,
    inputs: dict[str, Any],
    first: CaseReport,
    words: frozenset[str],
) -> list[dict[str, Any]]:
    expected = _expectation(first)
    found = [{"label": _label(first), **expected}] if expected is not None else []
    held: KubeObject | None = None
    if document.kind == kinds.RESOURCE_FUNCTION:
        held = first.resource
        if held is None:
            found += _with_given(trials, document, inputs)
        else:
            found += _with_object(trials, inputs, held)
    for path, value, report in trials.decisions(inputs, held, words):
        expected = _expectation(report)
        if expected is not None:
            label = f"variant, {'.'.join(map(str, path))} is {_shown(value)}"
            override = nested(path, value)
            found.append({"label": label, "variant": True, "inputOverrides": override, **expected})
    return found


def _with_given(trials: Trials, document: KoreoDocument, inputs: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the case in which there is an object that the function does not make."""
    version, kind = (get_text(document.spec, "apiConfig", key) for key in ("apiVersion", "kind"))
    given = {"apiVersion": version, "kind": kind, "metadata": {"name": "example", "namespace": "example"}}
    report = trials.run(inputs, given)
    expected = None if report is None or is_error(report) else _expectation(report)
    if expected is not None:
        yield {"label": "variant, the object is there", "variant": True, "currentResource": given, **expected}


def _with_object(trials: Trials, inputs: dict[str, Any], held: KubeObject) -> Iterator[dict[str, Any]]:
    """Yield the cases in which there is an object already: as it was made, and changed by somebody else."""
    again = trials.run(inputs, held)
    expected = None if again is None or is_error(again) else _expectation(again)
    if expected is not None:
        yield {"label": "finds the object as it was made", **expected}
    for path, value in _drifts(held):
        changed = trials.run(inputs, merge_inputs(held, nested(path, value)))
        if changed is None:
            return
        if changed.effects and (expected := _expectation(changed)) is not None:
            label = f"variant, somebody changed {'.'.join(path)}"
            yield {"label": label, "variant": True, "overlayResource": nested(path, value), **expected}
            return


def _drifts(held: KubeObject) -> list[tuple[tuple[str, ...], Any]]:
    """Return changes of single fields of an object, those first that every schema allows."""
    found: list[tuple[int, tuple[str, ...], Any]] = []
    stack: list[tuple[tuple[str, ...], Any]] = [((), held)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict):
            stack += [((*path, key), part) for key, part in reversed(value.items())]
        elif path in _FIXED or path[:2] == ("metadata", "annotations"):
            continue
        elif isinstance(value, bool):
            found.append((1, path, not value))
        elif isinstance(value, int):
            found.append((0 if path[0] == "spec" else 2, path, value + 1))
        elif isinstance(value, str):
            rank = 1 if path[:2] == ("metadata", "labels") else 3
            found.append((rank, path, "changed"))
    return [(path, value) for _, path, value in sorted(found, key=lambda one: one[0])]


def _expectation(report: CaseReport) -> dict[str, Any] | None:
    """Return the assertion that holds for a run, as its key and value in a case; None when none can."""
    outcome = report.outcome
    if outcome is None:
        return None
    run = CaseRun(outcome, report.before, report.resource, report.effects)
    if any(type(effect) is Delete for effect in report.effects):
        return {ExpectDelete.key: True}
    sent = asserted_object(run)
    if sent is not None:
        return {ExpectResource.key: sent} if ExpectResource(sent).check(run) is None else None
    if isinstance(outcome, Ok):
        if outcome.value and ExpectReturn(outcome.value).check(run) is None:
            return {ExpectReturn.key: outcome.value}
        return {ExpectOutcome.key: outcome_data(Ok, "", 0)}
    delay = int(outcome.delay) if isinstance(outcome, Retry) else 0
    return {ExpectOutcome.key: outcome_data(type(outcome), outcome.message, delay)}


def _label(report: CaseReport) -> str:
    if report.effects:
        return "creates the object"
    if isinstance(report.outcome, Ok):
        return "returns a value" if report.outcome.value else "succeeds"
    return "waits for what is not there"


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and len(value) > _LONGEST_VALUE:
        return f"{len(value)} characters long"
    if isinstance(value, dict) and value:
        return "another mapping"
    return "empty" if value in ("", [], {}) else str(value)


def _free_name(snapshot: Snapshot, function: str) -> str:
    """Return a name that no FunctionTest has yet."""
    name, number = f"{function}-test", 2
    while snapshot.definitions(kinds.FUNCTION_TEST, name):
        name, number = f"{function}-test-{number}", number + 1
    return name
