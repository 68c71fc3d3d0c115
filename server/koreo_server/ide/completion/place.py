"""A place in an expression that is completed, and what is known of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.lexer import KEYWORDS
from koreo_analyzer.types import ANY, BOOL, MapType, ObjectType, Property, Type, fits, members

from koreo_server.ide.completion.known import chain_names, given_inputs, names_used_after
from koreo_server.ide.completion.shapes import properties_of

if TYPE_CHECKING:
    from koreo_analyzer.language.document import Expression
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition, Snapshot

    from koreo_server.ide.completion.half_typed import TypedGap

_IDENTIFIER = re.compile(r"[A-Za-z_]\w*\Z")
FIRST, FITS, USUAL, OTHER = 0, 1, 3, 5


@dataclass(frozen=True, slots=True)
class Place:
    """A place in an expression; `span` is to be replaced, `after` is the source that follows it."""

    snapshot: Snapshot
    definition: Definition
    expression: Expression
    typed: TypedGap
    span: Span
    after: str

    @property
    def is_asked_for(self) -> bool:
        """Whether it is the argument of `has`, which is a name and fields after it, and nothing else."""
        return isinstance(self.typed.gap.parent, ast.Macro | ast.Call) and self.typed.gap.parent.name == "has"

    @property
    def key(self) -> str | None:
        """The key whose whole value is to be written."""
        key = self.expression.path[-1] if self.expression.path else None
        return key if isinstance(key, str) and len(self.typed.gap.way) == 1 else None

    def fields(self, operand: ast.Node) -> dict[str, Property]:
        """Return the fields of a value; where not all are known, with the names used after the same chain elsewhere."""
        type_ = self.typed.type_of(operand)
        found = dict(properties_of(type_))
        if isinstance(operand, ast.Ident) and operand.name == "steps":
            return found
        unknown = (
            one == ANY or isinstance(one, MapType) or (isinstance(one, ObjectType) and one.open)
            for one in members(type_)
        )
        names = self.used(operand) if any(unknown) else []
        if isinstance(operand, ast.Ident) and operand.name == "inputs":
            names += given_inputs(self.snapshot, self.definition)
        for name in names:
            found.setdefault(name, Property(ANY))
        return found

    def used(self, operand: ast.Node) -> list[str]:
        """Return the names that are used after the same chain elsewhere in the document."""
        names = chain_names(operand)
        return names_used_after(self.definition, names, self.expression) if names is not None else []


def is_identifier(name: str) -> bool:
    """Whether a name can stand after a dot."""
    return bool(_IDENTIFIER.match(name)) and name not in KEYWORDS


def rank_of(type_: Type, wanted: Type | None) -> int:
    """Tell how well a value suits: it fits, it may, something in it does, it does not."""
    if wanted is None or type_ == ANY:
        return USUAL
    if fits(type_, wanted):
        return FITS
    if wanted != BOOL and isinstance(type_, ObjectType):
        return USUAL
    return USUAL if isinstance(type_, ObjectType) else OTHER
