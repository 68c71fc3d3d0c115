"""Following fields: all places that name the same key, however it is passed on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel import ast
from koreo_analyzer.language.document import Function
from koreo_analyzer.language.tree import entries
from koreo_analyzer.types import ITEM
from koreo_analyzer.yaml.nodes import Mapping, Scalar, Sequence, resolve_alias

from koreo_server.ide.fields.backward import Backward
from koreo_server.ide.fields.forward import Forward
from koreo_server.ide.fields.homes import blocks, homes, item_steps, readers, repeated
from koreo_server.ide.fields.model import DEEPEST, Doubt, Field, Result, Site
from koreo_server.ide.fields.places import fields_at, fields_of_root

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_analyzer.language.document import Expression, Path
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_analyzer.yaml.nodes import Node

    from koreo_server.ide.fields.homes import Block
    from koreo_server.ide.fields.model import Holder, Keys

_MOST_FIELDS: Final = 300
_LISTS: Final = frozenset({"x-koreo-compare-as-set", "x-koreo-compare-last-applied"})
_AS_MAP: Final = "x-koreo-compare-as-map"
_ONE_BY_ONE: Final = "name its keys there one by one first"


@dataclass(slots=True)
class Followed:
    """The fields that are one key, the places that name it, and those where more than a name would have to change."""

    fields: list[Field] = field(default_factory=list)
    sites: dict[tuple[str, Span], Site] = field(default_factory=dict)
    doubts: dict[tuple[str, Span], Doubt] = field(default_factory=dict)
    is_complete: bool = True
    """Whether the key was followed to the end, wherever it is passed on."""


def follow(snapshot: Snapshot, start: Iterable[Field]) -> Followed:
    """Return every place that names the same key as `start`, in writing and in reading."""
    walk = _Walk(snapshot)
    walk.add(start)
    walk.run(reads=True)
    return walk.found


def declarations(snapshot: Snapshot, start: Iterable[Field]) -> Followed:
    """Return the places where the key is written, followed back through whatever passes it on."""
    walk = _Walk(snapshot)
    walk.add(start)
    walk.run(reads=False)
    return walk.found


def direct(snapshot: Snapshot, fields: Iterable[Field], within: Definition | None = None) -> Followed:
    """Return the places, in one document or in all, that name fields as such, followed no further."""
    walk = _Walk(snapshot, within)
    walk.add(fields)
    walk.close()
    walk.run(reads=True)
    return walk.found


class _Walk:
    """One walk from field to field. Its cost is that of the documents that name the things it comes to."""

    def __init__(self, snapshot: Snapshot, within: Definition | None = None) -> None:
        self._snapshot = snapshot
        self._within = within
        self._known: dict[Holder, list[Definition]] = {}
        self.found = Followed()
        self._seen: set[Field] = set()
        self._both_ways = True
        self._is_closed = False
        self._scalars: dict[tuple[str, int], dict[int, Expression]] = {}
        self._repeated: dict[tuple[str, int], dict[int, list[Path]]] = {}

    def add(self, fields: Iterable[Field]) -> None:
        """Take in fields to follow."""
        for one in () if self._is_closed else fields:
            if one in self._seen:
                continue
            if len(one.keys) > DEEPEST or len(self._seen) >= _MOST_FIELDS:
                self.found.is_complete = False
                continue
            self._seen.add(one)
            self.found.fields.append(one)

    def close(self) -> None:
        """Take in no more fields: only what names those that are known is looked for."""
        self._is_closed = True

    def run(self, *, reads: bool) -> None:
        """Follow until nothing new turns up."""
        self._both_ways = reads
        done = 0
        while done < len(self.found.fields):
            one = self.found.fields[done]
            done += 1
            for definition in self._homes(one.holder):
                for block in blocks(definition, one.holder):
                    if reads or not block.is_expected:
                        self._written(block, block.node, block.path, one.keys)
                self._items(definition, one)
                if reads:
                    self._read(definition, one)
                    self._overlaid(definition, one)

    def _homes(self, holder: Holder) -> list[Definition]:
        if self._within is not None:
            return [self._within]
        found = self._known.get(holder)
        if found is None:
            found = self._known[holder] = homes(self._snapshot, holder)
        return found

    # Places

    def _site(self, site: Site) -> None:
        definition = site.definition
        key = (definition.path, site.span.shift(definition.start))
        known = self.found.sites.get(key)
        if known is None or (site.is_definition and not known.is_definition):
            self.found.sites[key] = site

    def _part(self, definition: Definition, expression: Expression, node: ast.Node, *, writes: bool) -> None:
        source = node.field_span if isinstance(node, ast.Select) else node.span
        place = expression.span(source)
        self._site(Site(definition, place, writes, expression=expression, source=source))

    def _doubt(
        self,
        definition: Definition,
        span: Span,
        why: str,
        remedy: str = _ONE_BY_ONE,
        *,
        is_fixed: bool = False,
    ) -> None:
        place = span.shift(definition.start)
        self.found.doubts.setdefault(
            (definition.path, place), Doubt(definition.path, place, why, remedy, is_fixed=is_fixed)
        )

    # Writing

    def _written(self, block: Block, node: Node, path: Path, keys: Keys) -> None:
        node = resolve_alias(node)
        definition = block.definition
        if isinstance(node, Mapping):
            for name, entry in entries(node):
                if keys[0] not in (name, ITEM):
                    continue
                if len(keys) > 1:
                    self._written(block, entry.value, (*path, name), keys[1:])
                elif name == keys[0] and isinstance(entry.key, Scalar):
                    self._site(Site(definition, entry.key.span, not block.is_expected))
                    if self._both_ways:
                        for one in self._paths(definition, entry.key, (*path, name)):
                            self.add(fields_at(definition, one))
            if block.is_expected:
                self._directives(definition, node, keys)
        elif isinstance(node, Sequence):
            if keys[0] == ITEM and len(keys) > 1:
                for index, item in enumerate(node.items):
                    self._written(block, item, (*path, index), keys[1:])
        elif isinstance(node, Scalar):
            expression = self._expressions(definition).get(id(node))
            if expression is not None:
                self._given(definition, expression, keys)

    def _paths(self, definition: Definition, node: Node, path: Path) -> list[Path]:
        """Return all paths that lead to a key or scalar; several if an alias repeats it."""
        key = (definition.path, definition.index)
        found = self._repeated.get(key)
        if found is None:
            found = self._repeated[key] = repeated(definition)
        return found.get(id(node)) or [path]

    def _expressions(self, definition: Definition) -> dict[int, Expression]:
        key = (definition.path, definition.index)
        found = self._scalars.get(key)
        if found is None:
            found = {id(one.scalar): one for one in definition.document.expressions}
            self._scalars[key] = found
        return found

    def _given(self, definition: Definition, expression: Expression, keys: Keys) -> None:
        """Follow a key back into the expression that gives the value."""
        asked = Backward()
        asked.ask(expression.facts.root, keys, {})
        self._take(definition, expression, asked)

    def _take(self, definition: Definition, expression: Expression, asked: Backward) -> None:
        """Take in from where a part of an expression has a key."""
        self.found.is_complete = self.found.is_complete and asked.is_complete
        for literal in asked.literals:
            self._part(definition, expression, literal, writes=True)
        for node in asked.lost:
            self._doubt(definition, expression.span(node.span), "this may give a value with the key")
        for root, keys in asked.roots:
            fields = fields_of_root(definition, expression, root.name, keys)
            if fields is None:
                why = f"the key is one of `{root.name}`, whose keys a schema declares"
                remedy = "the schema decides what it is called"
                self._doubt(definition, expression.span(root.span), why, remedy, is_fixed=True)
            self.add(fields or ())

    def _items(self, definition: Definition, one: Field) -> None:
        """Follow an input that `forEach` gives item by item."""
        for step in item_steps(definition, one.holder):
            if step.input_key is None or step.input_key.text != one.keys[0]:
                continue
            at: Path = ("spec", "steps", step.index, "forEach")
            if len(one.keys) == 1:
                self._site(Site(definition, step.input_key.span, is_definition=True))
                if self._both_ways:
                    self.add(fields_at(definition, (*at, "inputKey")))
            else:
                for expression in definition.document.expressions:
                    if expression.path == (*at, "itemIn"):
                        self._given(definition, expression, (ITEM, *one.keys[1:]))

    def _directives(self, definition: Definition, node: Mapping, keys: Keys) -> None:
        """Find the key in the directives that say how a test compares it (language section 7, "Drift")."""
        for name, entry in entries(node):
            value = resolve_alias(entry.value)
            named: list[Node] = []
            if name in _LISTS and isinstance(value, Sequence) and len(keys) == 1:
                named = list(value.items)
            elif name == _AS_MAP and len(keys) == 1:
                named = [one.key for _, one in entries(value)]
            elif name == _AS_MAP and len(keys) == 3 and keys[1] == ITEM:
                for list_name, one in entries(value):
                    fields = resolve_alias(one.value)
                    if list_name == keys[0] and isinstance(fields, Sequence):
                        named += fields.items
            for part in named:
                if isinstance(part, Scalar) and part.text == keys[-1]:
                    self._site(Site(definition, part.span, is_definition=False))

    # Reading

    def _read(self, definition: Definition, one: Field) -> None:
        for reader in readers(definition, one):
            for expression in reader.expressions():
                walk = Forward(reader.root, reader.path)
                paths = walk.run(expression.facts.root)
                for node in walk.found:
                    self._part(definition, expression, node, writes=False)
                    self._other_sources(definition, expression, node)
                for node in walk.lost:
                    self._doubt(
                        definition,
                        expression.span(node.span),
                        "the value is used as a whole",
                    )
                for keys in paths:
                    self._passed(definition, expression, keys)
                if expression.facts.broken:
                    self._doubt(
                        definition,
                        expression.span(expression.facts.root.span),
                        "the expression is not complete",
                        "complete it first",
                    )

    def _other_sources(self, definition: Definition, expression: Expression, node: ast.Node) -> None:
        """Take in what else a part of an expression can read: all that give it have to agree on the name."""
        root = expression.facts.root
        operand = node.operand if isinstance(node, ast.Select) else _indexed(root, node)
        name = node.field if isinstance(node, ast.Select) else getattr(node, "value", None)
        if operand is not None and isinstance(name, str):
            asked = Backward()
            asked.ask(operand, (name,), asked.around(root, operand))
            self._take(definition, expression, asked)

    def _passed(self, definition: Definition, expression: Expression, keys: Keys) -> None:
        for path in self._paths(definition, expression.scalar, expression.path):
            fields = fields_at(definition, path, keys)
            self.add(fields)
            if not fields and not _decides(path):
                whole = expression.span(expression.facts.root.span)
                self._doubt(definition, whole, "the value is written here as a whole, with its keys")

    def _overlaid(self, definition: Definition, one: Field) -> None:
        """Doubt keys of what a function adds to a resource: they are the resource's."""
        holder, body = one.holder, definition.document.body
        if not isinstance(holder, Result) or not isinstance(body, Function):
            return
        for target in (target for call in body.overlays for target in call.targets):
            if (target.kind, target.name.text) == (holder.kind, holder.name):
                why = "the key is one of a resource: the function is an overlay here"
                remedy = "the kind of the resource decides what it is called"
                self._doubt(definition, target.name.span, why, remedy, is_fixed=True)


def _decides(path: Path) -> bool:
    """Whether the value at a path only decides something, so that its keys do not matter."""
    return path[-1] in ("assert", "skipIf", "switchOn")


def _indexed(root: ast.Node, literal: ast.Node) -> ast.Node | None:
    """Return the value that a literal is a key of: in `x["key"]`, or in `"key" in x`."""
    for node in ast.walk(root):
        if isinstance(node, ast.Index) and node.index is literal:
            return node.operand
        if isinstance(node, ast.Binary) and node.op == "in" and node.left is literal:
            return node.right
    return None
