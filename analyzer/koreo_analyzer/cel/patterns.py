"""Patterns of `matches`: RE2, and for those that RE2 does not know a bounded search of another engine.

language section 2.1: patterns are RE2's. Published files also use look-ahead, which the original's engine
(Python's `re`) has and RE2 has not; those run with the `regex` package, which can be told to give up. Both
libraries are imported when the first pattern runs: most expressions have none.
"""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel.errors import invalid, limit_reached

if TYPE_CHECKING:
    from collections.abc import Callable

    from koreo_analyzer.cel.limits import Limits

_MOST_PATTERNS = 256


def matches(limits: Limits, text: str, pattern: str) -> bool:
    """Whether `pattern` matches somewhere in `text`. Raises `CelError` for a bad or slow pattern.

    The message says nothing of the pattern, which is a value and may be secret.
    """
    found = _matcher(limits, pattern)
    if found is None:
        raise invalid("the pattern is invalid")
    return found(text)


def matcher(limits: Limits, pattern: str) -> Callable[[str], bool]:
    """Return a function that tells whether a literal pattern matches somewhere in a text. Raises `CelError`."""
    found = _matcher(limits, pattern)
    if found is None:
        raise invalid(f"the pattern is invalid: {why_not_re2(pattern)}")
    return found


def _matcher(limits: Limits, pattern: str) -> Callable[[str], bool] | None:
    search = _re2_search(pattern)
    if search is not None:
        return _unbounded(search)
    slow_search = _python_search(pattern)
    if slow_search is None:
        return None
    seconds = limits.pattern_seconds

    def bounded(text: str) -> bool:
        try:
            return slow_search(text, timeout=seconds) is not None
        except TimeoutError:
            raise limit_reached(
                f"the pattern takes too long: at most {seconds:g} seconds are allowed"
            ) from None

    return bounded


def _unbounded(search: Callable[[str], Any]) -> Callable[[str], bool]:
    def run(text: str) -> bool:
        try:
            return search(text) is not None
        except UnicodeEncodeError:
            raise invalid("the text is no valid Unicode: it has half a surrogate pair") from None

    return run


def re2_matches(pattern: str, text: str) -> bool | None:
    """Whether a pattern of RE2 matches somewhere in a text; None for a pattern or a text that RE2 does not take."""
    search = _re2_search(pattern)
    if search is None:
        return None
    try:
        return search(text) is not None
    except UnicodeEncodeError:
        return None


def why_not_re2(pattern: str) -> str | None:
    """Return RE2's complaint about a pattern, None if it is one of RE2."""
    re2 = importlib.import_module("re2")
    try:
        re2.compile(pattern, _quiet(re2))
    except re2.error as error:
        text = error.args[0] if error.args else ""
        return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    except UnicodeEncodeError:
        return "the pattern is no valid Unicode"
    return None


def _quiet(re2: Any) -> Any:
    options = re2.Options()
    options.log_errors = False
    return options


@lru_cache(maxsize=_MOST_PATTERNS)
def _re2_search(pattern: str) -> Callable[[str], Any] | None:
    re2 = importlib.import_module("re2")
    try:
        compiled = re2.compile(pattern, _quiet(re2))
    except (re2.error, UnicodeEncodeError):
        return None
    search: Callable[[str], Any] = compiled.search
    return search


@lru_cache(maxsize=_MOST_PATTERNS)
def _python_search(pattern: str) -> Callable[..., Any] | None:
    regex = importlib.import_module("regex")
    try:
        search: Callable[..., Any] = regex.compile(pattern).search
    except (regex.error, RecursionError, OverflowError, ValueError):
        return None
    return search
