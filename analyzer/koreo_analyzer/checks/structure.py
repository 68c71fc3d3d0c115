"""Keys, types and values of a document, against the description of its kind (language section 10).

jsonschema finds what is wrong; this module finds the token, and leaves out what only follows from another problem.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING, Any

from koreo_analyzer.checks.header import check_header, has_misspelt
from koreo_analyzer.checks.removal import remove_entry
from koreo_analyzer.checks.structure_messages import head, invalid_value, meant_key, unknown_key, wrong_type
from koreo_analyzer.checks.structure_rules import EXACTLY_ONE, INVALID_VALUE, MISSING_KEY
from koreo_analyzer.language import kinds
from koreo_analyzer.language.conformance import conforms
from koreo_analyzer.language.document import Name
from koreo_analyzer.language.schema import validation_schema
from koreo_analyzer.language.shapes import ListOf, Object, Shape
from koreo_analyzer.language.tree import entries, find_entry, get, get_flag, get_items, node_at
from koreo_analyzer.problems import Problem, Related
from koreo_analyzer.suggest import closest, in_code
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, resolve_alias
from koreo_analyzer.yaml.resolve import value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema import Draft202012Validator

    from koreo_analyzer.language.document import KoreoDocument, Path
    from koreo_analyzer.text import Span


@cache
def _validator(kind: str) -> Draft202012Validator:
    """Return the validator of a kind. jsonschema is imported for the first document that has a problem."""
    validator: Draft202012Validator = importlib.import_module("jsonschema").Draft202012Validator(
        validation_schema(kinds.KINDS[kind])
    )
    return validator


def check_structure(document: KoreoDocument, root: Node) -> Iterator[Problem]:
    """Yield the problems of keys, types, values and alternatives of a whole document."""
    yield from check_header(document, root)
    spec_entry = find_entry(root, "spec")
    if spec_entry is None and has_misspelt(root, "spec"):
        return
    if spec_entry is None:
        yield MISSING_KEY.problem(document.kind_span, f"a {document.kind} needs `spec`", lacks=(("spec",),))
        return
    spec = resolve_alias(spec_entry.value)
    shape = kinds.KINDS[document.kind].spec
    if not isinstance(spec, Mapping):
        yield wrong_type(spec, spec_entry.key.span, ("object",), ("spec",), shape)
        return
    yield from _check_schema(document, spec, spec_entry.key.span)
    yield from _check_alternatives(document, spec, shape, spec_entry.key.span, ("spec",))
    if document.kind == kinds.RESOURCE_FUNCTION:
        yield from _check_resource_function(document, spec, spec_entry.key.span)


def _outline(node: Node, shape: Shape) -> Any:
    """Return plain data for validation: the described part of a document, free-form blocks by their keys only."""
    node = resolve_alias(node)
    if isinstance(node, Scalar):
        return value(node)
    if isinstance(node, Sequence):
        if isinstance(shape, ListOf):
            return [_outline(item, shape.item) for item in node.items]
        return []
    if isinstance(shape, Object):
        fields = shape.fields
        return {
            key: _outline(entry.value, fields[key].shape) if key in fields else None
            for key, entry in entries(node)
        }
    return {key: None for key, _ in entries(node)}


def _shape_at(shape: Shape, path: Path) -> Shape:
    for part in path:
        if isinstance(shape, ListOf):
            shape = shape.item
        elif isinstance(shape, Object) and isinstance(part, str):
            shape = shape.fields[part].shape
    return shape


def _check_schema(document: KoreoDocument, spec: Mapping, spec_key: Span) -> Iterator[Problem]:
    root_shape = kinds.KINDS[document.kind].spec
    data = _outline(spec, root_shape)
    if conforms(data, root_shape):
        return
    renamed: set[tuple[Path, str]] = set()
    missing: dict[tuple[Path, str], Problem] = {}
    for error in _validator(document.kind).iter_errors(data):
        path: Path = tuple(error.absolute_path)
        key, node = node_at(spec, path)
        if node is None:
            continue
        shape = _shape_at(root_shape, path)
        own = key.span if key is not None else head(node) if path else spec_key
        where = ".".join(str(part) for part in ("spec", *path) if isinstance(part, str))
        match error.validator:
            case "additionalProperties" if isinstance(shape, Object):
                present = {name: entry.key.span for name, entry in entries(node)}
                for name, span in present.items():
                    if name not in shape.fields:
                        problem = unknown_key(name, span, shape.fields, present, f"`{where}`")
                        renamed.update(
                            (path, word)
                            for word in shape.fields
                            if problem.hint and f"`{word}`" in problem.hint
                        )
                        yield problem
            case "required" if isinstance(shape, Object):
                for name in error.validator_value:
                    if name not in error.instance:
                        missing[path, name] = MISSING_KEY.problem(
                            own,
                            _missing_text(path, where, name),
                            hint=_missing_hint(path, name),
                            lacks=(("spec", *path, name),),
                        )
            case "type":
                yield wrong_type(node, own, _as_tuple(error.validator_value), ("spec", *path), shape)
            case _:
                yield invalid_value(document.text, node, own, where, shape, str(error.validator))
    yield from (problem for place, problem in missing.items() if place not in renamed)


def _missing_text(path: Path, where: str, name: str) -> str:
    if path and isinstance(path[-1], int):
        return f"item {path[-1] + 1} of `{where}` needs `{name}`"
    return f"`{where}` needs `{name}`"


def _missing_hint(path: Path, name: str) -> str | None:
    """Return what stands for anything in an expected outcome, where it has to be written all the same."""
    if path[-2:-1] != ("expectOutcome",):
        return "so many seconds pass before the next run: `delay: 30`" if name == "delay" else None
    return "`delay: 0` stands for any delay" if name == "delay" else "`message: ''` stands for any message"


def _as_tuple(types: object) -> tuple[str, ...]:
    return (
        (types,)
        if isinstance(types, str)
        else tuple(str(word) for word in types)
        if isinstance(types, list)
        else ()
    )


def _check_alternatives(
    document: KoreoDocument, node: Node, shape: Shape, own: Span, path: Path
) -> Iterator[Problem]:
    node = resolve_alias(node)
    if isinstance(shape, ListOf) and isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            at = head(resolve_alias(item))
            yield from _check_alternatives(document, item, shape.item, at, (*path, index))
    elif isinstance(shape, Object) and isinstance(node, Mapping):
        present = dict(entries(node))
        if shape.schema_exactly_one and shape.exactly_one:
            spans = {key: entry.key.span for key, entry in present.items()}
            yield from _exactly_one(document, shape.exactly_one, spans, own, path, shape)
        absent = bool(shape.at_least_one) and present.keys().isdisjoint(shape.at_least_one)
        if absent and not _misspelt(present, shape.at_least_one):
            options = " or ".join(f"`{key}`" for key in shape.at_least_one)
            yield MISSING_KEY.problem(own, f"`{_dotted(path)}` needs {options}")
        for key, entry in present.items():
            known = shape.fields.get(key)
            if known is not None:
                at = entry.key.span
                yield from _check_alternatives(document, entry.value, known.shape, at, (*path, key))


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path if isinstance(part, str))


def _misspelt(present: object, words: tuple[str, ...]) -> bool:
    """Whether a key that is there is probably one of `words`, which another problem reports."""
    return isinstance(present, dict) and any(meant_key(key, words) for key in present if key not in words)


def _exactly_one(
    document: KoreoDocument,
    options: tuple[str, ...],
    present: dict[str, Span],
    own: Span,
    path: Path,
    shape: Object,
) -> Iterator[Problem]:
    chosen = [key for key in present if key in options]
    listed = in_code(options)
    where = f"an item of `{_dotted(path)}`" if path and isinstance(path[-1], int) else f"`{_dotted(path)}`"
    if len(chosen) > 1:
        first = chosen[0]
        yield EXACTLY_ONE.problem(
            present[chosen[1]],
            f"`{chosen[1]}` cannot stand beside `{first}`",
            hint=f"{where} takes exactly one of {listed}",
            related=(Related(f"`{first}` is here", present[first]),),
            fixes=tuple(
                fix for key in (chosen[1], first) for fix in remove_entry(document, Name(key, present[key]))
            ),
        )
    elif not chosen and not any(meant_key(key, options) for key in present if key not in shape.fields):
        yield EXACTLY_ONE.problem(own, f"{where} needs exactly one of {listed}")


def _may_build_nothing(spec: Mapping) -> bool:
    """Whether an unknown key of `apiConfig` is probably meant for one with which nothing is built."""
    shape = _shape_at(kinds.KINDS[kinds.RESOURCE_FUNCTION].spec, ("apiConfig",))
    known = shape.fields if isinstance(shape, Object) else {}
    unknown = (key for key, _ in entries(get(spec, "apiConfig")) if key not in known)
    return any(meant_key(key, known) in ("readonly", "deleteIfExists") for key in unknown)


def _check_identity(spec: Mapping) -> Iterator[Problem]:
    """Report a literal name or namespace that is empty, which no object can have (language section 7)."""
    namespaced = get_flag(spec, "apiConfig", "namespaced", default=True)
    for key in ("name", "namespace") if namespaced else ("name",):
        node = get(spec, "apiConfig", key)
        if isinstance(node, Scalar) and value(node) == "":
            yield INVALID_VALUE.problem(
                node.span, f"`spec.apiConfig.{key}` is empty", hint="every run would fail with this"
            )


def _check_resource_function(document: KoreoDocument, spec: Mapping, own: Span) -> Iterator[Problem]:
    """Check where the target comes from, the namespace and the overlays (language section 7)."""
    present = {key: entry.key.span for key, entry in entries(spec)}
    sources = ("resource", "resourceTemplateRef")
    builds_nothing = get_flag(spec, "apiConfig", "readonly", default=False) or get_flag(
        spec, "apiConfig", "deleteIfExists", default=False
    )
    builds_nothing = builds_nothing or _may_build_nothing(spec)
    both = all(key in present for key in sources)
    overlays = get(spec, "overlays")
    builds = overlays is not None and not (isinstance(overlays, Sequence) and not overlays.items)
    none = not builds and not any(key in present for key in sources)
    shape = kinds.KINDS[kinds.RESOURCE_FUNCTION].spec
    if both or (none and not builds_nothing):
        yield from _exactly_one(document, sources, present, own, ("spec",), shape)
    yield from _check_identity(spec)
    api = find_entry(spec, "apiConfig")
    if (
        api is not None
        and isinstance(resolve_alias(api.value), Mapping)
        and get_flag(spec, "apiConfig", "namespaced", default=True)
        and find_entry(api.value, "namespace") is None
        and not any(
            closest(key, ["namespace"]) for key, _ in entries(api.value) if key not in ("name", "namespaced")
        )
    ):
        yield MISSING_KEY.problem(
            api.key.span,
            "`spec.apiConfig` needs `namespace`",
            hint="write `namespaced: false` for a resource without namespace",
            lacks=(("spec", "apiConfig", "namespace"),),
        )
    for item in get_items(spec, "overlays"):
        overlay, inputs = find_entry(item, "overlay"), find_entry(item, "inputs")
        if overlay is not None and inputs is not None and find_entry(item, "overlayRef") is None:
            yield EXACTLY_ONE.problem(
                inputs.key.span,
                "`inputs` has no meaning beside `overlay`",
                hint="`inputs` belong to `overlayRef`; an inline overlay reads the function's own inputs and locals",
                related=(Related("`overlay` is here", overlay.key.span),),
                fixes=remove_entry(document, Name("inputs", inputs.key.span)),
            )
