"""The names of keys in the paths of the editor: those that the reader gives them, not their spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.language.tree import is_boolean_key
from koreo_analyzer.yaml.nodes import Scalar
from koreo_analyzer.yaml.resolve import key_text

if TYPE_CHECKING:
    from koreo_analyzer.yaml.nodes import Node


def name_of(key: Node) -> str:
    """Return the name of a key: `0x10` is `16`. A word that YAML reads as a boolean is meant as it is written."""
    if not isinstance(key, Scalar):
        return key_text(key) or ""
    return key.text if is_boolean_key(key) else key_text(key) or key.text
