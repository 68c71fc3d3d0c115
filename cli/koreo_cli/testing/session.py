"""What stays the same while tests are run, once or again and again: options, workspaces, engine."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.cel.engine import CELPY
from koreo_analyzer.problems import Severity
from koreo_runtime.engine import Engine

from koreo_cli.formats.text_report import Style, width_of
from koreo_cli.terminal import wants_color
from koreo_cli.testing.selecting import choose_tests, paths_asked_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from koreo_analyzer.cel import Engine as ExpressionEngine
    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_project.load import Loaded

    from koreo_cli.commands.test import TestOptions
    from koreo_cli.testing.matching import Matcher
    from koreo_cli.testing.results import TestResults


@dataclass(frozen=True, slots=True)
class Session:
    """What the user asked for, understood. `paths` are those named, `matcher` is that of `-k`."""

    options: TestOptions
    paths: tuple[str, ...]
    workspaces: Sequence[Loaded]
    matcher: Matcher | None
    expressions: ExpressionEngine

    @property
    def is_slow(self) -> bool:
        """Whether a case takes milliseconds."""
        return self.options.engine == CELPY

    @property
    def least(self) -> Severity:
        """How bad a problem must be to make the exit status 1."""
        return Severity[self.options.fail_on.upper()]

    def is_failed(self, results: TestResults) -> bool:
        """Whether there is a problem as bad, or `-k` chose nothing, which is a slip."""
        return results.has(self.least) or (self.matcher is not None and not results.results)

    @property
    def style(self) -> Style:
        """Colours and width of standard output."""
        return Style(color=wants_color(self.options.color, sys.stdout), width=width_of(sys.stdout))

    def make_engine(self, snapshot: Snapshot, previous: Engine | None = None) -> Engine:
        """Return what runs the functions of a snapshot; `previous` is such an engine of an earlier one."""
        # The native engine need not be named, and takes expressions that the analyzer has read.
        expressions = self.expressions if self.options.engine == CELPY else None
        return Engine(snapshot, expressions=expressions, previous=previous)

    def tests(self, loaded: Loaded, snapshot: Snapshot) -> list[Definition]:
        """Return the tests that were asked for, of a workspace as it is in a snapshot."""
        return choose_tests(snapshot, paths_asked_for(loaded), self.matcher)
