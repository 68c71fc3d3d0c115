"""The machine of memoised queries: what it remembers, and for how long."""

from __future__ import annotations

import pytest
from koreo_analyzer.workspace.queries import Database, Query, Session

COUNT = ("count",)
LIMIT = 3


def _square(_session: Session, number: int) -> int:
    return number * number


def _scaled(session: Session, number: int) -> int:
    return number * int(session.cell(("factor",)) or 1)


SQUARE = Query("square", _square, spared=LIMIT)
SCALED = Query("scaled", _scaled, spared=LIMIT)


def _shown(session: Session, _key: None) -> str:
    number: int = session.cell(COUNT)
    return f"{session.get(SQUARE, number)} {session.get(SCALED, number)}"


SHOWN = Query("shown", _shown, kept=True)


def shown(database: Database, number: int) -> str:
    database.commit({COUNT: number})
    return database.get(SHOWN, None)


def test_answers_that_are_spared_are_found_again() -> None:
    database = Database()
    for number in (1, 2, 3, 2, 1, 3):
        assert shown(database, number) == f"{number * number} {number}"
    assert database.recomputed["square"] == 3
    assert database.recomputed["shown"] == 6


def test_only_so_many_are_spared_and_the_oldest_goes() -> None:
    database = Database()
    for number in range(10):
        shown(database, number)
    assert database.spared == 2 * LIMIT
    assert database.size == 1 + 2 * (1 + LIMIT)
    shown(database, 7)
    assert database.recomputed["square"] == 10
    shown(database, 5)
    assert database.recomputed["square"] == 11


def test_what_does_not_hold_any_more_is_not_spared() -> None:
    database = Database()
    for number in range(3):
        shown(database, number)
    database.commit({("factor",): 10})
    assert database.get(SHOWN, None) == "4 20"
    assert database.spared == 2, "the squares"
    assert shown(database, 1) == "1 10"


def test_nothing_else_outlives_what_needs_it() -> None:
    plain = Query("plain", _square)

    def show_plain(session: Session, _key: None) -> int:
        return session.get(plain, session.cell(COUNT))

    asking = Query("asking", show_plain, kept=True)
    database = Database()
    for number in (1, 2, 1):
        database.commit({COUNT: number})
        assert database.get(asking, None) == number * number
        assert database.size == 2
    assert database.recomputed["plain"] == 3


def test_an_answer_that_fails_is_not_taken_for_the_one_before() -> None:
    def half(session: Session, _key: None) -> int:
        number: int = session.cell(COUNT)
        if number % 2:
            raise RecursionError
        return number // 2

    query = Query("half", half, kept=True)
    database = Database()
    for number, expected in ((4, 2), (5, None), (5, None), (6, 3)):
        database.commit({COUNT: number})
        if expected is None:
            with pytest.raises(RecursionError):
                database.get(query, None)
        else:
            assert database.get(query, None) == expected
