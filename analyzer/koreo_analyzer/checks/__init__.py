"""The rules and the checks that find where they are broken: one module per family.

`RULES` lists every rule by its code, those included that only running can find broken
(`Rule.origin`). `check_document` needs one document only; `check_in_workspace` asks about others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from koreo_analyzer.checks import (
    calls,
    definitions,
    directives,
    documents,
    expressions,
    forgotten,
    header,
    identity,
    literals,
    overlays,
    replaced_lists,
    running,
    structure,
    structure_rules,
    tests,
    types_flow,
    workflows,
)
from koreo_analyzer.checks.rules import Origin, Rule
from koreo_analyzer.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from koreo_analyzer.checks.world import World
    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.problems import Problem
    from koreo_analyzer.text import Span
    from koreo_analyzer.yaml.parse import Tree

__all__ = ["RULES", "Origin", "Rule", "check_document", "check_in_workspace", "check_types"]

RULES: Final[Mapping[str, Rule]] = {
    rule.code: rule
    for family in (
        documents,
        structure_rules,
        definitions,
        expressions,
        workflows,
        calls,
        overlays,
        replaced_lists,
        tests,
        directives,
        types_flow,
        running,
    )
    for rule in family.RULES
}
"""Every rule by its code, in the order of the documentation."""


def check_document(tree: Tree, document: KoreoDocument | None) -> tuple[Problem, ...]:
    """Return the problems that one document has by itself, each once, in the order of the text.

    `document` is None for a document that is not Koreo's. A document with broken YAML only gets its syntax problems:
    what else might be found would follow from them.
    """
    return _ordered(_document_problems(tree, document))


def _document_problems(tree: Tree, document: KoreoDocument | None) -> Iterator[Problem]:
    if tree.root is None:
        yield from documents.check_yaml(tree)
        return
    if document is None and not tree.sound:
        yield from documents.check_yaml(tree)
        return
    if document is None:
        yield from documents.check_kind(tree.root)
        yield from header.check_foreign(tree.root)
        return
    syntax = list(documents.check_yaml(tree))
    yield from syntax
    if not tree.sound:
        return
    blamed = {problem.span for problem in syntax}
    shape = [p for p in structure.check_structure(document, tree.root) if p.span not in blamed]
    evaluated = list(expressions.check_expressions(document))
    yield from (_with_placeholder(problem, evaluated) for problem in shape)
    blamed.update(problem.span for problem in shape)
    blamed.update(e.scalar.span for e in document.expressions if e.facts.broken)
    keys = list(documents.check_boolean_keys(tree.root))
    yield from keys
    blamed.update(problem.span for problem in keys)
    yield from (problem for problem in documents.check_readings(tree.root) if problem.span not in blamed)
    for problem in evaluated:
        if problem.code != forgotten.FORGOTTEN_EQUALS.code or not _is_within(problem.span, blamed):
            yield problem
    yield from literals.check_keys(document)
    yield from workflows.check_workflow(document)
    yield from tests.check_test(document)
    yield from tests.check_template(document)
    yield from directives.check_directives(document)
    yield from identity.check_identity(document)


def _with_placeholder(problem: Problem, evaluated: Iterable[Problem]) -> Problem:
    """Return a problem of a text, mended by the expression that a placeholder in it stands for."""
    for other in evaluated:
        is_placeholder = other.code == forgotten.FORGOTTEN_EQUALS.code and other.severity is Severity.WARNING
        if is_placeholder and _is_within(other.span, (problem.span,)):
            return replace(problem, hint=other.hint, fixes=other.fixes)
    return problem


def _is_within(span: Span, others: Iterable[Span]) -> bool:
    return any(other.holds(span) for other in others)


def check_in_workspace(document: KoreoDocument, path: str, index: int, world: World) -> tuple[Problem, ...]:
    """Return the problems that a document has because of others, but for types; each once, in the order of the text.

    `path` and `index` say where the document stands: the file and its number in the file.
    """
    return _ordered(_workspace_problems(document, path, index, world))


def _workspace_problems(document: KoreoDocument, path: str, index: int, world: World) -> Iterator[Problem]:
    yield from definitions.check_definition(document, path, index, world)
    if document.active:
        yield from definitions.check_references(document, world)
        yield from workflows.check_cycle(document, world)
        yield from calls.check_calls(document, world)
        yield from overlays.check_overlays(document, world)
        yield from replaced_lists.check_replaced_lists(document, world)


def check_types(document: KoreoDocument, path: str, index: int, world: World) -> tuple[Problem, ...]:
    """Return the problems that the types of a document show, as `check_in_workspace` does for the rest.

    They are apart because they depend on other things: what a callee returns, not what it is called and asks for.
    """
    return _ordered(types_flow.check_types(document, path, index, world)) if document.active else ()


def _ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    unique: dict[tuple[object, ...], Problem] = {}
    for problem in problems:
        unique.setdefault((problem.span, problem.code, problem.message), problem)
    if len(unique) < 2:
        return tuple(unique.values())
    return tuple(sorted(unique.values(), key=lambda problem: (problem.span, problem.code, problem.message)))
