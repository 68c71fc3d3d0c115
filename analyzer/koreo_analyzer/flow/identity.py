"""The identity of a managed resource, which `apiConfig` forces over every target (language section 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from koreo_analyzer.flow.blocks import type_of
from koreo_analyzer.language.tree import get, get_flag, get_text
from koreo_analyzer.types import ObjectType, StringType, Type, of_value, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from koreo_analyzer.flow.blocks import Blocks, Data
    from koreo_analyzer.language.document import KoreoDocument, Path
    from koreo_analyzer.schemas import KindSchema, Unknown

Identity: TypeAlias = "Mapping[tuple[str, ...], Type]"
"""What is forced, by its path in a resource."""

_PARTS: Final = {"apiGroup": "API group", "version": "version"}
"""What holds no `/`."""


def forced_words(function: KoreoDocument) -> Mapping[tuple[str, ...], Type | None]:
    """Return what a ResourceFunction forces over its target, by its path; None for what is not written as a word."""
    config = get(function.spec, "apiConfig")
    paths = [("apiVersion",), ("kind",), ("metadata", "name")]
    if get_flag(config, "namespaced", default=True):
        paths.append(("metadata", "namespace"))
    words = {path: get_text(config, path[-1]) for path in paths}
    return {path: of_value(word) if word is not None else None for path, word in words.items()}


def identity_of(words: Mapping[tuple[str, ...], Type | None], computed: Mapping[str, Type]) -> Identity:
    """Return the identity that a ResourceFunction with some `forced_words` forces.

    `computed` has the types of a computed name and namespace.
    """
    return {
        path: type_ for path, word in words.items() if (type_ := computed.get(path[-1], word)) is not None
    }


def check_identity(
    blocks: Blocks, data: Data, path: Path, identity: Identity, *, is_expected: bool = False
) -> None:
    """Report each part of a resource's identity that is certainly another than the one that is forced over it.

    `is_expected`: it stands in a test, which expects such a resource to be made.
    """
    for at, given, forced in _others(type_of(data, blocks.known.latest), identity):
        word = ".".join(at)
        blocks.report(
            "forced-identity",
            (*path, *at),
            f"`{word}` is always {show(forced)}, as `apiConfig` says, never {show(given)}",
            None if is_expected else f"leave it out, or change `apiConfig.{at[-1]}`",
        )


def check_template(blocks: Blocks, name: str, template: Type, identity: Identity) -> None:
    """Report a template that is made for another kind."""
    made_for: Identity = {path: type_ for path, type_ in identity.items() if len(path) == 1}
    for at, given, forced in _others(template, made_for):
        blocks.report(
            "template-identity",
            ("spec", "resourceTemplateRef", "name"),
            f"ResourceTemplate `{name}` has the {at[0]} {show(given)}, which is forced to {show(forced)} here",
            "name a template of the kind that `apiConfig` names",
        )


def check_scope(blocks: Blocks, schema: KindSchema) -> None:
    """Report a `plural`, or a flag `namespaced`, that is another than the kind has."""
    config, facts = blocks.node("apiConfig"), schema.facts
    plural = get_text(config, "plural")
    if facts.plural is not None and plural is not None and plural != facts.plural:
        blocks.report(
            "wrong-scope",
            ("spec", "apiConfig", "plural"),
            f"the plural of {schema.name.kind} is `{facts.plural}`",
            f"did you mean `{facts.plural}`?",
        )
    namespaced = get_flag(config, "namespaced", default=True)
    if facts.namespaced is None or namespaced is facts.namespaced:
        return
    if facts.namespaced:
        hint = "remove `namespaced: false`, and name its `namespace`"
        blocks.report(
            "wrong-scope",
            ("spec", "apiConfig", "namespaced"),
            f"{_with_article(schema)} lives in a namespace",
            hint,
        )
    elif get(config, "namespace") is not None:
        hint = "write `namespaced: false`, and no `namespace`"
        blocks.report(
            "wrong-scope",
            ("spec", "apiConfig", "namespace"),
            f"{_with_article(schema)} lives in no namespace",
            hint,
            at="key",
        )


def _with_article(schema: KindSchema) -> str:
    kind = schema.name.kind
    return f"{'an' if kind[:1] in 'AEIO' else 'a'} {kind}"


def report_unknown(
    blocks: Blocks, unknown: Unknown, at: Path, written: Mapping[str, str], consequence: str
) -> None:
    """Report a kind without a schema at the part of its name that is wrong, else at its `kind`.

    `at` leads to the mapping that names it, with the keys and values that are `written` there.
    """
    meant = unknown.meant
    words: dict[str, str] = {}
    if meant is not None:
        parts = {
            "apiVersion": meant.api_version,
            "apiGroup": meant.group,
            "version": meant.version,
            "kind": meant.kind,
        }
        words = {key: parts[key] for key, word in written.items() if word != parts[key]}
    key, word = next(iter(words.items()), ("kind", None))
    reason = unknown.reason
    if key in _PARTS and "/" in written[key]:
        reason = f"`{written[key]}` is no {_PARTS[key]}"
    blocks.report(
        "no-kind" if unknown.certain else "no-schema",
        (*at, key),
        f"{reason}: {consequence}",
        f"did you mean `{word}`?" if word and len(words) == 1 else unknown.advice,
    )


def _others(target: Type, identity: Identity) -> Iterator[tuple[tuple[str, ...], Type, Type]]:
    """Yield path, type and forced type of what has no value in common with what is forced over it."""
    for path, forced in identity.items():
        given: Type | None = target
        for key in path:
            field = given.properties.get(key) if isinstance(given, ObjectType) else None
            given = field.type if field is not None else None
        if isinstance(given, StringType) and isinstance(forced, StringType):
            ours, theirs = given.literals, forced.literals
            if ours is not None and theirs is not None and ours.isdisjoint(theirs):
                yield path, given, forced
