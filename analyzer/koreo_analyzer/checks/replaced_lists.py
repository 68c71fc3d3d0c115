"""Lists in overlays that replace others, by which something is lost: only mappings merge (language section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.checks.examples import settings
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.language import kinds
from koreo_analyzer.language.outlines import NOTHING, Items, Keys, Outline, merged, outline_of
from koreo_analyzer.language.tree import find_entry, get, get_items, get_text, node_at
from koreo_analyzer.problems import Problem, Related, Severity
from koreo_analyzer.suggest import listed
from koreo_analyzer.yaml.nodes import Mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.checks.world import World
    from koreo_analyzer.language.document import KoreoDocument, Path
    from koreo_analyzer.text import Span

_SPEC = """\
  resource:
    rules:
    - {{name: web, host: web.example.com, port: 80}}
  overlays:
  - overlay:
      rules:
      - {{name: web, host: =inputs.name{port}}}
"""
LIST_REPLACED = Rule(
    "list-replaced",
    Severity.INFO,
    "a list in an overlay that replaces another one, of which something is lost",
    "Overlays merge mappings key by key; everything else replaces what was there, a list as a whole. Items that the "
    "overlay does not repeat, and keys of them, are not in the object. Items are compared by their `name`, else by "
    "their position; of texts and numbers in lists nothing is said. "
    "Put `# koreo: ignore[list-replaced]` above a list that is meant so.",
    wrong=settings(_SPEC.format(port="")),
    right=settings(_SPEC.format(port=", port: 80")),
)
RULES = (LIST_REPLACED,)

_MOST: Final = 4
"""How many lost parts are named."""
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth")


def check_replaced_lists(document: KoreoDocument, world: World) -> Iterator[Problem]:
    """Yield a problem for each list of an overlay by which a part of the target so far is lost."""
    overlays = list(enumerate(get_items(document.spec, "overlays")))
    created = get(document.spec, "create", "overlay")
    if document.kind != kinds.RESOURCE_FUNCTION or not (overlays or created is not None):
        return
    target = _start(document, world)
    for index, item in overlays:
        path: Path = ("spec", "overlays", index, "overlay")
        block = get(item, "overlay")
        at: Span | None = None
        over: Outline | None = None
        if isinstance(block, Mapping):
            over = outline_of(block, path)
        elif (name := get(item, "overlayRef", "name")) is not None:
            over, at = world.outline(kinds.VALUE_FUNCTION, get_text(name) or ""), name.span
        if over is None:
            return
        yield from _problems(document, target, over, at, world)
        if find_entry(item, "skipIf") is None:
            target = merged(target, over)
    if isinstance(created, Mapping):
        over = outline_of(created, ("spec", "create", "overlay"))
        yield from _problems(document, target, over, None, world)


def _start(document: KoreoDocument, world: World) -> Outline:
    """Return the outline of the target before the overlays."""
    template = get_text(document.spec, "resourceTemplateRef", "name")
    if template is not None:
        return world.outline(kinds.RESOURCE_TEMPLATE, template) or NOTHING
    return outline_of(get(document.spec, "resource"), ("spec", "resource"))


def _problems(
    document: KoreoDocument, base: Outline, over: Outline, at: Span | None, world: World
) -> Iterator[Problem]:
    """Yield the problems of one overlay; `at` stands for it if it is written in another document."""
    for old, new in _replaced(base, over):
        lost = list(_lost(old, new))
        if not lost:
            continue
        key, _ = node_at(document.spec, new.path[1:]) if at is None else (None, None)
        span = key.span if key is not None else at or document.kind_span
        what = f"`{new.path[-1]}`" if at is None else f"its `{_dotted(new.path[2:])}`"
        yield LIST_REPLACED.problem(
            span,
            f"{what} replaces the list of {_title(old)} as a whole: {_joined(lost)} lost",
            hint="lists are not merged: repeat here what should stay",
            related=tuple(_place(document, old, world)),
        )


def _replaced(base: Outline, over: Outline) -> Iterator[tuple[Items, Items]]:
    """Yield the lists that replace one another; one that is empty is meant so."""
    if isinstance(base, Keys) and isinstance(over, Keys):
        fields = dict(base.fields)
        for key, new in over.fields:
            if key in fields:
                yield from _replaced(fields[key], new)
    elif isinstance(base, Items) and isinstance(over, Items) and over.items:
        yield base, over


def _lost(old: Items, new: Items) -> Iterator[str]:
    """Yield what a list has that another in its place has not."""
    names = [item.name if isinstance(item, Keys) else None for item in new.items]
    for index, item in enumerate(old.items):
        if not isinstance(item, Keys):
            continue
        title = f"its item `{item.name}`" if item.name is not None else f"its {_ordinal(index)} item"
        partner = new.items[index] if index < len(new.items) else None
        if item.name is not None and item.name in names:
            partner = new.items[names.index(item.name)]
        elif item.name is not None and isinstance(partner, Keys) and partner.name is not None:
            partner = None
        if partner is None:
            if all(isinstance(one, Keys) and (one.name or item.name is None) for one in new.items):
                yield title
        elif isinstance(partner, Keys):
            keys = list(_lost_keys(item, partner))
            if keys:
                yield f"{' and '.join(', '.join(keys).rsplit(', ', 1))} of {title}"


def _lost_keys(old: Keys, new: Keys) -> Iterator[str]:
    """Yield the keys that a mapping has and another in its place has not, also those of mappings inside.

    Where nothing but the name is in both, one thing is written in place of another, as `valueFrom` for `value`.
    """
    there = dict(new.fields)
    common = [key for key, _ in old.fields if key in there]
    if common in ([], ["name"]) and len(there) > len(common):
        return
    for key, outline in old.fields:
        if key not in there:
            yield f"`{key}`"
        elif isinstance(outline, Keys) and isinstance(inside := there[key], Keys):
            yield from (f"`{key}.{name[1:]}" for name in _lost_keys(outline, inside))


def _joined(lost: list[str]) -> str:
    """Return what is lost with its verb: `a is`, `a, b, and c are`."""
    if len(lost) == 1:
        return f"{lost[0]} {'are' if ' and ' in lost[0] else 'is'}"
    if len(lost) > _MOST:
        return f"{listed(lost, _MOST)} are"
    return f"{', '.join(lost[:-1])}, and {lost[-1]} are"


def _ordinal(index: int) -> str:
    return _ORDINALS[index] if index < len(_ORDINALS) else f"{index + 1}th"


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)


def _title(lost: Items) -> str:
    if lost.owner is not None:
        return f"{lost.owner[0]} `{lost.owner[1]}`"
    return f"overlay {int(lost.path[2]) + 1}" if lost.path[1] == "overlays" else "`resource`"


def _place(document: KoreoDocument, lost: Items, world: World) -> Iterator[Related]:
    """Yield where the list is written that is replaced."""
    message = "the list is here"
    if lost.owner is None:
        key, _ = node_at(document.spec, lost.path[1:])
        if key is not None:
            yield Related(message, key.span)
        return
    other = world.document(*lost.owner)
    site = next((site for site in world.sites(*lost.owner) if site.active), None)
    key, _ = node_at(other.spec if other is not None else None, lost.path[1:])
    if key is not None and site is not None:
        yield Related(message, key.span, site.path, site.index)
