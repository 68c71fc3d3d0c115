"""Where problems with types stand in the text, and the places that explain them: declarations, uses, callers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.flow import is_made, prepared, trace, trigger_type
from koreo_analyzer.language.document import Function, FunctionTest, Workflow
from koreo_analyzer.language.kinds import RESOURCE_TEMPLATE
from koreo_analyzer.language.tree import node_at
from koreo_analyzer.problems import Related
from koreo_analyzer.types import ObjectType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.checks.world import Call, World
    from koreo_analyzer.flow import FlowCode, FlowProblem, TraceStep
    from koreo_analyzer.language.document import KoreoDocument, Path
    from koreo_analyzer.text import Span
    from koreo_analyzer.types import Origin, Type

_ABOUT_FIELDS: Final[frozenset[FlowCode]] = frozenset({"unknown-field", "optional-field"})
_ABOUT_VALUES: Final[frozenset[FlowCode]] = frozenset({"wrong-input", "wrong-result", "missing-case"})
_ABOUT_PARTS: Final[frozenset[FlowCode]] = frozenset(
    {"never-equal", "not-boolean", "wrong-index", "wrong-operand", "constant-assertion"}
)
"""What several names of one expression may have to do with."""
_BY_NAME: Final[frozenset[FlowCode]] = frozenset({"target-missing", "variant-missing", "template-missing"})
"""What follows from the name of a template, whatever places it is told at."""
_MOST_RELATED: Final = 6


class Places:
    """Finds what explains the problems of one document."""

    def __init__(self, document: KoreoDocument, world: World) -> None:
        self._document = document
        self._world = world

    def of(self, problem: FlowProblem, *, is_callers: bool) -> tuple[Related, ...]:
        """Return the places that explain a problem. `is_callers`: it follows from what the callers give."""
        found = dict.fromkeys(self._related(problem))
        if is_callers:
            found |= dict.fromkeys(self._callers(problem))
        return tuple(found)[:_MOST_RELATED]

    def can_require(self, origin: Origin) -> bool:
        """Whether the workspace itself declares a field, which who writes an object can be asked for: no status."""
        return "status" not in origin.name.split(".")[1:2] and self._world.place_of(origin) is not None

    def _related(self, problem: FlowProblem) -> Iterator[Related]:
        yield from self._uses(problem)
        if problem.code == "forced-identity" and not isinstance(self._document.body, FunctionTest):
            is_template = problem.path[1] == "resourceTemplateRef"
            key = "kind" if is_template else problem.path[-1]
            yield Related("it is forced here", value_span(self._document, ("spec", "apiConfig", key)))
        if is_made(problem) and isinstance(self._document.body, Function):
            yield from self._merged()
        if problem.origin is not None:
            yield from self._declared(problem.origin)
        for name in problem.templates:
            site = next((site for site in self._world.sites(RESOURCE_TEMPLATE, name) if site.active), None)
            if site is not None:
                yield Related(f"ResourceTemplate `{name}` is here", site.span, site.path, site.index)
        for origin in dict.fromkeys(lack.origin for lack in problem.lacks if lack.origin is not None):
            yield from self._declared(origin)
        if isinstance(self._document.body, Workflow):
            if problem.code in _ABOUT_FIELDS and problem.chain is not None:
                # Of a field that is not there, where the value comes from that does not have it.
                known = problem.chain[:-1] if problem.code == "unknown-field" else problem.chain
                yield from self._way(problem.path, known)
            elif problem.code in _ABOUT_VALUES:
                yield from self._way(problem.path)
            elif problem.code in _ABOUT_PARTS:
                for chain in _chains(self._document, problem.path, problem.span):
                    yield from self._way(problem.path, chain)
            elif problem.code == "unreachable-case":
                # .../refSwitch/cases/N/case
                yield from self._way((*problem.path[:-3], "switchOn"))

    def _merged(self) -> Iterator[Related]:
        """Yield the overlays that merge over a target what the function returns."""
        name = self._document.name
        for call in self._world.calls(self._document.kind, name.text) if name is not None else ():
            for kind in call.flow.given.made_for:
                where = value_span(call.document, call.flow.path)
                yield Related(
                    f"merged over a resource of kind {kind.kind} here", where, call.path, call.index
                )

    def _uses(self, problem: FlowProblem) -> Iterator[Related]:
        """Yield where an input is used, in what is called and in what that calls."""
        while problem.callee is not None and problem.use is not None:
            kind, name = problem.callee
            document = self._world.document(kind, name)
            site = next((site for site in self._world.sites(kind, name) if site.active), None)
            if document is None or site is None:
                return
            use = problem.use
            yield Related(f"{use.message}", span_of(document, use), site.path, site.index)
            problem = use

    def _declared(self, origin: Origin) -> Iterator[Related]:
        place = self._world.place_of(origin)
        if place is not None:
            file, number, span = place
            yield Related(f"{origin.name} is declared here", span, file, number)

    def _callers(self, problem: FlowProblem) -> Iterator[Related]:
        """Yield where the callers give what a problem follows from, and where that comes from."""
        document = self._document
        path = problem.path
        if problem.code == "unreachable-case":
            path = (*path[:-3], "switchOn")
        if problem.code in _BY_NAME:
            path = ("spec", "resourceTemplateRef", "name")
        known = problem.chain[:-1] if problem.code == "unknown-field" and problem.chain else problem.chain
        chains = [known] if known is not None else list(_chains(document, path, problem.span))
        name = document.name
        for call in self._world.calls(document.kind, name.text) if name is not None else ():
            for chain in chains:
                if problem.code != "optional-field" or not _is_certain(call.flow.given.inputs, chain[1:]):
                    yield from self._way(path, chain, call)

    def _way(
        self, path: Path, chain: tuple[str, ...] | None = None, call: Call | None = None
    ) -> Iterator[Related]:
        """Yield the places through which a type came, that of a value or of a chain in an expression.

        With a `call` of the document those before it, too.
        """
        start = self._document if call is None else call.document
        latest = prepared(start).latest
        body = start.body
        parent = trigger_type(body, self._world, latest) if isinstance(body, Workflow) else None
        caller = (call.document, (*call.flow.path[:3], "inputs")) if call is not None else None
        yield from self._places(trace(self._document, path, parent, self._world, chain, caller))

    def _places(self, steps: list[TraceStep]) -> Iterator[Related]:
        for step in steps:
            if step.origin is not None:
                yield from self._declared(step.origin)
            elif step.document is not None:
                kind, name = step.document
                document = self._world.document(kind, name)
                site = next((site for site in self._world.sites(kind, name) if site.active), None)
                if document is not None and site is not None:
                    yield Related(
                        _passed(kind, name, step.path),
                        value_span(document, step.path),
                        site.path,
                        site.index,
                    )


def _chains(document: KoreoDocument, path: Path, part: Span | None) -> Iterator[tuple[str, ...]]:
    """Yield the chains of names in a part of an expression."""
    expression = next((one for one in document.expressions if one.path == path), None)
    found: dict[tuple[str, ...], None] = {}
    for use in expression.facts.uses if expression is not None else ():
        if part is None or (part.start <= use.span.start and use.end <= part.end):
            found[use.root, *(member.name for member in use.members)] = None
    yield from found


def _passed(kind: str, name: str, path: Path) -> str:
    word = "returned" if path[1] == "return" else "passed"
    return f"{word} here by {kind} `{name}`"


def _is_certain(type_: Type, names: tuple[str, ...]) -> bool:
    """Whether a member is always there."""
    for name in names:
        known = type_.properties.get(name) if isinstance(type_, ObjectType) else None
        if known is None or not known.required:
            return False
        type_ = known.type
    return True


def span_of(document: KoreoDocument, problem: FlowProblem) -> Span:
    """Return where a problem stands in the text of its document."""
    if problem.at == "within" and problem.span is not None:
        expression = next((one for one in document.expressions if one.path == problem.path), None)
        if expression is not None:
            return expression.span(problem.span)
    if problem.at == "key":
        key, _ = node_at(document.spec, problem.path[1:])
        if key is not None:
            return key.span
    return value_span(document, problem.path)


def value_span(document: KoreoDocument, path: Path) -> Span:
    """Return the value at a path of a document, or the nearest around it; of what has several lines, its key."""
    for end in range(len(path), 0, -1):
        key, node = node_at(document.spec, path[1:end])
        if node is not None:
            span = node.span
            if key is not None and "\n" in document.text[span.start : span.end].rstrip():
                return key.span
            return span
    return document.kind_span
