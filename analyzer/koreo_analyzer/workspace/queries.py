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
from typing import Any, Generic, TypeAlias, TypeVar, cast

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
    many keys that were asked for last; others only while one that is remembered depends on them.
    """

    name: str
    compute: Callable[[Session, K], V]
    kept: bool = False
    recent: int = 0


_Key: TypeAlias = tuple[Query[Any, Any], Hashable]


class _Memo:
    """One remembered answer, and the revisions at which it was last `checked` and last `changed`."""

    __slots__ = ("cells", "changed", "checked", "dependents", "dirty", "queries", "value")

    def __init__(self) -> None:
        self.value: Any = None
        self.cells: set[Cell] = set()
        self.queries: dict[_Key, None] = {}
        self.dependents: set[_Key] = set()
        self.dirty = True
        self.checked = -1
        self.changed = -1


class Session:
    """What a query may read. Every read through it is recorded as a dependency of the running query."""

    __slots__ = ("_database", "_memo", "_own")

    def __init__(self, database: Database, memo: _Memo, own: _Key) -> None:
        self._database = database
        self._memo = memo
        self._own = own

    def cell(self, cell: Cell) -> Any:
        """Return the value of an input; None when there is none."""
        if cell not in self._memo.cells:
            self._memo.cells.add(cell)
            self._database.readers.setdefault(cell, set()).add(self._own)
        return self._database.inputs.get(cell)

    def get(self, query: Query[K, V], key: K) -> V:
        """Return the answer of another query."""
        dependency = (query, key)
        memo = self._database.refresh(dependency)
        if dependency not in self._memo.queries:
            self._memo.queries[dependency] = None
            memo.dependents.add(self._own)
        return cast("V", memo.value)


class Database:
    """Inputs and remembered answers. Not thread-safe: its owner serialises access."""

    def __init__(self, inputs: Inputs | None = None) -> None:
        self.inputs: Inputs = inputs if inputs is not None else immutables.Map()
        self.revision = 0
        self.readers: dict[Cell, set[_Key]] = {}
        self.recomputed: Counter[str] = Counter()
        """How often each query was computed, by its name: tests bound work with it."""
        self._memos: dict[_Key, _Memo] = {}
        self._cell_changed: dict[Cell, int] = {}
        self._unneeded: set[_Key] = set()
        self._recent: dict[_Key, None] = {}

    def commit(self, changes: Mapping[Cell, Any]) -> set[_Key]:
        """Change inputs (None removes one) and return every remembered answer that may differ from now on.

        That includes answers that an earlier change put in doubt and nobody has asked for since.
        """
        effective = {cell: value for cell, value in changes.items() if self.inputs.get(cell) != value}
        if not effective:
            return set()
        self.revision += 1
        with self.inputs.mutate() as mutation:
            for cell, value in effective.items():
                if value is None:
                    mutation.pop(cell, None)
                else:
                    mutation[cell] = value
            self.inputs = mutation.finish()
        marked: set[_Key] = set()
        pending: list[_Key] = []
        for cell in effective:
            if cell in self.readers:
                self._cell_changed[cell] = self.revision
                pending.extend(self.readers[cell])
        while pending:
            key = pending.pop()
            if key not in marked:
                marked.add(key)
                memo = self._memos[key]
                memo.dirty = True
                pending.extend(memo.dependents)
        return marked

    @property
    def size(self) -> int:
        """How many answers are remembered."""
        return len(self._memos)

    def get(self, query: Query[K, V], key: K) -> V:
        """Return the answer of a query, computing what is not remembered."""
        value = self.refresh((query, key)).value
        if query.recent:
            self._remember_recent(query, (query, key))
        else:
            self._unneeded.add((query, key))
        self._drop_unneeded()
        return cast("V", value)

    def _remember_recent(self, query: Query[Any, Any], key: _Key) -> None:
        """Note that a key was asked for, and let go of the one that was asked for longest ago."""
        self._recent.pop(key, None)
        self._recent[key] = None
        own = [other for other in self._recent if other[0] is query]
        for old in own[: -query.recent]:
            del self._recent[old]
            self._unneeded.add(old)

    def forget(self, query: Query[K, Any], key: K) -> None:
        """Drop a remembered answer that nobody will ask for again, and what only it needed."""
        memo = self._memos.pop((query, key), None)
        if memo is not None:
            self._unlink((query, key), memo)
            self._drop_unneeded()

    def _drop_unneeded(self) -> None:
        """Drop the answers that lost their last dependent, and then what only they needed."""
        while self._unneeded:
            key = self._unneeded.pop()
            memo = self._memos.get(key)
            if memo is not None and not memo.dependents and not key[0].kept and key not in self._recent:
                del self._memos[key]
                self._unlink(key, memo)

    def refresh(self, key: _Key) -> _Memo:
        """Bring one answer up to date."""
        memo = self._memos.get(key)
        if memo is None:
            memo = self._memos[key] = _Memo()
        if not memo.dirty:
            return memo
        if memo.checked >= 0 and not self._is_outdated(memo):
            memo.dirty = False
            memo.checked = self.revision
            return memo
        self._compute(key, memo)
        return memo

    def _is_outdated(self, memo: _Memo) -> bool:
        since = memo.checked
        changed = self._cell_changed
        if any(changed.get(cell, -1) > since for cell in memo.cells):
            return True
        return any(self.refresh(dependency).changed > since for dependency in list(memo.queries))

    def _compute(self, key: _Key, memo: _Memo) -> None:
        query, argument = key
        self._unlink(key, memo)
        self.recomputed[query.name] += 1
        value = query.compute(Session(self, memo, key), argument)
        if memo.checked < 0 or value != memo.value:
            memo.value = value
            memo.changed = self.revision
        memo.checked = self.revision
        memo.dirty = False

    def _unlink(self, key: _Key, memo: _Memo) -> None:
        for cell in memo.cells:
            readers = self.readers.get(cell)
            if readers is not None:
                readers.discard(key)
                if not readers:
                    del self.readers[cell]
                    self._cell_changed.pop(cell, None)
        for dependency in memo.queries:
            other = self._memos.get(dependency)
            if other is not None:
                other.dependents.discard(key)
                if not other.dependents:
                    self._unneeded.add(dependency)
        memo.cells = set()
        memo.queries = {}
