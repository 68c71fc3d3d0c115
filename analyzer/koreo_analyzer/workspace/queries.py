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
from typing import Any, Final, Generic, TypeAlias, TypeVar

import immutables

Cell: TypeAlias = tuple[Hashable, ...]
"""The name of an input: a word and what it is about, such as `("file", path)`."""
Inputs: TypeAlias = "immutables.Map[Cell, Any]"

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, eq=False)
class Query(Generic[K, V]):
    """A named pure function of a session and a key. Queries are told apart by identity."""

    name: str
    compute: Callable[[Session, K], V]


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
        return memo.value  # type: ignore[no-any-return]


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

    def commit(self, changes: Mapping[Cell, Any]) -> set[_Key]:
        """Change inputs (None removes one) and return the remembered answers that this may change."""
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
            self._cell_changed[cell] = self.revision
            pending.extend(self.readers.get(cell, ()))
        while pending:
            key = pending.pop()
            memo = self._memos.get(key)
            if memo is None or key in marked:
                continue
            marked.add(key)
            if not memo.dirty:
                memo.dirty = True
                pending.extend(memo.dependents)
        return marked

    def get(self, query: Query[K, V], key: K) -> V:
        """Return the answer of a query, computing what is not remembered."""
        return self.refresh((query, key)).value  # type: ignore[no-any-return]

    def forget(self, query: Query[K, Any], key: K) -> None:
        """Drop a remembered answer that nobody will ask for again."""
        memo = self._memos.pop((query, key), None)
        if memo is not None:
            self._unlink((query, key), memo)

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
        for dependency in memo.queries:
            other = self._memos.get(dependency)
            if other is not None:
                other.dependents.discard(key)
        memo.cells = set()
        memo.queries = {}


ABSENT: Final = None
"""The value of an input that is not there."""
