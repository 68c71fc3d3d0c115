"""What a reader wants to know about the thing under the cursor, as Markdown."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.language import KINDS, kinds
from koreo_analyzer.language.document import Function, Workflow
from koreo_analyzer.language.tree import entries
from koreo_analyzer.suggest import in_code
from koreo_analyzer.yaml.nodes import Scalar

from koreo_server.ide.cursor import cursor_at
from koreo_server.ide.entities import (
    DocumentEntity,
    Entity,
    InputEntity,
    LocalEntity,
    StepEntity,
    TriggerEntity,
    entity_at,
    homes,
    named,
)
from koreo_server.ide.expression_hover import expression_hover, property_text, type_text
from koreo_server.ide.key_hover import key_hover
from koreo_server.ide.schema_places import key_property

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_analyzer.yaml.nodes import Node

    from koreo_server.ide.cursor import Cursor

_MOST_USERS = 3
"""Of more only the number is told."""


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
    if cursor is None:
        return None
    field = _field_hover(snapshot, cursor)
    key = key_hover(snapshot, cursor) if field is None else None
    if key is None:
        return field
    markdown, span = key
    document = cursor.definition.document
    if cursor.path == ("metadata", "name") and document.name is not None:
        described = _document(snapshot, DocumentEntity(document.kind, document.name.text))
        markdown = f"{markdown}\n\n---\n\n{described}"
    return Hover(markdown, span)


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
    lines += _use(snapshot, entity)
    return "\n\n".join(lines)


def _use(snapshot: Snapshot, entity: DocumentEntity) -> Iterator[str]:
    """Yield who uses a document, and who tests it."""
    tests: list[str] = []
    users: list[str] = []
    places = 0
    for user in snapshot.users(entity.kind, entity.name):
        document = user.document
        if document.kind == kinds.FUNCTION_TEST:
            tests.append(f"`{document.name.text}`" if document.name is not None else "one without a name")
            continue
        users.append(document.title)
        places += sum((one.kind, one.name.text) == (entity.kind, entity.name) for one in document.references)
    if users:
        more = f", in {_count(places, 'place')}" if places > len(users) else ""
        yield f"Used by {_listed(users)}{more}"
    elif entity.kind not in {kinds.FUNCTION_TEST, kinds.WORKFLOW}:
        yield "Nothing in this workspace uses it"
    if entity.kind in kinds.FUNCTIONS:
        yield f"Tested by {_listed(tests)}" if tests else "No FunctionTest tests it"


def _listed(names: list[str]) -> str:
    """Return names in a row: all of a few, the first of many."""
    shown = (
        names
        if len(names) <= _MOST_USERS + 1
        else [*names[:_MOST_USERS], f"{len(names) - _MOST_USERS} others"]
    )
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part)


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
        lines.append("After " + in_code(sorted(needs)))
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
    lines = [f"**input** {title} — {state}"]
    if signature is None or signature.trigger is None:
        lines.append(_input_use(snapshot, entity))
    return "\n\n".join(lines)


def _input_use(snapshot: Snapshot, entity: InputEntity) -> str:
    """Return in how many places an input is used, and given by callers and tests."""
    used = given = tested = 0
    for definition in homes(snapshot, entity):
        number = [is_given for other, _, is_given in named(definition) if other == entity]
        if definition.document.kind == kinds.FUNCTION_TEST:
            tested += len(number)
        else:
            given += sum(number)
            used += len(number) - sum(number)
    parts = [
        f"Used in {_count(used, 'place')}" if used else "Never used",
        f"given by callers in {_count(given, 'place')}" if given else "never given by a caller",
    ]
    if tested:
        parts.append(f"given by tests in {_count(tested, 'place')}")
    return ", ".join(parts)


def _trigger(snapshot: Snapshot, entity: TriggerEntity) -> str:
    lines = [f"**trigger** `{entity.kind}` — `{entity.group}/{entity.version}`"]
    versions = snapshot.served_versions(entity.group, entity.kind)
    if versions is None:
        lines.append("Its CustomResourceDefinition is not in this workspace.")
    else:
        lines.append("Its CustomResourceDefinition serves " + in_code(versions) + ".")
    return "\n\n".join(lines)
