"""From the answers of an API server to `ApiError`: every refusal is read from the `Status` object it holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from koreo_runtime.cluster.errors import StatusCause, StatusError
from koreo_runtime.effects import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping

_REASONS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
}
"""For answers that are no `Status`, as those of a proxy or of a path that nobody serves."""
_MOST_TEXT = 500


def no_answer(message: str) -> ApiError:
    """Return the error of a server that could not be asked."""
    return ApiError(0, "Unreachable", message)


def refusal(code: int, headers: Mapping[str, str], data: bytes) -> StatusError:
    """Return the error that an answer with an HTTP status of 400 or more says."""
    text = data.decode("utf-8", "replace")
    try:
        status = json.loads(text)
    except ValueError:
        status = None
    after = _seconds(headers.get("Retry-After"))
    if isinstance(status, dict) and status.get("kind") == "Status":
        return _from_status(status, code, after)
    return StatusError(code, _REASONS.get(code, ""), text.strip()[:_MOST_TEXT], retry_after=after)


def watch_refusal(status: Mapping[str, Any]) -> StatusError:
    """Return the error that the last event of a watch says."""
    return _from_status(status, int(status.get("code") or 500), None)


def _from_status(status: Mapping[str, Any], code: int, after: float | None) -> StatusError:
    details = status.get("details") or {}
    causes = [
        StatusCause(cause.get("field", ""), cause.get("reason", ""), cause.get("message", ""))
        for cause in details.get("causes") or ()
    ]
    if after is None and details.get("retryAfterSeconds"):
        after = float(details["retryAfterSeconds"])
    reason = status.get("reason") or _REASONS.get(code, "")
    return StatusError(code, reason, status.get("message") or reason, causes=causes, retry_after=after)


def _seconds(header: str | None) -> float | None:
    """Read a `Retry-After` header. A date in it, which Kubernetes never sends, is not read."""
    return float(header) if header is not None and header.isdecimal() else None
