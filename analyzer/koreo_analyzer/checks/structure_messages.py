"""What is said about a key or a value that its kind does not take, in the words of YAML, and how to mend it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from koreo_analyzer.checks.structure_rules import INVALID_VALUE, UNKNOWN_KEY, WRONG_TYPE
from koreo_analyzer.language.shapes import (
    Boolean,
    Expressions,
    Field,
    Free,
    Integer,
    ListOf,
    Object,
    Shape,
    Text,
)
from koreo_analyzer.problems import Edit, Fix, Problem, Related
from koreo_analyzer.suggest import closest, in_code
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, Style
from koreo_analyzer.yaml.resolve import value

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Mapping as ReadOnly

    from koreo_analyzer.language.document import Path

_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "on", "y", "t"), "true"),
    **dict.fromkeys(("false", "no", "off", "n", "f"), "false"),
}
_OTHER_WORDS: Final[ReadOnly[str, str]] = {
    "as": "inputKey", "item": "inputKey", "var": "inputKey", "list": "itemIn", "over": "itemIn",
    "seconds": "delay", "after": "delay", "interval": "delay", "msg": "message", "reason": "message",
    "check": "assert", "condition": "assert", "expression": "assert", "unless": "skipIf",
    "args": "inputs", "params": "inputs", "parameters": "inputs", "with": "inputs", "arguments": "inputs",
    "id": "label", "tests": "testCases", "result": "return", "output": "return", "outputs": "return",
    "vars": "locals", "variables": "locals", "let": "locals", "body": "resource", "manifest": "resource",
}  # fmt: skip
"""What other tools call keys of Koreo, where the names are too unlike to be taken for a mistyped one."""
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[-_]")
_DURATION: Final = re.compile(r"(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?")
_TYPE_WORDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "a string",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "nothing",
}


def head(node: Node) -> Span:
    """Return a short part of a node that stands for the whole: its first key, or its first line."""
    if isinstance(node, Mapping) and node.entries and not node.flow:
        return node.entries[0].key.span
    if isinstance(node, Mapping | Sequence):
        return Span(node.start, min(node.start + 1, node.end))
    return node.span


def unknown_key(
    name: str, span: Span, known: Collection[str], present: dict[str, Span], where: str
) -> Problem:
    """Return the problem of a key that is not among the `known` ones of the mapping `where`.

    `present` are the keys that the mapping has. One that is there already is not suggested, but pointed at.
    """
    message = f"unknown key `{name}` in {where}"
    guess = meant_key(name, known, present)
    if guess is not None and guess in present:
        there = Related(f"`{guess}` is here", present[guess])
        return UNKNOWN_KEY.problem(span, message, hint=f"`{guess}` is there already", related=(there,))
    if guess is not None:
        fixes = (Fix(f"Change to `{guess}`", (Edit(span, guess),)),)
        return UNKNOWN_KEY.problem(span, message, hint=f"did you mean `{guess}`?", fixes=fixes)
    hint = f"known here: {', '.join(sorted(known))}" if known else None
    return UNKNOWN_KEY.problem(span, message, hint=hint)


def meant_key(name: str, known: Collection[str], present: Collection[str] = ()) -> str | None:
    """Return the known key that an unknown one was most likely meant for; None if none is near.

    That is the one which is spelt much the same, or else the only absent one of whose words these are some: `function`
    for `functionRef`, `return` for `expectReturn`.
    """
    guess = closest(name, known)
    if guess is not None:
        return guess
    other = _OTHER_WORDS.get(name)
    if other in known and other not in present:
        return other
    words = _words(name)
    longer = [key for key in known if key not in present and f" {words} " in f" {_words(key)} "]
    return longer[0] if len(longer) == 1 else None


def _words(key: str) -> str:
    """Return the words of a key, in lower case, with a blank between them."""
    return _HUMP.sub(" ", key).lower()


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


def wrong_type(node: Node, own: Span, types: tuple[str, ...], path: Path, shape: Shape) -> Problem:
    """Return the problem of a value that has none of the JSON Schema `types`; `own` stands for it if it is long."""
    expected = " or ".join(_TYPE_WORDS.get(word, word) for word in types if word != "null")
    if isinstance(shape, Text) and shape.expressions is Expressions.MUST:
        expected = "an expression"
    where = ".".join(str(part) for part in path if isinstance(part, str))
    where = f"item {path[-1] + 1} of `{where}`" if path and isinstance(path[-1], int) else f"`{where}`"
    span = node.span if isinstance(node, Scalar) and node.end > node.start else own
    if isinstance(node, Mapping | Sequence):
        span = own if own.end > own.start else head(node)
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
        if shape.expressions is Expressions.MUST:
            return f"write `={node.text}`", _as_expression(node, node.start)
        quoted = f'"{node.text}"'
        return f"put it in quotes: `{quoted}`", (Fix("Put it in quotes", (Edit(node.span, quoted),)),)
    if isinstance(found, str):
        return _hint_for_string(node, found, shape)
    if found is True and (isinstance(shape, Free) or (isinstance(shape, Object) and _takes_nothing(shape))):
        return "write `{}`", (Fix("Change to `{}`", (Edit(node.span, "{}"),)),)
    if found is None and isinstance(shape, Free):
        return "write `{}` for an empty mapping, or remove the key", ()
    if found is None and isinstance(shape, ListOf):
        return "write `[]` for an empty list, or remove the key", ()
    if found is None and isinstance(shape, Object):
        return _hint_for_null(shape), ()
    return None, ()


def _takes_nothing(shape: Object) -> bool:
    return not shape.exactly_one and not any(field.required for field in shape.fields.values())


def _hint_for_null(shape: Object) -> str:
    if shape.exactly_one:
        return f"write one of its keys below it: {in_code(shape.exactly_one)}"
    required = shape.at_least_one or [key for key, field in shape.fields.items() if field.required]
    if required:
        return f"write its keys below it: {in_code(required)}"
    return "write `{}`"


def _is_empty_object(field: Field | None) -> bool:
    """Whether a key can be written with `{}` after it."""
    return field is not None and isinstance(field.shape, Object) and _takes_nothing(field.shape)


def _hint_for_string(node: Scalar, found: str, shape: Shape) -> tuple[str | None, tuple[Fix, ...]]:
    if found.startswith("="):
        if isinstance(shape, Free):
            return "write the keys out, each with an expression: the mapping cannot be one expression", ()
        return "an expression cannot stand here", ()
    if isinstance(shape, Object) and _is_empty_object(shape.fields.get(found)):
        return f"write `{found}: {{}}` below it", (
            Fix(f"Change to `{{{found}: {{}}}}`", (Edit(node.span, f"{{{found}: {{}}}}"),)),
        )
    seconds = _seconds(found) if isinstance(shape, Integer) else None
    if seconds is not None:
        fix = Fix(f"Change to `{seconds}`", (Edit(node.span, str(seconds)),))
        return f"it is counted in seconds: write `{seconds}`", (fix,)
    plain: str | None = None
    if isinstance(shape, Boolean):
        plain = _BOOLEANS.get(found.lower())
    elif isinstance(shape, Integer) and found.isdecimal():
        plain = found
    if plain is None:
        return None, ()
    word = f"write it without quotes: `{plain}`" if plain == found else f"write `{plain}`"
    return word, (Fix(f"Change to `{plain}`", (Edit(node.span, plain),)),)


def _seconds(text: str) -> int | None:
    """Return a duration like `1h30m` in seconds; None for any other text, and for parts of seconds."""
    found = _DURATION.fullmatch(text)
    if found is None or not text:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return (hours * 60 + minutes) * 60 + seconds


def _as_expression(node: Scalar, start: int) -> tuple[Fix, ...]:
    """Return the fix that writes `=` before a text without quotes; none if a tag, which would stay, is before it."""
    if node.style is not Style.PLAIN or (node.tag is not None and start == node.start):
        return ()
    return (Fix("Make it an expression", (Edit(Span(start, start), "="),)),)


def _start_with_tag(text: str, node: Scalar) -> int:
    """Return where a scalar begins: `!has(x)`, an expression without its `=`, is a tag to YAML with nothing behind."""
    start = node.start - len(node.tag or "")
    return start if not node.text and text[start : node.start] == node.tag else node.start


def invalid_value(text: str, node: Node, own: Span, where: str, shape: Shape, validator: str) -> Problem:
    """Return the problem of a value that the JSON Schema keyword `validator` refuses; `text` is the document's."""
    scalar = node if isinstance(node, Scalar) else None
    word = scalar.text if scalar is not None else ""
    span = scalar.span if scalar is not None and scalar.end > scalar.start else own
    match shape:
        case Text(expressions=Expressions.MUST):
            fixes = _as_expression(scalar, _start_with_tag(text, scalar)) if scalar is not None else ()
            return INVALID_VALUE.problem(
                span, f"`{where}` must be an expression", hint="an expression begins with `=`", fixes=fixes
            )
        case Text():
            return _invalid_text(word, span, where, shape, validator)
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
            return INVALID_VALUE.problem(span, f"`{where}` cannot be {word}", hint="it must not be negative")


def _invalid_text(word: str, span: Span, where: str, shape: Text, validator: str) -> Problem:
    """Return the problem of a text that is none of an `enum`, fits no `pattern`, or has not the length."""
    if validator == "enum":
        guess = closest(word, shape.enum)
        options = in_code(shape.enum)
        choice = f"one of {options}" if len(shape.enum) > 1 else f"write {options}"
        return INVALID_VALUE.problem(
            span,
            f"`{where}` cannot be `{word}`",
            hint=f"did you mean `{guess}`?" if guess else choice,
            fixes=(Fix(f"Change to `{guess}`", (Edit(span, guess),)),) if guess else (),
        )
    if validator == "pattern":
        return INVALID_VALUE.problem(span, f"`{word}` is not allowed for `{where}`", hint=shape.rule)
    if not word:
        return INVALID_VALUE.problem(span, f"`{where}` is empty")
    least, most = shape.min_length, shape.max_length
    limits = f"at most {most}" if not least else f"{least} to {most}" if most else f"at least {least}"
    return INVALID_VALUE.problem(
        span,
        f"`{where}` has {len(word)} character{'' if len(word) == 1 else 's'}",
        hint=f"{limits} characters are allowed",
    )
