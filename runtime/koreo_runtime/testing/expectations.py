"""The four assertions of a test case, and what makes one fail (language section 9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from koreo_runtime.effects import Create, Delete, Patch
from koreo_runtime.functions.last_applied import ANNOTATION
from koreo_runtime.outcomes import OUTCOME_KEYS, Ok, Retry
from koreo_runtime.testing.compare import Difference, DifferenceKind, Exactly

if TYPE_CHECKING:
    from koreo_analyzer.language.document import Path

    from koreo_runtime.effects import KubeObject
    from koreo_runtime.outcomes import Outcome


class CaseRun:
    """One run of the function: how it ended, what it tried to write, the object before and after.

    `drift` is where the object differed from what the function wants, when the run changed it for that.
    """

    __slots__ = ("after", "before", "drift", "effects", "outcome")

    def __init__(
        self,
        outcome: Outcome,
        before: KubeObject | None,
        after: KubeObject | None,
        effects: tuple[Create | Patch | Delete, ...],
        drift: Path | None = None,
    ) -> None:
        self.outcome = outcome
        self.before = before
        self.after = after
        self.effects = effects
        self.drift = drift


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an assertion does not hold. Paths of differences count from the value of the assertion's key."""

    reason: str
    differences: tuple[Difference, ...] = ()


class Expectation(Protocol):
    """An assertion; `key` is its key in the test case."""

    key: str

    def check(self, run: CaseRun) -> Failure | None:
        """Return why a run is not as expected; None if it is."""
        ...


class ExpectReturn:
    """The function returned exactly this value."""

    __slots__ = ("_expected",)
    key = "expectReturn"

    def __init__(self, expected: Any) -> None:
        self._expected = Exactly(expected)

    def check(self, run: CaseRun) -> Failure | None:
        """Return why the outcome is not `Ok` with this value."""
        outcome = run.outcome
        if type(outcome) is not Ok:
            return Failure(f"no value was returned: the outcome is {outcome_text(outcome)}")
        if self._expected.matches(outcome.value):
            return None
        return Failure("the returned value differs", self._expected.differences(outcome.value))


class ExpectResource:
    """The function created or patched the object, and what it sent is exactly this."""

    __slots__ = ("_expected",)
    key = "expectResource"

    def __init__(self, expected: Any) -> None:
        self._expected = Exactly(expected)

    def check(self, run: CaseRun) -> Failure | None:
        """Return why what was sent is not this object."""
        sent = asserted_object(run)
        if sent is None:
            return Failure(
                f"nothing was created or patched: the outcome is {outcome_text(run.outcome)}",
            )
        if self._expected.matches(sent):
            return None
        return Failure("the resource differs", self._expected.differences(sent))


class ExpectDelete:
    """The function tried to delete the object, or did not."""

    __slots__ = ("_expected",)
    key = "expectDelete"

    def __init__(self, *, expected: bool) -> None:
        self._expected = expected

    def check(self, run: CaseRun) -> Failure | None:
        """Return why a delete was, or was not, to be attempted."""
        deleted = any(type(effect) is Delete for effect in run.effects)
        if deleted is self._expected:
            return None
        differs = (Difference((), DifferenceKind.DIFFERENT, self._expected, deleted),)
        happened = "the object was deleted" if deleted else "nothing was deleted"
        return Failure(f"{happened}: the outcome is {outcome_text(run.outcome)}", differs)


class ExpectOutcome:
    """The run ended in an outcome of this kind; `message` is contained in its message, in any case."""

    __slots__ = ("_delay", "_kind", "_message", "_text")
    key = "expectOutcome"

    def __init__(self, kind: type, message: str = "", delay: int = 0) -> None:
        self._kind = kind
        self._text = message
        self._message = message.casefold()
        self._delay = delay

    def check(self, run: CaseRun) -> Failure | None:
        """Return in what the outcome is another one; a delay of 0 stands for any."""
        outcome = run.outcome
        if type(outcome) is not self._kind:
            expected = outcome_data(self._kind, self._text, self._delay)
            actual = _data_of(outcome)
            return Failure(
                f"the outcome is {outcome_text(outcome)}",
                (Difference((), DifferenceKind.DIFFERENT, expected, actual),),
            )
        if isinstance(outcome, Ok):
            return None
        key = OUTCOME_KEYS[self._kind]
        found: list[Difference] = []
        if self._message not in outcome.message.casefold():
            found.append(Difference((key, "message"), DifferenceKind.DIFFERENT, self._text, outcome.message))
        if isinstance(outcome, Retry) and self._delay not in (0, outcome.delay):
            found.append(Difference((key, "delay"), DifferenceKind.DIFFERENT, self._delay, outcome.delay))
        if not found:
            return None
        return Failure(f"the outcome is {outcome_text(outcome)}", tuple(found))


def asserted_object(run: CaseRun) -> KubeObject | None:
    """Return what `expectResource` is compared with; None if nothing was created or patched.

    At creation that is the whole object. At a patch it is the patch's top-level keys as they were sent, and the other
    top-level keys of the object before. The annotation that records what was last applied is left out.
    """
    for effect in reversed(run.effects):
        if type(effect) is Create:
            return without_last_applied(effect.body)
        if type(effect) is Patch:
            return without_last_applied({**(run.before or {}), **effect.body})
    return None


def without_last_applied(thing: KubeObject) -> KubeObject:
    """Return an object without the annotation, and without annotations if it has no other."""
    metadata = thing.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    if not isinstance(metadata, dict) or not isinstance(annotations, dict) or ANNOTATION not in annotations:
        return thing
    metadata = metadata.copy()
    if len(annotations) == 1:
        del metadata["annotations"]
    else:
        metadata["annotations"] = {key: value for key, value in annotations.items() if key != ANNOTATION}
    return {**thing, "metadata": metadata}


def outcome_text(outcome: Outcome) -> str:
    """Return an outcome for people, in the words of a FunctionTest: `retry after 30 s (Creating …)`."""
    if isinstance(outcome, Ok):
        return "ok"
    delay = f" after {outcome.delay:g} s" if isinstance(outcome, Retry) else ""
    return f"{OUTCOME_KEYS[type(outcome)]}{delay} ({outcome.message})"


def outcome_data(kind: type, message: str, delay: float) -> dict[str, Any]:
    """Return the value of an `expectOutcome` that asks for an outcome."""
    if kind is Ok:
        return {"ok": {}}
    details: dict[str, Any] = {"message": message}
    if kind is Retry:
        details["delay"] = delay
    return {OUTCOME_KEYS[kind]: details}


def _data_of(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Ok):
        return outcome_data(Ok, "", 0)
    return outcome_data(type(outcome), outcome.message, outcome.delay if isinstance(outcome, Retry) else 0)
