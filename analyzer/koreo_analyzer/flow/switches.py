"""What a case of a `refSwitch` tells about the inputs of its call: what was switched on (language section 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koreo_analyzer.flow.trace import chain_of
from koreo_analyzer.types import ANY, AnyType, ObjectType, Property, StringType, Type, join, members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.flow.model import LogicName
    from koreo_analyzer.language.document import Expression, KoreoDocument, Path, Step

_INPUTS: Final = 4
"""How many parts the path of a step's inputs has: `spec`, `steps`, the number of the step, `inputs`."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The inputs, by their names and those of fields in them, that have one of some texts in a call."""

    places: tuple[tuple[str, ...], ...]
    texts: StringType

    def of(self, inputs: Type) -> Type:
        """Return the type of the inputs in this call."""
        for place in self.places:
            inputs = _narrowed(inputs, place, self.texts)
        return inputs


@dataclass(frozen=True, slots=True)
class Branch:
    """What a step runs: where its name stands, and what that it is run tells of the inputs."""

    target: LogicName
    path: Path
    narrowing: Narrowing | None = None


def branches(document: KoreoDocument, step: Step, chosen: Type) -> Iterator[Branch]:
    """Yield each Logic that a step runs, once; `chosen` is the type of `switchOn`."""
    at: Path = ("spec", "steps", step.index)
    named = [
        ((*at, "refSwitch", "cases", number, "name"), case)
        for number, case in enumerate(step.cases)
        if case.reference is not None
    ]
    for reference in step.call.targets[: len(step.call.targets) - len(named)]:
        yield Branch((reference.kind, reference.name.text), (*at, "ref", "name"))
    places = _same_values(document, step) if named else ()
    found: dict[LogicName, tuple[Path, list[StringType | None]]] = {}
    for path, case in named:
        if case.reference is not None:
            target = (case.reference.kind, case.reference.name.text)
            texts = _default_texts(step, chosen) if case.default is not None else None
            if case.default is None and case.case is not None:
                texts = _case_texts(case.case.text, chosen)
            found.setdefault(target, (path, []))[1].append(texts)
    for target, (path, all_texts) in found.items():
        known = [texts for texts in all_texts if texts is not None]
        wanted = join(*known) if len(known) == len(all_texts) else ANY
        narrowing = Narrowing(places, wanted) if places and isinstance(wanted, StringType) else None
        yield Branch(target, path, narrowing)


def _case_texts(text: str, chosen: Type) -> StringType | None:
    """Return the texts of a case; None if it may be a number, or never comes."""
    if isinstance(chosen, StringType):
        return StringType(frozenset({text})) if chosen.literals is None or text in chosen.literals else None
    if isinstance(chosen, AnyType) and not text.lstrip("-").isdigit():
        return StringType(frozenset({text}))
    return None


def _default_texts(step: Step, chosen: Type) -> StringType | None:
    """Return the texts that no case but the default takes; None if there are endless ones, or none."""
    if not isinstance(chosen, StringType) or chosen.literals is None:
        return None
    others = {case.case.text for case in step.cases if case.case is not None and case.default is None}
    left = chosen.literals - others
    return StringType(left) if left else None


def _same_values(document: KoreoDocument, step: Step) -> tuple[tuple[str, ...], ...]:
    """Return the inputs that are what `switchOn` gives: those it names, and those that name the same."""
    at: Path = ("spec", "steps", step.index)
    written = {one.path: one for one in document.expressions if one.path[: len(at)] == at}
    switch = written.get((*at, "refSwitch", "switchOn"))
    chain = _names(switch)
    if chain is None:
        return ()
    found: dict[tuple[str, ...], None] = {}
    if chain[0] == "inputs":
        place = chain[1:]
        found[place] = None
        if step.input_key is not None and place[:1] == (step.input_key.text,):
            return tuple(found)
        chain = _source(written, (*at, "inputs"), place)
    for path, expression in written.items():
        names = _names(expression) if path[: len(at) + 1] == (*at, "inputs") else None
        if names is not None and chain is not None and chain[: len(names)] == names:
            place = (*(str(part) for part in path[_INPUTS:]), *chain[len(names) :])
            if all(isinstance(part, str) for part in path[_INPUTS:]):
                found[place] = None
    return tuple(found)


def _source(written: dict[Path, Expression], inputs: Path, place: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the chain of names that an input comes from."""
    for end in range(len(place), 0, -1):
        names = _names(written.get((*inputs, *place[:end])))
        if names is not None:
            return (*names, *place[end:])
    return None


def _names(expression: Expression | None) -> tuple[str, ...] | None:
    chain = chain_of(expression) if expression is not None else None
    return (chain[0], *chain[1]) if chain is not None else None


def _narrowed(type_: Type, names: tuple[str, ...], texts: StringType) -> Type:
    """Return a type in which the member that names lead to is one of some texts, and so is there."""
    if not names:
        return texts
    found = [
        _with_member(one, names, texts) for one in members(type_) if isinstance(one, ObjectType | AnyType)
    ]
    return join(*found) if found else type_


def _with_member(type_: Type, names: tuple[str, ...], texts: StringType) -> Type:
    known = type_.properties.get(names[0]) if isinstance(type_, ObjectType) else None
    if known is None or not isinstance(type_, ObjectType):
        return type_
    inner = Property(
        _narrowed(known.type, names[1:], texts), doc=known.doc, origin=known.origin, limits=known.limits
    )
    return ObjectType({**type_.properties, names[0]: inner}, type_.open, type_.name)
