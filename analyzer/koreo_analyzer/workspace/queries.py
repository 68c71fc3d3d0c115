"""Memoised queries with early cut-off: the machine that makes an edit cost by what it touches.

Inputs are cells of an immutable map. A query is a pure function of inputs and other queries; what it read is
recorded. A changed input marks everything that may depend on it; a marked answer is recomputed only when
asked for and only if something that it read really has another value. An answer equal to the one before stops
the wave (Salsa calls it early cut-off, build systems "minimal rebuild"). Answers are compared with `==`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import immutables

Cell: TypeAlias = tuple[Hashable, ...]
"""The name of an input: a word and what it is about, such as `("file", path)`."""
Inputs: TypeAlias = "immutables.Map[Cell, Any]"

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, eq=False)
class Query(Generic[K, V]):
    """A named pure function of a session and a key. Queries are told apart by identity.

    Answers of a query that is `kept` are remembered until they are forgotten, and of one with `recent` those of so
    many keys that were asked for last; others only while one that is remembered depends on them. Of a query with
    `spared` so many answers outlive that, as long as they hold: an edit that is taken back needs them again.
    """

    name: str
    compute: Callable[[Session, K], V]
    kept: bool = False
    recent: int = 0
    spared: int = 0


_Key: TypeAlias = tuple[Query[Any, Any], Hashable]


class _Memo:
    """One remembered answer, and the revisions at which it was last `checked` and last `changed`.

    What an answer depends on is linked to it in both directions. Memos are told apart by identity: keys may be deep
    values, which are compared once, when an answer is looked up.
    """

    __slots__ = ("cells", "changed", "checked", "dependencies", "dependents", "dirty", "key", "value")

    def __init__(self, key: _Key) -> None:
        self.key = key
        self.value: Any = None
        self.cells: tuple[Cell, ...] = ()
        """Most read none and the others few, and a set takes 216 bytes if it is empty."""
        self.dependencies: dict[_Memo, None] = {}
        self.dependents: set[_Memo] = set()
        self.dirty = True
        self.checked = -1
        self.changed = -1


class TooMuchError(Exception):
    """An answer takes more than whoever asks for it wants to wait for."""


class Session:
    """What a query may read. Every read through it is recorded as a dependency of the running query."""

    __slots__ = ("_database", "_memo")

    def __init__(self, database: Database, memo: _Memo) -> None:
        self._database = database
        self._memo = memo

    def cell(self, cell: Cell) -> Any:
        """Return the value of an input; None when there is none."""
        memo = self._memo
        if cell not in memo.cells:
            memo.cells = (*memo.cells, cell)
            self._database.readers.setdefault(cell, set()).add(memo)
        return self._database.inputs.get(cell)

    def get(self, query: Query[K, V], key: K) -> V:
        """Return the answer of another query."""
        memo = self._database.memo((query, key))
        if memo.dirty:
            self._database.refresh(memo)
        self._memo.dependencies[memo] = None
        memo.dependents.add(self._memo)
        value: V = memo.value
        return value


class Database:
    """Inputs and remembered answers. Not thread-safe: its owner serialises access."""

    def __init__(self, inputs: Inputs | None = None) -> None:
        self.inputs: Inputs = inputs if inputs is not None else immutables.Map()
        self.revision = 0
        self.readers: dict[Cell, set[_Memo]] = {}
        self.recomputed: Counter[str] = Counter()
        """How often each query was computed, by its name: tests bound work with it."""
        self._memos: dict[_Key, _Memo] = {}
        self._cell_changed: dict[Cell, int] = {}
        self._unneeded: set[_Memo] = set()
        self._recent: dict[_Memo, None] = {}
        self._spared: dict[Query[Any, Any], dict[_Memo, None]] = {}
        self._costly: Query[Any, Any] | None = None
        self._allowed = 0

    def __del__(self) -> None:
        """Cut the links between answers, which go both ways: nothing is left to a search for cyclic garbage."""
        for memo in self._memos.values():
            memo.dependents.clear()

    def commit(self, changes: Mapping[Cell, Any]) -> list[_Key]:
        """Change inputs (None removes one) and return every remembered answer that may differ from now on.

        That includes answers that an earlier change put in doubt and nobody has asked for since. Those that fewer
        answers lie between a change and come first.
        """
        effective = {cell: value for cell, value in changes.items() if self.inputs.get(cell) != value}
        if not effective:
            return []
        self.revision += 1
        with self.inputs.mutate() as mutation:
            for cell, value in effective.items():
                if value is None:
                    mutation.pop(cell, None)
                else:
                    mutation[cell] = value
            self.inputs = mutation.finish()
        wave: dict[_Memo, None] = {}
        for cell in effective:
            if cell in self.readers:
                self._cell_changed[cell] = self.revision
                wave.update(dict.fromkeys(self.readers[cell]))
        marked: dict[_Memo, None] = {}
        while wave:
            marked.update(wave)
            wave = {other: None for memo in wave for other in memo.dependents if other not in marked}
        for memo in marked:
            memo.dirty = True
            if memo.key[0].spared and not memo.dependents:
                self._unneeded.add(memo)
        return [memo.key for memo in marked]

    @property
    def size(self) -> int:
        """How many answers are remembered."""
        return len(self._memos)

    @property
    def spared(self) -> int:
        """How many of them nothing needs now."""
        return sum(not memo.dependents for spared in self._spared.values() for memo in spared)

    def get(self, query: Query[K, V], key: K) -> V:
        """Return the answer of a query, computing what is not remembered."""
        memo = self.memo((query, key))
        if memo.dirty:
            self.refresh(memo)
        value: V = memo.value
        if query.recent:
            self._remember_recent(memo)
        else:
            self._unneeded.add(memo)
        self._drop_unneeded()
        return value

    def get_bounded(self, query: Query[K, V], key: K, costly: Query[Any, Any], most: int) -> V:
        """Return the answer of a query, unless another computation of a costly one begins after so many have ended.

        Then it raises `TooMuchError`. What has ended is remembered, so that who asks again and again gets the answer.
        """
        self._costly, self._allowed = costly, most
        try:
            return self.get(query, key)
        finally:
            self._costly = None

    def last(self, query: Query[K, V], key: K) -> V | None:
        """Return the last answer of a query that was computed and is remembered, up to date or not."""
        memo = self._memos.get((query, key))
        return None if memo is None else memo.value

    def _remember_recent(self, memo: _Memo) -> None:
        """Note that an answer was asked for, and let go of the one that was asked for longest ago."""
        self._recent.pop(memo, None)
        self._recent[memo] = None
        query = memo.key[0]
        own = [other for other in self._recent if other.key[0] is query]
        for old in own[: -query.recent]:
            del self._recent[old]
            self._unneeded.add(old)

    def forget(self, query: Query[K, Any], key: K) -> None:
        """Drop a remembered answer that nobody will ask for again, and what only it needed."""
        memo = self._memos.pop((query, key), None)
        if memo is not None:
            self._unlink(memo)
            self._drop_unneeded()

    def _drop_unneeded(self) -> None:
        """Drop the answers that lost their last dependent, and then what only they needed."""
        while self._unneeded:
            memo = self._unneeded.pop()
            query = memo.key[0]
            if memo.dependents or query.kept or memo in self._recent:
                continue
            if query.spared:
                spared = self._spared.setdefault(query, {})
                spared.pop(memo, None)
                if not memo.dirty:
                    spared[memo] = None
                    if len(spared) <= query.spared:
                        continue
                    memo = next(iter(spared))
                    del spared[memo]
                    if memo.dependents:
                        continue
            if self._memos.get(memo.key) is memo:
                del self._memos[memo.key]
                self._unlink(memo)

    def memo(self, key: _Key) -> _Memo:
        """Return what is remembered under a key; it may be out of date."""
        memo = self._memos.get(key)
        if memo is None:
            memo = self._memos[key] = _Memo(key)
        return memo

    def refresh(self, memo: _Memo) -> None:
        """Bring one answer up to date that is marked."""
        if memo.checked >= 0 and not self._is_outdated(memo):
            memo.dirty = False
            memo.checked = self.revision
        else:
            self._compute(memo)

    def _is_outdated(self, memo: _Memo) -> bool:
        since = memo.checked
        changed = self._cell_changed
        if any(changed.get(cell, -1) > since for cell in memo.cells):
            return True
        for dependency in list(memo.dependencies):
            if dependency.dirty:
                self.refresh(dependency)
            if dependency.changed > since:
                return True
        return False

    def _compute(self, memo: _Memo) -> None:
        query, argument = memo.key
        if query is self._costly and self._allowed <= 0:
            raise TooMuchError
        self._unlink(memo)
        self.recomputed[query.name] += 1
        known = memo.checked >= 0
        memo.checked = -1  # what raises leaves nothing that the answer before it could be checked with
        value = query.compute(Session(self, memo), argument)
        if query is self._costly:
            self._allowed -= 1
        if not known or value != memo.value:
            memo.value = value
            memo.changed = self.revision
        memo.checked = self.revision
        memo.dirty = False

    def _unlink(self, memo: _Memo) -> None:
        for cell in memo.cells:
            readers = self.readers.get(cell)
            if readers is not None:
                readers.discard(memo)
                if not readers:
                    del self.readers[cell]
                    self._cell_changed.pop(cell, None)
        for dependency in memo.dependencies:
            dependency.dependents.discard(memo)
            if not dependency.dependents:
                self._unneeded.add(dependency)
        memo.cells = ()
        memo.dependencies = {}
