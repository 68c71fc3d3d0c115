"""What a FunctionTest expects to be returned, against what its function can return (language section 9).

An expectation is met only by an equal value, so a key that is never returned, or is always returned and not expected,
and a value of another type make a case that cannot pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.flow.blocks import type_of
from koreo_analyzer.flow.cases import inputs_of_test
from koreo_analyzer.flow.model import Given
from koreo_analyzer.flow.parts import DIRECTIVES
from koreo_analyzer.language.tree import entries
from koreo_analyzer.suggest import closest, listed
from koreo_analyzer.types import (
    ANY,
    BOOL,
    NULL,
    NUMBERS,
    AnyType,
    ListType,
    NeverType,
    ObjectType,
    StringType,
    Type,
    members,
    show,
    show_name,
)

if TYPE_CHECKING:
    from koreo_analyzer.flow.blocks import Blocks, Data
    from koreo_analyzer.flow.model import World
    from koreo_analyzer.language.document import Path, Reference

_DEEPEST: Final = 50


class Expectations:
    """The comparison of the values that a test expects with the type of what its function returns."""

    def __init__(self, blocks: Blocks, function: Reference, world: World) -> None:
        self._blocks = blocks
        self._name = f"{function.kind} `{function.name.text}`"
        inputs = inputs_of_test(blocks.document)
        given = Given(ANY if inputs is None else inputs)
        result = world.result((function.kind, function.name.text), given)
        self._returned = ANY if result is None or _is_misspelt(world, function) else result.value

    def check(self, expected: Data, path: Path) -> None:
        """Report in what an expected value, written at `path`, can never be what is returned."""
        if self._returned == NULL:
            self._report(
                path, f"{self._name} returns nothing", "expect an outcome: `expectOutcome: {ok: {}}`"
            )
        else:
            self._compare(expected, self._returned, path, in_list=False)

    def _report(self, path: Path, message: str, hint: str | None, *, at_value: bool = False) -> None:
        at = "value" if at_value else "key"
        self._blocks.report("never-returned", path, message, hint, at=at, certain=False)

    def _compare(self, expected: Data, type_: Type, path: Path, *, in_list: bool) -> None:
        kinds = members(type_)
        if (
            expected is None
            or len(path) > _DEEPEST
            or any(isinstance(one, AnyType | NeverType) for one in kinds)
        ):
            return
        if isinstance(expected, str) and expected.startswith("="):
            return  # an expression where none is evaluated is another rule's
        fitting = [one for one in kinds if _may_be(expected, one)]
        if not fitting:
            self._report(
                path,
                f"{self._name} returns {show(type_)} here, never {show(type_of(expected))}",
                _nearest(expected, type_),
                at_value=True,
            )
        elif isinstance(expected, dict) and len(fitting) == 1 and isinstance(fitting[0], ObjectType):
            self._compare_fields(expected, fitting[0], path, in_list=in_list)
        elif isinstance(expected, list) and len(fitting) == 1 and isinstance(fitting[0], ListType):
            for index, item in enumerate(expected):
                self._compare(item, fitting[0].item, (*path, index), in_list=True)

    def _compare_fields(
        self, expected: dict[str, Data], type_: ObjectType, path: Path, *, in_list: bool
    ) -> None:
        unknown = False
        for key, value in expected.items():
            known = type_.properties.get(key)
            if key in DIRECTIVES:
                continue
            if known is not None:
                self._compare(value, known.type, (*path, key), in_list=in_list)
            elif not type_.open:
                unknown = True
                self._report(
                    (*path, key), f"{self._name} never returns `{show_name(key)}`", _advice(key, type_)
                )
        lacking = [key for key, known in type_.properties.items() if key not in expected and known.required]
        if (
            lacking
            and not unknown
            and not in_list
            and not any(_may_be_null(type_.properties[key].type) for key in lacking)
        ):
            names = listed([f"`{show_name(key)}`" for key in lacking])
            self._report(
                path, f"{self._name} also returns {names}, and the expected value is not equal", None
            )


def _is_misspelt(world: World, function: Reference) -> bool:
    """Whether a function has something like `return`, which is another rule's."""
    document = world.document(function.kind, function.name.text)
    if document is None or not document.complete:
        return True
    return any(key != "return" and closest(key, ("return",)) for key, _ in entries(document.spec))


def _may_be(value: Data, type_: Type) -> bool:
    """Whether a value may be equal to one of the type; bytes and times are text once they are returned."""
    match value:
        case bool():
            return type_ == BOOL
        case int() | float():
            return type_ in NUMBERS
        case str():
            if isinstance(type_, StringType):
                return type_.literals is None or value in type_.literals
            return (
                type_ not in NUMBERS
                and type_ not in (BOOL, NULL)
                and not isinstance(type_, ListType | ObjectType)
            )
        case list():
            return isinstance(type_, ListType)
        case _:
            return (
                type_ not in NUMBERS
                and type_ not in (BOOL, NULL)
                and not isinstance(type_, ListType | StringType)
            )


def _may_be_null(type_: Type) -> bool:
    return any(one == NULL or isinstance(one, AnyType | NeverType) for one in members(type_))


def _nearest(value: Data, type_: Type) -> str | None:
    words = [word for one in members(type_) if isinstance(one, StringType) for word in one.literals or ()]
    guess = closest(value, words) if isinstance(value, str) else None
    return f'did you mean "{guess}"?' if guess is not None else None


def _advice(name: str, type_: ObjectType) -> str | None:
    guess = closest(name, type_.properties)
    if guess is not None:
        return f"did you mean `{guess}`?"
    return f"it returns {listed(list(type_.properties))}" if type_.properties else None
