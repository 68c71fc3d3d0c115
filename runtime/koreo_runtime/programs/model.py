"""What documents are compiled to. Programs are immutable, and depend on the text of their own document alone.

Their parts are closures that take the variables in scope by name (language section 2.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from koreo_analyzer.language.document import Expression, KoreoDocument

    from koreo_runtime.effects import KubeObject
    from koreo_runtime.outcomes import Location, NotOk
    from koreo_runtime.programs.blocks import Block
    from koreo_runtime.programs.predicates import Predicates
    from koreo_runtime.programs.workflow import WorkflowProgram

Variables: TypeAlias = "Mapping[str, Any]"
Evaluate: TypeAlias = "Callable[[Variables], Any]"
Mark: TypeAlias = "Callable[[], None]"
ProgramId: TypeAlias = tuple[str, str]
"""Kind and name."""

DeletePolicy: TypeAlias = Literal["abandon", "destroy"]
UpdateAction: TypeAlias = Literal["patch", "recreate", "never"]


@dataclass(frozen=True, slots=True)
class Value:
    """One scalar of a document: an expression, or a constant if `expression` is None.

    `evaluate` returns the value as the expression gives it; raises `CelError`.
    """

    evaluate: Evaluate
    location: Location
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class Unusable:
    """A document that cannot be run. `outcome` is that of whatever needs it."""

    kind: str
    name: str
    outcome: NotOk

    @property
    def id(self) -> ProgramId:
        """Kind and name."""
        return self.kind, self.name


@dataclass(frozen=True, slots=True)
class ValueFunctionProgram:
    """A ValueFunction (language section 5). `returns` is None without a `return` that has content."""

    id: ProgramId
    document: KoreoDocument
    preconditions: Predicates | None
    locals: Block | None
    returns: Block | None


@dataclass(frozen=True, slots=True)
class TemplateProgram:
    """A ResourceTemplate (language section 6). Nothing in `template` is evaluated."""

    id: ProgramId
    document: KoreoDocument
    template: KubeObject


@dataclass(frozen=True, slots=True)
class ApiConfig:
    """Which resource, and how it is treated; `namespace` is None for one without."""

    api_version: str
    kind: str
    plural: str | None
    name: Value
    namespace: Value | None
    owned: bool
    readonly: bool
    delete_if_exists: bool


@dataclass(frozen=True, slots=True)
class InlineOverlay:
    """An `overlay`. `mark` tells an instrument that it was applied."""

    block: Block
    skip_if: Value | None
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class FunctionOverlay:
    """An `overlayRef`; without `inputs` the function gets `{}`."""

    function: str
    inputs: Block | None
    skip_if: Value | None
    location: Location
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class BrokenOverlay:
    """An overlay that cannot be applied. Like a missing function it is found when it should be."""

    outcome: NotOk
    skip_if: Value | None


Overlay: TypeAlias = InlineOverlay | FunctionOverlay | BrokenOverlay


@dataclass(frozen=True, slots=True)
class CreatePolicy:
    """What happens when the resource is absent. `delay` in seconds.

    `mark` tells an instrument that `overlay` was applied.
    """

    enabled: bool
    delay: int
    overlay: Block | None
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class UpdatePolicy:
    """What happens when the resource differs. `delay` in seconds."""

    action: UpdateAction
    delay: int


@dataclass(frozen=True, slots=True)
class ResourceFunctionProgram:
    """A ResourceFunction (language section 7).

    The target specification begins with `resource`, or with the template named by `template`, or with nothing.
    """

    id: ProgramId
    document: KoreoDocument
    preconditions: Predicates | None
    locals: Block | None
    api: ApiConfig
    resource: Block | None
    template: Value | None
    overlays: tuple[Overlay, ...]
    create: CreatePolicy
    update: UpdatePolicy
    delete: DeletePolicy
    postconditions: Predicates | None
    returns: Block | None


FunctionProgram: TypeAlias = ValueFunctionProgram | ResourceFunctionProgram
Program: TypeAlias = "FunctionProgram | TemplateProgram | WorkflowProgram"
