"""Values to write: words that a place allows, names of other documents, kinds, and what expressions may begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.language.document import Workflow
from koreo_analyzer.language.kinds import FUNCTIONS, KINDS, LOGIC, VALUE_FUNCTION
from koreo_analyzer.language.shapes import NAMES_IN_SCOPE, Boolean, Expressions, Free, Integer, Text
from koreo_analyzer.language.tree import entries
from koreo_analyzer.schemas import KindName
from koreo_analyzer.types import BOOL, ObjectType, StringType, fits, members

from koreo_server.ide.completion.items import Item, ItemKind, about, typed_detail
from koreo_server.ide.completion.resource_kinds import kind_items
from koreo_server.ide.completion.shapes import (
    callees,
    field_at,
    join_inputs,
    properties_of,
    shape_at,
    stands_alone,
    type_at,
)
from koreo_server.ide.earlier_steps import earlier_steps
from koreo_server.ide.hover import leading_comment
from koreo_server.ide.rewriting import is_identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Path
    from koreo_analyzer.types import Type
    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_analyzer.yaml.nodes import Node

    from koreo_server.ide.completion.slots import Slot

_FIRST, _USUAL, _LATE = 0, 3, 6


def value_items(
    snapshot: Snapshot, slot: Slot, kind: str | None, definition: Definition | None
) -> Iterator[Item]:
    """Yield the values that can be written into a slot of a document of a kind.

    `definition` is the document, if it could be read.
    """
    if kind is None or slot.path in (("kind",), ("apiVersion",)):
        yield from _header(slot)
        return
    yield from _references(snapshot, slot, kind)
    yield from kind_items(snapshot, slot, kind)
    yield from _known_words(snapshot, slot, kind, definition)
    field = field_at(kind, slot.path)
    if field is not None:
        match field.shape:
            case Text():
                words = (_word(slot, word, ItemKind.ENUM, field.doc) for word in field.shape.enum)
                yield from words
            case Boolean():
                for word in ("true", "false"):
                    first = (word == "true") is not bool(field.default)
                    yield _bare(slot, word, field.doc, rank=_FIRST if first else _USUAL)
            case Integer() if field.default is not None:
                yield _bare(slot, str(field.default), field.doc)
    type_ = type_at(snapshot, slot, kind, slot.path)
    if type_ is not None:
        yield from _of_type(slot, type_)
    yield from _compared_with(snapshot, slot)
    if not slot.quote:
        yield from _expressions(snapshot, slot, kind, definition, type_)


def _word(
    slot: Slot,
    word: str,
    kind: ItemKind,
    doc: str | None = None,
    *,
    rank: int = _FIRST,
    detail: str | None = None,
) -> Item:
    """Return the item of a word that is a text."""
    return Item(word, kind, slot.word, slot.written(word), rank, None, detail, doc)


def _bare(slot: Slot, word: str, doc: str | None = None, *, rank: int = _FIRST) -> Item:
    """Return the item of a word that is no text: a boolean or a number."""
    return Item(word, ItemKind.VALUE, slot.word, word, rank, doc=doc)


def _header(slot: Slot) -> Iterator[Item]:
    if slot.path == ("apiVersion",):
        yield _word(slot, "koreo.dev/v1beta1", ItemKind.VALUE)
    elif slot.path == ("kind",):
        for name, kind in KINDS.items():
            yield _word(slot, name, ItemKind.ENUM, kind.doc)


# Other documents


def _references(snapshot: Snapshot, slot: Slot, kind: str) -> Iterator[Item]:
    match kind, slot.path:
        case "Workflow", ("spec", "steps", int(), "ref", "name") | (
            "spec",
            "steps",
            int(),
            "refSwitch",
            "cases",
            int(),
            "name",
        ):
            kinds: tuple[str, ...] = LOGIC
        case "FunctionTest", ("spec", "functionRef", "name"):
            kinds = FUNCTIONS
        case "ResourceFunction", ("spec", "overlays", int(), "overlayRef", "name"):
            kinds = (VALUE_FUNCTION,)
        case "ResourceFunction", ("spec", "resourceTemplateRef", "name"):
            kinds = ("ResourceTemplate",)
        case _:
            return
    given = slot.text(*slot.path[:-1], "kind")
    own = slot.text("metadata", "name") if kind == "Workflow" else None
    for one in (given,) if given in kinds else kinds:
        for name in snapshot.names(one):
            if name == own and one == "Workflow":
                continue
            yield Item(
                name,
                ItemKind.REFERENCE,
                slot.word,
                slot.written(name),
                _FIRST,
                detail=one,
                reference=(one, name),
            )


def reference_doc(snapshot: Snapshot, kind: str, name: str) -> str | None:
    """Return the documentation of a definition: its comment, and its inputs."""
    definition = snapshot.active_definition(kind, name)
    if definition is None:
        return None
    parts = [leading_comment(definition)]
    signature = snapshot.signature(kind, name)
    if signature is not None and signature.inputs:
        listed = ", ".join(f"`{one}`" if required else f"`{one}`?" for one, required in signature.inputs)
        parts.append(f"Inputs: {listed}")
    return "\n\n".join(part for part in parts if part) or None


# Words


def _known_words(snapshot: Snapshot, slot: Slot, kind: str, definition: Definition | None) -> Iterator[Item]:
    match kind, slot.path:
        case "Workflow", ("spec", "steps", int(index), "forEach", "inputKey"):
            inputs = join_inputs(snapshot, slot, ("spec", "steps", index, "inputs"))
            given = slot.node("spec", "steps", index, "inputs")
            known = {key for key, _ in _keys(given)}
            for name, field in properties_of(inputs):
                if name not in known:
                    yield _word(slot, name, ItemKind.INPUT, about(field), detail=typed_detail(field.type))
        case "Workflow", ("spec", "steps", int(index), "refSwitch", "cases", int(), "case") if definition:
            yield from _cases(snapshot, slot, definition, index)
        case _:
            word = _likely_word(slot, kind)
            if word and not (
                slot.path == ("metadata", "name") and _is_taken(snapshot, kind, word, definition)
            ):
                yield _word(slot, word, ItemKind.VALUE)


def _likely_word(slot: Slot, kind: str) -> str | None:
    """Return the name that people give to a part, by what it is about."""
    match kind, slot.path:
        case "Workflow", ("spec", "steps", int(index), "condition", "type"):
            label = slot.text("spec", "steps", index, "label") or ""
            return "".join(part[:1].upper() + part[1:] for part in label.split("_"))
        case "Workflow", ("spec", "steps", int(index), "condition", "name"):
            label = slot.text("spec", "steps", index, "label") or ""
            return label.replace("_", " ").capitalize()
        case "Workflow", ("spec", "steps", int(index), "label"):
            name = slot.text("spec", "steps", index, "ref", "name") or ""
            return "".join(one if one.isalnum() else "_" for one in name)
        case "FunctionTest", ("metadata", "name"):
            name = slot.text("spec", "functionRef", "name") or ""
            return f"{name}-test" if name else None
    return None


def _is_taken(snapshot: Snapshot, kind: str, name: str, own: Definition | None) -> bool:
    """Whether another document than `own` has a kind and name."""
    place = (own.path, own.index) if own is not None else None
    return any((one.path, one.index) != place for one in snapshot.definitions(kind, name))


def _keys(node: Node | None) -> Iterator[tuple[str, object]]:
    yield from entries(node)


def _cases(snapshot: Snapshot, slot: Slot, definition: Definition, index: int) -> Iterator[Item]:
    """Yield the values that the expression of a `refSwitch` can have and no case has yet."""
    wanted: Path = ("spec", "steps", index, "refSwitch", "switchOn")
    for typed in snapshot.typing(definition).expressions:
        if typed.expression.path == wanted:
            given = set()
            number = 0
            while slot.node(*wanted[:-1], "cases", number) is not None:
                given.add(slot.text(*wanted[:-1], "cases", number, "case"))
                number += 1
            for one in members(typed.type):
                for word in sorted(one.literals or ()) if isinstance(one, StringType) else ():
                    if word not in given:
                        yield _word(slot, word, ItemKind.ENUM)


def _of_type(slot: Slot, type_: Type) -> Iterator[Item]:
    for one in members(type_):
        if isinstance(one, StringType):
            for word in sorted(one.literals or ()):
                yield _word(slot, word, ItemKind.ENUM)
        elif one == BOOL:
            yield _bare(slot, "true")
            yield _bare(slot, "false", rank=_FIRST + 1)


def _compared_with(snapshot: Snapshot, slot: Slot) -> Iterator[Item]:
    """Yield the words that what is called compares an input with."""
    match slot.path:
        case ("spec", "steps", int(), "inputs", str(name)) | ("spec", "overlays", int(), "inputs", str(name)):
            pass
        case ("spec", "inputs", str(name)) | ("spec", "testCases", int(), "inputOverrides", str(name)):
            pass
        case _:
            return
    for callee in callees(snapshot, slot, slot.path[:-1]):
        for field, demand in snapshot.interface(callee).asked.fields:
            if field == name:
                for word in sorted(demand.values):
                    yield _word(slot, word, ItemKind.ENUM, rank=_FIRST + 1)


# Expressions


def _expressions(
    snapshot: Snapshot, slot: Slot, kind: str, definition: Definition | None, wanted: Type | None
) -> Iterator[Item]:
    """Yield how an expression may begin here; in the inputs of a step, what has the name and the type of the input."""
    found = shape_at(kind, slot.path)
    shape = found[0] if found is not None else None
    if not isinstance(shape, Text | Free) or not NAMES_IN_SCOPE[shape.place]:
        return
    scope = _scope(snapshot, definition, slot, kind)
    best = wanted is not None or (isinstance(shape, Text) and shape.expressions is Expressions.MUST)
    key = slot.path[-1] if isinstance(slot.path[-1], str) else ""
    for name in NAMES_IN_SCOPE[shape.place]:
        if name == "locals" and not any(entries(slot.node("spec", "locals"))):
            continue
        if name == "steps" and slot.path[:3] == ("spec", "steps", 0):
            continue
        type_ = scope.get(name)
        yield Item(
            f"={name}",
            ItemKind.VARIABLE,
            slot.word,
            f"={name}",
            _LATE if name == "resource" and stands_alone(snapshot, definition) else _USUAL - best,
            detail=typed_detail(type_) if type_ is not None else None,
            doc=None,
        )
        for path, inner in _reachable(name, type_):
            if path.endswith(f".{key}") and (wanted is None or fits(inner, wanted)):
                yield Item(
                    f"={path}",
                    ItemKind.VARIABLE,
                    slot.word,
                    f"={path}",
                    _FIRST,
                    detail=typed_detail(inner),
                    order=path.count("."),
                )


def _scope(snapshot: Snapshot, definition: Definition | None, slot: Slot, kind: str) -> dict[str, Type]:
    """Return the names in scope with their types: those of an expression near the slot, and the trigger's."""
    scope: dict[str, Type] = {}
    if definition is not None:
        typed = snapshot.typing(definition).expressions
        near = [one for one in typed if one.expression.path[:3] == slot.path[:3]] or typed[-1:]
        if near:
            scope.update(near[-1].variables)
        body = definition.document.body
        match slot.path:
            case ("spec", "steps", int(index), *_) if isinstance(body, Workflow):
                scope["steps"] = _with_steps(scope.get("steps"), earlier_steps(snapshot, body, index))
            case _:
                pass
    if kind == "Workflow":
        group, version, name = (slot.text("spec", "crdRef", key) for key in ("apiGroup", "version", "kind"))
        schema = snapshot.schema(KindName(f"{group}/{version}", name)) if group and version and name else None
        if schema is not None:
            scope["parent"] = schema.stored
    return scope


def _with_steps(typed: Type | None, earlier: ObjectType) -> ObjectType:
    """Return the steps before a slot, with the more exact types of those that an expression near it sees."""
    known = typed.properties if isinstance(typed, ObjectType) else {}
    return ObjectType({label: known.get(label, one) for label, one in earlier.properties.items()})


def _reachable(name: str, type_: Type | None) -> Iterator[tuple[str, Type]]:
    """Yield the members of a name in scope, and theirs: as far as people write by heart, with dots alone."""
    if not isinstance(type_, ObjectType):
        return
    for first, one in list(type_.properties.items())[:40]:
        if not is_identifier(first):
            continue
        yield f"{name}.{first}", one.type
        for inner in members(one.type):
            if isinstance(inner, ObjectType):
                for second, two in list(inner.properties.items())[:60]:
                    if is_identifier(second):
                        yield f"{name}.{first}.{second}", two.type


__all__ = ["callees", "reference_doc", "value_items"]
