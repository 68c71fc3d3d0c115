"""What the analysis of a document takes and gives. None of it holds a position in a text.

So an edit that only moves text leaves every answer equal, and stops at its own document.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

from koreo_analyzer.types import ANY, NULL, Type

if TYPE_CHECKING:
    from collections.abc import Collection

    from koreo_analyzer.language.document import KoreoDocument, Path
    from koreo_analyzer.schemas import KindName, KindSchema, Unknown
    from koreo_analyzer.text import Span
    from koreo_analyzer.types import Origin

LogicName: TypeAlias = tuple[str, str]
"""Kind and name of a function or Workflow."""

FlowCode: TypeAlias = Literal[
    "unknown-field",
    "wrong-operand",
    "never-equal",
    "not-boolean",
    "wrong-index",
    "optional-field",
    "wrong-result",
    "wrong-input",
    "constant-assertion",
    "unreachable-case",
    "missing-case",
    "missing-key",
    "resource-field",
    "resource-missing",
    "target-missing",
    "variant-missing",
    "template-missing",
    "no-template",
    "resource-value",
    "no-schema",
    "no-kind",
    "wrong-scope",
    "forced-identity",
    "template-identity",
    "never-returned",
]

DOUBTS: Final[frozenset[FlowCode]] = frozenset(
    {
        "never-equal",
        "optional-field",
        "constant-assertion",
        "unreachable-case",
        "missing-case",
        "missing-key",
        "no-schema",
        "no-kind",
        "wrong-scope",
        "forced-identity",
        "template-identity",
        "never-returned",
        "target-missing",
        "variant-missing",
        "template-missing",
    }
)
"""What is odd in a document, rather than a failure of whoever calls it with the wrong types.

`no-kind` is `no-schema` of a kind that hardly any API server has. `target-missing` is `resource-missing` under a
template of which a caller only gives a part of the name,
`variant-missing` the same under some of several. `template-missing`: there is no template of some of the names that can
be given; of `no-template`, of none.
"""

At: TypeAlias = Literal["value", "key", "within"]


@dataclass(frozen=True, slots=True)
class Given:
    """The types of what a document is run with: `inputs` (a Workflow sees them as `parent`), and `resource`.

    `resource` is the target so far, for a function that an `overlayRef` runs; None otherwise. `made_for` are the kinds
    of the targets over which its value is merged.
    """

    inputs: Type = ANY
    resource: Type | None = None
    made_for: tuple[KindName, ...] = ()
    _hash: int = field(init=False, repr=False, compare=False)
    """It is part of many keys, and large."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.inputs, self.resource, self.made_for)))

    def __hash__(self) -> int:
        return self._hash

    def unknown(self) -> Given:
        """Return what is given whoever calls: what is wrong then is wrong for all of them."""
        return Given(made_for=self.made_for)


NOTHING_GIVEN: Final = Given()
"""Nothing is known of the inputs: what is wrong then is wrong whoever calls."""


@dataclass(frozen=True, slots=True)
class Lack:
    """A field that is not there: where it could be written, if that is in the document, and what asks for it."""

    path: Path | None
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class FlowProblem:
    """One thing that does not fit in the analysed document.

    It is about the value at `path` of the document, its key (`at` is `key`), or a part of the expression there
    (`within`; `span` counts in the expression's source). `certain`: every run that goes well so far comes to it.
    For `wrong-input`, `callee` is what is called and `use` the problem that it has with the input.
    """

    code: FlowCode
    path: Path
    at: At
    span: Span | None
    message: str
    hint: str | None = None
    certain: bool = True
    asked: bool = False
    constant: bool = False
    owner: str | None = None
    chain: tuple[str, ...] | None = None
    callee: LogicName | None = None
    use: FlowProblem | None = None
    origin: Origin | None = None
    """The field of a schema that asks for something else."""
    alternative: bool = False
    """Only one of several values that may stand there is wrong, and no caller has to do with it."""
    added: str | None = None
    """What mends the part at `span` when it is written after it."""
    lacks: tuple[Lack, ...] = ()
    """Every field that is missing, for `resource-missing` and `target-missing`."""

    templates: tuple[str, ...] = ()
    """The templates that it is about."""

    @property
    def place(self) -> tuple[str, Path, At, Span | None]:
        """What is the same for one problem under different types."""
        return self.code, self.path, self.at, self.span


@dataclass(frozen=True, slots=True)
class CallFlow:
    """One call that a document makes, and what it gives; `path` leads to the name of what is called."""

    target: LogicName
    given: Given
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What a caller has to know of one run: the type of the value, and whether there may be none."""

    value: Type = ANY
    may_skip: bool = True
    problems: tuple[FlowProblem, ...] = ()

    def for_callers(self) -> Result:
        """Return the result with only those problems that can be a caller's fault."""
        return replace(self, problems=tuple(filter(is_failure, self.problems)))


def is_failure(problem: FlowProblem) -> bool:
    """Whether a problem makes a run fail because of what it is given."""
    if problem.code in DOUBTS or problem.asked or problem.alternative:
        return False
    # An input that is not given at all is another rule's to report.
    chain = problem.chain
    is_input = chain is not None and len(chain) == 2 and chain[0] in ("inputs", "parent")
    return not (problem.code == "unknown-field" and is_input)


@dataclass(frozen=True, slots=True)
class Flow:
    """The analysis of a document for given types: its result, and the calls that it makes."""

    result: Result
    calls: tuple[CallFlow, ...] = ()


NO_VALUE: Final = Result(NULL, may_skip=False)
UNKNOWN: Final = Result()


class Kinds(Protocol):
    """Where the schemas of kinds are."""

    def schema(self, name: KindName) -> KindSchema | None:
        """Return the schema of a kind, None if none is known."""
        ...

    def why_unknown(self, name: KindName) -> Unknown | None:
        """Say why a kind has no schema, and what to do; None if no schemas are at hand at all."""
        ...


class World(Kinds, Protocol):
    """What an analysis may ask about other documents and kinds."""

    def document(self, kind: str, name: str) -> KoreoDocument | None:
        """Return the (first) active definition."""
        ...

    def result(self, target: LogicName, given: Given) -> Result | None:
        """Return the result of running a function or Workflow, for callers.

        None for one that is not defined, or runs itself.
        """
        ...

    def names(self, kind: str) -> Collection[str]:
        """Return the names of all active definitions of a kind."""
        ...
