"""The template of a ResourceFunction, which is one of several if its name is computed (language section 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel import ast
from koreo_analyzer.flow.blocks import Blocks, Scope
from koreo_analyzer.flow.identity import check_template
from koreo_analyzer.language import kinds
from koreo_analyzer.language.tree import get, get_text
from koreo_analyzer.suggest import closest, listed
from koreo_analyzer.types import ANY, STRING, ObjectType, StringType, Type
from koreo_analyzer.yaml.nodes import Mapping

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Named

    from koreo_analyzer.flow.identity import Identity
    from koreo_analyzer.flow.model import World
    from koreo_analyzer.language.document import Expression, KoreoDocument
    from koreo_analyzer.text import Span

NAME: Final = ("spec", "resourceTemplateRef", "name")


def templates(blocks: Blocks, world: World, scope: Scope, identity: Identity) -> dict[str, Type]:
    """Return the types of the templates that the function can load, by name; empty if they are not known.

    Names that no template has are reported.
    """
    computed = blocks.expression_at(*NAME[1:])
    if computed is None:
        name = get_text(blocks.node("resourceTemplateRef", "name"))
        names: Iterable[str] = (name,) if name is not None else ()
    else:
        checked = blocks.wants(computed, scope, STRING, "the name of a template", "a string")
        literals = checked.type.literals if isinstance(checked.type, StringType) else None
        if not literals:
            return {}
        known = world.names(kinds.RESOURCE_TEMPLATE)
        names = sorted(literals.intersection(known))
        _check_names(blocks, computed, sorted(literals.difference(known)), known, certain=not names)
    found: dict[str, Type] = {}
    for name in names:
        document = world.document(kinds.RESOURCE_TEMPLATE, name)
        template = blocks.known.latest.of(_template_type, document) if document is not None else ANY
        found[name] = template
        if template != ANY:
            check_template(blocks, name, template, identity)
    return found


def _template_type(document: KoreoDocument) -> Type:
    node = get(document.spec, "template")
    return Blocks(document).type(node, Scope({}), ("spec", "template")) if isinstance(node, Mapping) else ANY


def _check_names(
    blocks: Blocks, computed: Expression, unknown: list[str], known: Iterable[str], *, certain: bool
) -> None:
    """Report the names that no template has, at the literal that gives one. `certain`: there is no other name."""
    elsewhere: list[str] = []
    for name in unknown:
        span = literal_span(computed, name)
        if span is None or certain:
            elsewhere.append(name)
            continue
        guess = closest(name, known)
        blocks.report(
            "template-missing",
            NAME,
            f"there is no ResourceTemplate `{name}`",
            f"did you mean `{guess}`?" if guess else None,
            at="within",
            span=span,
            templates=(name,),
        )
    if elsewhere:
        blocks.report(
            "no-template" if certain else "template-missing",
            NAME,
            f"there is no {shown(elsewhere)}" + ("" if certain else ", which this can name"),
            None if certain else "a function without its template waits for it",
            templates=tuple(elsewhere),
        )


def literal_span(computed: Expression, name: str) -> Span | None:
    """Return the only literal of an expression that is a name."""
    found = [
        node.span
        for node in ast.walk(computed.facts.root)
        if isinstance(node, ast.Literal) and node.value == name
    ]
    return found[0] if len(found) == 1 else None


def lacking(variants: Named[str, Type], names: tuple[str, ...]) -> list[str]:
    """Return the templates with which a target has no field at a path."""
    return [name for name, type_ in variants.items() if not _has(type_, names)]


def _has(type_: Type, names: tuple[str, ...]) -> bool:
    for name in names:
        if not isinstance(type_, ObjectType) or type_.open:
            return True
        known = type_.properties.get(name)
        if known is None:
            return False
        type_ = known.type
    return True


def shown(names: list[str]) -> str:
    """Return the names of templates as messages say them."""
    word = "ResourceTemplates" if len(names) > 1 else "ResourceTemplate"
    return f"{word} {listed([f'`{name}`' for name in names])}"
