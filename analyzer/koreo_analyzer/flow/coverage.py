"""How many expressions of a document are typed, and why the others are not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from koreo_analyzer.cel import ast
from koreo_analyzer.flow.analysis import analyse
from koreo_analyzer.flow.workflows import trigger_kind
from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Workflow
from koreo_analyzer.language.tree import get, get_text
from koreo_analyzer.schemas import KindName
from koreo_analyzer.types import AnyType, Type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.flow.blocks import Typed
    from koreo_analyzer.flow.model import Given, World
    from koreo_analyzer.language.document import KoreoDocument


class Cause(NamedTuple):
    """Why a type is not known, and what can be done about it."""

    text: str
    hint: str | None = None


_NOT_RUN: Final = Cause(
    "the inputs of a definition that nothing calls", "a FunctionTest tells the types of its inputs"
)
_NO_TARGET: Final = Cause("`resource` in a ValueFunction that no overlay runs")
_UNREADABLE: Final = Cause("an expression that cannot be read in full", "`koreo check` says where")
_GIVEN: Final = Cause("an input whose type no caller knows")
_STEP: Final = Cause("the value of a step whose type is not known")
_LOCAL: Final = Cause("a local whose type is not known")
_OPEN: Final = Cause("a field whose schema lets in anything")
_VALUE: Final = Cause("a value whose type is not known")
_BY_ROOT: Final[Mapping[str, Cause]] = {
    "inputs": _GIVEN,
    "parent": _GIVEN,
    "steps": _STEP,
    "locals": _LOCAL,
    "value": _STEP,
}


@dataclass(slots=True)
class Coverage:
    """How many expressions have types in all their parts, in some and in none; `causes` counts those that lack some."""

    typed: int = 0
    partly: int = 0
    untyped: int = 0
    causes: Counter[Cause] = field(default_factory=Counter)

    def by_cause(self) -> list[tuple[Cause, int]]:
        """Return the causes with their counts, the most frequent first."""
        return sorted(self.causes.items(), key=lambda item: (-item[1], item[0].text))

    def add(self, other: Coverage) -> None:
        """Take in the counts of another document."""
        self.typed += other.typed
        self.partly += other.partly
        self.untyped += other.untyped
        self.causes.update(other.causes)


def coverage_of(document: KoreoDocument, given: Given, world: World) -> Coverage:
    """Count the expressions of a document that is run with `given`; a test or a template has none that flow."""
    found: list[Typed] = []
    analyse(document, given, world, found)
    types = {id(one.expression): one.checked.types for one in found}
    coverage = Coverage()
    if not found:
        return coverage
    for expression in document.expressions:
        if expression.facts.broken:
            coverage.untyped += 1
            coverage.causes[_UNREADABLE] += 1
        elif id(expression) in types:
            _count(coverage, expression.facts.root, types[id(expression)], document, given, world)
    return coverage


def _count(
    coverage: Coverage,
    root: ast.Node,
    types: Mapping[int, Type],
    document: KoreoDocument,
    given: Given,
    world: World,
) -> None:
    nodes = [node for node in ast.walk(root) if id(node) in types]
    unknown = [node for node in nodes if isinstance(types[id(node)], AnyType)]
    if not unknown:
        coverage.typed += 1
        return
    names = [node for node in nodes if isinstance(node, ast.Select | ast.Index)]
    if isinstance(types.get(id(root)), AnyType) and all(
        isinstance(types[id(node)], AnyType) for node in names
    ):
        coverage.untyped += 1
    else:
        coverage.partly += 1
    declared = {one.name for node in nodes if isinstance(node, ast.Macro) for one in node.variables}
    origins = _origins(unknown)
    free = [node for node in origins if not (isinstance(node, ast.Ident) and node.name in declared)]
    # The variable of a macro is unknown because of what the macro goes over.
    coverage.causes.update({_cause(node, document, given, world) for node in free} or {_OPEN})


def _origins(unknown: list[ast.Node]) -> list[ast.Node]:
    """Return the parts that are unknown by themselves, not because a part of them is."""
    identities = {id(node) for node in unknown}
    return [node for node in unknown if all(id(part) not in identities for part in ast.children(node))]


def _cause(node: ast.Node, document: KoreoDocument, given: Given, world: World) -> Cause:
    match node:
        case ast.Ident():
            return _cause_of_name(node.name, document, given, world)
        case ast.Select() | ast.Index():
            return _cause_of_part(node, document)
        case ast.Call() | ast.Macro():
            return Cause(f"the result of `{node.name}`, which may give anything")
        case _:
            return _VALUE


def _cause_of_part(node: ast.Node, document: KoreoDocument) -> Cause:
    while isinstance(node, ast.Select | ast.Index):
        node = node.operand
    root = node.name if isinstance(node, ast.Ident) else ""
    if root == "parent" and isinstance(document.body, Workflow) and document.body.has_trigger:
        return _OPEN
    return _BY_ROOT.get(root, _OPEN)


def _cause_of_name(name: str, document: KoreoDocument, given: Given, world: World) -> Cause:
    body = document.body
    if name == "parent" and isinstance(body, Workflow) and body.trigger is not None:
        return _no_schema(trigger_kind(body.trigger), world)
    if name in ("inputs", "parent"):
        return _NOT_RUN if isinstance(given.inputs, AnyType) else _GIVEN
    if name == "resource" and document.kind == kinds.RESOURCE_FUNCTION:
        config = get(document.spec, "apiConfig")
        version, kind = get_text(config, "apiVersion"), get_text(config, "kind")
        if version is not None and kind is not None and world.schema(KindName(version, kind)) is None:
            return _no_schema(KindName(version, kind), world)
        return _VALUE
    if name == "resource":
        return _NO_TARGET
    return _BY_ROOT.get(name, _VALUE)


def _no_schema(name: KindName, world: World) -> Cause:
    unknown = world.why_unknown(name)
    if unknown is None:
        return Cause(f"no schema for kind {name.kind} of `{name.api_version}`")
    return Cause(unknown.reason, unknown.advice)
