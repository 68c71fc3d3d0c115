"""What is meant where a command asks for a Workflow: the name of one, or the file that holds it.

People name the file that they have open, the function beside the Workflow, or the object that starts it. A file of
one Workflow is as good as its name; of all else is said what it is, and how to ask.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from koreo_analyzer.language import kinds
from koreo_analyzer.suggest import did_you_mean, listed, there_are
from koreo_analyzer.workspace import is_koreo_path
from koreo_project.discover import absolute

from koreo_cli.checking import advice_on
from koreo_cli.misnamed import rename_advice

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from koreo_analyzer.workspace import Snapshot

_KINDS: Final = (
    kinds.WORKFLOW,
    kinds.VALUE_FUNCTION,
    kinds.RESOURCE_FUNCTION,
    kinds.RESOURCE_TEMPLATE,
    kinds.FUNCTION_TEST,
)


class Meant(NamedTuple):
    """The name of the Workflow that is meant; or None, and why there is none."""

    name: str | None
    message: str = ""


def is_file(given: str) -> bool:
    """Whether what was given for a Workflow is rather a file: it has the name of one."""
    return is_koreo_path(given) or ("." in os.path.basename(given) and os.path.isfile(given))


def workflow_meant(snapshot: Snapshot, given: str) -> Meant:
    """Return the Workflow that a file or a name stands for; a name need not be that of a Workflow."""
    if not is_file(given) or snapshot.definitions(kinds.WORKFLOW, given):
        return Meant(given)
    wrong = advice_on(given)
    if wrong is not None:
        return Meant(None, wrong)
    if snapshot.file(absolute(Path(given))) is None:
        return Meant(None, f"`{given}` is not in the workspace")
    names = _workflows_in(snapshot, given)
    if len(names) == 1:
        return Meant(names[0])
    if names:
        return Meant(None, f"`{given}` holds {len(names)} Workflows, name one: {listed(names)}")
    return Meant(None, f"there is no Workflow in `{given}`{_beside(snapshot)}")


def unknown_name_hint(
    snapshot: Snapshot, name: str, asked: Sequence[str], known: Collection[str]
) -> str | None:
    """Return what may help with a name that no definition of the kinds `asked` has; None without any idea.

    `known` are the names that could have been given.
    """
    found = next((kind for kind in _KINDS if kind not in asked and snapshot.definitions(kind, name)), None)
    if found is not None:
        users = _workflows_that_run(snapshot, found, name)
        runs = f", which {listed(users)} runs" if len(users) == 1 else f", which {listed(users)} run"
        return f"`{name}` is a {found}{runs if users else ''}"
    hint = did_you_mean(name, known)
    if hint is not None:
        return hint
    hints = [there_are(sorted(known))] if known else []
    misnamed = (rename_advice((snapshot,), kind) for kind in asked)
    hints += [advice for advice in misnamed if advice][:1]
    return "; ".join(hints) or None


def _workflows_in(snapshot: Snapshot, given: str) -> list[str]:
    models = (one.document for one in snapshot.documents(absolute(Path(given))))
    return [one.name.text for one in models if one.kind == kinds.WORKFLOW and one.name is not None]


def _workflows_that_run(snapshot: Snapshot, kind: str, name: str) -> list[str]:
    users = (user.document for user in snapshot.users(kind, name))
    return sorted({one.name.text for one in users if one.kind == kinds.WORKFLOW and one.name is not None})


def _beside(snapshot: Snapshot) -> str:
    names = snapshot.names(kinds.WORKFLOW)
    return f"; in the workspace {there_are(sorted(names))}" if names else ""
