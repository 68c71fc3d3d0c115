"""The static checker against cel-spec's conformance cases: the types they declare, and the values they expect.

Needs the folder named by the environment variable KOREO_SHARED, which is not part of the project.
"""

from __future__ import annotations

from typing import Any

import pytest
from cel_data import NEEDS_SHARED, SHARED, decode, lines
from cel_types import holds
from koreo_analyzer import cel
from koreo_analyzer.cel.checker import Checked, check
from koreo_analyzer.cel.value_types import runtime_type, type_of_value
from koreo_analyzer.types import (
    ANY,
    ListType,
    MapType,
    ObjectType,
    OptionalType,
    Type,
    join,
    parse_type,
    widened,
)
from test_cel_eval_conformance import CASES

pytestmark = pytest.mark.skipif(SHARED is None, reason=NEEDS_SHARED)

DEDUCED = 21
"""The cases of type_deduction that are compared."""

DECLARING = {
    "type_deduction/functions/function_result_type",
    "type_deduction/type_parameters/multiple_parameters_generality",
    "type_deduction/type_parameters/multiple_parameters_generality_2",
    "type_deduction/type_parameters/multiple_parameters_parameterized_ovl",
    "type_deduction/type_parameters/multiple_parameters_parameterized_ovl_2",
}
"""The cases that declare functions, or abstract types, of their own. The checker knows its own functions only."""

OUT_OF_RANGE = {
    # Lists have a length here: the first item of an empty one is not to be had.
    "type_deduction/flexible_type_parameter_assignment/unconstrained_type_var_as_dyn",
}
"""The cases whose type agrees, with a problem: something in them can never be evaluated."""

IN_CONTAINERS = {
    "namespace/namespace/self_eval_container_lookup",
    "namespace/namespace_shadowing/basic",
}
"""The cases whose value is that of another variable, found in a container. Koreo and the checker have none."""

ABSENT = "a field that a literal does not have, which is reported as in `has` (language section 2.1)"
ABSORBED = "a part that always fails, which the other side of `||` or `&&` makes up for"
PROBLEMS = {
    "fields/map_has/has_empty": ABSENT,
    "fields/map_has/has_not": ABSENT,
    "fields/quoted_map_fields/has_field_slash": ABSENT,
    "optionals/optionals/empty_map_optFlatMap_hasValue": ABSENT,
    "optionals/optionals/has_map_optindex": ABSENT,
    "optionals/optionals/map_empty_submap_optFlatMap_hasValue": ABSENT,
    "optionals/optionals/map_optindex_hasValue": ABSENT,
    "optionals/optionals/map_undefined_entry_hasValue": ABSENT,
    "optionals/optionals/optional_chaining_11": ABSENT,
    "optionals/optionals/optional_chaining_13": ABSENT,
    "optionals/optionals/optional_chaining_14": ABSENT,
    "optionals/optionals/optional_chaining_16": ABSENT,
    "optionals/optionals/optional_chaining_3": ABSENT,
    "optionals/optionals/optional_chaining_5": ABSENT,
    "optionals/optionals/optional_chaining_6": ABSENT,
    "optionals/optionals/optional_chaining_8": ABSENT,
    "optionals/optionals/optional_chaining_9": ABSENT,
    "optionals/optionals/optional_empty_map_optindex_hasValue": ABSENT,
    "optionals/optionals/ternary_optional_hasValue": ABSENT,
    "lists/index/index_out_of_bounds_and_false": ABSORBED,
    "lists/index/index_out_of_bounds_or_true": ABSORBED,
    "logic/AND/short_circuit_type_left": ABSORBED,
    "logic/AND/short_circuit_type_right": ABSORBED,
    "logic/OR/short_circuit_type_left": ABSORBED,
    "logic/OR/short_circuit_type_right": ABSORBED,
}
"""The cases that have a value and an error by their types, with the reason."""


def checked(case: dict[str, Any]) -> Checked:
    """Check a case's expression, knowing the declared types of variables, or else those that the values show."""
    types: dict[str, Type] = {}
    for name, value in case["bindings"].items():
        types[name] = type_of_value(decode(value))
    for name, text in case.get("type_env", {}).items():
        types[name] = declared(text)
    return check(cel.parse(case["expr"]).root, types)


def declared(text: str) -> Type:
    try:
        return parse_type(text)
    except ValueError:  # an abstract type of the case's own
        return ANY


def in_cel(type_: Type) -> str:
    """Return a type in CEL's notation, which has neither literals nor unions nor objects."""
    match widened(type_):
        case ListType(item):
            return f"list({in_cel(item)})"
        case MapType(key, value):
            return f"map({in_cel(key)}, {in_cel(value)})"
        case ObjectType(properties, open=False):
            values = join(*(one.type for one in properties.values()))
            return f"map(string, {in_cel(values)})"
        case OptionalType(of):
            return f"optional_type({in_cel(of)})"
        case one:
            name = runtime_type(one)
            return name.name if name is not None else "dyn"


def test_declared_types() -> None:
    cases = lines("cel-spec/type_deduction.jsonl")
    assert {case["id"] for case in cases if case["functions"]} == DECLARING
    compared = {case["id"]: case for case in cases if not case["functions"]}
    assert len(compared) == DEDUCED
    results = {case_id: checked(case) for case_id, case in compared.items()}
    differing = {
        case_id: in_cel(result.type)
        for case_id, result in results.items()
        if in_cel(result.type) != compared[case_id]["expect"]["type"]
    }
    assert differing == {}
    assert {case_id for case_id, result in results.items() if result.problems} == OUT_OF_RANGE


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_value_is_one_of_the_static_type(name: str) -> None:
    wrong = {
        case["id"]
        for case in lines(f"cel-spec/{name}.jsonl")
        if "value" in case["expect"] and not holds(checked(case).type, decode(case["expect"]["value"]))
    }
    assert wrong == {case_id for case_id in IN_CONTAINERS if case_id.startswith(f"{name}/")}


@pytest.mark.parametrize("name", sorted(CASES))
def test_what_has_a_value_has_no_error_by_its_types(name: str) -> None:
    found = {
        case["id"]
        for case in lines(f"cel-spec/{name}.jsonl")
        if "value" in case["expect"]
        and any(problem.severity.word == "error" for problem in checked(case).problems)
    }
    assert found == {case_id for case_id in PROBLEMS if case_id.startswith(f"{name}/")}
