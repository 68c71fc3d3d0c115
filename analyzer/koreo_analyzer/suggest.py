"""The known word that a misspelt one was most likely meant to be, for "did you mean" hints.

Two words are compared by their optimal string alignment distance (Damerau-Levenshtein without editing a
part twice): an insertion, a deletion, a replacement and a swap of neighbours each count one. Words that
differ only in case, underscores, hyphens or blanks count as the same word.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from heapq import nlargest
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_NO_SEPARATORS = str.maketrans("", "", "_- ")
_LETTERS_PER_MISTAKE = 3
_MOST_MISTAKES = 4

_FEW_WORDS: Final = 100
"""So many words are compared one by one."""
_MOST_COMPARED: Final = 20
"""Of more, so many that share most pairs of letters with the misspelt one are compared."""
_MOST_LOOKED_UP: Final = 500
"""How many words with a pair of letters in common are counted, those with rare pairs first."""
_REMEMBERED_VOCABULARIES: Final = 8


class Vocabulary:
    """The known words of one place, about which several questions are asked.

    Takes the words in time linear in their number; each guess then takes bounded time. `most_guesses` also
    bounds how many different words are guessed: whoever has more unknown ones did not just mistype them.
    """

    __slots__ = ("_answers", "_by_pair", "_left", "_listed", "_words")

    def __init__(self, words: Iterable[str], most_guesses: int | None = None) -> None:
        self._words = dict.fromkeys(words)
        self._left = most_guesses
        self._answers: dict[str, str | None] = {}
        self._by_pair: dict[str, list[str]] | None = None
        self._listed: str | None = None

    def __contains__(self, word: str) -> bool:
        """Whether the word is known as it is."""
        return word in self._words

    def __len__(self) -> int:
        """How many words are known."""
        return len(self._words)

    def listed(self) -> str:
        """Return the first words for a hint (see `listed`)."""
        if self._listed is None:
            self._listed = listed(self._words)
        return self._listed

    def closest(self, word: str) -> str | None:
        """Return the known word most like `word`, or None if none is near, or too many were asked for."""
        if word in self._answers:
            return self._answers[word]
        if self._left == 0:
            return None
        if self._left is not None:
            self._left -= 1
        found = self._answers[word] = _nearest(word, self._likely(word))
        return found

    def _likely(self, word: str) -> Iterable[str]:
        if len(self._words) <= _FEW_WORDS:
            return self._words
        if self._by_pair is None:
            self._by_pair = {}
            for known in self._words:
                for pair in _pairs(known):
                    self._by_pair.setdefault(pair, []).append(known)
        shared: Counter[str] = Counter()
        left = _MOST_LOOKED_UP
        for group in sorted((self._by_pair.get(pair, []) for pair in sorted(_pairs(word))), key=len):
            shared.update(group[:left])
            left -= len(group)
            if left <= 0:
                break
        return nlargest(_MOST_COMPARED, shared, key=shared.__getitem__)


def listed(words: Collection[str], most: int = 8) -> str:
    """Return the first words for a hint: `a, b, c`, or `a, b … and 90 more`."""
    shown = ", ".join(islice(words, most))
    return shown if len(words) <= most else f"{shown} … and {len(words) - most} more"


def in_code(words: Iterable[str]) -> str:
    """Return words as messages show what stands in a file: `` `a`, `b` ``."""
    return ", ".join(f"`{word}`" for word in words)


def there_are(words: Collection[str]) -> str:
    """Return the names of what is there as a clause: ``there is only `a` `` or `there are a, b`."""
    return f"there is only `{next(iter(words))}`" if len(words) == 1 else f"there are {listed(words)}"


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate most like `word` (see `_nearest`).

    A set that cannot change is remembered, so that asking again about the same one takes little time.
    """
    if isinstance(candidates, frozenset) and len(candidates) > _FEW_WORDS:
        return _vocabulary(candidates).closest(word)
    return _nearest(word, candidates)


@lru_cache(_REMEMBERED_VOCABULARIES)
def _vocabulary(words: frozenset[str]) -> Vocabulary:
    return Vocabulary(sorted(words))


def _pairs(word: str) -> set[str]:
    plain = f"^{_plain(word)}$"
    return {plain[at : at + 2] for at in range(len(plain) - 1)}


def _nearest(word: str, candidates: Iterable[str]) -> str | None:
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


_GUESS: Final = re.compile(r'did you mean (?:`(?P<name>[^`]+)`|"(?P<text>[^"]+)")\?')


def guess_in(hint: str | None) -> str | None:
    """Return the word that a hint proposes (see `did_you_mean`; a text stands in quotes); None if it proposes none."""
    found = _GUESS.fullmatch(hint) if hint is not None else None
    return None if found is None else found["name"] or found["text"]


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
