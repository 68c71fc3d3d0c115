"""What people ask of a workspace's types: the interface of a document, the definition of a trigger, how much is typed.

Queries like those in `questions`, which no check asks: they cost nothing until somebody wants to know. What an editor
asks at each keystroke waits for no more than a few analyses (`typing_soon`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.flow import NOTHING_GIVEN
from koreo_analyzer.flow.coverage import Coverage, coverage_of
from koreo_analyzer.flow.infer import Inference, infer
from koreo_analyzer.flow.interface import Interface, interface_of
from koreo_analyzer.flow.typing import Typing, typing_of
from koreo_analyzer.workspace.queries import Database, Query, Session, TooMuchError
from koreo_analyzer.workspace.questions import DOCUMENT, FIRST_INPUTS, FLOW, USUAL_INPUTS, SessionWorld

if TYPE_CHECKING:
    from koreo_analyzer.flow import Given
    from koreo_analyzer.language.document import KoreoDocument

SiteKey = tuple[str, int]
"""A file and the number of a document in it."""


def _document(session: Session, site: SiteKey) -> KoreoDocument | None:
    document = session.get(DOCUMENT, site)
    return document.model if document is not None else None


def _interface(session: Session, site: SiteKey) -> Interface | None:
    document = _document(session, site)
    return interface_of(document, SessionWorld(session)) if document is not None else None


def _inference(session: Session, site: SiteKey) -> Inference | None:
    document = _document(session, site)
    return infer(document, SessionWorld(session)) if document is not None else None


def _coverage(session: Session, site: SiteKey) -> Coverage:
    document = _document(session, site)
    if document is None or not document.active:
        return Coverage()
    return coverage_of(document, session.get(USUAL_INPUTS, site).given, SessionWorld(session))


def _typing(session: Session, site: SiteKey) -> Typing | None:
    document = _document(session, site)
    if document is None:
        return None
    return typing_of(document, session.get(USUAL_INPUTS, site).given, SessionWorld(session))


def _first_typing(session: Session, site: SiteKey) -> Typing | None:
    document = _document(session, site)
    if document is None:
        return None
    return typing_of(document, session.get(FIRST_INPUTS, site).given, SessionWorld(session))


def _given_typing(session: Session, key: tuple[str, int, Given]) -> Typing | None:
    path, number, given = key
    document = _document(session, (path, number))
    return typing_of(document, given, SessionWorld(session)) if document is not None else None


def typing_soon(database: Database, site: SiteKey) -> Typing | None:
    """Return the types in a document as it is usually run, without waiting for all its callers to be analysed.

    Where more than a few have to be, its inputs have the types that they had last, else those of the first calls.
    """
    try:
        return database.get_bounded(TYPING, site, FLOW, _MOST_ANALYSES)
    except TooMuchError:
        pass
    document = database.get(DOCUMENT, site)
    model = document.model if document is not None else None
    last = database.last(USUAL_INPUTS, site)
    target = (model.kind, model.name.text) if model is not None and model.name is not None else None
    if last is not None and last.target is not None and last.target == target:
        return database.get(GIVEN_TYPING, (*site, last.given))
    try:
        return database.get_bounded(FIRST_TYPING, site, FLOW, _MOST_ANALYSES)
    except TooMuchError:
        return database.get(GIVEN_TYPING, (*site, NOTHING_GIVEN))


_MOST_ANALYSES = 30
"""So many analyses of documents are some 50 ms."""
_RECENT = 12
"""Documents that are open side by side; an editor asks several things about each after a keystroke."""

TYPING = Query("typing", _typing, recent=_RECENT)
FIRST_TYPING = Query("typing for the first callers", _first_typing, recent=_RECENT)
GIVEN_TYPING = Query("typing for types", _given_typing, recent=_RECENT)
INTERFACE = Query("interface", _interface, recent=_RECENT)
INFERENCE = Query("inference", _inference)
COVERAGE = Query("coverage", _coverage)
