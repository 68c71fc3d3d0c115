"""Blocks of a document, typed: YAML with expressions in it becomes data with `Computed` leaves, and those a type."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from koreo_analyzer.cel.checker import Checked, check
from koreo_analyzer.cel.narrowing import NOTHING, Facts, facts_of
from koreo_analyzer.flow.defaults import default_added
from koreo_analyzer.flow.model import FlowCode, FlowProblem
from koreo_analyzer.flow.prepared import FIRST_ANALYSES, prepared
from koreo_analyzer.language.tree import is_unreadable
from koreo_analyzer.schemas import Computed
from koreo_analyzer.types import (
    ANY,
    ObjectType,
    Property,
    Type,
    fits,
    list_of,
    of_value,
    show,
)
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, resolve_alias

if TYPE_CHECKING:
    from koreo_analyzer.cel import ast
    from koreo_analyzer.cel.checking.problem import TypeProblem
    from koreo_analyzer.flow.prepared import Prepared
    from koreo_analyzer.language.document import Expression, KoreoDocument, Path
    from koreo_analyzer.text import Span
    from koreo_analyzer.types import Latest

Data: TypeAlias = Any
"""None, bool, int, float, str, list, dict, and `Computed` for what an expression will give."""

_LARGEST: Final = 20_000
"""How many values one block may have, aliases expanded."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The names in scope with their types, and what is known besides. `certain`: a run comes here if it goes well."""

    variables: dict[str, Type]
    facts: Facts = NOTHING
    certain: bool = True

    def having(self, **variables: Type) -> Scope:
        """Return the scope with more names; what was known of others by these names is forgotten."""
        facts = self.facts.forget(frozenset(variables))
        return Scope({**self.variables, **variables}, facts, self.certain)

    def knowing(self, facts: Facts) -> Scope:
        """Return the scope in which `facts` hold, too."""
        return self if facts is NOTHING else replace(self, facts=self.facts.and_also(facts))

    def doubtful(self) -> Scope:
        """Return the scope of a place that not every run comes to."""
        return replace(self, certain=False)


@dataclass(slots=True)
class Typed:
    """An expression, what the checker says of it, and the names that were in scope."""

    expression: Expression
    checked: Checked
    variables: dict[str, Type]


@dataclass(slots=True)
class Blocks:
    """The expressions of one document during one analysis of it; problems are collected on the way."""

    document: KoreoDocument
    problems: list[FlowProblem] = field(default_factory=list)
    typed: list[Typed] | None = None
    """Where every expression is kept with its types, when somebody wants them."""
    known: Prepared = field(init=False)
    remembers: bool = field(init=False)
    """Whether blocks that see nothing new are taken from earlier analyses; it only pays when there are many."""
    _left: int = 0
    _at: Path = ()

    def __post_init__(self) -> None:
        self.known = prepared(self.document)
        self.known.analyses += 1
        self.remembers = self.typed is None and self.known.analyses > FIRST_ANALYSES

    def node(self, *path: str | int) -> Node | None:
        """Return the value at a path below `spec`."""
        return self.known.node(path)

    def expression_at(self, *path: str | int) -> Expression | None:
        """Return the expression at a path below `spec`; None for anything else there."""
        return self.known.expressions.within(self.known.node(path), ("spec", *path))

    def report(
        self, code: FlowCode, path: Path, message: str, hint: str | None = None, **more: Any
    ) -> FlowProblem:
        """Add a problem of a value, or with `at="key"` of its key."""
        problem = FlowProblem(
            code, path, more.pop("at", "value"), more.pop("span", None), message, hint, **more
        )
        self.problems.append(problem)
        return problem

    # Expressions

    def check(self, expression: Expression, scope: Scope) -> Checked:
        """Type an expression and take in its problems. One that could not be read in full is `any`."""
        facts = expression.facts
        if self.typed is not None:
            checked = check(facts.root, scope.variables, scope.facts, optional=True)
            self.typed.append(Typed(expression, checked, scope.variables))
        if facts.broken:
            return Checked(ANY, {}, ())
        if self.typed is None:
            checked = self.known.check(facts, scope.variables, scope.facts)
        for problem in checked.problems:
            self.problems.append(_flow_problem(problem, expression.path, certain=scope.certain))
        return checked

    def wants(
        self, expression: Expression, scope: Scope, wanted: Type, what: str, words: str | None = None
    ) -> Checked:
        """Type an expression whose value must be of a type; `what` names the value in the message, `words` the type."""
        checked = self.check(expression, scope)
        if not fits(checked.type, wanted):
            added = default_added(expression.facts.root, checked.type, wanted)
            self.report(
                "wrong-result",
                expression.path,
                f"{what} must be {words or show(wanted)}, not {show(checked.type)}",
                f"say what it is without a value: `{added}`" if added is not None else None,
                span=expression.facts.root.span if added is not None else None,
                certain=scope.certain,
                added=added,
            )
        return checked

    # Data

    def data(self, node: Node | None, scope: Scope, at: Path) -> Data:
        """Return the block at a path of the document as data."""
        self._left = _LARGEST
        self._at = at
        if node is None:
            return None
        node = resolve_alias(node)
        if isinstance(node, Mapping) and not self.document.complete:
            return self._made(node, scope)  # as a whole it stays a mapping, of what could be read of it
        return self._data(node, scope)

    def _data(self, node: Node, scope: Scope) -> Data:
        self._left -= 1
        if self._left < 0:
            return Computed(ANY)
        if isinstance(node, Scalar):
            expression = self.known.expressions.within(node, self._at)
            if expression is not None:
                return self.known.computed(node, self.check(expression, scope).type)
            return self.known.constant(node)
        if not isinstance(node, Mapping | Sequence):
            return Computed(ANY)
        if not self.document.complete and is_unreadable(node):
            return Computed(ANY)
        if not self.remembers:
            return self._made(node, scope)
        used = self.known.used_in(node, scope.variables)
        data = self.known.block(node, used, scope.facts)
        if data is None:
            found = len(self.problems)
            data = self._made(node, scope)
            if len(self.problems) == found and self._left >= 0:
                self.known.keep_block(node, used, scope.facts, data)
        return data

    def _made(self, node: Mapping | Sequence, scope: Scope) -> Data:
        if isinstance(node, Mapping):
            parts = self.known.parts(node)
            return self.known.fields(node, {key: self._data(part, scope) for key, part in parts})
        return self.known.items(node, [self._data(resolve_alias(item), scope) for item in node.items])

    def type(self, node: Node | None, scope: Scope, at: Path) -> Type:
        """Return the type of the block at a path of the document."""
        return type_of(self.data(node, scope, at), self.known.latest)


def type_of(data: Data, latest: Latest | None = None) -> Type:
    """Return the type of data. That of a list or an object which had one before is taken from `latest`."""
    match data:
        case Computed():
            return data.type
        case dict() | list():
            known: Type | None = latest.find(type_of, data) if latest is not None else None
            if known is not None:
                return known
            if isinstance(data, list):
                type_: Type = list_of([type_of(item, latest) for item in data])
            else:
                type_ = ObjectType({str(key): Property(type_of(item, latest)) for key, item in data.items()})
            if latest is not None:
                latest.keep(type_, type_of, data)
            return type_
        case _:
            return of_value(data)


def facts_from(checked: Checked, root: ast.Node, *, outcome: bool) -> Facts:
    """Return what is known once an expression has given `outcome`."""
    types = checked.types
    return facts_of(root, lambda node: types.get(id(node), ANY), outcome=outcome)


def _flow_problem(problem: TypeProblem, path: Path, *, certain: bool) -> FlowProblem:
    span: Span = problem.span
    return FlowProblem(
        problem.code,
        path,
        "within",
        span,
        problem.message,
        problem.hint,
        certain and problem.certain,
        problem.asked,
        problem.constant,
        problem.owner,
        problem.path,
        origin=problem.origin,
    )
