"""Which Workflow is to be rendered, and what keeps it from running, as `koreo check` shows it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from koreo_analyzer.language import kinds
from koreo_analyzer.problems import Severity
from koreo_analyzer.suggest import listed, there_are
from koreo_analyzer.text import Span
from koreo_runtime.outcomes import Retry
from koreo_runtime.programs.model import Unusable
from koreo_runtime.programs.workflow import WorkflowProgram
from koreo_runtime.workflows.readiness import UNUSABLE_DELAY, reached_problems
from koreo_runtime.workflows.trigger import WORKFLOW_NOT_READY, NoChoice, choose_workflow

from koreo_cli.naming import unknown_name_hint
from koreo_cli.places import place_of
from koreo_cli.rendering.documents import InputProblem, ObjectDocument

if TYPE_CHECKING:
    from koreo_analyzer.workspace import FileProblem
    from koreo_runtime.effects import KubeObject
    from koreo_runtime.engine import Engine
    from koreo_runtime.outcomes import NotOk

_NOWHERE: Final = Span(0, 0)


class WorkflowChoice:
    """Chooses a Workflow, and collects why it cannot be chosen, or cannot run.

    `checked` are problems of Koreo documents as `koreo check` finds them, `problems` all others.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._snapshot = engine.snapshot
        self.problems: list[InputProblem] = []
        self.checked: list[FileProblem] = []

    def for_trigger(
        self, document: ObjectDocument, trigger: KubeObject, name: str | None
    ) -> WorkflowProgram | None:
        """Return the Workflow of a trigger: the one of this name, if it fits, or else the one it chooses itself."""
        if name is not None:
            program = self.named(name)
            if program is not None:
                self._check_kind(document, trigger, program)
            return program
        chosen = choose_workflow(self._engine, trigger)
        if isinstance(chosen, WorkflowProgram):
            return chosen
        self._tell_no_choice(document, trigger, chosen)
        return None

    def named(self, name: str) -> WorkflowProgram | None:
        """Return the Workflow of a name, if it is one that a trigger can start."""
        found = self._engine.workflow(name)
        if isinstance(found, Unusable):
            self._tell(found.outcome)
        elif found is None:
            names = self._names()
            advice = unknown_name_hint(self._snapshot, name, (kinds.WORKFLOW,), names)
            if not names:
                none = "no Workflow was found; --workspace names the workspace"
                advice = f"{none}; {advice}" if advice else none
            self._report(f"there is no Workflow `{name}`", advice or "")
        elif found.trigger is None:
            users = self._users(name)
            hint = f"render a Workflow that runs it: {listed(users)}" if users else ""
            self._report(f"Workflow `{name}` has no `crdRef`, so that no trigger can start it", hint)
        else:
            return found
        return None

    def check_ready(self, program: WorkflowProgram) -> None:
        """Collect what keeps a Workflow, or one that it runs, from running."""
        for workflow, problems in reached_problems(self._engine, program):
            for outcome in chain.from_iterable(problems.values()):
                # Logic that cannot run says itself why.
                if not (isinstance(outcome, Retry) and outcome.delay == UNUSABLE_DELAY):
                    self._tell(outcome)
            for target in (target for step in workflow.steps for target in step.targets):
                logic = self._engine.logic(target.kind, target.name)
                if isinstance(logic, Unusable):
                    self._tell(logic.outcome)

    def _check_kind(self, document: ObjectDocument, trigger: KubeObject, program: WorkflowProgram) -> None:
        group, _, version = str(trigger["apiVersion"]).rpartition("/")
        given = (group, version, str(trigger["kind"]))
        if program.trigger is not None and program.trigger != given:
            message = (
                f"Workflow `{program.id[1]}` is for {_kind_title(program.trigger)}, and the trigger is"
                f" {_kind_title(given)}"
            )
            self.problems.append(InputProblem(document.path, document.span("kind"), message))

    def _tell_no_choice(self, document: ObjectDocument, trigger: KubeObject, choice: NoChoice) -> None:
        if choice.reason == WORKFLOW_NOT_READY:
            self._tell(choice.outcome)
            return
        if trigger["apiVersion"] == kinds.API_VERSION:
            message = f"this is a {trigger['kind']}, and no object that starts a Workflow"
            hint = "`--trigger` names a file with an object of the kind in the `crdRef` of a Workflow"
            self.problems.append(InputProblem(document.path, document.span("kind"), message, hint))
            return
        names = self._names()
        known = f"in the workspace {there_are(names)}" if names else None
        self.problems.append(
            InputProblem(document.path, document.span("kind"), choice.outcome.message, known)
        )

    def _names(self) -> list[str]:
        """Return the names of the Workflows that a trigger can start."""
        found = [(name, self._engine.workflow(name)) for name in self._snapshot.names(kinds.WORKFLOW)]
        return [
            name for name, each in found if not isinstance(each, WorkflowProgram) or each.trigger is not None
        ]

    def _users(self, name: str) -> list[str]:
        """Return the names of the Workflows that run a sub-Workflow."""
        users = (user.document for user in self._snapshot.users(kinds.WORKFLOW, name))
        return sorted(
            {user.name.text for user in users if user.name is not None and user.kind == kinds.WORKFLOW}
        )

    def _report(self, message: str, hint: str) -> None:
        self.problems.append(InputProblem(None, _NOWHERE, message, hint or None))

    def _tell(self, outcome: NotOk) -> None:
        """Collect the errors of the document that is to blame; where there are none, the message of the outcome."""
        location = outcome.location
        place = place_of(self._snapshot, location)
        if place is None:
            self._report(f"{location}: {outcome.message}", "")
            return
        definition = self._snapshot.definitions(location.kind, location.name)[0]
        end = definition.start + len(definition.document.text)
        errors = [
            problem
            for problem in self._snapshot.problems(place.path)
            if problem.severity is Severity.ERROR and definition.start <= problem.span.start <= end
        ]
        self.checked += errors
        if not errors:
            self.problems.append(InputProblem(place.path, place.span, outcome.message))


def _kind_title(trigger: tuple[str, str, str]) -> str:
    """Return a kind as messages name it: `Kind.version.group`."""
    return ".".join(part for part in reversed(trigger) if part)
