"""Looking things up in a positioned YAML tree as Kubernetes would read it: aliases followed, merge keys applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.language.document import Name
from koreo_analyzer.yaml.nodes import Entry, Mapping, Node, Scalar, Sequence, Style, resolve_alias
from koreo_analyzer.yaml.resolve import MERGE_KEY, is_merge, key_text, merge_sources, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Path

BOOLEAN_WORDS = frozenset(
    form
    for word in ("y", "yes", "on", "true", "n", "no", "off", "false")
    for form in (word, word.capitalize(), word.upper())
) - {"true", "false"}
"""What YAML reads as true or false where it stands without quotes, besides these two words themselves."""


def entries(node: Node | None) -> Iterator[tuple[str, Entry]]:
    """Yield the keys (as text) and entries of a mapping, its own ones first, then those merged into it.

    Of entries with one key the last decides: keys apply in the order of the text, as `yaml.resolve.plain` applies
    them, so a merge key overrides what stands above it. What is merged and overridden is left out, and so are keys
    that are no scalars. Anything but a mapping has no entries.
    """
    mapping = resolve_alias(node) if node is not None else None
    if not isinstance(mapping, Mapping):
        return
    merged: dict[str, Entry] = {}
    for entry in mapping.entries:
        key = key_text(entry.key)
        if key is None:
            continue
        if key == MERGE_KEY and is_merge(entry.key):
            for source in merge_sources(entry.value):
                merged.update(entries(source))
            continue
        if merged:
            merged.pop(key, None)
        yield key, entry
    yield from merged.items()


def is_unreadable(node: Node) -> bool:
    """Whether a mapping has a key that is none, as in `{{ name }}`: what it is meant to be, nobody knows."""
    return isinstance(node, Mapping) and any(
        not isinstance(entry.key, Scalar) and key_text(entry.key) is None for entry in node.entries
    )


def is_boolean_key(key: Node) -> bool:
    """Whether a key is a plain `on`, `y`, `No`, … of which Kubernetes makes `"true"` or `"false"`."""
    return (
        isinstance(key, Scalar)
        and key.text in BOOLEAN_WORDS
        and key.style is Style.PLAIN
        and isinstance(value(key), bool)
    )


def key_name(key: str, entry: Entry) -> Name:
    """Return the name that a key is meant to be: the word as it is written, also when it is read as a boolean."""
    if isinstance(entry.key, Scalar) and is_boolean_key(entry.key):
        key = entry.key.text
    return Name(key, entry.key.span)


def find_entry(node: Node | None, key: str) -> Entry | None:
    """Return the entry that decides the value of a key: the last one, as duplicates overwrite.

    `key` is a word that YAML reads as a string however it is written.
    """
    mapping = resolve_alias(node) if node is not None else None
    if not isinstance(mapping, Mapping):
        return None
    found = None
    for entry in mapping.entries:
        name = entry.key
        if not isinstance(name, Scalar) or name.text == MERGE_KEY:
            return dict(entries(mapping)).get(key)  # what is merged, or a key that an alias repeats
        if name.text == key:
            found = entry
    return found


def get(node: Node | None, *path: str) -> Node | None:
    """Return the value at a path of keys, aliases followed; None when it is not there."""
    for key in path:
        entry = find_entry(node, key)
        if entry is None:
            return None
        node = resolve_alias(entry.value)
    return node


def get_mapping(node: Node | None, *path: str) -> Mapping | None:
    """Return the mapping at a path of keys, or None."""
    found = get(node, *path)
    return found if isinstance(found, Mapping) else None


def get_items(node: Node | None, *path: str) -> list[Node]:
    """Return the items of the list at a path of keys, aliases followed; anything else has none."""
    found = get(node, *path)
    return [resolve_alias(item) for item in found.items] if isinstance(found, Sequence) else []


def get_text(node: Node | None, *path: str) -> str | None:
    """Return the string at a path of keys, or None when it is absent or not a string."""
    found = get(node, *path)
    if isinstance(found, Scalar):
        text = value(found)
        return text if isinstance(text, str) else None
    return None


def get_name(node: Node | None, *path: str) -> Name | None:
    """Return the non-empty string at a path of keys together with its place."""
    found = get(node, *path)
    text = get_text(found)
    return Name(text, found.span) if found is not None and text else None


def get_flag(node: Node | None, *path: str, default: bool) -> bool:
    """Return the boolean at a path of keys, or `default`."""
    found = get(node, *path)
    if isinstance(found, Scalar):
        flag = value(found)
        if isinstance(flag, bool):
            return flag
    return default


def node_at(root: Node | None, path: Path) -> tuple[Node | None, Node | None]:
    """Return key and value at a path of keys and positions; (None, None) when the path leads nowhere."""
    key: Node | None = None
    node: Node | None = resolve_alias(root) if root is not None else None
    for part in path:
        if isinstance(part, int):
            if not isinstance(node, Sequence) or part >= len(node.items):
                return None, None
            key, node = None, resolve_alias(node.items[part])
        else:
            entry = find_entry(node, part) or dict(entries(node)).get(part)  # `yes` has the name "true"
            if entry is None:
                return None, None
            key, node = entry.key, resolve_alias(entry.value)
    return key, node
