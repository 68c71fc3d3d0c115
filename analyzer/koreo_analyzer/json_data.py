"""What is the same in JSON: the one rule for data of tests, clusters, schemas and edits."""

from __future__ import annotations

import math


def json_equal(left: object, right: object) -> bool:
    """Whether two pieces of plain data are the same.

    Numbers are compared across their types (`1` is `1.0`), a boolean is no number, the order of keys does not count,
    and `.nan`, which YAML has, is itself.
    """
    if left is right:
        return True
    if isinstance(left, dict):
        return (
            isinstance(right, dict)
            and len(left) == len(right)
            and all(key in right and json_equal(value, right[key]) for key, value in left.items())
        )
    if isinstance(left, list):
        return isinstance(right, list) and len(left) == len(right) and all(map(json_equal, left, right))
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    if isinstance(left, float) and math.isnan(left):
        return isinstance(right, float) and math.isnan(right)
    return left == right
