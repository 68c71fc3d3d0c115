"""What a run of FunctionTests tells: plain data, which can be sent to another process.

Offsets of a report count from the start of the test's document, so that a report stays true when the document
moves within its file.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from koreo_runtime.outcomes import Ok

if TYPE_CHECKING:
    from koreo_analyzer.language.document import Path
    from koreo_analyzer.text import Span

    from koreo_runtime.effects import Create, Delete, KubeObject, Patch
    from koreo_runtime.outcomes import Location, Outcome
    from koreo_runtime.testing.compare import Difference


class CaseStatus(enum.Enum):
    """How a case ended. The text is stable: reports print it."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    """The case says `skip: true`."""
    NOT_RUN = "not-run"
    """A case before it failed, and this one would have carried on from there."""


@dataclass(frozen=True, slots=True)
class CaseWarning:
    """What is doubtful about a case that passed: the code of a rule, and why in one line.

    `difference` is the path in the object that it is about, None if it is not about a part of it.
    """

    code: str
    message: str
    difference: Path | None = None


@dataclass(frozen=True, slots=True)
class CaseReport:
    """How one case went.

    `outcome` is None when the function was not run. `before` and `resource` are the object in the simulated API before
    the run and afterwards, None when there is none. `effects` is what the function tried to write. `reason` says in
    one line why a case failed. The `path` of a difference counts from the value of the assertion's key, which
    `assertion` names. `seconds` is 0.0 unless the run was given a clock. `location` is where in the test an overlay
    could not be evaluated; why a function failed is told by its outcome.
    """

    index: int
    label: str
    status: CaseStatus
    assertion: str
    outcome: Outcome | None = None
    resource: KubeObject | None = None
    effects: tuple[Create | Patch | Delete, ...] = ()
    reason: str = ""
    differences: tuple[Difference, ...] = ()
    warnings: tuple[CaseWarning, ...] = ()
    seconds: float = 0.0
    location: Location | None = None
    before: KubeObject | None = None

    @property
    def value(self) -> Any:
        """The value that the function returned; None for null, and for any outcome but `Ok`."""
        return self.outcome.value if isinstance(self.outcome, Ok) else None

    @property
    def path(self) -> Path:
        """The path of the assertion in the test's document."""
        return ("spec", "testCases", self.index, self.assertion)


@dataclass(frozen=True, slots=True)
class TestError:
    """Why no case of a test could be run. `span` is the place in the test's document.

    `location` is where the function under test is broken, when it is.
    """

    __test__ = False

    message: str
    span: Span
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class TestReport:
    """How one FunctionTest went: the document `document` (counted from 0) of the file `path`.

    `kind` and `function` name the function under test; they are empty when the test does not say.
    """

    __test__ = False

    path: str
    document: int
    name: str
    kind: str
    function: str
    error: TestError | None
    cases: tuple[CaseReport, ...]

    @property
    def passed(self) -> bool:
        """Whether the test could run and no case failed; a skipped case did not."""
        return self.error is None and all(
            case.status in (CaseStatus.PASSED, CaseStatus.SKIPPED) for case in self.cases
        )
