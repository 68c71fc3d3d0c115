"""What the static checker reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from koreo_analyzer.problems import Severity

if TYPE_CHECKING:
    from koreo_analyzer.cel.narrowing import Path
    from koreo_analyzer.text import Span
    from koreo_analyzer.types import Origin

TypeCode = Literal[
    "unknown-field",
    "wrong-operand",
    "never-equal",
    "not-boolean",
    "wrong-index",
    "optional-field",
    "missing-key",
]


@dataclass(frozen=True, slots=True)
class TypeProblem:
    """Something that can never work; `span` counts in the source of the expression.

    An `optional-field` may work: it is a field that need not be there, used without asking for it; so may a
    `missing-key`: a map without a key for some of the texts that it is indexed by. `path` is the
    chain of literal members that ends with the field that a problem is about, `owner` the name of the type that
    should have it, `origin` where a schema declares the field. `certain`: whatever the data are, an evaluation of
    the expression comes to this place. `asked`: it stands in a `has(…)`. `constant`: one side of a comparison has
    one value only, or asks for null, which what is given today need not be.
    """

    code: TypeCode
    span: Span
    message: str
    hint: str | None = None
    path: Path | None = None
    owner: str | None = None
    certain: bool = True
    asked: bool = False
    constant: bool = False
    origin: Origin | None = field(default=None, compare=False)

    @property
    def severity(self) -> Severity:
        """Error: no evaluation can get anything there; warning: a value comes, hardly the meant one."""
        return Severity.WARNING if self.code in ("never-equal", "missing-key") else Severity.ERROR
