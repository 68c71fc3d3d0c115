"""Where two engines differ, for people and for programs; docs/json.md documents the JSON.

sizes.k.yaml:12:12: differs: `spec.return.half`, first in sizes-test
   |
12 |     half: =int(inputs.ratio)
   |            ^^^^^^^^^^^^^^^^^
   = native: 1
   = cel-python 0.3.0: 2
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koreo_runtime.outcomes import OUTCOME_KEYS, Ok, path_text
from koreo_runtime.testing.expectations import outcome_text

from koreo_cli.formats.eval_report import json_value, shown_value
from koreo_cli.formats.json_report import dump, place_data
from koreo_cli.formats.tests_details import case_title
from koreo_cli.formats.tests_json import document
from koreo_cli.formats.text_report import counted, gutter_width, indented, location, problem_text, snippet
from koreo_cli.report import ordered
from koreo_cli.terminal import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_runtime.testing.reports import CaseReport

    from koreo_cli.formats.text_report import Style
    from koreo_cli.places import Place
    from koreo_cli.testing.comparing import Answer, CaseDifference, Comparison, ExpressionDifference

_CHARACTERS = 400


def render_text(comparison: Comparison, style: Style, *, quiet: bool) -> str:
    """Return every difference and a line that sums up; `quiet` leaves that out."""
    results = comparison.results
    problems = ordered({*results.problems, *results.causes}, results.sources)
    text = _Text(comparison, style)
    blocks = [problem_text(problem, results.sources, style) for problem in problems]
    blocks += ["\n".join(text.expression(found)) for found in comparison.expression_differences]
    blocks += ["\n".join(text.case(found)) for found in comparison.case_differences]
    if not quiet:
        blocks.append(text.summary())
    return "\n\n".join(blocks) + "\n" if blocks else ""


class _Text:
    def __init__(self, comparison: Comparison, style: Style) -> None:
        self._comparison = comparison
        self._sources = comparison.results.sources
        self._style = style

    def expression(self, found: ExpressionDifference) -> Iterator[str]:
        message = f"`{path_text(found.path)}`, first in {found.test}"
        yield from self._headed(found.place, message, _answer_text(found.native), _answer_text(found.other))

    def case(self, found: CaseDifference) -> Iterator[str]:
        message = case_title(found.result, found.native)
        place = found.result.case_place(found.native)
        yield from self._headed(place, message, _ending(found.native), _ending(found.other))

    def summary(self) -> str:
        comparison = self._comparison
        engines = f"{comparison.native} and {comparison.other}"
        cases = counted(comparison.results.cases.total(), "case")
        of = f"{counted(comparison.expressions, 'expression')}, {cases}, {comparison.results.seconds:.2f} s"
        if comparison.agrees:
            return f"{self._style.paint('no difference', 'green', bold=True)} between {engines} ({of})"
        found = (
            (len(comparison.expression_differences), "expression"),
            (len(comparison.case_differences), "case"),
        )
        parts = " and ".join(counted(count, word) for count, word in found if count)
        verb = "differs" if sum(count for count, _ in found) == 1 else "differ"
        return f"{self._style.paint(f'{parts} {verb}', 'yellow', bold=True)} between {engines} ({of})"

    def _headed(self, place: Place, message: str, native: str, other: str) -> Iterator[str]:
        paint = self._style.paint
        head = paint("differs", "yellow", bold=True)
        yield f"{location(*place, self._sources)}: {head}: {paint(indented(message), bold=True)}"
        yield from snippet(*place, self._sources, self._style, "yellow")
        margin = " " * gutter_width(*place, self._sources)
        equals = paint("=", "blue", bold=True)
        for engine, text in ((self._comparison.native, native), (self._comparison.other, other)):
            yield f"{margin} {equals} {engine}: {indented(shortened(text, _CHARACTERS))}"


def _answer_text(answer: Answer) -> str:
    return shown_value(answer.value) if answer.error is None else f"error: {answer.error}"


def _ending(case: CaseReport) -> str:
    """Return in a line how a case went."""
    parts = [case.status.value]
    outcome = case.outcome
    if isinstance(outcome, Ok):
        parts.append(f"returned {shown_value(outcome.value)}")
    elif outcome is not None:
        parts.append(outcome_text(outcome))
    return ", ".join(parts)


def render_json(comparison: Comparison) -> str:
    """Return the native engine's results, and under `compat` what differs with the other one."""
    sources = comparison.results.sources
    expressions = [
        {
            **place_data(*found.place, sources),
            "path": path_text(found.path),
            "test": found.test,
            "native": _answer(found.native),
            "other": _answer(found.other),
        }
        for found in comparison.expression_differences
    ]
    cases = [
        {
            **place_data(*found.result.case_place(found.native), sources),
            "test": found.result.report.name,
            "index": found.native.index,
            "label": found.native.label,
            "native": _case(found.native),
            "other": _case(found.other),
        }
        for found in comparison.case_differences
    ]
    compat = {
        "engine": comparison.other,
        "compared": comparison.expressions,
        "expressions": expressions,
        "cases": cases,
    }
    return dump({**document(comparison.results), "compat": compat})


def _answer(answer: Answer) -> dict[str, Any]:
    if answer.error is not None:
        return {"value": None, "error": answer.error}
    return {"value": json_value(answer.value), "error": None}


def _case(case: CaseReport) -> dict[str, Any]:
    outcome = case.outcome
    return {
        "status": case.status.value,
        "outcome": None if outcome is None else OUTCOME_KEYS[type(outcome)],
        "text": _ending(case),
    }
