"""What a reader wants to know about the thing under the cursor, as Markdown."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.language import KINDS, kinds
from koreo_analyzer.language.document import Function, Workflow
from koreo_analyzer.language.shapes import ListOf, Object, Shape, Text
from koreo_analyzer.language.tree import entries
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, resolve_alias

from koreo_server.ide.cursor import cursor_at
from koreo_server.ide.entities import (
    DocumentEntity,
    Entity,
    InputEntity,
    LocalEntity,
    StepEntity,
    TriggerEntity,
    document_at,
    entity_at,
    occurrences,
)
from koreo_server.ide.expression_hover import expression_hover, property_text, type_text
from koreo_server.ide.schema_places import key_property

if TYPE_CHECKING:
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition, Snapshot

    from koreo_server.ide.cursor import Cursor


@dataclass(frozen=True, slots=True)
class Hover:
    """Markdown about the text of `span`, which counts in the file."""

    markdown: str
    span: Span


def hover(snapshot: Snapshot, path: str, offset: int) -> Hover | None:
    """Return what is known about the thing under the cursor.

    In an expression its type and what it names; else an entity, a field of a schema, or a key of the language.
    """
    found = entity_at(snapshot, path, offset)
    cursor = cursor_at(snapshot, path, offset)
    typed = expression_hover(snapshot, cursor) if cursor is not None else None
    if typed is not None:
        markdown, span = typed
        if found is not None and found.span.start <= span.end and span.start <= found.span.end:
            markdown = f"{markdown}\n\n---\n\n{_describe(snapshot, found.entity)}"
        return Hover(markdown, span)
    if found is not None:
        return Hover(_describe(snapshot, found.entity), found.span)
    field = _field_hover(snapshot, cursor) if cursor is not None else None
    return field or _key_hover(snapshot, path, offset)


def _field_hover(snapshot: Snapshot, cursor: Cursor) -> Hover | None:
    """Return what the schema of a resource says about the key under a cursor."""
    found = key_property(snapshot, cursor)
    if found is None or not isinstance(cursor.chain[-1], Scalar):
        return None
    title = f"**field** `{cursor.path[-1]}`"
    markdown = f"{title}\n\n{type_text(found.type)}\n\n{property_text(snapshot, found)}"
    return Hover(markdown, cursor.chain[-1].span.shift(cursor.definition.start))


def _describe(snapshot: Snapshot, entity: Entity) -> str:
    match entity:
        case DocumentEntity():
            return _document(snapshot, entity)
        case StepEntity():
            return _step(snapshot, entity)
        case LocalEntity():
            return _local(snapshot, entity)
        case InputEntity():
            return _input(snapshot, entity)
        case TriggerEntity():
            return _trigger(snapshot, entity)


def _code(text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}yaml\n{text}\n{fence}"


def _document(snapshot: Snapshot, entity: DocumentEntity) -> str:
    definitions = snapshot.definitions(entity.kind, entity.name)
    if not definitions:
        return f"**{entity.kind}** `{entity.name}` — not in this workspace"
    lines = [f"**{entity.kind}** `{entity.name}`", KINDS[entity.kind].doc]
    comment = leading_comment(definitions[0])
    if comment:
        lines.append(comment)
    signature = snapshot.signature(entity.kind, entity.name)
    if signature is not None and signature.inputs:
        listed = ", ".join(f"`{name}`" if required else f"`{name}`?" for name, required in signature.inputs)
        word = "Reads of its parent" if entity.kind == kinds.WORKFLOW else "Inputs"
        lines.append(f"{word}: {listed}")
    if signature is not None and signature.trigger is not None:
        group, version, kind = signature.trigger
        lines.append(f"Triggered by `{kind}` (`{group}/{version}`)")
    users = sum(
        1 for user in snapshot.users(entity.kind, entity.name) if user.document.kind != kinds.FUNCTION_TEST
    )
    tests = sum(
        1 for user in snapshot.users(entity.kind, entity.name) if user.document.kind == kinds.FUNCTION_TEST
    )
    if entity.kind != kinds.FUNCTION_TEST:
        lines.append(f"Used by {_count(users, 'document')}, tested by {_count(tests, 'FunctionTest')}")
    return "\n\n".join(lines)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def leading_comment(definition: Definition) -> str:
    """Return the comment at the very start of a document, without its marks: where authors say what it is for."""
    lines: list[str] = []
    for line in definition.document.text.splitlines():
        stripped = line.strip()
        if stripped.startswith("#"):
            lines.append(stripped.lstrip("#").strip())
        elif stripped and not stripped.startswith("---"):
            break
    return "\n".join(line for line in lines if not line.startswith("koreo:")).strip()


def _owner(snapshot: Snapshot, path: str, index: int) -> Definition | None:
    return next((d for d in snapshot.documents(path) if d.index == index), None)


def _step(snapshot: Snapshot, entity: StepEntity) -> str:
    owner = _owner(snapshot, entity.path, entity.index)
    body = owner.document.body if owner is not None else None
    steps = body.steps if isinstance(body, Workflow) else ()
    step = next((s for s in steps if s.label is not None and s.label.text == entity.label), None)
    if step is None or owner is None:
        return f"**step** `{entity.label}` — not in this Workflow"
    lines = [f"**step** `{entity.label}` — number {step.index + 1} of {owner.document.title}"]
    runs = ", ".join(f"{target.kind} `{target.name.text}`" for target in step.call.targets)
    if runs:
        lines.append(f"Runs {runs}" + (", once per item" if step.input_key is not None else ""))
    needs = {
        use.members[0].name
        for e in step.expressions
        for use in e.facts.uses
        if use.root == "steps" and use.members
    }
    if needs:
        lines.append("After " + ", ".join(f"`{name}`" for name in sorted(needs)))
    return "\n\n".join(lines)


def _local(snapshot: Snapshot, entity: LocalEntity) -> str:
    owner = _owner(snapshot, entity.path, entity.index)
    text = ""
    if owner is not None and isinstance(owner.document.body, Function):
        for key, entry in entries(_locals(owner)):
            if key == entity.name:
                text = _cut_out(owner.document.text, entry.span)
    title = f"**local** `{entity.name}`"
    return f"{title}\n\n{_code(text)}" if text else f"{title} — not defined in this function"


def _cut_out(text: str, span: Span) -> str:
    """Return the text of a span, with the indentation of its first line taken from all of them."""
    before = text[text.rfind("\n", 0, span.start) + 1 : span.start]
    return textwrap.dedent(" " * len(before) + text[span.start : span.end]).rstrip()


def _locals(owner: Definition) -> Node | None:
    return next((entry.value for key, entry in entries(owner.document.spec) if key == "locals"), None)


def _input(snapshot: Snapshot, entity: InputEntity) -> str:
    signature = snapshot.signature(entity.kind, entity.name)
    root = "parent" if entity.kind == kinds.WORKFLOW else "inputs"
    title = f"`{root}.{entity.input}` of {entity.kind} `{entity.name}`"
    required = dict(signature.inputs) if signature is not None else {}
    state = (
        ("required" if required[entity.input] else "optional")
        if entity.input in required
        else "not read by it"
    )
    places = occurrences(snapshot, entity)
    given = sum(1 for place in places if place.is_definition)
    lines = [f"**input** {title} — {state}"]
    if signature is None or signature.trigger is None:
        lines.append(
            f"Given at {_count(given, 'place')}, named at {_count(len(places) - given, 'other place')}"
        )
    return "\n\n".join(lines)


def _trigger(snapshot: Snapshot, entity: TriggerEntity) -> str:
    lines = [f"**trigger** `{entity.kind}` — `{entity.group}/{entity.version}`"]
    versions = snapshot.served_versions(entity.group, entity.kind)
    if versions is None:
        lines.append("Its CustomResourceDefinition is not in this workspace.")
    else:
        lines.append(
            "Its CustomResourceDefinition serves " + ", ".join(f"`{version}`" for version in versions) + "."
        )
    return "\n\n".join(lines)


def _key_hover(snapshot: Snapshot, path: str, offset: int) -> Hover | None:
    definition = document_at(snapshot, path, offset)
    if definition is None or definition.document.spec is None:
        return None
    shape = KINDS[definition.document.kind].spec
    found = _find_key(definition.document.spec, shape, offset - definition.start, "spec")
    if found is None:
        return None
    markdown, span = found
    return Hover(markdown, span.shift(definition.start))


def _find_key(node: Node, shape: Shape, offset: int, where: str) -> tuple[str, Span] | None:
    if isinstance(shape, Object) and isinstance(node, Mapping):
        for key, entry in entries(node):
            field = shape.fields.get(key)
            if field is None or not entry.span.contains(offset):
                continue
            if entry.key.span.contains(offset):
                notes = ["required"] if field.required else []
                if field.default is not None:
                    notes.append(f"default `{_plain(field.default)}`")
                if isinstance(field.shape, Text) and field.shape.enum:
                    notes.append("one of " + ", ".join(f"`{word}`" for word in field.shape.enum))
                title = f"`{where}.{key}`" + (f" ({', '.join(notes)})" if notes else "")
                return f"**key** {title}\n\n{field.doc}", entry.key.span
            return _find_key(resolve_alias(entry.value), field.shape, offset, f"{where}.{key}")
    elif isinstance(shape, ListOf) and isinstance(node, Sequence):
        for item in node.items:
            if item.span.contains(offset):
                return _find_key(resolve_alias(item), shape.item, offset, f"{where}[]")
    return None


def _plain(value: object) -> str:
    return json.dumps(value)
