"""The programs of one state of a workspace, compiled when they are first needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from koreo_analyzer.cel import DEFAULT_LIMITS, Limits
from koreo_analyzer.language import kinds

from koreo_runtime.functions.quantities import is_builtin_quantity
from koreo_runtime.programs.compiler import Compiler
from koreo_runtime.programs.definitions import compile_definition
from koreo_runtime.programs.model import (
    Program,
    ResourceFunctionProgram,
    TemplateProgram,
    Unusable,
    ValueFunctionProgram,
)
from koreo_runtime.programs.workflow import WorkflowProgram

if TYPE_CHECKING:
    from koreo_analyzer.cel.engine import Engine as ExpressionEngine
    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.workspace import Snapshot

    from koreo_runtime.functions.quantities import IsQuantity
    from koreo_runtime.programs.compiler import Instrument
    from koreo_runtime.programs.model import ProgramId


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What a run may use.

    `step_seconds` is the time limit of one step of a Workflow (language section 8). `logic_runs` is how often one
    run of a Workflow may run Logic, once per step and per item of a `forEach`, those of sub-Workflows included.
    `limits` are those of one expression, which another engine than the native one need not know.
    """

    step_seconds: float = 30.0
    logic_runs: int = 20_000
    limits: Limits = DEFAULT_LIMITS


Compiled: TypeAlias = "tuple[KoreoDocument, Program | Unusable | None]"
"""What a document was compiled to."""

DEFAULT_SETTINGS: Final = EngineSettings()


class Engine:
    """The programs of a snapshot by kind and name. It does no I/O, and runs leave nothing in it."""

    def __init__(
        self,
        snapshot: Snapshot,
        *,
        expressions: ExpressionEngine | None = None,
        instrument: Instrument | None = None,
        quantities: IsQuantity = is_builtin_quantity,
        settings: EngineSettings = DEFAULT_SETTINGS,
        previous: Engine | None = None,
    ) -> None:
        """Evaluate with `expressions`, the native engine if None.

        `quantities` tells which fields hold a Kubernetes quantity, and are compared by value. `previous`, an
        engine with the same `expressions` and `instrument`, hands over the programs of the documents that did
        not change, unless it has other limits.
        """
        self.snapshot = snapshot
        self.settings = settings
        self.quantities = quantities
        self.compiler = Compiler(expressions, instrument, settings.limits)
        self.compiled: dict[ProgramId, Compiled] = {} if previous is None else self._taken_over(previous)
        self._programs: dict[ProgramId, Program | Unusable | None] = {}

    def _taken_over(self, previous: Engine) -> dict[ProgramId, Compiled]:
        """Return what another engine has compiled of what is still defined."""
        if previous.settings.limits != self.settings.limits:
            return {}
        defined = {kind: frozenset(self.snapshot.names(kind)) for kind in kinds.KINDS}
        return {
            (kind, name): known for (kind, name), known in previous.compiled.items() if name in defined[kind]
        }

    def value_function(self, name: str) -> ValueFunctionProgram | Unusable | None:
        """Return a ValueFunction; None if there is no active definition of this name."""
        found = self.program(kinds.VALUE_FUNCTION, name)
        return found if isinstance(found, ValueFunctionProgram | Unusable) else None

    def resource_function(self, name: str) -> ResourceFunctionProgram | Unusable | None:
        """Return a ResourceFunction; None if there is no active definition of this name."""
        found = self.program(kinds.RESOURCE_FUNCTION, name)
        return found if isinstance(found, ResourceFunctionProgram | Unusable) else None

    def template(self, name: str) -> TemplateProgram | Unusable | None:
        """Return a ResourceTemplate; None if there is no active definition of this name."""
        found = self.program(kinds.RESOURCE_TEMPLATE, name)
        return found if isinstance(found, TemplateProgram | Unusable) else None

    def workflow(self, name: str) -> WorkflowProgram | Unusable | None:
        """Return a Workflow; None if there is no active definition of this name."""
        found = self.program(kinds.WORKFLOW, name)
        return found if isinstance(found, WorkflowProgram | Unusable) else None

    def logic(
        self, kind: str, name: str
    ) -> ValueFunctionProgram | ResourceFunctionProgram | WorkflowProgram | Unusable | None:
        """Return what a step can run: a function or a Workflow; None if there is no active definition."""
        found = self.program(kind, name) if kind in kinds.LOGIC else None
        return None if isinstance(found, TemplateProgram) else found

    def program(self, kind: str, name: str) -> Program | Unusable | None:
        """Return what a document was compiled to; None if there is no active definition of kind and name."""
        key = kind, name
        if key not in self._programs:
            self._programs[key] = self._find(kind, name)
        return self._programs[key]

    def _find(self, kind: str, name: str) -> Program | Unusable | None:
        definition = self.snapshot.active_definition(kind, name)
        if definition is None:
            return None
        known = self.compiled.get((kind, name))
        if known is not None and known[0] is definition.document:
            return known[1]
        file = self.snapshot.file(definition.path)
        if file is None:
            return None
        found = compile_definition(self.compiler, file.documents[definition.index].document)
        self.compiled[kind, name] = definition.document, found
        return found
