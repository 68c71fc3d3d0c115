"""Rename: one thing gets another name wherever it is named, or nothing changes and the reason is said."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from koreo_analyzer.cel import ast
from koreo_analyzer.language.document import Workflow
from koreo_analyzer.text import Span
from koreo_analyzer.types import ITEM
from koreo_analyzer.workspace.values import FileEdit

from koreo_server.ide.entities import DocumentEntity, StepEntity, TriggerEntity
from koreo_server.ide.fields import Doubt, Field, Inputs, direct
from koreo_server.ide.rewriting import is_identifier, rewrite
from koreo_server.ide.targets import (
    FieldTarget,
    VariableTarget,
    document_doubts,
    places,
    target_at,
)

if TYPE_CHECKING:
    from collections.abc import Generator

    from koreo_analyzer.workspace import Snapshot

    from koreo_server.ide.targets import Named, Target

_DOCUMENT_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LABEL: Final = re.compile(r"[A-Za-z_]\w{2,44}", re.ASCII)
_ANOTHER: Final = "choose another name, or change that one first"
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Renamable:
    """What a cursor stands on: the span of its name in the file, and the name; or why it cannot be renamed."""

    span: Span
    name: str
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Renaming:
    """The edits of a renaming, file by file in the order of the text; or why there are none.

    `doubts` are places at which more than a name may have to change, so that somebody has to look at them.
    """

    edits: tuple[FileEdit, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    refusal: str | None = None


def prepare(snapshot: Snapshot, path: str, offset: int) -> Renamable | None:
    """Return what a renaming at a cursor would rename; None where nothing has a name of the user's."""
    aimed = target_at(snapshot, path, offset)
    if aimed is None:
        return None
    name, refusal = _name_of(aimed.target)
    span, text = aimed.span, snapshot.text(path)
    if text[span.start + 1 : span.end - 1] == name:
        span = Span(span.start + 1, span.end - 1)  # the quotes stay
    return Renamable(span, name, refusal)


def rename(snapshot: Snapshot, path: str, offset: int, name: str) -> Renaming:
    """Give the thing under a cursor another name, in all files of the workspace."""
    steps = rename_by_steps(snapshot, path, offset, name)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return cast("Renaming", end.value)


def rename_by_steps(snapshot: Snapshot, path: str, offset: int, name: str) -> Generator[None, None, Renaming]:
    """Do the same, and give way after each document: it is parsed again, which proves that its edits are right."""
    aimed = target_at(snapshot, path, offset)
    if aimed is None:
        return Renaming(refusal="there is nothing to rename here")
    old, refusal = _name_of(aimed.target)
    if name == old:
        return Renaming()
    refusal = refusal or _unfit(aimed.target, name)
    if refusal is not None:
        return Renaming(refusal=refusal)
    named = places(snapshot, aimed.target)
    if not _is_declared(aimed.target, named):
        return Renaming(
            refusal=f"`{old}` is not declared in this workspace; open the folder that declares it"
        )
    if not named.is_complete:
        return Renaming(refusal=f"`{old}` is passed on too far to be followed to the end; rename it by hand")
    refusal = _fixed(snapshot, named) or _clash(snapshot, aimed.target, named, name)
    if refusal is not None:
        return Renaming(refusal=refusal)
    doubts = named.doubts
    if isinstance(aimed.target, DocumentEntity):
        doubts = tuple(document_doubts(snapshot, aimed.target))
    return (yield from _edits(snapshot, named, name, doubts))


def _name_of(target: Target) -> tuple[str, str | None]:
    """Return the present name of a thing, and why it cannot be renamed."""
    match target:
        case DocumentEntity():
            return target.name, None
        case StepEntity():
            return target.label, None
        case TriggerEntity():
            return (
                target.kind,
                "the kind of the trigger is declared by its CustomResourceDefinition; change it there",
            )
        case FieldTarget(fields=()):
            return (
                target.name,
                f"`{target.name}` is not declared in a Koreo document; change it where its schema is",
            )
        case _:
            return target.name, None


def _unfit(target: Target, name: str) -> str | None:
    """Say why a name cannot be one of its kind (language sections 1 and 8, CEL langdef, Kubernetes' names)."""
    match target:
        case DocumentEntity():
            if len(name) > 253 or _DOCUMENT_NAME.fullmatch(name) is None:
                return (
                    f"`{name}` is no name of a Kubernetes object: "
                    "use lower-case letters, digits, `-` and `.`, and a letter or digit at both ends"
                )
        case StepEntity():
            if _LABEL.fullmatch(name) is None:
                return (
                    f"`{name}` is no label of a step: use 3 to 45 letters, digits and `_`, not a digit first"
                )
        case VariableTarget():
            if not is_identifier(name):
                return f"`{name}` cannot be the name of a variable: CEL keeps the word, or cannot read it"
        case _:
            if not name or name in (ITEM, "<<") or _UNPRINTABLE.search(name) or name.startswith("="):
                return f"`{name}` cannot be a key" if name else "a key cannot be empty"
    return None


def _is_declared(target: Target, named: Named) -> bool:
    """Whether there is something to rename besides uses; an input is declared by those who read it."""
    if isinstance(target, FieldTarget) and any(isinstance(one.holder, Inputs) for one in named.fields):
        return bool(named.sites)
    return any(site.is_definition for site in named.sites)


def _fixed(snapshot: Snapshot, named: Named) -> str | None:
    for doubt in named.doubts:
        if doubt.is_fixed:
            return f"{_at(snapshot, doubt.path, doubt.span)}: {doubt.why}; {doubt.remedy}"
    return None


def _at(snapshot: Snapshot, path: str, span: Span) -> str:
    """Return a place as people name it: the last part of the path, and the line from 1."""
    return f"{path.rpartition('/')[2]}:{snapshot.line_index(path).line_of(span.start) + 1}"


def _clash(snapshot: Snapshot, target: Target, named: Named, name: str) -> str | None:
    """Say where the new name is taken already."""
    match target:
        case DocumentEntity():
            others = snapshot.definitions(target.kind, name)
            if others:
                other = others[0]
                span = other.document.kind_span.shift(other.start)
                where = _at(snapshot, other.path, span)
                return f"{target.kind} `{name}` is there already, at {where}; {_ANOTHER}"
            if next(snapshot.users(target.kind, name), None) is not None:
                return (
                    f"{target.kind} `{name}` is referred to already, although it is not defined; {_ANOTHER}"
                )
        case StepEntity():
            body = named.sites[0].definition.document.body
            if isinstance(body, Workflow) and any(
                step.label is not None and step.label.text == name for step in body.steps
            ):
                return f"there is a step `{name}` already; {_ANOTHER}"
        case VariableTarget():
            if _is_used(target, name):
                return f"`{name}` has another meaning in this expression; choose another name"
        case FieldTarget():
            siblings = [Field(one.holder, (*one.keys[:-1], name)) for one in named.fields]
            taken = next(iter(direct(snapshot, siblings).sites), None)
            if taken is not None:
                return f"`{name}` is there already, at {_at(snapshot, *taken)}; {_ANOTHER}"
    return None


def _is_used(target: VariableTarget, name: str) -> bool:
    """Whether the name means something else where the variable is in scope, or would hide it there."""
    bodies = target.macro.args[len(target.macro.variables) :]
    names = (*target.macro.variables, *(node for body in bodies for node in ast.walk(body)))
    return any(isinstance(node, ast.Ident) and node.name == name for node in names)


def _edits(
    snapshot: Snapshot, named: Named, name: str, doubts: tuple[Doubt, ...]
) -> Generator[None, None, Renaming]:
    by_document: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for number, site in enumerate(named.sites):
        by_document[site.definition.path, site.definition.index].append(number)
    edits: list[FileEdit] = []
    for (path, index), numbers in sorted(by_document.items()):
        file = snapshot.file(path)
        if file is None:
            continue
        start, document = file.documents[index]
        made = rewrite(document.text, document.tree, [named.sites[number] for number in numbers], name)
        if made is None:
            site = named.sites[numbers[0]]
            where = _at(snapshot, path, site.span.shift(start))
            return Renaming(
                refusal=f"{where}: the text around the name does not allow this; change it by hand"
            )
        edits += (FileEdit(path, edit.span.shift(start), edit.text) for edit in made)
        yield
    return Renaming(tuple(sorted(edits, key=lambda edit: (edit.path, edit.span))), doubts)
