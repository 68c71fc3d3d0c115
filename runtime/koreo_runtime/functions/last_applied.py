"""What was last applied to an object, kept in an annotation of it (language section 7)."""

from __future__ import annotations

import json
from typing import Any, Final

ANNOTATION: Final = "koreo.dev/last-applied-configuration"
_MOST_CHARACTERS: Final = 200_000
"""All annotations of an object together may have 256 KiB; with more it would not be stored at all."""


def read_last_applied(actual: dict[str, Any]) -> Any:
    """Return what was last applied to an object, None if nobody knows."""
    metadata = actual.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    text = annotations.get(ANNOTATION) if isinstance(annotations, dict) else None
    if not isinstance(text, str):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def with_last_applied(body: dict[str, Any]) -> dict[str, Any]:
    """Return an object that is going to be sent, with itself in the annotation, unless it is too large."""
    applied = json.dumps(body)
    if len(applied) > _MOST_CHARACTERS:
        return body
    metadata = body.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    annotations = metadata.get("annotations")
    annotations = annotations if isinstance(annotations, dict) else {}
    return {**body, "metadata": {**metadata, "annotations": {**annotations, ANNOTATION: applied}}}
