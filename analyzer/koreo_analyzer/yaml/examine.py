"""What is wrong with a tree although its text is YAML.

Kubernetes refuses it, or reads it otherwise than it looks. Works on the tree alone, so that sound and broken
documents are judged by the same rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.problems import Related
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.anchors import unknown_tag
from koreo_analyzer.yaml.foreign import FALSE_BLANKS, name_of
from koreo_analyzer.yaml.nodes import Alias, Entry, Mapping, Node, Scalar, Sequence, Style, resolve_alias
from koreo_analyzer.yaml.problem import DUPLICATE, KEY, MERGE, SYNTAX, VALUE, YamlProblem, braces_hint
from koreo_analyzer.yaml.resolve import MERGE_KEY, fits_tag, is_merge, key_text, merge_sources
from koreo_analyzer.yaml.schema import NOT_JSON, TAG_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable

_SCALAR_TAGS = frozenset(
    {
        "!",
        *(
            TAG_PREFIX + name
            for name in ("str", "int", "float", "bool", "null", "binary", "timestamp", "merge")
        ),
    }
)


def examine(root: Node, text: str) -> list[YamlProblem]:
    """Return the problems of keys, merge keys, tags and values of a tree; `text` is its document."""
    problems: list[YamlProblem] = []
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Scalar):
            if node.tag is not None or node.text in NOT_JSON:
                problems.extend(_value_problems(node, text))
            elif not node.text.isascii() and node.style is Style.PLAIN:
                problems.extend(_invisible(node))
        elif isinstance(node, Mapping):
            _keys(node, text, problems)
            stack.extend([entry.value for entry in node.entries])
        elif isinstance(node, Sequence):
            stack.extend(node.items)
    return problems


def _value_problems(scalar: Scalar, text: str) -> Iterable[YamlProblem]:
    tag = scalar.tag
    if tag is None:
        if scalar.style is Style.PLAIN:
            message = f"`{scalar.text}` cannot be written as JSON, so Kubernetes refuses it"
            yield YamlProblem(scalar.span, VALUE, message, "put it in quotes if it is a text")
    elif tag not in _SCALAR_TAGS:
        yield unknown_tag(tag, *_tag_span(text, scalar))
    elif not fits_tag(scalar):
        kind = tag.removeprefix(TAG_PREFIX)
        yield YamlProblem(scalar.span, VALUE, f"`{_short(scalar.text)}` cannot be read as `!!{kind}`")
    elif tag == TAG_PREFIX + "float" and scalar.text in NOT_JSON:
        yield YamlProblem(
            scalar.span, VALUE, f"`{scalar.text}` cannot be written as JSON, so Kubernetes refuses it"
        )


def _invisible(scalar: Scalar) -> Iterable[YamlProblem]:
    """Yield the problem of a plain scalar that begins with a character that cannot be seen, or has one after `key:`."""
    found = FALSE_BLANKS.match(scalar.text)
    if found is not None:
        message = f"{name_of(found.group(1)[0])} is no blank to YAML, but a part of the text"
        yield YamlProblem(scalar.span, SYNTAX, message, "replace it by a blank, or put the text in quotes")


def _tag_span(text: str, scalar: Scalar) -> Span:
    """Return where the tag of a scalar stands: the last word with a `!` before it."""
    start = text.rfind("!", 0, scalar.start)
    while start > 0 and not text[start - 1].isspace() and text[start - 1] not in "[{,":
        start -= 1
    end = start
    while end < scalar.start and not text[end].isspace():
        end += 1
    return Span(max(start, 0), end)


def _keys(mapping: Mapping, text: str, problems: list[YamlProblem]) -> None:
    entries = mapping.entries
    names: dict[str, Entry] = {}
    merged = False
    for entry in entries:
        key = entry.key
        name = key_text(key)
        if name is None:
            problems.append(_bad_key(key, text))
            continue
        if type(key) is Scalar and not name.isascii() and key.style is Style.PLAIN:
            problems.extend(_invisible(key))
        if name == MERGE_KEY and is_merge(key):
            merged = True
            continue
        first = names.setdefault(name, entry)
        if first is not entry:
            related = (Related("the same key stands here", first.key.span),)
            message = f"duplicate key `{_short(name)}`; the last one wins"
            problems.append(YamlProblem(key.span, DUPLICATE, message, "remove one of them", related))
        if type(key) is Scalar and key.tag is not None and key.tag not in _SCALAR_TAGS:
            problems.append(unknown_tag(key.tag, *_tag_span(text, key)))
    if merged:
        _merges(mapping, problems)


def _bad_key(key: Node, text: str) -> YamlProblem:
    target = resolve_alias(key)
    if isinstance(target, Scalar):
        if not target.text:
            return YamlProblem(
                key.span,
                KEY,
                "a key is missing before `:`",
                "an empty key is null, which JSON does not allow",
            )
        shown = _short(target.text)
        hint = f'put the key in quotes: "{shown}"'
        return YamlProblem(key.span, KEY, f"key `{shown}` cannot be the key of a JSON object", hint)
    kind = "mapping" if isinstance(target, Mapping) else "sequence"
    hint = "a key must be a text"
    if text.startswith("{", key.start) and text[key.start - 1 : key.start] == "{":
        shown = text[key.start - 1 :].partition("\n")[0]
        hint = f"`{{{{ … }}}}` is a mapping inside a mapping to YAML; {braces_hint(shown)}"
    return YamlProblem(key.span, KEY, f"a {kind} cannot be a key", hint)


def _merges(mapping: Mapping, problems: list[YamlProblem]) -> None:
    """Check what the merge keys of a mapping merge, and that they do not undo what is above them."""
    above: dict[str, Entry] = {}
    for entry in mapping.entries:
        if not is_merge(entry.key):
            name = key_text(entry.key)
            if name is not None:
                above[name] = entry
            continue
        bad = _not_mergeable(entry.value)
        if bad is not None:
            message = "`<<` merges a mapping or a sequence of mappings; this is neither"
            problems.append(
                YamlProblem(bad.span, MERGE, message, "write `<<: *name` with the anchor of a mapping")
            )
        for source in merge_sources(entry.value):
            for other in source.entries:
                name = key_text(other.key)
                lost = above.pop(name, None) if name is not None else None
                if lost is not None:
                    problems.append(
                        YamlProblem(
                            entry.key.span,
                            MERGE,
                            f"`<<` overrides the key `{_short(name or '')}` above it: keys apply in order",
                            "move `<<` above the keys that shall win",
                            (Related("this value is lost", lost.span),),
                        )
                    )


def _not_mergeable(node: Node) -> Node | None:
    """Return the part of a merge key's value that go-yaml does not merge, None if all is well."""
    if isinstance(resolve_alias(node), Mapping):
        return None
    if isinstance(node, Alias) or not isinstance(node, Sequence):
        return node
    return next((item for item in node.items if not isinstance(resolve_alias(item), Mapping)), None)


def _short(text: str) -> str:
    text = text.replace("\n", "\\n")
    return text if len(text) <= 60 else text[:57] + "…"
