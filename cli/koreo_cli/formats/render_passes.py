"""The passes of a rendering for people: of each what differs from the one before.

Pass 2, at 5 s: retry
ok       config        ResourceFunction/greeting-config
= ConfigMap default/hello-ada
conditions: Ready True
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from koreo_runtime.cluster.errors import StatusError
from koreo_runtime.outcomes import OUTCOME_KEYS, Ok
from koreo_runtime.render import Action
from koreo_runtime.render.steps import identity, walk

from koreo_cli.formats.render_problems import marked
from koreo_cli.formats.render_words import View, duration, id_title, status_color
from koreo_cli.formats.text_report import counted, indented
from koreo_cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from koreo_runtime.outcomes import Outcome
    from koreo_runtime.render import RenderedPass
    from koreo_runtime.render.steps import StepView

_COLORS: Final[Mapping[str, str]] = {
    "ok": "green",
    "skip": "cyan",
    "depSkip": "cyan",
    "retry": "yellow",
    "permFail": "red",
}
_SIGNS: Final[Mapping[Action, tuple[str, str]]] = {
    Action.CREATE: ("+", "green"),
    Action.PATCH: ("~", "yellow"),
    Action.DELETE: ("-", "red"),
    Action.KEEP: ("=", "white"),
    Action.READ: ("<", "white"),
    Action.ABSENT: ("?", "red"),
}
_QUIET: Final = frozenset({Action.KEEP, Action.READ})
_WORD_COLUMNS: Final = 8
_LONGEST_VALUE: Final = 80
_LEAST_DETAIL: Final = 40
"""How many characters of a message are shown, however narrow the terminal is."""


class PassLines:
    """Writes passes, one after the other. `rules` is the absolute path of the file of rules, if there is one."""

    def __init__(self, passes: tuple[RenderedPass, ...], view: View, rules: str | None) -> None:
        self._passes = passes
        self._view = view
        self._rules = rules

    def lines(self) -> Iterator[str]:
        """Yield the lines of all passes, a blank line after each."""
        before: RenderedPass | None = None
        for first, *others in _grouped(self._passes):
            yield from self._pass(first, before)
            yield ""
            if others:
                yield self._repeated(others, first)
                yield ""
            before = first

    def _bold(self, text: str) -> str:
        return self._view.style.paint(text, bold=True)

    def _repeated(self, passes: list[RenderedPass], shown: RenderedPass) -> str:
        """Return the line for passes that look like the one shown before them."""
        first, last = passes[0], passes[-1]
        title, time = f"Pass {first.number}", duration(first.at)
        if first is not last:
            title, time = f"Passes {first.number} to {last.number}", f"{time} to {duration(last.at)}"
        told = "nothing changed" if all(made.is_quiet for made in passes) else f"as pass {shown.number}"
        return f"{self._title_of(title, time, first)}, {told}"

    def _title_of(self, title: str, time: str, made: RenderedPass) -> str:
        outcome = "" if made.outcome is None else f": {self._word(made.outcome, padded=False)}"
        return f"{self._bold(title)}, at {time}{outcome}"

    def _pass(self, made: RenderedPass, before: RenderedPass | None) -> Iterator[str]:
        yield self._title_of(f"Pass {made.number}", duration(made.at), made)
        old = {} if before is None or self._view.verbose else dict(walk(before.steps))
        yield from self._steps(made.steps, old)
        yield from self._other_writes(made)
        yield from self._released(made)
        yield from self._refusal(made)
        yield from self._trigger_changes(made, before)
        for target in made.simulated.changed:
            yield f"  {self._view.style.paint('rules'.ljust(_WORD_COLUMNS), 'blue')} ~ {id_title(target)}"
        for failure in made.simulated.failures:
            message = f"{failure.rule}, {id_title(failure.target)}: {failure.message}"
            if self._rules is None or failure.span is None:
                yield f"  {self._view.style.paint('warning', 'yellow')}  {indented(message)}"
            else:
                yield from marked(
                    self._rules, failure.span, "warning", message, self._view.sources, self._view.style
                )
        if made is not self._passes[-1]:
            yield from self._until_next(made)

    def _steps(self, steps: tuple[StepView, ...], old: Mapping[tuple[str, ...], StepView]) -> Iterator[str]:
        shown = [
            (path, step)
            for path, step in walk(steps)
            if not step.looks_like(old.get(path)) or _acts(step) or self._has_news(path, step, old)
        ]
        width = max((2 * (len(path) - 1) + len(step.label) for path, step in shown), default=0)
        for path, step in shown:
            depth = 2 * (len(path) - 1)
            label = f"{' ' * depth}{step.label}".ljust(width)
            room = max(_LEAST_DETAIL, self._view.style.width - width - _WORD_COLUMNS - 5)
            yield f"  {self._word(step.outcome)} {label}  {self._detail(step, room)}".rstrip()
            yield from self._resource(step, depth)
            if step.state_error is not None:
                warned = self._view.style.paint("state:", "yellow")
                yield f"{' ' * (depth + _WORD_COLUMNS + 5)}{warned} {indented(step.state_error)}"
        left = sum(1 for _ in walk(steps)) - len(shown)
        if left and steps:
            yield f"  ({counted(left, 'step')} as before)"

    def _has_news(
        self, path: tuple[str, ...], step: StepView, old: Mapping[tuple[str, ...], StepView]
    ) -> bool:
        """Whether something below a step is shown, so that it has to be shown, too."""
        return any(
            _acts(inner) or not inner.looks_like(old.get((*path[:-1], *inner_path)))
            for inner_path, inner in walk((step,))
        )

    def _word(self, outcome: Outcome, *, padded: bool = True) -> str:
        word = OUTCOME_KEYS[type(outcome)]
        return self._view.style.paint(word.ljust(_WORD_COLUMNS if padded else 0), _COLORS[word])

    def _detail(self, step: StepView, room: int) -> str:
        if isinstance(step.outcome, Ok):
            return printable(step.logic or "")
        message = indented(step.outcome.message)
        return message if self._view.verbose or len(message) <= room else f"{message[: room - 3]}..."

    def _resource(self, step: StepView, depth: int) -> Iterator[str]:
        if step.resource is not None:
            sign, color = _SIGNS[step.resource.action]
            margin = " " * (depth + _WORD_COLUMNS + 5)
            yield f"{margin}{self._view.style.paint(sign, color)} {id_title(step.resource.id)}"

    def _other_writes(self, made: RenderedPass) -> Iterator[str]:
        """Yield the writes that no step shows: what is deleted for good belongs to none."""
        told = {identity(step.resource.id) for _, step in walk(made.steps) if step.resource is not None}
        for action, target in made.writes:
            if identity(target) not in told:
                sign, color = _SIGNS[action]
                yield f"  {' ' * _WORD_COLUMNS} {self._view.style.paint(sign, color)} {id_title(target)}"

    def _released(self, made: RenderedPass) -> Iterator[str]:
        """Yield what the Workflow no longer manages: a rendering deletes nothing of it."""
        for each in made.released:
            sign = self._view.style.paint("!", "yellow")
            what = (
                "(delete: destroy): the controller would delete it"
                if each.is_destroyed
                else "(delete: abandon), and stays"
            )
            yield f"  {' ' * _WORD_COLUMNS} {sign} {id_title(each.id)} is no longer managed {what}"

    def _refusal(self, made: RenderedPass) -> Iterator[str]:
        error = made.refusal
        if error is None:
            return
        head = self._view.style.paint("refused", "red", bold=True)
        yield f"  {head}  the trigger cannot be written ({error.status}): {indented(error.message)}"
        causes = error.causes if isinstance(error, StatusError) else ()
        if len(causes) > 1:
            yield from (f"           {printable(str(cause))}" for cause in causes)

    def _trigger_changes(self, made: RenderedPass, before: RenderedPass | None) -> Iterator[str]:
        old = {} if before is None else {each.get("type"): each.get("status") for each in before.conditions}
        changed = [each for each in made.conditions if old.get(each.get("type")) != each.get("status")]
        if changed:
            found = ", ".join(self._condition(each) for each in changed)
            yield f"  conditions: {found}"
        known: dict[str, Any] = {} if before is None else before.state
        for key, value in made.state.items():
            if key not in known or known[key] != value:
                yield f"  state.{printable(key)}: {_value(value)}"
        for key in known:
            if key not in made.state:
                yield f"  state.{printable(key)}: gone"

    def _condition(self, condition: Mapping[str, Any]) -> str:
        status = str(condition.get("status"))
        return (
            f"{printable(str(condition.get('type')))} {self._view.style.paint(status, status_color(status))}"
        )

    def _until_next(self, made: RenderedPass) -> Iterator[str]:
        following = self._passes[made.number]
        delay = following.at - made.at
        if delay:
            yield f"  next pass in {duration(delay)}"


def _grouped(passes: Iterable[RenderedPass]) -> Iterator[list[RenderedPass]]:
    """Yield each pass with those that follow it and look like it."""
    group: list[RenderedPass] = []
    for made in passes:
        if group and not _is_alike(made, group[0]):
            yield group
            group = []
        group.append(made)
    yield group


def _is_alike(one: RenderedPass, other: RenderedPass) -> bool:
    """Whether two passes look the same to people, and left the same behind."""
    ours, theirs = list(walk(one.steps)), dict(walk(other.steps))
    return (
        type(one.outcome) is type(other.outcome)
        and len(ours) == len(theirs)
        and all(step.looks_like(theirs.get(path)) for path, step in ours)
        and (one.writes, one.simulated, one.conditions, one.state, one.released)
        == (other.writes, other.simulated, other.conditions, other.state, other.released)
    )


def _acts(step: StepView) -> bool:
    return step.resource is not None and step.resource.action not in _QUIET


def _value(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return printable(text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}...")
