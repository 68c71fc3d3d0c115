"""How PyYAML reads a plain scalar, where Kubernetes reads it otherwise.

The original's offline tools load files with PyYAML, which follows YAML 1.1 more closely; what a user sees
there is not what the cluster holds (language section 1). PyYAML itself is asked, so this cannot drift.
"""

from __future__ import annotations

import datetime
import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import yaml

from koreo_analyzer.yaml.nodes import Scalar, Style
from koreo_analyzer.yaml.schema import value

if TYPE_CHECKING:
    from collections.abc import Callable

# The scalars that begin with anything else are strings to both.
_SUSPECT: Final = frozenset("yYnNtTfFoO~0123456789+-.<=")
_WORD_STARTS: Final = frozenset("yYnNtTfFoO~<=")
_LONGEST_WORD: Final = 5


def pyyaml_differs(scalar: Scalar) -> str | None:
    """Return how PyYAML's safe loader reads a plain scalar, None if that is as Kubernetes reads it.

    The text completes "PyYAML reads this as …": `the integer 90`, `the text "y"`, `a date`, `an error`.
    Numbers of the same value do not differ, whatever their type.
    """
    text = scalar.text
    if scalar.style is not Style.PLAIN or scalar.tag is not None or not text or text[0] not in _SUSPECT:
        return None
    if text[0] in _WORD_STARTS and len(text) > _LONGEST_WORD:
        return None
    return _difference(text)


@lru_cache(maxsize=4096)
def _difference(text: str) -> str | None:
    """Return the difference for a plain scalar without a tag, which depends on its text alone."""
    ours = value(Scalar(text, Style.PLAIN, 0, len(text)))
    try:
        theirs = _construct(text)
    except (yaml.YAMLError, ValueError, OverflowError):
        return "an error"
    if type(theirs) is bool or type(ours) is bool or not isinstance(theirs, int | float):
        same = type(theirs) is type(ours) and theirs == ours
    else:
        same = isinstance(ours, int | float) and (
            theirs == ours or (math.isnan(theirs) and isinstance(ours, float) and math.isnan(ours))
        )
    return None if same else _shown(theirs)


def _construct(text: str) -> object:
    resolve: Callable[[type, str, tuple[bool, bool]], str] = yaml.resolver.Resolver().resolve
    node = yaml.ScalarNode(resolve(yaml.ScalarNode, text, (True, False)), text)
    built: object = yaml.constructor.SafeConstructor().construct_document(node)
    return built


def _shown(read: object) -> str:
    if read is None:
        return "null"
    if isinstance(read, bool):
        return "true" if read else "false"
    if isinstance(read, int):
        return f"the integer {read}"
    if isinstance(read, float):
        return f"the number {read}"
    if isinstance(read, datetime.datetime):
        return "a date and time"
    if isinstance(read, datetime.date):
        return "a date"
    return f'the text "{read}"'
