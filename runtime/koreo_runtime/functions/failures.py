"""What a refusal of the API server means for a run (language section 7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from koreo_runtime.outcomes import Cause, PermFail, Retry

if TYPE_CHECKING:
    from koreo_runtime.effects import ApiError, ResourceId
    from koreo_runtime.outcomes import Location

_DELAY = 30
_REQUEST_TIMEOUT = 408
_CONFLICT = 409
_TOO_MANY_REQUESTS = 429
_SERVER_ERRORS = 500
_NO_ANSWER = 0
_DENIED = frozenset({401, 403})
_FIELD = re.compile(
    r"(?:^|[\s\[,])([A-Za-z][\w\-]*(?:\[[^\[\]\s]{0,253}\])*(?:\.[\w\-]+(?:\[[^\[\]\s]{0,253}\])*)*): "
    r"(?:Invalid|Required|Duplicate|Forbidden|Not found|Unsupported|Too)\b"
)
"""The path of a field in the message of a `Status` object, before what is wrong with it."""


def api_failure(
    doing: str, resource: ResourceId, error: ApiError, location: Location, conflict_delay: float = _DELAY
) -> Retry | PermFail:
    """Return the outcome when the API server did not do what a run asked for.

    `doing` begins the message: `Creating`. `conflict_delay` is the delay, in seconds, after a conflict.
    """
    message = f"{doing} `{resource}` failed: {_reason(resource, error)}"
    status = error.status
    if status == _CONFLICT:
        return Retry(message, conflict_delay, location, Cause.CONFLICT)
    if status in (_NO_ANSWER, _REQUEST_TIMEOUT, _TOO_MANY_REQUESTS) or status >= _SERVER_ERRORS:
        delay = _DELAY if error.retry_after is None else error.retry_after
        return Retry(message, delay, location, Cause.TRANSIENT)
    return PermFail(message, location, Cause.DENIED if status in _DENIED else Cause.INVALID)


def _reason(resource: ResourceId, error: ApiError) -> str:
    """Return what the server said; of a Secret, whose values it may repeat, only the reason and the fields."""
    reason = error.reason or f"HTTP status {error.status}"
    if resource.kind != "Secret":
        return error.message or reason
    fields = dict.fromkeys(_FIELD.findall(error.message))
    return f"{reason} ({', '.join(fields)})" if fields else reason
