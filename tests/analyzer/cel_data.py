"""Reads the values of conformance data, and compares values as conformance does.

Values in JSON: plain null, bool, string and list; everything else is an object with one key, the type's tag.
"""

from __future__ import annotations

import base64
import json
import math
import os
from pathlib import Path
from typing import Any

from koreo_analyzer.cel.times import parse_duration, parse_timestamp
from koreo_analyzer.cel.values import CelType, Uint, to_key

SHARED = os.environ.get("KOREO_SHARED")
NEEDS_SHARED = "KOREO_SHARED names no folder with conformance data"


def lines(path: str) -> list[dict[str, Any]]:
    """Return the objects of a file of JSON lines in the shared folder."""
    text = (Path(SHARED or "") / path).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def decode(data: Any) -> Any:
    """Return the value that tagged JSON stands for."""
    if isinstance(data, list):
        return [decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    ((tag, content),) = data.items()
    match tag:
        case "int":
            return int(content)
        case "uint":
            return Uint(content)
        case "double":
            return float(content)
        case "bytes":
            return base64.b64decode(content)
        case "map":
            return {to_key(decode(key)): decode(value) for key, value in content}
        case "type":
            return CelType(content)
        case "timestamp":
            return parse_timestamp(content)
        case "duration":
            return parse_duration(content)
    raise ValueError(tag)


def same(left: Any, right: Any) -> bool:
    """Whether two values are the same: of one type everywhere, NaN the same as NaN, 0.0 not as -0.0."""
    if type(left) is not type(right):
        return False
    if type(left) is float:
        if math.isnan(left) or math.isnan(right):
            return math.isnan(left) and math.isnan(right)
        return left == right and math.copysign(1, left) == math.copysign(1, right)
    if type(left) is list:
        return len(left) == len(right) and all(map(same, left, right))
    if type(left) is dict:
        keys = {(type(key), key) for key in left}
        return keys == {(type(key), key) for key in right} and all(
            same(left[key], right[key]) for key in left
        )
    return bool(left == right)
