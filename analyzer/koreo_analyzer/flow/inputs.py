"""Parts of inputs by their paths, and what is said of one with which what is called fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.types import ANY, ObjectType, Property, Type, show

if TYPE_CHECKING:
    from koreo_analyzer.flow.model import FlowProblem, LogicName


def with_type(type_: Type, path: tuple[str, ...], new: Type) -> Type:
    """Return a type in which the part at a path is of another; `any` where it has no such part."""
    if not path:
        return new
    if not isinstance(type_, ObjectType):
        return ANY
    known = type_.properties.get(path[0])
    inner = with_type(known.type, path[1:], new) if known is not None else ANY
    return ObjectType({**type_.properties, path[0]: Property(inner)}, type_.open, type_.name)


def type_at(type_: Type, path: tuple[str, ...]) -> Type:
    """Return the type of the part at a path of a type; `any` where nothing is known of it."""
    for name in path:
        if not isinstance(type_, ObjectType) or name not in type_.properties:
            return ANY
        type_ = type_.properties[name].type
    return type_


def unusable(target: LogicName, shown: str, type_: Type, failure: FlowProblem, when: str = "") -> str:
    """Return what is said of an input of a type with which what is called fails, `when` something is so."""
    kind, name = target
    if failure.code == "unknown-field" and failure.chain is not None:
        return f"`{shown}` has no field `{failure.chain[-1]}`, which {kind} `{name}` reads"
    given = show(type_)
    use = failure.message if failure.code != "wrong-input" else "see where it is used"
    asked = use.removeprefix(f"this is {given}, but ")
    if asked != use:
        return f"`{shown}` is {given}{when}, but {kind} `{name}` uses it where {asked.removesuffix(' here')}"
    if use == f"{given} is not allowed here":
        use = "it is not allowed where it is used"
    return f"`{shown}` is {given}{when}, which {kind} `{name}` cannot use: {use}"
