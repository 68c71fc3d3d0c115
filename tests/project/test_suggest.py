"""Which known word a misspelt one leads to."""

import pytest
from koreo_analyzer.suggest import closest, did_you_mean

SPEC_KEYS = [
    "apiConfig",
    "preconditions",
    "postconditions",
    "locals",
    "return",
    "resource",
    "resourceTemplateRef",
]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("precondition", "preconditions"),
        ("postcondtions", "postconditions"),
        ("retrun", "return"),
        ("apiconfig", "apiConfig"),
        ("api_config", "apiConfig"),
        ("resource-template-ref", "resourceTemplateRef"),
        ("loclas", "locals"),
        ("local", "locals"),
        ("xyz", None),
        ("", None),
        ("returning things", None),
    ],
)
def test_closest_known_key(word: str, expected: str | None) -> None:
    assert closest(word, SPEC_KEYS) == expected


def test_short_words_need_more_likeness() -> None:
    assert closest("ab", ["cd", "ax", "b"]) is None
    assert closest("AB", ["ab"]) == "ab"
    assert closest("abc", ["abd"]) == "abd"


def test_a_swap_is_one_mistake() -> None:
    assert closest("acb", ["abc"]) == "abc"
    assert closest("spce", ["spec"]) == "spec"


def test_the_word_itself_is_no_suggestion() -> None:
    assert closest("name", ["name"]) is None
    assert closest("name", ["name", "names"]) == "names"


def test_the_order_of_candidates_does_not_matter() -> None:
    assert closest("image", ["imago", "imagi"]) == closest("image", ["imagi", "imago"]) == "imagi"


def test_a_longer_common_beginning_wins() -> None:
    assert closest("steps", ["sheps", "stepx"]) == "stepx"


def test_hint() -> None:
    assert did_you_mean("imge", ["image", "name"]) == "did you mean `image`?"
    assert did_you_mean("qqqq", ["image", "name"]) is None
