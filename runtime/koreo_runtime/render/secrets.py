"""Values of Secrets in texts: an expression may carry them into the state of a trigger, or into a message."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from koreo_runtime.cluster.errors import StatusError
from koreo_runtime.drivers import Recorder
from koreo_runtime.effects import ApiError
from koreo_runtime.outcomes import Ok
from koreo_runtime.render.objects import HIDDEN, is_secret
from koreo_runtime.workflows.trigger import as_mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from koreo_runtime.drivers import Api
    from koreo_runtime.effects import Effect, KubeObject
    from koreo_runtime.outcomes import Outcome
    from koreo_runtime.render.rendering import RenderedPass, Rendering
    from koreo_runtime.render.steps import StepView

LEAST_CHARACTERS: Final = 4
"""Shorter values stand in every text by chance."""


class SecretRecorder(Recorder):
    """A `Recorder` that also notes the values of all Secrets it sees."""

    def __init__(self, api: Api, values: set[str]) -> None:
        super().__init__(api)
        self._values = values

    def perform(self, effect: Effect) -> Any:
        """Return the result of an effect. Raises `ApiError` when it is refused."""
        result = super().perform(effect)
        if isinstance(result, dict) and is_secret(result):
            self._values.update(secret_values(result))
        return result


def secret_values(secret: KubeObject) -> Iterator[str]:
    """Yield the values of a Secret, in base64 and as the texts that they stand for."""
    for key in ("data", "stringData"):
        held = secret.get(key)
        for value in held.values() if isinstance(held, dict) else ():
            for text in _forms(value) if isinstance(value, str) else ():
                if len(text) >= LEAST_CHARACTERS:
                    yield text


def _forms(value: str) -> Iterator[str]:
    yield value
    try:
        text = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return
    yield text
    yield text.strip()


def without_secrets(rendering: Rendering) -> Rendering:
    """Return a rendering with values of Secrets hidden in messages, conditions and state."""
    if not rendering.secrets:
        return rendering
    hider = _Hider(rendering.secrets)
    trigger = hider.trigger(rendering.trigger)
    return replace(rendering, trigger=trigger, passes=tuple(map(hider.made, rendering.passes)))


class _Hider:
    def __init__(self, values: Iterable[str]) -> None:
        # The longest first: one value may be part of another.
        ordered = sorted(values, key=lambda value: (-len(value), value))
        self._pattern = re.compile("|".join(map(re.escape, ordered)))

    def text(self, text: str) -> str:
        return self._pattern.sub(HIDDEN, text)

    def data(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.data(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.data(item) for item in value]
        return value

    def conditions(self, conditions: Any) -> Any:
        return [self.condition(each) for each in conditions] if isinstance(conditions, list) else conditions

    def condition(self, condition: Any) -> Any:
        if not isinstance(condition, dict):
            return condition
        return {key: self.data(value) if key == "message" else value for key, value in condition.items()}

    def trigger(self, trigger: KubeObject) -> KubeObject:
        told = as_mapping(trigger.get("status"))
        status = {key: self.data(value) for key, value in told.items() if key != "conditions"}
        if "conditions" in told:
            status["conditions"] = self.conditions(told["conditions"])
        status = {key: status[key] for key in told}
        return {key: status if key == "status" else value for key, value in trigger.items()}

    def made(self, made: RenderedPass) -> RenderedPass:
        failures = tuple(
            replace(failure, message=self.text(failure.message)) for failure in made.simulated.failures
        )
        return replace(
            made,
            outcome=None if made.outcome is None else self._outcome(made.outcome),
            steps=tuple(map(self._step, made.steps)),
            conditions=tuple(map(self.condition, made.conditions)),
            state=self.data(made.state),
            simulated=replace(made.simulated, failures=failures),
            refusal=None if made.refusal is None else self._error(made.refusal),
        )

    def _step(self, step: StepView) -> StepView:
        return replace(
            step,
            outcome=self._outcome(step.outcome),
            state_error=None if step.state_error is None else self.text(step.state_error),
            steps=tuple(map(self._step, step.steps)),
        )

    def _outcome(self, outcome: Outcome) -> Outcome:
        return outcome if isinstance(outcome, Ok) else replace(outcome, message=self.text(outcome.message))

    def _error(self, error: ApiError) -> ApiError:
        message = self.text(error.message)
        if not isinstance(error, StatusError):
            return ApiError(error.status, error.reason, message, error.retry_after)
        causes = [replace(cause, message=self.text(cause.message)) for cause in error.causes]
        return StatusError(error.status, error.reason, message, causes=causes, retry_after=error.retry_after)
