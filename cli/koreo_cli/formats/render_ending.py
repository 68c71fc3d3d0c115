"""How a rendering ended, for people: what is there now, what is to blame, and what may help."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from koreo_runtime.cluster.errors import StatusError
from koreo_runtime.outcomes import Cause, Ok, PermFail, Retry
from koreo_runtime.render import Action, Ending
from koreo_runtime.render.steps import identity, walk

from koreo_cli.formats.render_problems import marked
from koreo_cli.formats.render_words import (
    View,
    duration,
    id_title,
    object_title,
    passes_text,
    status_color,
)
from koreo_cli.formats.render_yaml import yaml_documents
from koreo_cli.formats.text_report import counted, indented
from koreo_cli.places import place_of
from koreo_cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from koreo_runtime.outcomes import Outcome
    from koreo_runtime.render import Rendering
    from koreo_runtime.render.steps import StepView

_DONE: Final[Mapping[Action, str]] = {
    Action.CREATE: "created",
    Action.PATCH: "patched",
    Action.DELETE: "deleted",
}
_LAST_PASSES: Final = 5
"""How many passes are looked at to say what does not settle."""


class EndingLines:
    """Writes how a rendering ended."""

    def __init__(self, rendering: Rendering, view: View) -> None:
        self._rendering = rendering
        self._view = view

    def lines(self) -> Iterator[str]:
        """Yield all lines."""
        rendering = self._rendering
        after = f"after {passes_text(len(rendering.passes))}, {duration(rendering.last.at)}"
        match rendering.ending:
            case Ending.READY:
                yield f"{self._view.style.paint('Ready', 'green', bold=True)} {after}: nothing changes any more"
                yield from self._summary()
            case Ending.WAITING | Ending.FAILED:
                head = self._view.style.paint("Not ready", "red", bold=True)
                why = self._why() if rendering.ending is Ending.FAILED else "steps still wait"
                yield f"{head} {after}: nothing changes any more, and {why}"
                yield from self._summary()
                yield from self._unfinished()
            case Ending.UNSETTLED:
                yield f"{self._view.style.paint('Not settled', 'red', bold=True)} {after}: something still changes"
                yield from self._unsettled()
                yield from self._summary()
                yield from self._unfinished()
            case Ending.REFUSED:
                yield f"{self._view.style.paint('Refused', 'red', bold=True)} {after}: the trigger cannot be written"
                if self._is_status_refused():
                    yield self._view.help(
                        "its CustomResourceDefinition must allow the `status` that Koreo writes"
                    )
            case Ending.STOPPED:
                yield f"{self._view.style.paint('Stopped', bold=True)} {after}"
                yield from self._summary()
                yield self._view.help("--until-stable goes on until nothing changes")
                yield from self._places(PermFail)

    def _why(self) -> str:
        """Return what has failed: the inventory may be refused when all steps are well."""
        failed = any(isinstance(step.outcome, PermFail) for _, step in walk(self._rendering.last.steps))
        return "a step has failed" if failed else "the Workflow has failed"

    def _is_status_refused(self) -> bool:
        refusal = self._rendering.last.refusal
        causes = refusal.causes if isinstance(refusal, StatusError) else ()
        return any(cause.field.partition(".")[0] == "status" for cause in causes)

    def _summary(self) -> Iterator[str]:
        last = self._rendering.last
        rows = [
            (self._condition_word(each), str(each.get("type")), str(each.get("message") or ""))
            for each in last.conditions
        ]
        width = max((len(kind) for _, kind, _ in rows), default=0)
        for word, kind, message in rows:
            yield f"  {word} {printable(kind).ljust(width)}  {indented(message)}".rstrip()
        if last.state:
            yield "state:"
            yield from (f"  {line}" for line in printable(yaml_documents([last.state])).splitlines()[1:])
        if self._rendering.managed:
            yield f"{counted(len(self._rendering.managed), 'object')}:"
            yield from (f"  {object_title(item)}" for item in self._rendering.managed)

    def _condition_word(self, condition: Mapping[str, Any]) -> str:
        status = str(condition.get("status"))
        return self._view.style.paint(status.ljust(5), status_color(status))

    def _unfinished(self) -> Iterator[str]:
        """Yield where steps that wait or have failed decided so, and what may help."""
        yield from self._places(Retry, PermFail)
        yield from self._advice()

    def _to_blame(self) -> Iterator[StepView]:
        """Yield the steps that do not only pass on what steps below them say."""
        for _, step in walk(self._rendering.last.steps):
            if not any(isinstance(inner.outcome, Retry | PermFail) for inner in step.steps):
                yield step

    def _places(self, *wanted: type[Outcome]) -> Iterator[str]:
        """Yield where the steps with such outcomes decided so; what several say in one place, once."""
        told: set[tuple[str, str]] = set()
        for step in self._to_blame():
            outcome = step.outcome
            if isinstance(outcome, Ok) or not isinstance(outcome, wanted):
                continue
            message = f"step `{step.label}`: {outcome.message}"
            if (message, str(outcome.location)) in told:
                continue
            told.add((message, str(outcome.location)))
            yield ""
            place = place_of(self._view.snapshot, outcome.location)
            word = "error" if isinstance(outcome, PermFail) else "warning"
            if place is None:
                yield f"{self._view.style.paint(word, 'red', bold=True)}: {indented(message)}"
            else:
                yield from marked(place.path, place.span, word, message, self._view.sources, self._view.style)

    def _advice(self) -> Iterator[str]:
        changed = {identity(target) for made in self._rendering.passes for target in made.simulated.changed}
        in_vain: dict[str, None] = {}
        unattended: dict[str, None] = {}
        absent: dict[str, None] = {}
        for step in self._to_blame():
            if not isinstance(step.outcome, Retry) or step.resource is None:
                continue
            if step.resource.action is Action.PATCH and self._rendering.last.is_quiet:
                in_vain[id_title(step.resource.id)] = None
            elif step.resource.action is Action.ABSENT and step.outcome.cause is Cause.PENDING:
                absent[id_title(step.resource.id)] = None
            elif step.resource.action is Action.KEEP and identity(step.resource.id) not in changed:
                unattended[id_title(step.resource.id)] = None
        if in_vain or unattended or absent:
            yield ""
        if in_vain:
            yield self._view.help(
                f"{', '.join(in_vain)} would be patched for ever: the API server keeps what is sent in another form"
            )
        if unattended:
            yield self._view.help(
                f"nobody looks after {', '.join(unattended)}: rules in a file for --simulate stand in for controllers"
            )
        if absent:
            yield self._view.help(
                f"{', '.join(absent)} should be there beforehand: --objects adds what is in files"
            )

    def _unsettled(self) -> Iterator[str]:
        last = self._rendering.passes[-_LAST_PASSES:]
        counts: Counter[tuple[str, str]] = Counter()
        for made in last:
            counts.update((id_title(target), _DONE[action]) for action, target in made.writes)
            counts.update((id_title(target), "changed by rules") for target in made.simulated.changed)
            if made.wrote_trigger and not (made.writes or made.simulated.changed):
                counts["the status of the trigger", "written"] += 1
        for (title, done), count in counts.items():
            yield f"  {title}: {done} in {count} of the last {len(last)} passes"
        if last[-1].simulated.pending:
            yield "  rules wait for a later pass"
        if len(last) in counts.values():
            yield self._view.help("what changes in every pass never settles, however many there are")
        else:
            yield self._view.help("--passes allows more passes")
