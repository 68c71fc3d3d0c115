"""Compiles the parts of documents: single values and blocks, by an expression engine of the caller's choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from koreo_analyzer.cel import DEFAULT_LIMITS, CelError, Limits, compile_tree
from koreo_analyzer.language.document import Expression
from koreo_analyzer.language.expressions import read_expression
from koreo_analyzer.language.shapes import Place
from koreo_analyzer.yaml.nodes import Scalar, resolve_alias
from koreo_analyzer.yaml.resolve import value

from koreo_runtime.outcomes import Location
from koreo_runtime.programs.blocks import Leaf, compile_block
from koreo_runtime.programs.model import Value

if TYPE_CHECKING:
    from koreo_analyzer.cel.engine import Engine as ExpressionEngine
    from koreo_analyzer.language.document import KoreoDocument, Path
    from koreo_analyzer.yaml.nodes import Node

    from koreo_runtime.programs.blocks import Block
    from koreo_runtime.programs.model import Evaluate, Mark, ProgramId, Variables


_Known: TypeAlias = "dict[tuple[int, Path], Expression]"


class Instrument(Protocol):
    """Watches what runs, for coverage. Programs that are compiled without one pay nothing for it."""

    def expression(self, document: KoreoDocument, expression: Expression) -> Evaluate | None:
        """Return what evaluates an expression instead of the engine; None for the engine."""
        ...

    def marker(self, document: KoreoDocument, path: Path) -> Mark:
        """Return what is called whenever the run gets to `path`: a predicate that decides, an applied overlay."""
        ...


def program_id(document: KoreoDocument) -> ProgramId:
    """Return kind and name of a document; the name is empty if it has none."""
    return document.kind, document.name.text if document.name is not None else ""


class Compiler:
    """Compiles parts of documents; expressions of the same source are compiled once."""

    def __init__(
        self,
        expressions: ExpressionEngine | None = None,
        instrument: Instrument | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        """Use `expressions` to evaluate; None means the native engine."""
        self._engine = expressions
        self._instrument = instrument
        self._limits = limits
        self._compiled: dict[str, Evaluate] = {}
        self._last: tuple[KoreoDocument | None, _Known] = (None, {})

    def expression(self, document: KoreoDocument, expression: Expression) -> Evaluate:
        """Return what evaluates an expression. It takes the variables in scope, and raises `CelError`."""
        if self._instrument is not None:
            instrumented = self._instrument.expression(document, expression)
            if instrumented is not None:
                return instrumented
        source = expression.facts.source
        evaluate = self._compiled.get(source)
        if evaluate is None:
            evaluate = self._compiled[source] = self._compile(expression)
        return evaluate

    def _compile(self, expression: Expression) -> Evaluate:
        if self._engine is None:
            return compile_tree(expression.facts.root, limits=self._limits).evaluate
        try:
            return self._engine.compile(expression.facts.source).evaluate
        except CelError as error:
            return _failing(error)

    def block(self, document: KoreoDocument, node: Node, path: Path) -> Block:
        """Compile a part of the document in which expressions are evaluated; `path` is where it stands."""
        known = self._expressions_of(document)

        def compile_scalar(scalar: Scalar, place: Path) -> Leaf | None:
            expression = _expression_in(document, scalar, place, known)
            return None if expression is None else Leaf(expression, self.expression(document, expression))

        return compile_block(program_id(document), node, path, compile_scalar)

    def value(self, document: KoreoDocument, node: Node, path: Path) -> Value:
        """Compile a scalar that may be an expression; `path` is where it stands."""
        node = resolve_alias(node)
        location = Location(*program_id(document), path)
        if not isinstance(node, Scalar):
            return Value(_constant(None), location)
        expression = _expression_in(document, node, path, self._expressions_of(document))
        if expression is None:
            return Value(_constant(value(node)), location)
        return Value(self.expression(document, expression), location, expression)

    def _expressions_of(self, document: KoreoDocument) -> _Known:
        """Return the expressions of a document by the identity of their scalar and their path."""
        last, known = self._last
        if last is not document:
            known = {
                (id(expression.scalar), expression.path): expression for expression in document.expressions
            }
            self._last = document, known
        return known

    def mark(self, document: KoreoDocument, path: Path) -> Mark | None:
        """Return what tells the instrument that `path` was reached; None without an instrument."""
        return None if self._instrument is None else self._instrument.marker(document, path)


def _constant(constant: Any) -> Evaluate:
    return lambda _variables: constant


def _failing(error: CelError) -> Evaluate:
    def evaluate(variables: Variables) -> Any:
        del variables
        raise CelError(error.kind, error.message, error.span)

    return evaluate


def _expression_in(document: KoreoDocument, scalar: Scalar, path: Path, known: _Known) -> Expression | None:
    """Return the expression in a scalar, None if it holds none (language section 2).

    The model has each scalar once; where an alias repeats it, the expression is made for this place.
    """
    if scalar.text[:1] != "=" or value(scalar) != scalar.text:
        return None
    found = known.get((id(scalar), path))
    if found is None:
        found = Expression(document.text, scalar, Place.LITERAL, path, read_expression(scalar.text[1:]))
    return found
