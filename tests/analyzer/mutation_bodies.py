"""Mistakes in resources: a field's name, the type of a literal, a value of an enum, a required field left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from koreo_analyzer.language.tree import entries, find_entry, get, get_items, get_text, node_at
from koreo_analyzer.types import AnyType, ObjectType, StringType, Type, members
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, resolve_alias
from mutation_reading import DIRECTIVES
from mutation_source import NAME, Mutation, NotCounted, Source
from mutation_values import Place, kinds_of, part_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.workspace import Definition, Snapshot

_IDENTITY = frozenset({"apiVersion", "kind", "metadata"})
_Path = tuple[str | int, ...]


class Bodies(Source):
    """What is written of resources, against their schemas."""

    def all(self) -> Iterator[Mutation | NotCounted]:
        """Return every mistake in a resource."""
        for (_, _, path), (where, node, type_) in self._facts.bodies.items():
            is_data = path[0] == "testCases" or path[0] == "currentResource"
            suffix = " of a test" if is_data else ""
            holder = self._place(where, node_at(where.document.spec, path)[0] or node)
            yield from self._body_keys(f"rename a field of a resource{suffix}", where, node, type_, holder)
            yield from self._body_literals(
                f"another type of a literal in a resource{suffix}", where, node, type_
            )
            if not is_data:
                yield from self._required(where, path, (), node, type_)

    def _body_keys(
        self, kind: str, where: Definition, node: Node, type_: Type, around_it: Place
    ) -> Iterator[Mutation | NotCounted]:
        known = _object(type_)
        for key, entry in entries(node):
            if key in DIRECTIVES or self._text(self._place(where, entry.key)) != key:
                continue
            if known is None or known.open:
                any_field = known is not None or not isinstance(type_, AnyType)
                reason = "any field may be there" if any_field else "the owner's type is not known"
                yield NotCounted(kind, reason)
            elif NAME.fullmatch(key):
                new = self._typo(key, set(known.properties))
                property_ = known.properties.get(key)
                # One that is required is then missing, which is said of the object around it.
                around = [around_it] if property_ is not None and property_.required else []
                yield self._renamed(kind, self._place(where, entry.key), new, around)
            inner = resolve_alias(entry.value)
            yield from self._body_keys(kind, where, inner, part_of(type_, key), self._place(where, entry.key))
        for item in node.items if isinstance(node, Sequence) else ():
            yield from self._body_keys(kind, where, resolve_alias(item), part_of(type_, 0), around_it)

    def _body_literals(
        self, kind: str, where: Definition, node: Node, type_: Type
    ) -> Iterator[Mutation | NotCounted]:
        changed = self._other_literal(where, node)
        if changed is not None:
            edit, new = changed
            accepted = kinds_of(type_)
            place = edit.place
            if accepted is None:
                yield NotCounted(kind, "the type of the field is not known")
            elif new in accepted or (new == "int" and "double" in accepted):
                yield NotCounted(kind, "the field takes the other type, too")
            else:
                yield Mutation(
                    kind, f"`{self._text(place)}` becomes `{edit.text}`", (edit,), frozenset({place})
                )
            yield from self._enum_value(where, node, type_)
        for key, entry in entries(node):
            if key not in DIRECTIVES and key not in ("apiVersion", "kind"):
                value = resolve_alias(entry.value)
                yield from self._body_literals(kind, where, value, part_of(type_, key))
        for item in node.items if isinstance(node, Sequence) else ():
            yield from self._body_literals(kind, where, resolve_alias(item), part_of(type_, 0))

    def _enum_value(self, where: Definition, node: Node, type_: Type) -> Iterator[Mutation]:
        place = self._place(where, node)
        words = {word for one in members(type_) if isinstance(one, StringType) for word in one.literals or ()}
        if isinstance(node, Scalar) and node.text in words and self._text(place) == node.text:
            new = self._typo(node.text, words)
            yield self._renamed("misspell a value of a schema's enum", place, new, ())

    def _required(
        self,
        where: Definition,
        block: _Path,
        path: _Path,
        node: Node,
        type_: Type,
    ) -> Iterator[Mutation | NotCounted]:
        kind = "drop a required field of a resource"
        known = _object(type_)
        for index, (key, entry) in enumerate(entries(node)):
            value = resolve_alias(entry.value)
            property_ = known.properties.get(key) if known is not None else None
            if property_ is not None and property_.required and not (not path and key in _IDENTITY):
                yield self._dropped_field(kind, where, block, (*path, key), node, index)
            yield from self._required(where, block, (*path, key), value, part_of(type_, key))
        for index, item in enumerate(node.items if isinstance(node, Sequence) else ()):
            yield from self._required(where, block, (*path, index), resolve_alias(item), part_of(type_, 0))

    def _dropped_field(
        self,
        kind: str,
        where: Definition,
        block: _Path,
        path: _Path,
        node: Node,
        index: int,
    ) -> Mutation | NotCounted:
        functions = self._builders(where, block)
        if not functions:
            return NotCounted(kind, "no function builds a resource of it")
        if path[:1] == ("metadata",) and path[1:] in (("name",), ("namespace",)):
            return NotCounted(kind, "`apiConfig` gives it")
        uses: list[Place] = []
        wrong = False
        for function, own in functions:
            spec = function.document.spec
            flags = ("readonly", "deleteIfExists")
            if any(get_text(get(spec, "apiConfig", flag)) for flag in flags):
                continue
            if not _given_elsewhere(self._snapshot, function, own, path):
                wrong = True
                names = (("apiConfig", "kind"), ("resourceTemplateRef", "name"), ("resource",), ("overlays",))
                uses += (self._place(function, at) for name in names if (at := get(spec, *name)) is not None)
        if not wrong:
            return NotCounted(kind, "another part of the target gives it")
        assert isinstance(node, Mapping)
        edit = self._removal(where, node, index)
        key, parent = node_at(where.document.spec, (*block, *path[:-1]))
        around = [self._place(where, one) for one in (key, parent) if one is not None]
        return Mutation(kind, f"without `{path[-1]}`", (edit,), frozenset({edit.place, *around, *uses}))

    def _builders(self, where: Definition, block: _Path) -> list[tuple[Definition, _Path]]:
        """Return the functions whose target a block goes into."""
        document = where.document
        if document.kind == "ResourceFunction":
            return [(where, block)]
        assert document.name is not None
        found: list[tuple[Definition, _Path]] = []
        for one in self._documents():
            spec = one.document.spec
            name = get_text(spec, "resourceTemplateRef", "name") or ""
            is_template = document.kind == "ResourceTemplate" and _may_name(name, document.name.text)
            overlays = [get_text(item, "overlayRef", "name") for item in get_items(spec, "overlays")]
            if is_template or (document.kind == "ValueFunction" and document.name.text in overlays):
                found.append((one, ()))
        return found


def _object(type_: Type) -> ObjectType | None:
    """Return the one object that a type can be."""
    found = [one for one in members(type_) if isinstance(one, ObjectType)]
    return found[0] if len(found) == 1 else None


def _may_name(name: str, template: str) -> bool:
    """Whether the name of a template, perhaps `="prefix" + …`, can be this one."""
    if not name.startswith("="):
        return name == template
    prefix = re.match(r'=\s*"([^"]+)"', name)
    return prefix is not None and template.startswith(prefix[1])


def _given_elsewhere(snapshot: Snapshot, function: Definition, own: _Path, path: _Path) -> bool:
    """Whether another part of a function's target than `own` may give the field at a path."""
    spec = function.document.spec
    parts = (("resource",), ("create", "overlay"))
    blocks: list[Node | None] = [get(spec, *part) for part in parts if part != own]
    for index, item in enumerate(get_items(spec, "overlays")):
        if ("overlays", index, "overlay") != own:
            blocks.append(get(item, "overlay"))
        called = get_text(item, "overlayRef", "name")
        if called is not None:
            found = snapshot.definitions("ValueFunction", called)
            blocks += [get(one.document.spec, "return") for one in found]
    if own:
        name = get_text(spec, "resourceTemplateRef", "name")
        for template in snapshot.names("ResourceTemplate") if name else ():
            if _may_name(name or "", template):
                found = snapshot.definitions("ResourceTemplate", template)
                blocks += [get(one.document.spec, "template") for one in found]
    return any(_gives(block, path) for block in blocks if block is not None)


def _gives(node: Node, path: _Path) -> bool:
    """Whether a block may give the field at a path: by itself, by an expression around it, or by a whole list."""
    for step in path:
        if isinstance(node, Scalar):
            return node.text.startswith("=")
        if isinstance(step, int):
            return isinstance(node, Sequence)
        entry = find_entry(node, step)
        if entry is None:
            return False
        node = resolve_alias(entry.value)
    return True
