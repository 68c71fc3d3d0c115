"""What was last applied to an object, kept in an annotation of it (language section 7).

An object that is too large for that keeps the keys that are compared with what was last applied; if those are too
large as well, it keeps nothing, and they are compared with the object itself.
"""

from __future__ import annotations

import json
from typing import Any, Final

from koreo_runtime.functions.directives import DIRECTIVES, read_directives, without_directives

ANNOTATION: Final = "koreo.dev/last-applied-configuration"
_MOST_CHARACTERS: Final = 200_000
"""All annotations of an object together may have 256 KiB; with more it would not be stored at all."""


class LastApplied:
    """What was last applied to an object, read when it is first asked for."""

    __slots__ = ("_actual", "_found", "_target")

    def __init__(self, target: dict[str, Any], actual: dict[str, Any]) -> None:
        """`target` is what is compared with `actual`; it holds its directives."""
        self._target = target
        self._actual = actual
        self._found: tuple[Any] | None = None

    def __call__(self) -> Any:
        """Return it; None if nobody knows, the object itself if it cannot be kept."""
        if self._found is None:
            self._found = (self._read(),)
        return self._found[0]

    def _read(self) -> Any:
        text = _annotation(self._actual)
        if isinstance(text, str):
            try:
                return json.loads(text)
            except (ValueError, RecursionError):
                return None
        kept = _text_to_keep(self._target, without_directives(self._target))
        return self._actual if kept is None else None


def with_last_applied(target: dict[str, Any], actual: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what is going to be sent: a target without its directives, and what is kept of it.

    `actual` is the object that is patched, None if it is created. If nothing can be kept, the patch removes what
    was kept before.
    """
    body: dict[str, Any] = without_directives(target)
    text = _text_to_keep(target, body)
    if text is None and (actual is None or _annotation(actual) is None):
        return body
    metadata = body.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    annotations = metadata.get("annotations")
    annotations = annotations if isinstance(annotations, dict) else {}
    return {**body, "metadata": {**metadata, "annotations": {**annotations, ANNOTATION: text}}}


def without_annotation(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return metadata without what was last applied to the object that they were copied from."""
    annotations = metadata.get("annotations")
    if type(annotations) is not dict or ANNOTATION not in annotations:
        return metadata
    return {**metadata, "annotations": {key: text for key, text in annotations.items() if key != ANNOTATION}}


def _annotation(actual: dict[str, Any]) -> Any:
    metadata = actual.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    return annotations.get(ANNOTATION) if isinstance(annotations, dict) else None


def _text_to_keep(target: dict[str, Any], body: dict[str, Any]) -> str | None:
    text = json.dumps(body)
    if len(text) <= _MOST_CHARACTERS:
        return text
    compared = _compared(target, ())
    text = "" if compared is None else json.dumps(compared)
    return text if 0 < len(text) <= _MOST_CHARACTERS else None


def _compared(value: Any, fields: tuple[str, ...]) -> Any:
    """Return the parts of a target that are compared with what was last applied; None if there are none.

    They stay where they are: lists keep their positions, and their objects the `fields` that tell them apart.
    """
    if type(value) is list:
        parts = [_compared(item, fields) for item in value]
        if not any(part is not None for part in parts):
            return None
        return [
            _told_apart(item, fields) | part if type(part) is dict else part or _told_apart(item, fields)
            for item, part in zip(value, parts, strict=True)
        ]
    if type(value) is not dict:
        return None
    directives = read_directives(value)
    kept: dict[str, Any] = {}
    for key, item in value.items():
        if key in DIRECTIVES:
            continue
        if directives is not None and key in directives.last_applied:
            kept[key] = without_directives(item)
        else:
            part = _compared(item, () if directives is None else directives.maps.get(key, ()))
            if part is not None:
                kept[key] = part
    return kept or None


def _told_apart(item: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    return {field: item[field] for field in fields if field in item} if type(item) is dict else {}
