"""What people ask of a workspace's types: the interface of a document, the definition of a trigger, how much is typed.

Queries like those in `questions`, which no check asks: they cost nothing until somebody wants to know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.flow.coverage import Coverage, coverage_of
from koreo_analyzer.flow.infer import Inference, infer
from koreo_analyzer.flow.interface import Interface, interface_of
from koreo_analyzer.flow.typing import Typing, typing_of
from koreo_analyzer.workspace.queries import Query, Session
from koreo_analyzer.workspace.questions import DOCUMENT, USUAL_INPUTS, SessionWorld

if TYPE_CHECKING:
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


_RECENT = 12
"""Documents that are open side by side; an editor asks several things about each after a keystroke."""

TYPING = Query("typing", _typing, recent=_RECENT)
INTERFACE = Query("interface", _interface, recent=_RECENT)
INFERENCE = Query("inference", _inference)
COVERAGE = Query("coverage", _coverage)
