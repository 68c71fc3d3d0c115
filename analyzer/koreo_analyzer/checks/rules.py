"""What a rule is: its stable code, its default severity and the texts that explain it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.problems import Fix, Problem, Related, Severity, Tag

if TYPE_CHECKING:
    from koreo_analyzer.language.document import Path
    from koreo_analyzer.text import Span


class Origin(enum.Enum):
    """What finds that a rule is broken. The text is the command."""

    READING = "koreo check"
    """The text alone."""
    RUNNING = "koreo test"
    """Running FunctionTests."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    `code` is the word that reports, `koreo.toml` and `# koreo: ignore[…]` use. `summary` is one sentence without full
    stop, `explanation` one or more paragraphs of Markdown. `wrong` and `right` are complete files that show the rule
    broken and kept; what `origin` names finds exactly this rule's problem in `wrong`.
    """

    code: str
    severity: Severity
    summary: str
    explanation: str
    wrong: str
    right: str
    origin: Origin = Origin.READING

    def problem(
        self,
        span: Span,
        message: str,
        *,
        hint: str | None = None,
        severity: Severity | None = None,
        related: tuple[Related, ...] = (),
        fixes: tuple[Fix, ...] = (),
        tags: tuple[Tag, ...] = (),
        lacks: tuple[Path, ...] = (),
    ) -> Problem:
        """Make a problem of this rule; `severity` lowers it where the case is less certain than the rule."""
        severity = severity or self.severity
        return Problem(self.code, span, message, severity, hint, related, fixes, tags, lacks)
