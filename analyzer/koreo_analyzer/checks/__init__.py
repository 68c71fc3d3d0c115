"""The rules and the checks that find where they are broken: one module per family.

`RULES` lists every rule by its code. `check_document` needs one document only; `check_in_workspace` asks about others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.checks import (
    calls,
    definitions,
    directives,
    documents,
    expressions,
    structure,
    tests,
    workflows,
)
from koreo_analyzer.checks.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from koreo_analyzer.checks.world import World
    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.problems import Problem
    from koreo_analyzer.yaml.parse import Tree

__all__ = ["RULES", "Rule", "check_document", "check_in_workspace"]

RULES: Final[Mapping[str, Rule]] = {
    rule.code: rule
    for family in (documents, structure, definitions, expressions, workflows, calls, tests, directives)
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
    if document is None:
        yield from documents.check_kind(tree.root)
        return
    yield from documents.check_yaml(tree)
    if not tree.sound:
        return
    yield from documents.check_readings(tree.root)
    yield from structure.check_structure(document, tree.root)
    yield from expressions.check_expressions(document)
    yield from workflows.check_workflow(document)
    yield from tests.check_test(document)
    yield from tests.check_template(document)
    yield from directives.check_directives(document)


def check_in_workspace(document: KoreoDocument, path: str, index: int, world: World) -> tuple[Problem, ...]:
    """Return the problems that a document has because of others, each once, in the order of the text.

    `path` and `index` say where the document stands: the file and its number in the file.
    """
    return _ordered(_workspace_problems(document, path, index, world))


def _workspace_problems(document: KoreoDocument, path: str, index: int, world: World) -> Iterator[Problem]:
    yield from definitions.check_definition(document, path, index, world)
    if document.active:
        yield from definitions.check_references(document, world)
        yield from workflows.check_cycle(document, world)
        yield from calls.check_calls(document, world)


def _ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    unique: dict[tuple[object, ...], Problem] = {}
    for problem in problems:
        unique.setdefault((problem.span, problem.code, problem.message), problem)
    return tuple(sorted(unique.values(), key=lambda problem: (problem.span, problem.code, problem.message)))
