"""The known word that a misspelt one was most likely meant to be, for "did you mean" hints.

Two words are compared by their optimal string alignment distance (Damerau-Levenshtein without editing a
part twice): an insertion, a deletion, a replacement and a swap of neighbours each count one. Words that
differ only in case, underscores, hyphens or blanks count as the same word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_SEPARATORS = str.maketrans("", "", "_- ")
_LETTERS_PER_MISTAKE = 3
_MOST_MISTAKES = 4


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate most like `word`, or None if none is near (one mistake per three letters).

    The answer does not depend on the order of `candidates`: of equally near ones the one that shares the
    longer beginning with `word` wins, then the alphabetically first. `word` itself is never the answer.
    """
    plain = _plain(word)
    letters = set(plain)
    limit = min(len(word) // _LETTERS_PER_MISTAKE, _MOST_MISTAKES)
    best: str | None = None
    best_key: tuple[int, int, str] | None = None
    for candidate in candidates:
        if candidate == word:
            continue
        other = _plain(candidate)
        if abs(len(other) - len(plain)) > limit or len(letters.difference(other)) > limit or not other:
            continue
        found = _distance(plain, other, limit)
        if found > limit:
            continue
        key = (found, -_common_prefix(plain, other), candidate)
        if best_key is None or key < best_key:
            best, best_key, limit = candidate, key, found
    return best


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """Return the hint ``did you mean `x`?`` with the closest candidate, or None if none is near."""
    found = closest(word, candidates)
    return None if found is None else f"did you mean `{found}`?"


def _plain(word: str) -> str:
    return word.translate(_NO_SEPARATORS).lower()


def _common_prefix(left: str, right: str) -> int:
    length = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        length += 1
    return length


def _distance(left: str, right: str, limit: int) -> int:
    """Return the distance of two words, or any number above `limit` once it is certain to be above it."""
    start = _common_prefix(left, right)
    left, right = left[start:], right[start:]
    if not left or not right:
        return len(left) + len(right)

    before: list[int] = []
    above = list(range(len(right) + 1))
    previous = ""
    for row, a in enumerate(left, start=1):
        current = [row]
        for column, b in enumerate(right, start=1):
            cost = min(above[column] + 1, current[-1] + 1, above[column - 1] + (a != b))
            if column > 1 and row > 1 and a == right[column - 2] and previous == b:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        # A swap reaches back two rows, so only two rows in a row above the limit are final.
        if min(current) > limit and min(above) > limit:
            return limit + 1
        before, above, previous = above, current, a
    return above[-1]
