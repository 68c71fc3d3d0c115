"""The meaning of one Koreo document: what it defines, what it refers to, where its expressions stand.

A model is built from the positioned tree of any document that says it is Koreo's, however broken its spec may
be: what is missing or of the wrong type is simply absent here (the structure checks report it). All spans are
offsets into the document's text. Models are immutable and depend on that text alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from koreo_analyzer.language import kinds
from koreo_analyzer.yaml.scalars import SourceMap, source_map

if TYPE_CHECKING:
    from koreo_analyzer.language.expressions import ExpressionFacts
    from koreo_analyzer.language.meant import Meant
    from koreo_analyzer.language.shapes import Place
    from koreo_analyzer.text import Span
    from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar

Path: TypeAlias = tuple[str | int, ...]
"""The keys and positions that lead from the root of a document to a value: `("spec", "steps", 0, "label")`."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it stands in the text."""

    text: str
    span: Span


class Expression:
    """One Koreo expression of a document: the scalar that holds it and the facts about its source."""

    __slots__ = ("_document", "_map", "facts", "path", "place", "scalar")

    def __init__(
        self, document: str, scalar: Scalar, place: Place, path: Path, facts: ExpressionFacts
    ) -> None:
        self._document = document
        self._map: SourceMap | None = None
        self.scalar = scalar
        self.place = place
        self.path = path
        self.facts = facts

    @property
    def source_map(self) -> SourceMap:
        """The map between the scalar's text (`=` included) and the document's."""
        if self._map is None:
            self._map = source_map(self._document, self.scalar)
        return self._map

    def span(self, within: Span) -> Span:
        """Return the place in the document of a span of the expression's source."""
        return self.source_map.span(within.start + 1, within.end + 1)

    def offset_in_source(self, offset: int) -> int | None:
        """Return the offset in the expression's source of an offset in the document; None outside of it."""
        value = self.source_map.to_value(offset)
        return None if value is None or value < 1 else value - 1


@dataclass(frozen=True, slots=True)
class Literal:
    """A scalar without expression in a block whose expressions are evaluated, or a scalar of literal data."""

    scalar: Scalar
    place: Place
    path: Path
    meant: tuple[Meant, ...] = ()
    """What of it was meant as an expression, and is none."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A mention of another document by kind and name."""

    kind: str
    name: Name
    role: str
    """The key that holds it: `ref`, `refSwitch`, `overlayRef`, `resourceTemplateRef` or `functionRef`."""


@dataclass(frozen=True, slots=True)
class Supplied:
    """One input that a caller gives."""

    name: Name
    value: Node | None


@dataclass(frozen=True, slots=True)
class Call:
    """A place that runs Logic with inputs: a step, or an overlay with `overlayRef`.

    `inputs` is None when the caller writes no `inputs` key. `anchor` is where a missing input is reported:
    the `inputs` key, or the name of the Logic. `complete` is False when not every target, or not what is
    given, could be read, so that more may be meant than stands here.
    """

    targets: tuple[Reference, ...]
    inputs: tuple[Supplied, ...] | None
    anchor: Span
    label: str
    complete: bool


@dataclass(frozen=True, slots=True)
class SwitchCase:
    """One case of a `refSwitch`."""

    case: Name | None
    default: Span | None
    """The key `default` of the case that is taken when no other matches."""
    reference: Reference | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a Workflow. `expressions` are those that run before the Logic; `state` those of its state."""

    index: int
    label: Name | None
    span: Span
    call: Call
    cases: tuple[SwitchCase, ...]
    input_key: Name | None
    condition_type: Name | None
    state_keys: tuple[Name, ...]
    expressions: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class TriggerRef:
    """The `crdRef` of a Workflow: API group, version and kind of its trigger."""

    group: Name
    version: Name
    kind: Name


@dataclass(frozen=True, slots=True)
class Workflow:
    """The body of a Workflow.

    `trigger` is None without a `crdRef`, and when one of its three parts cannot be read; `has_trigger` tells
    whether there is a `crdRef` at all.
    """

    trigger: TriggerRef | None
    has_trigger: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """The body of a ValueFunction or ResourceFunction.

    `computed_template` is the expression in `resourceTemplateRef.name`; `template` is the reference when a
    plain name stands there. `returns` tells whether a `return` with content is there, or may be meant.
    """

    locals: tuple[Name, ...] = ()
    overlays: tuple[Call, ...] = ()
    template: Reference | None = None
    computed_template: Expression | None = None
    returns: bool = True


@dataclass(frozen=True, slots=True)
class TestCase:
    """One case of a FunctionTest; `keys` are its keys with their spans, `span` the whole case."""

    index: int
    label: Name | None
    span: Span
    keys: dict[str, Span]
    skipped: bool
    variant: bool
    overrides: tuple[Supplied, ...]
    succeeds: bool
    """Whether the case expects the function to do its work (not a skip, a retry or a failure)."""


@dataclass(frozen=True, slots=True)
class FunctionTest:
    """The body of a FunctionTest."""

    function: Reference | None
    inputs: tuple[Supplied, ...] | None
    inputs_key: Span | None
    inputs_complete: bool
    """Whether everything that the cases give as inputs could be read."""
    current_resource: Span | None
    cases: tuple[TestCase, ...]


@dataclass(frozen=True, slots=True)
class ResourceTemplate:
    """The body of a ResourceTemplate."""


Body: TypeAlias = Workflow | Function | FunctionTest | ResourceTemplate


@dataclass(frozen=True, slots=True)
class Signature:
    """What other documents may depend on. It holds no position, so an edit that moves text leaves it equal.

    `inputs` are the names of the inputs that are read, each with whether the run fails without it.
    `any_input`: any name may be read, because the inputs are also used as a whole, or because a part of the
    document could not be read or names what is not in scope. For a Workflow the inputs are
    the members of `parent`. `returns` is False for a function whose value is certainly null.
    """

    kind: str
    name: str
    inputs: tuple[tuple[str, bool], ...] = ()
    any_input: bool = False
    trigger: tuple[str, str, str] | None = None
    returns: bool = True


@dataclass(frozen=True, slots=True)
class KoreoDocument:
    """One document of kind `kind`, which is one of the five; `name` is None when the document has none."""

    text: str
    kind: str
    kind_span: Span
    name: Name | None
    active: bool
    active_label: Span | None
    spec: Mapping | None
    body: Body
    expressions: tuple[Expression, ...]
    literals: tuple[Literal, ...]
    expression_keys: tuple[Scalar, ...]
    """Keys of evaluated blocks that begin with `=`, although a key is never an expression."""
    references: tuple[Reference, ...]
    complete: bool
    """Whether every part of the spec could be read: no unknown key, nothing of a wrong type, sound YAML."""
    input_uses: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    """Where each input is read: the spans of its name in the expressions."""
    signature: Signature | None = None

    @property
    def title(self) -> str:
        """Kind and name for messages."""
        return f"{self.kind} `{self.name.text}`" if self.name else self.kind

    @property
    def is_function(self) -> bool:
        """Whether the document is a ValueFunction or a ResourceFunction."""
        return self.kind in (kinds.VALUE_FUNCTION, kinds.RESOURCE_FUNCTION)
