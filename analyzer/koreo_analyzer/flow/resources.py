"""The target specification of a ResourceFunction: how it is put together, and whether it fits its kind."""

from __future__ import annotations

from dataclasses import dataclass
from operator import is_
from typing import TYPE_CHECKING, Final

from koreo_analyzer.flow.alternatives import nested
from koreo_analyzer.flow.blocks import Blocks, Data, Scope, type_of
from koreo_analyzer.flow.identity import check_identity
from koreo_analyzer.flow.leaving import leaving
from koreo_analyzer.flow.model import Lack
from koreo_analyzer.flow.parts import DIRECTIVES, PART
from koreo_analyzer.flow.templates import NAME, literal_span, shown
from koreo_analyzer.language.tree import find_entry, get, get_flag, get_items, get_text, node_at
from koreo_analyzer.schemas import Computed, KindName, Mismatch, conforms, missing_fields, missing_text
from koreo_analyzer.types import ANY, STRING, ObjectType, Property, StringType, Type, join
from koreo_analyzer.types.merging import overlaid
from koreo_analyzer.yaml.nodes import Mapping, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from koreo_analyzer.flow.identity import Identity
    from koreo_analyzer.flow.model import FlowCode, Kinds
    from koreo_analyzer.language.document import KoreoDocument, Path
    from koreo_analyzer.schemas import KindSchema
    from koreo_analyzer.text import Span
    from koreo_analyzer.yaml.nodes import Node


_MOST_VARIANTS: Final = 20
"""Of so many templates each is looked at by itself; of more only what they have in common."""


def kind_of(function: KoreoDocument) -> KindName | None:
    """Return the kind that a ResourceFunction manages or reads."""
    config = node_at(function.spec, ("apiConfig",))[1]
    version, kind = get_text(config, "apiVersion"), get_text(config, "kind")
    return KindName(version, kind) if version is not None and kind is not None else None


def schema_of(function: KoreoDocument, world: Kinds) -> KindSchema | None:
    """Return the schema of the kind that a ResourceFunction manages or reads; None if none is known."""
    name = kind_of(function)
    return world.schema(name) if name is not None else None


@dataclass(frozen=True, slots=True)
class State:
    """What is known of a target at some point: its type, and that with each of the templates that it may start as."""

    type: Type
    variants: dict[str, Type]


class Target:
    """The target specification while it is built: its type so far, and that with each of several templates."""

    def __init__(self, blocks: Blocks, schema: KindSchema | None, identity: Identity) -> None:
        self._blocks = blocks
        self._identity = identity
        self.schema = schema
        self.type: Type = ObjectType({})
        self.variants: dict[str, Type] = {}

    @property
    def state(self) -> State:
        """The target so far."""
        return State(self.type, dict(self.variants))

    def choose(self, templates: dict[str, Type]) -> None:
        """Start with one of some templates."""
        self.type = join(*templates.values()) if templates else ANY
        if 1 < len(templates) <= _MOST_VARIANTS:
            self.variants = dict(templates)

    def replace(self, type_: Type) -> None:
        """Set the target to what a function has made of it."""
        self.type = type_
        # What it has from any template it may have from each.
        self.variants = {name: overlaid(one, type_) for name, one in self.variants.items()}

    def unless(self, before: State) -> None:
        """Let the target be what it was `before`, too."""
        self.type = join(before.type, self.type)
        self.variants = {name: join(before.variants[name], one) for name, one in self.variants.items()}

    def add(self, path: Path, node: Mapping, scope: Scope) -> None:
        """Merge a block over the target (language section 5), and check it against the schema."""
        self._merge(self.check_block(path, node, scope))

    def _merge(self, over: Type) -> None:
        latest = self._blocks.known.latest
        self.type = overlaid(self.type, over, latest)
        for name, one in self.variants.items():
            self.variants[name] = overlaid(one, over, latest)

    def check_block(self, path: Path, node: Mapping, scope: Scope) -> Type:
        """Check a part of the target; return its type."""
        data = leaving(self._blocks, node, ("spec", *path), scope, "a resource")
        # First, because of two problems at one place the first is told: what is forced over is no failure.
        check_identity(self._blocks, data, ("spec", *path), self._identity)
        if self.schema is not None:
            check_data(self._blocks, data, self.schema, ("spec", *path), node, certain=scope.certain)
        known = self._blocks.known
        return type_of(data if known.is_plain(node) else without_directives(data), known.latest)

    def identify(self) -> None:
        """Put the identity in that is forced over every target."""
        self._merge(self._blocks.known.latest.of(_identity, self._blocks.document))

    def check_complete(self, scope: Scope, *, creates: bool) -> None:
        """Report the fields that the kind requires and the finished target does not have."""
        if not creates or self.schema is None or not isinstance(self.type, ObjectType) or self.type.open:
            return
        created = self._blocks.node("create", "overlay")
        inner = scope.having(resource=self.type)
        path = ("spec", "create", "overlay")
        extra = leaving(self._blocks, created, path, inner, "a resource") if created is not None else None
        latest = self._blocks.known.latest
        whole: Type = self.type
        over = type_of(extra, latest) if isinstance(extra, dict) else None
        if over is not None:
            whole = overlaid(whole, over, latest)
        is_computed = self._blocks.expression_at("resourceTemplateRef", "name") is not None
        missing: dict[Path, list[Mismatch]] = {}
        for mismatch in missing_fields(whole, self.schema.written, latest):
            missing.setdefault(self._place_of(mismatch.path), []).append(mismatch)
        for place, mismatches in missing.items():
            self._blocks.report(
                "target-missing" if is_computed else "resource-missing",
                place,
                _lacking(mismatches),
                at="key",
                certain=scope.certain,
                lacks=tuple(lack for one in mismatches for lack in self._lacks(place, one)),
            )

        self._check_variants(over, {(one.path, one.lacks) for of in missing.values() for one in of})

    def _check_variants(self, over: Type | None, told: set[tuple[Path, str | None]]) -> None:
        """Report what the kind requires and the target has with other templates only. `over` comes at creation."""
        computed = self._blocks.expression_at(*NAME[1:])
        if self.schema is None or computed is None:
            return
        latest = self._blocks.known.latest
        by_span: dict[Span | None, dict[str, list[str]]] = {}
        for name, variant in self.variants.items():
            whole = overlaid(variant, over, latest) if over is not None else variant
            found = [
                one
                for one in missing_fields(whole, self.schema.written, latest)
                if (one.path, one.lacks) not in told
            ]
            if found:
                by_message = by_span.setdefault(literal_span(computed, name), {})
                by_message.setdefault(_lacking(found), []).append(name)
        for span, by_message in by_span.items():
            self._blocks.report(
                "variant-missing",
                NAME,
                "; ".join(f"with {shown(names)} {message}" for message, names in by_message.items()),
                "add it there, or by an overlay",
                at="within" if span is not None else "value",
                span=span,
                templates=tuple(name for names in by_message.values() for name in names),
            )

    def _lacks(self, place: Path, mismatch: Mismatch) -> Iterator[Lack]:
        """Yield the places where a missing field could be written; one that is None if the text has none."""
        name = mismatch.lacks or ""
        is_skipped = self._blocks.node(*place[1:3], "skipIf") is not None
        if place[1] == "apiConfig" or is_skipped:
            # What is around it comes from a template, which others may use as it is, or is not always applied.
            place = ("spec", "overlays", self._free_overlay(), "overlay")
        node = self._blocks.node(*place[1:])
        within = place[4:] if place[1] == "overlays" else place[2:]
        rest = mismatch.path[len(within) :]
        is_whole = not rest
        if self._is_object(mismatch.path) and (
            node is None
            or (isinstance(node, Mapping) and (is_whole or find_entry(node, str(rest[0])) is None))
        ):
            yield Lack((*place, *rest, name), mismatch.origin)
            return
        # What is wrong with an item of a list has the path of the list.
        items = list(enumerate(node.items)) if is_whole and isinstance(node, Sequence) else []
        paths: list[Path | None] = [
            (*place, number, name)
            for number, item in items
            if isinstance(item, Mapping) and find_entry(item, name) is None
        ]
        for path in paths or [None]:
            yield Lack(path, mismatch.origin)

    def _is_object(self, path: Path) -> bool:
        """Whether only keys lead to what a path names: the path of an item of a list may be that of the list."""
        type_: Type | None = self.type
        for part in path:
            known = type_.properties.get(str(part)) if isinstance(type_, ObjectType) else None
            type_ = known.type if known is not None else None
        return isinstance(type_, ObjectType)

    def _free_overlay(self) -> int:
        """Return the position of the first overlay that is written in place and always applied, else of a new one."""
        overlays = get_items(self._blocks.node("overlays"))
        for index, item in enumerate(overlays):
            if isinstance(get(item, "overlay"), Mapping) and find_entry(item, "skipIf") is None:
                return index
        return len(overlays)

    def _place_of(self, path: Path) -> Path:
        """Return where the object at a path of the target is written, or the nearest around it."""
        blocks: list[Path] = [("resource",)]
        overlays = self._blocks.node("overlays")
        blocks += [("overlays", index, "overlay") for index in range(len(getattr(overlays, "items", ())))]
        best: Path = ("apiConfig", "kind")
        depth = 0
        for block in blocks:
            for end in range(len(path), 0, -1):
                if end > depth and self._blocks.node(*block, *path[:end]) is not None:
                    best, depth = (*block, *path[:end]), end
        if not depth and self._blocks.node("resource") is not None:
            best = ("resource",)
        return ("spec", *best)


def _lacking(mismatches: Iterable[Mismatch]) -> str:
    """Return what is said of all required fields that are missed at one place."""
    by_owner: dict[str | None, list[str]] = {}
    for mismatch in mismatches:
        by_owner.setdefault(mismatch.owner, []).append(mismatch.lacks or "")
    return "; ".join(missing_text(names, owner) for owner, names in by_owner.items())


def _identity(document: KoreoDocument) -> Type:
    """Return what is forced over every target of a function."""
    config = node_at(document.spec, ("apiConfig",))[1]
    words = {key: get_text(config, key) for key in ("apiVersion", "kind")}
    forced = {key: StringType(frozenset({word})) for key, word in words.items() if word is not None}
    metadata: dict[str, Property] = {"name": Property(STRING)}
    if get_flag(config, "namespaced", default=True):
        metadata["namespace"] = Property(STRING)
    return ObjectType(
        {
            **{key: Property(type_) for key, type_ in forced.items()},
            "metadata": Property(ObjectType(metadata)),
        }
    )


def check_data(
    blocks: Blocks,
    data: Data,
    schema: KindSchema,
    path: Path,
    node: Node,
    *,
    certain: bool,
    stored: bool = False,
) -> None:
    """Report in what a part of a resource, which `node` at `path` of the document gives, does not fit its kind."""
    wanted = schema.stored if stored else schema.written
    check_fits(blocks, data, wanted, path, node, certain=certain)


def check_fits(
    blocks: Blocks,
    data: Data,
    wanted: Type,
    path: Path,
    node: Node,
    *,
    certain: bool,
    names: bool = True,
) -> None:
    """Report in what data, which `node` at `path` of the document gives, do not fit a type of a schema.

    Without `names` those of fields that the schema does not know are let pass.
    """
    present = data if blocks.known.is_plain(node) else without_nulls(data)
    mismatches = conforms(present, wanted, None, PART, blocks.known.latest)
    for mismatch in mismatches:
        if not names and mismatch.code == "unknown-field":
            continue
        blocks.report(
            _code(mismatch),
            *_place(blocks, path, mismatch),
            mismatch.hint,
            at="key" if _is_key(mismatch, data) else "value",
            certain=certain,
            origin=mismatch.origin,
        )
    _check_alternatives(blocks, path, wanted, {(*path, *one.path) for one in mismatches})


def _check_alternatives(blocks: Blocks, path: Path, wanted: Type, told: set[Path]) -> None:
    """Report literals that do not fit where they are one of several values, of which others fit."""
    for one in blocks.known.alternatives(path):
        place = (*one.path, *one.inside)
        data = nested(place[len(path) :], one.value)
        if not isinstance(data, dict) or any(place[:end] in told for end in range(len(path), len(place) + 1)):
            continue
        for mismatch in conforms(data, wanted, None, PART)[:1]:
            if mismatch.code != "unknown-field":
                blocks.report(
                    "resource-value",
                    one.path,
                    mismatch.message,
                    mismatch.hint,
                    at="within",
                    span=one.span,
                    certain=False,
                    alternative=True,
                    origin=mismatch.origin,
                )


def _code(mismatch: Mismatch) -> FlowCode:
    return "resource-field" if mismatch.code == "unknown-field" else "resource-value"


def _is_key(mismatch: Mismatch, data: Data) -> bool:
    """Whether the key is what is wrong, and stands in the text."""
    inside = data
    for step in mismatch.path[:-1]:
        inside = _step(inside, step)
    return mismatch.code == "unknown-field" and isinstance(inside, dict)


def _step(data: Data, step: str | int) -> Data:
    if isinstance(data, dict):
        return data.get(step)
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return None


def _place(blocks: Blocks, path: Path, mismatch: Mismatch) -> tuple[Path, str]:
    """Return the path of the nearest value in the text, and the message, which names what lies inside of it."""
    found: Node | None = None
    for end in range(len(mismatch.path), -1, -1):
        at = (*path, *mismatch.path[:end])
        found = blocks.node(*at[1:])
        if found is not None:
            inside = mismatch.path[end:]
            if mismatch.code == "unknown-field":
                inside = inside[:-1]
            where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in inside).lstrip(
                "."
            )
            return at, f"`{where}`: {mismatch.message}" if where else mismatch.message
    return path, mismatch.message


def without_nulls(data: Data) -> Data:
    """Return data without the entries that are null, which stand for absence (language section 7)."""
    if isinstance(data, dict):
        kept = {
            key: without_nulls(item) if isinstance(item, dict | list) else item
            for key, item in data.items()
            if item is not None
        }
        return _unless_same(data, kept)
    if isinstance(data, list):
        return _unless_same(data, [ANY_DATA if item is None else without_nulls(item) for item in data])
    return data


ANY_DATA: Final = Computed(ANY)


def without_directives(data: Data) -> Data:
    """Return data without the compare directives."""
    if isinstance(data, dict):
        kept = {
            key: without_directives(item) if isinstance(item, dict | list) else item
            for key, item in data.items()
            if key not in DIRECTIVES
        }
        return _unless_same(data, kept)
    if isinstance(data, list):
        return _unless_same(data, [without_directives(item) for item in data])
    return data


def _unless_same(data: Data, other: Data) -> Data:
    """Return `other`, but `data` itself if it has the very same parts."""
    if len(data) != len(other):
        return other
    if isinstance(data, dict):
        data_parts, other_parts = data.values(), other.values()
    else:
        data_parts, other_parts = data, other
    return data if all(map(is_, data_parts, other_parts)) else other
