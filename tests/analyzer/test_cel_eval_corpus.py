"""The answers recorded from the original runtime: ours are equal, or docs/compatibility.md says why not.

Every difference is given the first reason of `REASONS` that fits it; the number of each is exact. Needs the
folder named by the environment variable KOREO_SHARED, which is not part of the project.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from cel_data import NEEDS_SHARED, SHARED, lines
from koreo_analyzer import cel
from koreo_analyzer.cel.times import parse_duration, parse_timestamp
from koreo_analyzer.cel.values import CelType, Uint

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(SHARED is None, reason=NEEDS_SHARED)

FILES = ("cel_cases", "cel_cases_corpus", "cel_generated")
COMPATIBILITY = Path(__file__).resolve().parents[2] / "docs" / "compatibility.md"
TYPES = {
    "IntType": "int", "UintType": "uint", "DoubleType": "double", "float": "double", "StringType": "string",
    "BytesType": "bytes", "BoolType": "bool", "NoneType": "null_type", "ListType": "list", "MapType": "map",
    "TypeType": "type", "TimestampType": "google.protobuf.Timestamp",
    "DurationType": "google.protobuf.Duration",
}  # fmt: skip


class Difference(NamedTuple):
    """One case as the original answered it, and our value, or our `error` if that is not empty."""

    case: dict[str, Any]
    value: Any
    error: str

    def source(self, pattern: str) -> bool:
        return re.search(pattern, str(self.case.get("expr", "")), re.DOTALL) is not None

    def ours(self, pattern: str) -> bool:
        return re.search(pattern, self.error) is not None

    def theirs(self, pattern: str) -> bool:
        return re.search(pattern, str(self.case.get("message", ""))) is not None

    @property
    def crashed(self) -> bool:
        return self.case.get("error") == "crash"


def only_theirs_fails(difference: Difference) -> bool:
    return not difference.error and "error" in difference.case


def only_ours_fails(difference: Difference) -> bool:
    return bool(difference.error) and "error" not in difference.case


def values_differ(difference: Difference) -> bool:
    return not difference.error and "error" not in difference.case


def in_yaml(difference: Difference, pattern: str) -> bool:
    return difference.case["level"] != "cel" and re.search(pattern, repr(difference.case["spec"])) is not None


NUMBERS = r"(int|uint|double)"
REASONS: dict[str, Callable[[Difference], bool]] = {
    # The original fails and Koreo's expressions have a value.
    "different-types-are-unequal": lambda d: (
        only_theirs_fails(d) and (d.theirs("relation_(eq|ne)") or d.source("x [!=]= ('a'|null)"))
    ),
    "numbers-have-one-order": lambda d: only_theirs_fails(d) and d.theirs("relation_(l|g)"),
    "membership-of-other-types": lambda d: only_theirs_fails(d) and d.source(r" in [\[{]"),
    "whole-number-as-index": lambda d: only_theirs_fails(d) and d.theirs(r"_\[_\]"),
    "more-functions": lambda d: only_theirs_fails(d) and d.theirs("undeclared reference"),
    "map-with-a-condition": lambda d: only_theirs_fails(d) and d.crashed and d.source(r"\.map\("),
    "more-syntax": lambda d: only_theirs_fails(d) and d.case["error"] == "parse" and d.case["level"] == "cel",
    "timestamp-of-seconds": lambda d: only_theirs_fails(d) and d.source(r"timestamp\(-?\d+\)"),
    "bool-of-text": lambda d: only_theirs_fails(d) and d.source(r"bool\('"),
    "ready-of-anything": lambda d: only_theirs_fails(d) and d.source("config_connect_ready"),
    "json-numbers": lambda d: not d.error and d.source("from_json"),
    # The original has a value and Koreo's expressions fail.
    "bool-is-no-number": lambda d: (
        only_ours_fails(d) and d.ours("cannot (add|subtract|multiply|divide|take|order).*bool")
    ),
    "logic-of-bools": lambda d: only_ours_fails(d) and d.ours("`(&&|\\|\\||!)` takes bool"),
    "conditions-are-bools": lambda d: (
        only_ours_fails(d) and d.ours("the condition (must be|of `\\?:` takes) bool")
    ),
    "numbers-are-not-mixed": lambda d: (
        only_ours_fails(d)
        and d.ours(rf"cannot (add|subtract|multiply|divide|take).* {NUMBERS} and {NUMBERS}")
    ),
    "durations-are-no-numbers": lambda d: (
        only_ours_fails(d) and d.ours("cannot (multiply|divide|negate).*duration")
    ),
    "operators-of-python": lambda d: only_ours_fails(d) and d.ours("cannot (multiply|divide|take)"),
    "text-is-no-list": lambda d: (
        only_ours_fails(d)
        and d.ours(
            "not (string|bytes)$|cannot index a string|`flatten` does not take .string|is of type string"
        )
    ),
    "keys-have-types": lambda d: only_ours_fails(d) and d.ours("cannot be the key of a map"),
    "errors-have-no-text": lambda d: only_ours_fails(d) and d.source(r"string\(") and not d.ours("`string`"),
    "text-of-few-types": lambda d: only_ours_fails(d) and d.ours("`string` does not take"),
    "conversions-of-few-types": lambda d: (
        only_ours_fails(d) and d.ours("`(int|uint|double|bool|bytes|duration|timestamp)` does not take")
    ),
    "text-of-numbers-and-times": lambda d: (
        only_ours_fails(d) and d.ours("the string is no (int|double|bool|duration|timestamp)")
    ),
    "positions-from-zero": lambda d: only_ours_fails(d) and d.ours("positions in a list begin at 0"),
    "null-has-no-size": lambda d: only_ours_fails(d) and d.ours(r"`size` does not take \(null\)"),
    "json-numbers-or-errors": lambda d: only_ours_fails(d) and d.source("from_json"),
    "strict-base64": lambda d: only_ours_fails(d) and d.ours("is no base64"),
    "has-of-a-name": lambda d: only_ours_fails(d) and d.ours("`has` takes a field"),
    "functions-check-types": lambda d: only_ours_fails(d) and d.ours("`\\w+` does not take"),
    # Both have a value.
    "text-of-bools-and-doubles": lambda d: values_differ(d) and d.source(r"string\("),
    "bools-in-json": lambda d: values_differ(d) and d.source("to_json"),
    "fractions-are-cut": lambda d: values_differ(d) and d.source(r"u?int\(-?\d+\.\d"),
    "bool-is-no-number-equal": lambda d: (
        values_differ(d) and d.source("(true|false) [!=]= \\d|\\d [!=]= (true|false)")
    ),
    "lines-in-text": lambda d: values_differ(d) and d.source("'''"),
    "fractions-of-seconds": lambda d: values_differ(d) and d.source(r"\d\.\d+(s|Z)"),
    # Values of YAML.
    "one-expression-a-string": lambda d: in_yaml(d, r"'=(=|  |inputs\.a)"),
    "keys-are-text": lambda d: in_yaml(d, r"\{'(true|null)': 'a'|\"k'|\\n\w+': 1"),
    "large-numbers": lambda d: in_yaml(d, "12345678901234567890"),
    "strings-stay-strings": lambda d: in_yaml(d, ""),
}

COUNTS = {
    "bool-is-no-number": 170,
    "bool-is-no-number-equal": 1,
    "bool-of-text": 2,
    "bools-in-json": 11,
    "conditions-are-bools": 8,
    "conversions-of-few-types": 26,
    "different-types-are-unequal": 421,
    "durations-are-no-numbers": 11,
    "errors-have-no-text": 18,
    "fractions-are-cut": 3,
    "fractions-of-seconds": 1,
    "functions-check-types": 56,
    "has-of-a-name": 4,
    "json-numbers": 2,
    "json-numbers-or-errors": 5,
    "keys-are-text": 4,
    "keys-have-types": 7,
    "large-numbers": 1,
    "lines-in-text": 1,
    "logic-of-bools": 48,
    "map-with-a-condition": 3,
    "membership-of-other-types": 28,
    "more-functions": 19,
    "more-syntax": 3,
    "null-has-no-size": 6,
    "numbers-are-not-mixed": 49,
    "numbers-have-one-order": 32,
    "one-expression-a-string": 6,
    "operators-of-python": 20,
    "positions-from-zero": 5,
    "ready-of-anything": 3,
    "strict-base64": 1,
    "strings-stay-strings": 26,
    "text-is-no-list": 79,
    "text-of-bools-and-doubles": 8,
    "text-of-few-types": 22,
    "text-of-numbers-and-times": 7,
    "timestamp-of-seconds": 2,
    "whole-number-as-index": 3,
}


def recorded(case: dict[str, Any]) -> Any:
    """Return the value that the original gave, as far as its record tells the type."""
    typed = case.get("result_typed", case.get("result"))
    kind = case.get("type")
    if kind == "timedelta":
        return parse_duration("0") if typed == "0:00:00" else typed
    return decoded(typed)


def decoded(data: Any) -> Any:
    if isinstance(data, list):
        return [decoded(item) for item in data]
    if not isinstance(data, dict):
        return data
    if len(data) == 1:
        ((tag, content),) = data.items()
        match tag.removeprefix("py-"):
            case "double":
                return float(content)
            case "uint":
                return Uint(content)
            case "bytes":
                return base64.b64decode(content)
            case "timestamp":
                return parse_timestamp(content)
            case "duration":
                return parse_duration(content)
            case "type" if str(content).startswith("<class"):
                return CelType(TYPES.get(re.split(r"[.']", content)[-2], ""))
            case "list" if isinstance(content, list):
                return [decoded(item) for item in content]
            case "map" if isinstance(content, list):
                return {decoded(key): decoded(value) for key, value in content}
            case "int" | "string" | "bool" | "null":
                return content
    return {key: decoded(value) for key, value in data.items()}


def same(left: Any, right: Any) -> bool:
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    return type(left) is type(right) and left == right


def evaluate(spec: Any, variables: dict[str, Any]) -> Any:
    """Evaluate the expressions of a YAML value leaf by leaf (language section 2)."""
    if isinstance(spec, dict):
        return {key: evaluate(value, variables) for key, value in spec.items()}
    if isinstance(spec, list):
        return [evaluate(item, variables) for item in spec]
    if isinstance(spec, str) and spec.startswith("="):
        return cel.compile(spec[1:]).evaluate(variables)
    return spec


def overlay(base: dict[str, Any], spec: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
    """Merge literal mappings over `base`, anything else replaces (language section 5)."""
    merged = dict(base)
    for key, value in spec.items():
        below = merged.get(key)
        if isinstance(value, dict) and value and isinstance(below, dict):
            merged[key] = overlay(below, value, variables)
        else:
            merged[key] = evaluate(value, variables)
    return merged


def answer(case: dict[str, Any], variables: dict[str, Any]) -> Difference:
    try:
        if case["level"] == "cel":
            value = cel.compile(case["expr"]).evaluate(variables)
        elif case["level"] == "overlay":
            value = overlay(case["base"], case["spec"], variables)
        else:
            value = evaluate(case["spec"], variables)
    except cel.CelError as error:
        return Difference(case, None, error.message)
    return Difference(case, value, "")


def differences() -> tuple[list[Difference], int]:
    """Return the cases in which we differ, and the number of those in which we do not."""
    generated_inputs = {
        "inputs": json.loads((Path(SHARED or "") / "corpus/cel_generated.inputs.json").read_text())
    }
    found: list[Difference] = []
    equal = 0
    for name in FILES:
        for case in lines(f"corpus/{name}.jsonl"):
            if case["level"] == "predicates":
                continue
            ours = answer(case, case.get("inputs", generated_inputs if name == "cel_generated" else {}))
            agree = bool(ours.error) == ("error" in case)
            if agree and (ours.error or same(ours.value, recorded(case))):
                equal += 1
            else:
                found.append(ours)
    return found, equal


def test_every_difference_has_a_reason() -> None:
    found, equal = differences()
    reasons: Counter[str] = Counter()
    unexplained: list[str] = []
    for difference in found:
        for reason, applies in REASONS.items():
            if applies(difference):
                reasons[reason] += 1
                break
        else:
            case = difference.case
            unexplained.append(
                f"{case.get('expr', case.get('spec'))}: {difference.value!r} {difference.error}"
            )
    assert unexplained == []
    assert dict(reasons) == COUNTS
    assert equal == 6425


def test_every_reason_is_told() -> None:
    text = COMPATIBILITY.read_text(encoding="utf-8")
    assert [reason for reason in REASONS if f"`{reason}`" not in text] == []
