"""What the cases of a FunctionTest give its function (language section 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.flow.blocks import type_of
from koreo_analyzer.language.document import FunctionTest
from koreo_analyzer.language.tree import get_items, get_mapping
from koreo_analyzer.types import Type, join
from koreo_analyzer.yaml.resolve import TooLarge, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.language.document import KoreoDocument


def inputs_of_test(document: KoreoDocument) -> Type | None:
    """Return the type of the inputs with which a FunctionTest expects its function to work; None if it never does."""
    body = document.body
    if not isinstance(body, FunctionTest) or not body.inputs_complete:
        return None
    carried: Mapping[str, object] = _data(document, "inputs") or {}
    found: list[Type] = []
    for case, node in zip(body.cases, get_items(document.spec, "testCases"), strict=False):
        if case.skipped:
            continue
        overrides = plain(changes) if (changes := get_mapping(node, "inputOverrides")) is not None else {}
        if isinstance(overrides, TooLarge) or not isinstance(overrides, dict):
            return None
        present = _merged(carried, overrides)
        if not case.variant:
            carried = present
        if case.succeeds:
            found.append(type_of(present))
    return join(*found) if found else None


def _data(document: KoreoDocument, key: str) -> Mapping[str, object] | None:
    node = get_mapping(document.spec, key)
    data = plain(node) if node is not None else None
    return data if isinstance(data, dict) else None


def _merged(base: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = _merged(below, value)
        else:
            merged[key] = value
    return merged
