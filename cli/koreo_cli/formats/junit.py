"""The JUnit XML that CI systems read, as far as they agree on it.

There is no standard; this is the common part of what Jenkins, GitLab and GitHub's reporters document: suites
with counts, cases with `classname`, `name`, `file`, `line` and `time`, and in a case `failure`, `error`, `skipped`,
`system-out`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_cli.formats.xml_text import attribute, content

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `verdict` is the element for one that did not pass: `failure`, `error`, `skipped`, or None.

    `code` is that of the rule that is broken. `message` is one line, `text` all there is to say; of a passed case it
    is its output.
    """

    name: str
    group: str
    file: str
    line: int
    verdict: str | None = None
    code: str = ""
    message: str = ""
    text: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Suite:
    """A named row of cases of one file."""

    name: str
    file: str
    cases: Sequence[Case]


def render_suites(suites: Sequence[Suite], seconds: float) -> str:
    """Return the whole file."""
    return "".join(f"{line}\n" for line in _lines(suites, seconds))


def _lines(suites: Sequence[Suite], seconds: float) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    cases = [case for suite in suites for case in suite.cases]
    yield f'<testsuites name="koreo"{_counts(cases)} time="{seconds:.3f}">'
    for suite in suites:
        time = sum(case.seconds for case in suite.cases)
        names = f"name={attribute(suite.name)} file={attribute(suite.file)}"
        yield f'  <testsuite {names}{_counts(suite.cases)} time="{time:.6f}">'
        for case in suite.cases:
            yield from _case(case)
        yield "  </testsuite>"
    yield "</testsuites>"


def _counts(cases: Sequence[Case]) -> str:
    verdicts = [case.verdict for case in cases]
    return (
        f' tests="{len(cases)}" failures="{verdicts.count("failure")}"'
        f' errors="{verdicts.count("error")}" skipped="{verdicts.count("skipped")}"'
    )


def _case(case: Case) -> Iterator[str]:
    names = f"classname={attribute(case.group)} name={attribute(case.name)}"
    opening = (
        f'    <testcase {names} file={attribute(case.file)} line="{case.line}" time="{case.seconds:.6f}"'
    )
    if case.verdict is None and not case.text:
        yield f"{opening}/>"
        return
    yield f"{opening}>"
    text = content(case.text)
    if case.verdict is None:
        yield f"      <system-out>{text}</system-out>"
    else:
        message = f" message={attribute(case.message)}" if case.message else ""
        code = f" type={attribute(case.code)}" if case.code else ""
        yield f"      <{case.verdict}{message}{code}>{text}</{case.verdict}>"
    yield "    </testcase>"
