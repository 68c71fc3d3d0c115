"""What a run of a function is given besides its inputs, and what it leaves besides its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from koreo_analyzer.language.document import Path

    from koreo_runtime.effects import Create, Delete, Patch
    from koreo_runtime.outcomes import Outcome
    from koreo_runtime.programs.model import DeletePolicy


@dataclass(frozen=True, slots=True)
class Owner:
    """The trigger, for which the resource is managed. `namespace` is None for one of the whole cluster."""

    api_version: str
    kind: str
    name: str
    uid: str
    namespace: str | None


@dataclass(frozen=True, slots=True)
class ManagedResource:
    """The resource that a run was about, for the inventory of its trigger (language section 8).

    `plural` is None when it has to be looked up. `delete` says what happens to the resource once the function
    no longer runs for its trigger; nothing happens to one that is only read.
    """

    api_version: str
    kind: str
    plural: str | None
    name: str
    namespace: str | None
    readonly: bool
    function: str
    delete: DeletePolicy


@dataclass(frozen=True, slots=True)
class FunctionResult:
    """How a run ended, and the resource that it manages: None when it has none, or its name is not known.

    `drift` is where the object first differed from the target specification, when the run changed it for that.
    `write` is what the run changed, None if it changed nothing; that of a resource which should not exist, too.
    """

    outcome: Outcome
    managed: ManagedResource | None = None
    drift: Path | None = None
    write: Create | Patch | Delete | None = None
