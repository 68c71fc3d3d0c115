"""Where a person reads about a rule: the link behind the code of a diagnostic (LSP 3.17, `CodeDescription`)."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import Final

from koreo_analyzer.checks import RULES

_DISTRIBUTION: Final = "koreo-lang"
_LABEL: Final = "checks"
_IN_SOURCES: Final = Path(__file__).resolve().parents[3] / "docs" / "checks.md"


def find_page() -> str | None:
    """Return the URL of the page that describes all rules; None if this installation knows none.

    That is the project's URL labelled "Checks" (core metadata, `Project-URL`), or in a source tree its
    docs/checks.md.
    """
    try:
        urls = metadata.metadata(_DISTRIBUTION).get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        urls = []
    for entry in urls:
        label, _, url = str(entry).partition(",")
        if label.strip().lower() == _LABEL:
            return url.strip()
    return _IN_SOURCES.as_uri() if _IN_SOURCES.is_file() else None


def rule_page(page: str | None, code: str) -> str | None:
    """Return the place on the page that describes a rule; None for what is no rule."""
    return f"{page}#{code}" if page is not None and code in RULES else None
