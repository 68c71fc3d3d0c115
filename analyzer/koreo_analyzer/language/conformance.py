"""Whether plain data has a shape: the quick answer for the documents that are right, which nearly all are.

jsonschema says what is wrong with a document and where, but takes a hundred times longer to say that nothing is. Both
follow the one description in `kinds.py`; a test compares them on random data.
"""

from __future__ import annotations

import re
from typing import Any

from koreo_analyzer.language.shapes import Boolean, Expressions, Free, Integer, ListOf, Object, Shape, Text


def conforms(data: Any, shape: Shape) -> bool:
    """Whether `validation_schema` of the shape accepts `data`: None, bool, int, float, str, list or dict."""
    match shape:
        case Object():
            return _object(data, shape)
        case ListOf():
            return _list(data, shape)
        case Text():
            return isinstance(data, str) and _text(data, shape)
        case Free():
            return _free(data, shape)
        case Boolean():
            return data is True or data is False
        case Integer():
            whole = type(data) is int or (type(data) is float and data.is_integer())
            return whole and (shape.minimum is None or data >= shape.minimum)


def _object(data: Any, shape: Object) -> bool:
    if not isinstance(data, dict):
        return data is None and shape.nullable
    fields = shape.fields
    for key, value in data.items():
        field = fields.get(key)
        if field is None or not conforms(value, field.shape):
            return False
    return all(key in data or not field.required for key, field in fields.items())


def _list(data: Any, shape: ListOf) -> bool:
    if not isinstance(data, list) or len(data) < shape.min_items:
        return False
    if shape.max_items is not None and len(data) > shape.max_items:
        return False
    return all(conforms(item, shape.item) for item in data)


def _text(data: str, shape: Text) -> bool:
    if shape.expressions is Expressions.MUST and not data.startswith("="):
        return False
    if shape.enum and data not in shape.enum:
        return False
    if len(data) < shape.min_length or (shape.max_length is not None and len(data) > shape.max_length):
        return False
    must_match = shape.pattern is not None and shape.expressions is not Expressions.MUST
    return not must_match or re.search(shape.pattern or "", data) is not None


def _free(data: Any, shape: Free) -> bool:
    if not isinstance(data, dict):
        return data is None and shape.nullable
    if shape.max_properties is not None and len(data) > shape.max_properties:
        return False
    return bool(data) or not shape.not_empty
