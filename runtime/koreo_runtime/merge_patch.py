"""JSON merge patches (RFC 7386) as the API server applies them, without changing what they are applied to."""

from __future__ import annotations

from typing import Any


def merge_patch(target: Any, patch: Any) -> Any:
    """Return `target` with a patch merged in. Parts that the patch does not touch are shared with `target`.

    The server's library goes beyond the RFC in lists that a patch brings: null elements, and keys with null in
    objects within, are dropped there too.
    """
    if type(patch) is not dict:
        return without_nulls(patch) if type(patch) is list else patch
    if type(target) is not dict:
        return without_nulls(patch)
    merged = dict(target)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif key in merged:
            merged[key] = merge_patch(merged[key], value)
        else:
            merged[key] = without_nulls(value)
    return merged


def without_nulls(value: Any) -> Any:
    """Return a value without the nulls at any depth; itself if it has none."""
    kind = type(value)
    if kind is dict:
        kept = {key: without_nulls(item) for key, item in value.items() if item is not None}
        same = len(kept) == len(value) and all(kept[key] is item for key, item in value.items())
        return value if same else kept
    if kind is list:
        items = [without_nulls(item) for item in value if item is not None]
        same = len(items) == len(value) and all(new is old for new, old in zip(items, value, strict=True))
        return value if same else items
    return value
