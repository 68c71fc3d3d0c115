"""A FunctionTest compiled once, so that running a case does nothing that its text alone decides (language section 9).

One malformed case makes the whole test unusable: there is then one error with its place, and no program.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.checks import directives, tests
from koreo_analyzer.language.document import FunctionTest, KoreoDocument
from koreo_analyzer.language.tree import node_at
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.resolve import TooLarge, plain

from koreo_runtime.functions.directives import DIRECTIVES
from koreo_runtime.outcomes import DepSkip, Ok, PermFail, Retry, Skip
from koreo_runtime.programs.usable import check_usable
from koreo_runtime.testing.expectations import (
    ExpectDelete,
    ExpectOutcome,
    ExpectResource,
    ExpectReturn,
)
from koreo_runtime.testing.places import span_at
from koreo_runtime.testing.reports import TestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Path
    from koreo_analyzer.problems import Problem
    from koreo_analyzer.workspace.documents import ParsedDocument

    from koreo_runtime.effects import KubeObject
    from koreo_runtime.programs.blocks import Block
    from koreo_runtime.programs.compiler import Compiler
    from koreo_runtime.testing.expectations import Expectation

_PREVENTING: Final = frozenset(
    {
        tests.TEST_ASSERTION.code,
        tests.IMPOSSIBLE_ASSERTION.code,
        tests.CONFLICTING_OBJECT.code,
        directives.MALFORMED_DIRECTIVE.code,
    }
)
"""Problems of a FunctionTest that keep it from being run, besides those of any document."""
_OUTCOMES: Final = {"ok": Ok, "skip": Skip, "depSkip": DepSkip, "retry": Retry, "permFail": PermFail}
_VARIANT: Final = "variant"
_OVERLAY: Final = "overlayResource"


@dataclass(frozen=True, slots=True)
class CaseProgram:
    """One case. `label` is the one in reports; `overrides`, `current` and `overlay` are None when absent.

    `current` is an empty mapping when the case says that there is no object.
    """

    index: int
    label: str
    variant: bool
    skip: bool
    overrides: dict[str, Any] | None
    current: KubeObject | None
    overlay: Block | None
    expectation: Expectation


@dataclass(frozen=True, slots=True)
class TestProgram:
    """A FunctionTest: the function under test, what the first case starts from, the cases."""

    __test__ = False

    document: KoreoDocument
    kind: str
    function: str
    function_span: Span
    inputs: dict[str, Any]
    current: KubeObject | None
    cases: tuple[CaseProgram, ...]


def compile_test(compiler: Compiler, parsed: ParsedDocument) -> TestProgram | TestError:
    """Compile a FunctionTest, which `parsed.model` must be, or say why it cannot be run."""
    document = parsed.model
    if document is None or document.spec is None or not isinstance(document.body, FunctionTest):
        return TestError("there is no FunctionTest to run", Span(0, 0))
    unusable = check_usable(parsed, document)
    if unusable is not None:
        found = unusable.outcome
        return TestError(found.message, found.location.span or document.kind_span)
    data: Any = plain(document.spec)
    if isinstance(data, TooLarge):
        return TestError(f"the test is too large: {data}", document.kind_span)
    spec: dict[str, Any] = data
    error = next(_errors(document, spec), None)
    if error is not None:
        return error
    function = document.body.function
    if function is None:
        return TestError("the test does not say which function it is for", document.kind_span)
    return TestProgram(
        document=document,
        kind=function.kind,
        function=function.name.text,
        function_span=function.name.span,
        inputs=spec.get("inputs", {}),
        current=spec.get("currentResource") or None,
        cases=tuple(
            _compile_case(compiler, document, index, case)
            for index, case in enumerate(spec.get("testCases", ()))
        ),
    )


def _compile_case(
    compiler: Compiler, document: KoreoDocument, index: int, case: dict[str, Any]
) -> CaseProgram:
    variant = case.get("variant", False)
    overlay: Block | None = None
    if _OVERLAY in case:
        path = ("spec", "testCases", index, _OVERLAY)
        _, node = node_at(document.spec, path[1:])
        overlay = None if node is None else compiler.block(document, node, path)
    return CaseProgram(
        index=index,
        label=case_label(case.get("label"), index, variant=variant),
        variant=variant,
        skip=case.get("skip", False),
        overrides=case.get("inputOverrides"),
        current=case.get("currentResource"),
        overlay=overlay,
        expectation=_compile_expectation(case),
    )


def case_label(label: str | None, index: int, *, variant: bool) -> str:
    """Return what reports call a case: `Test Case N` without a label, and a variant says that it is one."""
    text = label or f"Test Case {index + 1}"
    return f"[{_VARIANT}] {text}" if variant and _VARIANT not in text.casefold() else text


def _compile_expectation(case: dict[str, Any]) -> Expectation:
    if ExpectReturn.key in case:
        return ExpectReturn(case[ExpectReturn.key])
    if ExpectResource.key in case:
        return ExpectResource(case[ExpectResource.key])
    if ExpectDelete.key in case:
        return ExpectDelete(expected=case[ExpectDelete.key])
    outcome = case[ExpectOutcome.key]
    key = next(key for key in _OUTCOMES if key in outcome)
    details = outcome[key] or {}
    return ExpectOutcome(_OUTCOMES[key], details.get("message", ""), details.get("delay", 0))


def _errors(document: KoreoDocument, spec: dict[str, Any]) -> Iterator[TestError]:
    """Yield what prevents a FunctionTest, in which keys and types are right, from being run."""
    for problem in (*tests.check_test(document), *directives.check_directives(document)):
        if problem.code in _PREVENTING and not _is_unknown_directive(document, problem):
            yield TestError(problem.message, problem.span)
    holders: list[tuple[Path, dict[str, Any]]] = [((), spec)]
    holders += [(("testCases", index), case) for index, case in enumerate(spec.get("testCases", ()))]
    for path, holder in holders[1:]:
        if not _asserts(holder):
            place = span_at(document, ("spec", *path))
            yield TestError("this case asserts nothing that a FunctionTest knows", place)
    for path, holder in holders:
        lacks = missing_part(holder.get("currentResource"))
        if lacks is not None:
            key, _ = node_at(document.spec, (*path, "currentResource"))
            yield TestError(f"the object has no `{lacks}`", document.kind_span if key is None else key.span)


def _asserts(case: dict[str, Any]) -> bool:
    """Whether a case has an assertion; the key may be misspelt, and an unknown key is no error of the structure."""
    if ExpectOutcome.key in case:
        return not _OUTCOMES.keys().isdisjoint(case[ExpectOutcome.key])
    return any(known.key in case for known in (ExpectReturn, ExpectResource, ExpectDelete))


def _is_unknown_directive(document: KoreoDocument, problem: Problem) -> bool:
    """Whether the problem is a key that is only spelt like a directive; it is compared as any other."""
    word = document.text[problem.span.start : problem.span.end].strip("\"'")
    return problem.code == directives.MALFORMED_DIRECTIVE.code and word not in DIRECTIVES


def missing_part(thing: Any) -> str | None:
    """Return what a given object lacks to be one of Kubernetes; an empty one stands for no object."""
    if not thing:
        return None
    for key in ("apiVersion", "kind"):
        if not isinstance(thing.get(key), str) or not thing[key]:
            return key
    return None if isinstance(thing.get("metadata"), dict) else "metadata"
