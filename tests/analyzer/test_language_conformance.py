"""The quick check of shapes and jsonschema with the derived schema give the same verdicts."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from koreo_analyzer.language.conformance import conforms
from koreo_analyzer.language.kinds import KINDS
from koreo_analyzer.language.schema import validation_schema
from koreo_analyzer.language.shapes import Boolean, Free, Integer, ListOf, Object, Shape, Text

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 50), st.sampled_from([0.5, 2.0]), st.text(max_size=5)
)
ANYTHING = st.one_of(SCALARS, st.just([]), st.just({}), st.just({"a": 1}), st.lists(SCALARS, max_size=2))


def data_for(shape: Shape) -> st.SearchStrategy[Any]:
    """Return data that mostly has the shape, and sometimes anything else in its place."""
    right: st.SearchStrategy[Any]
    match shape:
        case Text():
            words = [*shape.enum, "=x", "=", "", "a", "Abc", "abc", "a_1", "x" * 41, "x" * 61, "a-b", "a\n"]
            fitting = [word for word in words if conforms(word, shape)]
            right = st.integers(0, 9).flatmap(lambda n: st.sampled_from(words if n == 0 else fitting))
        case Integer():
            right = st.integers(0, 40)
        case Boolean():
            right = st.booleans()
        case Free():
            right = st.dictionaries(st.sampled_from("abcdefghijkl"), st.none(), max_size=12)
        case ListOf():
            right = st.lists(data_for(shape.item), max_size=3) | st.lists(
                st.just({}), min_size=20, max_size=22
            )
        case Object():
            fields = {key: data_for(field.shape) for key, field in shape.fields.items()}
            required = {key: fields[key] for key, field in shape.fields.items() if field.required}
            optional = {key: value for key, value in fields.items() if key not in required}
            right = st.fixed_dictionaries(required, optional=optional) | st.fixed_dictionaries(
                {}, optional={**fields, "unknown": st.just(1)}
            )
    return st.integers(0, 19).flatmap(lambda number: ANYTHING if number == 0 else right)


@pytest.mark.parametrize("kind", KINDS)
def test_both_give_the_same_verdict(kind: str) -> None:
    shape = KINDS[kind].spec
    validator = jsonschema.Draft202012Validator(validation_schema(KINDS[kind]))
    seen = {True: 0, False: 0}

    @settings(max_examples=300, deadline=None)
    @given(data_for(shape))
    def compare(data: Any) -> None:
        verdict = validator.is_valid(data)
        seen[verdict] += 1
        assert conforms(data, shape) is verdict

    compare()
    assert seen[True] > 5
    assert seen[False] > 5
