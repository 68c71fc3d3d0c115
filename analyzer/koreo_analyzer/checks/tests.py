"""FunctionTests: what a case asserts, and whether its function can answer (language section 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.checks.examples import greeting_test, settings_test
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.checks.structure_messages import meant_key
from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import FunctionTest, KoreoDocument, TestCase
from koreo_analyzer.language.tree import entries, find_entry, get, get_flag, get_items, get_mapping, get_text
from koreo_analyzer.problems import Problem, Related, Severity
from koreo_analyzer.suggest import in_code
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Path
    from koreo_analyzer.yaml.nodes import Node

_RIGHT = greeting_test("  testCases:\n  - expectReturn:\n      text: Hello World\n")

_OBJECT = """\
    currentResource:
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: blue, namespace: default}
"""

_RETRY = """\
    expectOutcome:
      retry: {message: Patching, delay: 30}
"""

_CASE = "  testCases:\n  - label: is repaired\n"

TEST_ASSERTION = Rule(
    "test-assertion",
    Severity.ERROR,
    "a test case with no assertion, or with several",
    "A case has exactly one of `expectResource`, `expectReturn`, `expectOutcome` and `expectDelete`. One "
    "malformed case makes the whole FunctionTest unusable, skipped cases included.",
    wrong=greeting_test("  testCases:\n  - label: greets\n"),
    right=_RIGHT,
)

IMPOSSIBLE_ASSERTION = Rule(
    "impossible-assertion",
    Severity.ERROR,
    "a test case asks for what the kind of its function cannot have",
    "A ValueFunction manages no resource: `expectResource`, `expectDelete`, `currentResource` and "
    "`overlayResource` are only for ResourceFunctions.",
    wrong=greeting_test("  testCases:\n  - expectDelete: false\n"),
    right=_RIGHT,
)

CONFLICTING_OBJECT = Rule(
    "conflicting-object",
    Severity.ERROR,
    "a test case that replaces and overlays its object at once",
    "`currentResource` replaces the object in the simulated API, `overlayResource` changes the one that is "
    "there. The original ignores `currentResource` when both are given. Write the whole object, or overlay "
    "the carried one.",
    wrong=settings_test(_CASE + _OBJECT + "    overlayResource:\n      data: {mode: slow}\n" + _RETRY),
    right=settings_test(_CASE + _OBJECT + "      data: {mode: slow}\n" + _RETRY),
)

INCOMPLETE_OBJECT = Rule(
    "incomplete-object",
    Severity.ERROR,
    "an object without `apiVersion`, `kind` or `metadata`",
    "An object of the simulated API, and the body of a ResourceTemplate, is a Kubernetes object: it needs "
    "`apiVersion` and `kind`, and a given object `metadata` as well. The original retries or crashes "
    "without them. An `expectResource` without `apiVersion` or `kind` can never be met.",
    wrong=settings_test(_CASE + _OBJECT.replace("      kind: ConfigMap\n", "") + _RETRY),
    right=settings_test(_CASE + _OBJECT + _RETRY),
)

MISSING_OBJECT = Rule(
    "missing-object",
    Severity.ERROR,
    "an `overlayResource` with no object to overlay",
    "`overlayResource` changes the object in the simulated API. There is none before a `currentResource` gives "
    "one or a case creates one, and none after a delete: the case fails and the test stops.",
    wrong=settings_test(_CASE + "    overlayResource:\n      data: {mode: slow}\n" + _RETRY),
    right=settings_test(_CASE + _OBJECT + "      data: {mode: slow}\n" + _RETRY),
)

EMPTY_TEST = Rule(
    "empty-test",
    Severity.WARNING,
    "a FunctionTest without cases",
    "The test runs nothing and asserts nothing.",
    wrong=greeting_test(""),
    right=_RIGHT,
)

RULES = (
    TEST_ASSERTION,
    IMPOSSIBLE_ASSERTION,
    CONFLICTING_OBJECT,
    INCOMPLETE_OBJECT,
    MISSING_OBJECT,
    EMPTY_TEST,
)

_ASSERTIONS = ("expectResource", "expectReturn", "expectOutcome", "expectDelete")
_BODY = ("apiVersion", "kind")
_GIVEN = (*_BODY, "metadata")
_OBJECT_KEYS = ("currentResource", "overlayResource", "expectResource", "expectDelete")


def _has_misspelt_cases(spec: Mapping | None) -> bool:
    """Whether an unknown key is probably meant to be `testCases`, which another problem reports."""
    known = kinds.KINDS[kinds.FUNCTION_TEST].spec.fields
    return any(meant_key(key, known) == "testCases" for key, _ in entries(spec) if key not in known)


def check_test(document: KoreoDocument) -> Iterator[Problem]:
    """Yield the problems that a FunctionTest has by itself."""
    body = document.body
    if not isinstance(body, FunctionTest):
        return
    items = get_items(document.spec, "testCases")
    for case, item in zip(body.cases, items, strict=True):
        if isinstance(item, Mapping):
            yield from _check_case(case, body)
    if (
        body.function is not None
        and body.function.kind == kinds.VALUE_FUNCTION
        and body.current_resource is not None
    ):
        yield _impossible("currentResource", body.current_resource)
    cases = get(document.spec, "testCases")
    if (cases is None and not _has_misspelt_cases(document.spec)) or (
        isinstance(cases, Sequence) and not cases.items
    ):
        yield EMPTY_TEST.problem(document.kind_span, "this FunctionTest has no cases", hint="add `testCases`")
    if body.function is not None and body.function.kind == kinds.RESOURCE_FUNCTION:
        path: Path = ("spec", "currentResource")
        yield from _check_object(_given_object(document.spec), body.current_resource, path, _GIVEN)
        for case, item in zip(body.cases, items, strict=True):
            path = ("spec", "testCases", case.index)
            key = case.keys.get("currentResource")
            yield from _check_object(_given_object(item), key, (*path, "currentResource"), _GIVEN)
            expected = get_mapping(item, "expectResource")
            if expected is not None and expected.entries:
                key = case.keys.get("expectResource")
                yield from _check_object(expected, key, (*path, "expectResource"), _BODY)
        if document.complete:
            yield from _check_overlaid(document.spec, body.cases, items)


def _check_overlaid(spec: Node | None, cases: tuple[TestCase, ...], items: list[Node]) -> Iterator[Problem]:
    """Report the first overlay that certainly finds no object; the test stops there."""
    present = _given_object(spec) is not None
    for case, item in zip(cases, items, strict=True):
        if case.skipped:
            continue
        given = present
        if "currentResource" in case.keys:
            given = _given_object(item) is not None
        elif "overlayResource" in case.keys and not present:
            yield MISSING_OBJECT.problem(
                case.keys["overlayResource"],
                "there is no object to overlay",
                hint="give one as `currentResource`, or let an earlier case create it",
            )
            return
        if not case.variant:
            present = _is_object_left(item, given=given)


def _is_object_left(case: Node, *, given: bool) -> bool:
    """Whether there may be an object after a case that passed: who creates one answers Retry (section 7)."""
    if get_flag(case, "expectDelete", default=False):
        return False
    if given or find_entry(case, "expectResource") is not None:
        return True
    outcome = get_mapping(case, "expectOutcome")
    if outcome is not None:
        return find_entry(outcome, "retry") is not None
    return find_entry(case, "expectReturn") is None


def check_template(document: KoreoDocument) -> Iterator[Problem]:
    """Yield the problems of the body of a ResourceTemplate."""
    if document.kind != kinds.RESOURCE_TEMPLATE:
        return
    template = get_mapping(document.spec, "template")
    key = next((entry.key.span for name, entry in entries(document.spec) if name == "template"), None)
    yield from _check_object(template, key, ("spec", "template"), _BODY)


def _impossible(key: str, span: Span) -> Problem:
    return IMPOSSIBLE_ASSERTION.problem(
        span,
        f"`{key}` is only for ResourceFunctions",
        hint="a ValueFunction is asserted by `expectReturn` or `expectOutcome`",
    )


def _check_case(case: TestCase, test: FunctionTest) -> Iterator[Problem]:
    found = [key for key in case.keys if key in _ASSERTIONS]
    if not found and not any(meant_key(key, _ASSERTIONS) for key in case.keys):
        span = next(iter(case.keys.values()), Span(case.span.start, case.span.start + 1))
        listed = in_code(_ASSERTIONS)
        yield TEST_ASSERTION.problem(span, "this case asserts nothing", hint=f"add one of {listed}")
    elif len(found) > 1:
        first, second = found[0], found[1]
        yield TEST_ASSERTION.problem(
            case.keys[second],
            f"this case has `{first}` as well: a case asserts one thing",
            hint="make it two cases",
            related=(Related(f"`{first}` is here", case.keys[first]),),
        )
    if test.function is not None and test.function.kind == kinds.VALUE_FUNCTION:
        for key in _OBJECT_KEYS:
            if key in case.keys:
                yield _impossible(key, case.keys[key])
    elif "currentResource" in case.keys and "overlayResource" in case.keys:
        yield CONFLICTING_OBJECT.problem(
            case.keys["overlayResource"],
            "`currentResource` and `overlayResource` exclude each other",
            hint="put the overlay's content into `currentResource`",
            related=(Related("`currentResource` is here", case.keys["currentResource"]),),
        )


def _given_object(node: Node | None) -> Mapping | None:
    """Return `currentResource`; one without keys stands for no object at all."""
    found = get_mapping(node, "currentResource")
    return found if found is not None and found.entries else None


def _check_object(
    node: Node | None, key: Span | None, path: Path, required: tuple[str, ...]
) -> Iterator[Problem]:
    if node is None or key is None:
        return
    missing = [word for word in required if get(node, word) is None]
    if missing:
        listed = " and no ".join(f"`{word}`" for word in missing)
        lacks = tuple((*path, word) for word in missing)
        yield INCOMPLETE_OBJECT.problem(key, f"this object has no {listed}", lacks=lacks)
    for word in ("apiVersion", "kind"):
        found = get(node, word)
        if found is not None and not get_text(found):
            span = found.span if found.end > found.start and isinstance(found, Scalar) else key
            yield INCOMPLETE_OBJECT.problem(span, f"`{word}` of an object must be a string that is not empty")
