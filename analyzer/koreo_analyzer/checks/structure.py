"""Keys, types and values of a document, against the description of its kind (language section 10).

jsonschema finds what is wrong; this module finds the token, says it in the words of YAML, and leaves out what only
follows from another problem.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema

from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.language import kinds
from koreo_analyzer.language.schema import validation_schema
from koreo_analyzer.language.shapes import Expressions, Free, ListOf, Object, Shape, Text
from koreo_analyzer.language.tree import entries, find_entry, get, get_flag, get_items, get_text, node_at
from koreo_analyzer.problems import Edit, Fix, Problem, Related, Severity
from koreo_analyzer.suggest import closest
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, Style, resolve_alias
from koreo_analyzer.yaml.resolve import value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import KoreoDocument, Path

UNKNOWN_KEY = Rule(
    "unknown-key",
    Severity.ERROR,
    "a key that the language does not know",
    "The key means nothing in this place, so whatever stands under it has no effect. The original runtime "
    "ignores such keys silently: a misspelt `postconditions` is never checked. Keys of free-form blocks "
    "(`inputs`, `locals`, `resource`, `return`, …) are yours to choose and never reported.",
    wrong="""\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: greeting
spec:
  precondition:
  - assert: =has(inputs.name)
    permFail:
      message: a name is needed
  return:
    text: ="Hello " + inputs.name
""",
    right="""\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: greeting
spec:
  preconditions:
  - assert: =has(inputs.name)
    permFail:
      message: a name is needed
  return:
    text: ="Hello " + inputs.name
""",
)

MISSING_KEY = Rule(
    "missing-key",
    Severity.ERROR,
    "a required key is absent",
    "The document cannot be used without this key: the API server refuses it, or the controller cannot "
    "prepare it.",
    wrong="""\
apiVersion: koreo.dev/v1beta1
kind: ResourceFunction
metadata:
  name: settings
spec:
  apiConfig:
    apiVersion: v1
    kind: ConfigMap
    namespace: =inputs.namespace
  resource:
    data:
      mode: fast
""",
    right="""\
apiVersion: koreo.dev/v1beta1
kind: ResourceFunction
metadata:
  name: settings
spec:
  apiConfig:
    apiVersion: v1
    kind: ConfigMap
    name: settings
    namespace: =inputs.namespace
  resource:
    data:
      mode: fast
""",
)

WRONG_TYPE = Rule(
    "wrong-type",
    Severity.ERROR,
    "a value of another type than the key takes",
    'YAML decides the type of a value by its form: `5` is a number and `"5"` a string, `yes` is true and '
    "a key with nothing after it holds null. Null is not accepted where a mapping or a list is expected.",
    wrong="""\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: greeting
spec:
  preconditions:
  - assert: =has(inputs.name)
    retry:
      message: waiting for a name
      delay: "30"
  return:
    text: ="Hello " + inputs.name
""",
    right="""\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: greeting
spec:
  preconditions:
  - assert: =has(inputs.name)
    retry:
      message: waiting for a name
      delay: 30
  return:
    text: ="Hello " + inputs.name
""",
)

INVALID_VALUE = Rule(
    "invalid-value",
    Severity.ERROR,
    "a value that the key does not take",
    "The value has the right type, but it is none of those allowed here: too long, too many, not of the "
    "required form, or not an expression where one must stand (`assert`, `skipIf`, `itemIn`, `switchOn` "
    "begin with `=`).",
    wrong="""\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: greeting
spec:
  preconditions:
  - assert: has(inputs.name)
    permFail:
      message: a name is needed
  return:
    text: ="Hello " + inputs.name
""",
    right="""\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: greeting
spec:
  preconditions:
  - assert: =has(inputs.name)
    permFail:
      message: a name is needed
  return:
    text: ="Hello " + inputs.name
""",
)

EXACTLY_ONE = Rule(
    "exactly-one",
    Severity.ERROR,
    "not exactly one of several alternatives",
    "Some blocks offer alternatives of which exactly one must be chosen: a predicate has one outcome, a "
    "step has `ref` or `refSwitch`, an overlay has `overlay` or `overlayRef`, `update` and `delete` have "
    "one policy, a ResourceFunction that creates anything has `resource` or `resourceTemplateRef`.",
    wrong="""\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: greeting
spec:
  preconditions:
  - assert: =has(inputs.name)
    permFail:
      message: a name is needed
    skip:
      message: nothing to greet
  return:
    text: ="Hello " + inputs.name
""",
    right="""\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: greeting
spec:
  preconditions:
  - assert: =has(inputs.name)
    permFail:
      message: a name is needed
  return:
    text: ="Hello " + inputs.name
""",
)

RULES = (UNKNOWN_KEY, MISSING_KEY, WRONG_TYPE, INVALID_VALUE, EXACTLY_ONE)

_METADATA_KEYS = frozenset({"apiVersion", "kind", "metadata", "spec", "status"})
_DNS_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_TYPE_WORDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "a string",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "nothing",
}


@cache
def _validator(kind: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(validation_schema(kinds.KINDS[kind]))


def check_structure(document: KoreoDocument, root: Node) -> Iterator[Problem]:
    """Yield the problems of keys, types, values and alternatives of a whole document."""
    yield from _check_top(document, root)
    spec_entry = find_entry(root, "spec")
    if spec_entry is None:
        yield MISSING_KEY.problem(document.kind_span, f"a {document.kind} needs `spec`")
        return
    spec = resolve_alias(spec_entry.value)
    shape = kinds.KINDS[document.kind].spec
    if not isinstance(spec, Mapping):
        yield _wrong_type(spec, spec_entry.key.span, ("object",), ("spec",), shape)
        return
    yield from _check_schema(document, spec, spec_entry.key.span)
    yield from _check_alternatives(spec, shape, spec_entry.key.span, ("spec",))
    if document.kind == kinds.RESOURCE_FUNCTION:
        yield from _check_resource_function(spec, spec_entry.key.span)


def _check_top(document: KoreoDocument, root: Node) -> Iterator[Problem]:
    version = get(root, "apiVersion")
    if version is not None and get_text(version) != kinds.API_VERSION:
        yield INVALID_VALUE.problem(
            version.span,
            f"`{get_text(version)}` is no version of {document.kind}",
            hint=f"write `{kinds.API_VERSION}`",
            fixes=(Fix(f"Change to `{kinds.API_VERSION}`", (Edit(version.span, kinds.API_VERSION),)),),
        )
    for key, entry in entries(root):
        if key not in _METADATA_KEYS:
            yield _unknown_key(
                key, entry.key.span, _METADATA_KEYS, {name for name, _ in entries(root)}, "the document"
            )
    if document.name is None:
        yield from _check_missing_name(document, root)
    elif len(document.name.text) > 253 or not _DNS_NAME.fullmatch(document.name.text):
        yield INVALID_VALUE.problem(
            document.name.span,
            f"`{document.name.text}` cannot be the name of a Kubernetes object",
            hint="use lower case letters, digits, `-` and `.`, beginning and ending with a letter or digit",
        )


def _check_missing_name(document: KoreoDocument, root: Node) -> Iterator[Problem]:
    metadata = find_entry(root, "metadata")
    name = find_entry(get(root, "metadata"), "name")
    if name is not None:
        target = resolve_alias(name.value)
        span = target.span if target.end > target.start else name.key.span
        yield WRONG_TYPE.problem(span, "`metadata.name` must be a string that is not empty")
    elif metadata is not None and get_text(metadata.value, "generateName"):
        return
    else:
        span = metadata.key.span if metadata is not None else document.kind_span
        yield MISSING_KEY.problem(span, f"a {document.kind} needs `metadata.name`")


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
    renamed: set[tuple[Path, str]] = set()
    missing: dict[tuple[Path, str], Problem] = {}
    for error in _validator(document.kind).iter_errors(data):
        path: Path = tuple(error.absolute_path)
        key, node = node_at(spec, path)
        if node is None:
            continue
        shape = _shape_at(root_shape, path)
        own = key.span if key is not None else _head(node) if path else spec_key
        where = ".".join(str(part) for part in ("spec", *path) if isinstance(part, str))
        match error.validator:
            case "additionalProperties" if isinstance(shape, Object):
                for name, entry in entries(node):
                    if name not in shape.fields:
                        problem = _unknown_key(
                            name, entry.key.span, shape.fields, error.instance, f"`{where}`"
                        )
                        renamed.update(
                            (path, word)
                            for word in shape.fields
                            if problem.hint and f"`{word}`" in problem.hint
                        )
                        yield problem
            case "required" if isinstance(shape, Object):
                for name in error.validator_value:
                    if name not in error.instance:
                        missing[path, name] = MISSING_KEY.problem(own, _missing_text(path, where, name))
            case "type":
                yield _wrong_type(node, own, _as_tuple(error.validator_value), ("spec", *path), shape)
            case _:
                yield _invalid_value(node, own, where, shape, str(error.validator))
    yield from (problem for place, problem in missing.items() if place not in renamed)


def _missing_text(path: Path, where: str, name: str) -> str:
    if path and isinstance(path[-1], int):
        return f"item {path[-1] + 1} of `{where}` needs `{name}`"
    return f"`{where}` needs `{name}`"


def _as_tuple(types: object) -> tuple[str, ...]:
    return (
        (types,)
        if isinstance(types, str)
        else tuple(str(word) for word in types)
        if isinstance(types, list)
        else ()
    )


def _head(node: Node) -> Span:
    """Return a short part of a node that stands for the whole: its first key, or its first line."""
    if isinstance(node, Mapping) and node.entries and not node.flow:
        return node.entries[0].key.span
    if isinstance(node, Mapping | Sequence):
        return Span(node.start, min(node.start + 1, node.end))
    return node.span


def _unknown_key(name: str, span: Span, known: object, present: object, where: str) -> Problem:
    words = [str(word) for word in known] if isinstance(known, dict | frozenset) else []
    taken = present if isinstance(present, dict | set) else ()
    guess = closest(name, [word for word in words if word not in taken]) or closest(name, words)
    fixes: tuple[Fix, ...] = ()
    if guess is not None and guess not in taken:
        fixes = (Fix(f"Change to `{guess}`", (Edit(span, guess),)),)
    hint = (
        f"did you mean `{guess}`?" if guess else f"known here: {', '.join(sorted(words))}" if words else None
    )
    return UNKNOWN_KEY.problem(span, f"unknown key `{name}` in {where}", hint=hint, fixes=fixes)


def _describe(node: Node) -> str:
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    found = value(node) if isinstance(node, Scalar) else None
    if found is None:
        return "nothing (null)"
    if isinstance(found, bool):
        return f"the boolean {str(found).lower()}"
    if isinstance(found, int | float):
        return f"the number {found}"
    return "an expression" if found.startswith("=") else "a string"


def _wrong_type(node: Node, own: Span, types: tuple[str, ...], path: Path, shape: Shape) -> Problem:
    expected = " or ".join(_TYPE_WORDS.get(word, word) for word in types if word != "null")
    where = ".".join(str(part) for part in path if isinstance(part, str))
    where = f"item {path[-1] + 1} of `{where}`" if path and isinstance(path[-1], int) else f"`{where}`"
    span = node.span if isinstance(node, Scalar) and node.end > node.start else own
    if isinstance(node, Mapping | Sequence):
        span = own if own.end > own.start else _head(node)
    hint = None
    fixes: tuple[Fix, ...] = ()
    if isinstance(node, Scalar):
        hint, fixes = _type_hint(node, shape)
    return WRONG_TYPE.problem(
        span, f"{where} must be {expected}, not {_describe(node)}", hint=hint, fixes=fixes
    )


def _type_hint(node: Scalar, shape: Shape) -> tuple[str | None, tuple[Fix, ...]]:
    found = value(node)
    if isinstance(shape, Text) and node.style is Style.PLAIN and node.text and found is not None:
        quoted = f'"{node.text}"'
        return f"put it in quotes: `{quoted}`", (Fix("Put it in quotes", (Edit(node.span, quoted),)),)
    if isinstance(found, str) and not isinstance(shape, Text | Free | Object | ListOf):
        if (
            node.style in (Style.SINGLE, Style.DOUBLE) and node.text.lower() in ("true", "false")
        ) or node.text.isdigit():
            return f"write it without quotes: `{node.text}`", (
                Fix("Remove the quotes", (Edit(node.span, node.text),)),
            )
        if found.startswith("="):
            return "an expression cannot stand here", ()
    if isinstance(found, str) and found.startswith("=") and isinstance(shape, Free):
        return "write the keys out, each with an expression: the whole mapping cannot be one expression", ()
    if found is None and isinstance(shape, Free | Object):
        return "write `{}` for an empty mapping, or remove the key", ()
    if found is None and isinstance(shape, ListOf):
        return "write `[]` for an empty list, or remove the key", ()
    return None, ()


def _invalid_value(node: Node, own: Span, where: str, shape: Shape, validator: str) -> Problem:
    text = node.text if isinstance(node, Scalar) else ""
    span = node.span if isinstance(node, Scalar) and node.end > node.start else own
    match shape:
        case Text(expressions=Expressions.MUST):
            fixes: tuple[Fix, ...] = ()
            if isinstance(node, Scalar) and node.style is Style.PLAIN:
                fixes = (Fix("Make it an expression", (Edit(Span(node.start, node.start), "="),)),)
            return INVALID_VALUE.problem(
                span, f"`{where}` must be an expression", hint="an expression begins with `=`", fixes=fixes
            )
        case Text() if validator == "enum":
            guess = closest(text, shape.enum)
            options = ", ".join(f"`{word}`" for word in shape.enum)
            return INVALID_VALUE.problem(
                span,
                f"`{where}` cannot be `{text}`",
                hint=f"did you mean `{guess}`?"
                if guess
                else f"one of {options}"
                if len(shape.enum) > 1
                else f"write {options}",
                fixes=(Fix(f"Change to `{guess}`", (Edit(span, guess),)),) if guess else (),
            )
        case Text() if validator == "pattern":
            return INVALID_VALUE.problem(span, f"`{text}` is not allowed for `{where}`", hint=shape.rule)
        case Text() if validator == "minLength" and not text:
            return INVALID_VALUE.problem(span, f"`{where}` is empty")
        case Text():
            limits = (
                f"{shape.min_length} to {shape.max_length}"
                if shape.max_length
                else f"at least {shape.min_length}"
            )
            return INVALID_VALUE.problem(
                span, f"`{where}` has {len(text)} characters", hint=f"{limits} characters are allowed"
            )
        case ListOf() if isinstance(node, Sequence):
            if not node.items:
                return INVALID_VALUE.problem(span, f"`{where}` is empty", hint="at least one item is needed")
            return INVALID_VALUE.problem(
                span, f"`{where}` has {len(node.items)} items", hint=f"at most {shape.max_items} are allowed"
            )
        case Free(not_empty=True):
            return INVALID_VALUE.problem(span, f"`{where}` is empty", hint="write what is expected")
        case Free(max_properties=most) if isinstance(node, Mapping):
            return INVALID_VALUE.problem(
                span, f"`{where}` has {len(node.entries)} keys", hint=f"at most {most} are allowed"
            )
        case _:
            return INVALID_VALUE.problem(span, f"`{where}` cannot be {text}", hint="it must not be negative")


def _check_alternatives(node: Node, shape: Shape, own: Span, path: Path) -> Iterator[Problem]:
    node = resolve_alias(node)
    if isinstance(shape, ListOf) and isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from _check_alternatives(item, shape.item, _head(resolve_alias(item)), (*path, index))
    elif isinstance(shape, Object) and isinstance(node, Mapping):
        present = dict(entries(node))
        if shape.schema_exactly_one and shape.exactly_one:
            yield from _exactly_one(
                shape.exactly_one, {key: e.key.span for key, e in present.items()}, own, path, shape
            )
        absent = bool(shape.at_least_one) and present.keys().isdisjoint(shape.at_least_one)
        if absent and not _misspelt(present, shape.at_least_one):
            options = " or ".join(f"`{key}`" for key in shape.at_least_one)
            yield MISSING_KEY.problem(own, f"`{_dotted(path)}` needs {options}")
        for key, entry in present.items():
            known = shape.fields.get(key)
            if known is not None:
                yield from _check_alternatives(entry.value, known.shape, entry.key.span, (*path, key))


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path if isinstance(part, str))


def _misspelt(present: object, words: tuple[str, ...]) -> bool:
    """Whether a key that is there is probably one of `words`, which another problem reports."""
    return isinstance(present, dict) and any(closest(key, words) for key in present if key not in words)


def _exactly_one(
    options: tuple[str, ...], present: dict[str, Span], own: Span, path: Path, shape: Object
) -> Iterator[Problem]:
    chosen = [key for key in present if key in options]
    listed = ", ".join(f"`{key}`" for key in options)
    where = f"an item of `{_dotted(path)}`" if path and isinstance(path[-1], int) else f"`{_dotted(path)}`"
    if len(chosen) > 1:
        first = chosen[0]
        yield EXACTLY_ONE.problem(
            present[chosen[1]],
            f"`{chosen[1]}` cannot stand beside `{first}`",
            hint=f"{where} takes exactly one of {listed}",
            related=(Related(f"`{first}` is here", present[first]),),
        )
    elif not chosen and not any(closest(key, options) for key in present if key not in shape.fields):
        yield EXACTLY_ONE.problem(own, f"{where} needs exactly one of {listed}")


def _check_resource_function(spec: Mapping, own: Span) -> Iterator[Problem]:
    """Check where the target comes from, the namespace and the overlays (language section 7)."""
    present = {key: entry.key.span for key, entry in entries(spec)}
    sources = ("resource", "resourceTemplateRef")
    builds_nothing = get_flag(spec, "apiConfig", "readonly", default=False) or get_flag(
        spec, "apiConfig", "deleteIfExists", default=False
    )
    both = all(key in present for key in sources)
    none = not any(key in present for key in (*sources, "overlays"))
    shape = kinds.KINDS[kinds.RESOURCE_FUNCTION].spec
    if both or (none and not builds_nothing):
        yield from _exactly_one(sources, present, own, ("spec",), shape)
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
        )
    for item in get_items(spec, "overlays"):
        overlay, inputs = find_entry(item, "overlay"), find_entry(item, "inputs")
        if overlay is not None and inputs is not None and find_entry(item, "overlayRef") is None:
            yield EXACTLY_ONE.problem(
                inputs.key.span,
                "`inputs` has no meaning beside `overlay`",
                hint="`inputs` belong to `overlayRef`; an inline overlay reads the function's own inputs and locals",
                related=(Related("`overlay` is here", overlay.key.span),),
            )
