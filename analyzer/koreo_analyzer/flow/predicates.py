"""Preconditions and postconditions: each that passes tells something about what follows (language section 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel import ast
from koreo_analyzer.flow.blocks import Blocks, Scope, facts_from
from koreo_analyzer.flow.defaults import default_added, default_of
from koreo_analyzer.flow.truth import truth
from koreo_analyzer.language.tree import find_entry, get_items
from koreo_analyzer.types import BOOL, STRING

if TYPE_CHECKING:
    from koreo_analyzer.cel.checker import Checked
    from koreo_analyzer.language.document import Expression
    from koreo_analyzer.yaml.nodes import Node

_SKIPS: Final = ("skip", "depSkip")


def check_predicates(blocks: Blocks, block: str, scope: Scope) -> tuple[Scope, bool]:
    """Check a list of predicates; return the scope of what follows, and whether one of them may skip the rest.

    What follows a predicate knows that its assertion was true. After one with `ok` the rest may not have been
    asked, so that is all that is known at the end.
    """
    node = blocks.node(block)
    if node is None:
        return scope, False
    if not blocks.remembers:
        return _checked(blocks, block, scope)
    used = [scope.certain, *blocks.known.used_in(node, scope.variables)]
    known = blocks.known.block(node, used, scope.facts)
    if known is not None:
        facts, certain, may_skip = known
        return Scope(scope.variables, facts, certain), may_skip
    found = len(blocks.problems)
    end, may_skip = _checked(blocks, block, scope)
    if len(blocks.problems) == found:
        blocks.known.keep_block(node, used, scope.facts, (end.facts, end.certain, may_skip))
    return end, may_skip


def _checked(blocks: Blocks, block: str, scope: Scope) -> tuple[Scope, bool]:
    end: Scope | None = None
    may_skip = False
    for index, item in enumerate(get_items(blocks.document.spec, block)):
        assertion = blocks.expression_at(block, index, "assert")
        skips = any(find_entry(item, word) is not None for word in _SKIPS)
        if find_entry(item, "ok") is not None and end is None:
            end = scope
        if assertion is None:
            _check_message(blocks, block, index, item, scope)
            continue
        checked = blocks.wants(assertion, scope, BOOL, "an assertion", "true or false")
        _check_constant(blocks, assertion, checked, scope)
        _check_message(
            blocks,
            block,
            index,
            item,
            scope.knowing(facts_from(checked, assertion.facts.root, outcome=False)).doubtful(),
        )
        scope = scope.knowing(facts_from(checked, assertion.facts.root, outcome=True))
        if skips:
            may_skip = True
            scope = scope.doubtful()
    return end or scope, may_skip


def _check_message(blocks: Blocks, block: str, index: int, item: Node, scope: Scope) -> None:
    for outcome in ("skip", "depSkip", "retry", "permFail"):
        message = blocks.expression_at(block, index, outcome, "message")
        if message is not None and find_entry(item, outcome) is not None:
            checked = blocks.check(message, scope)
            added = default_of(checked.type, STRING)
            if added is not None:
                blocks.report(
                    "wrong-result",
                    message.path,
                    "a message must be a value, not an optional",
                    f"say what it is without a value: `{added}`",
                    span=message.facts.root.span,
                    certain=False,
                    added=default_added(message.facts.root, checked.type, STRING),
                )


def _check_constant(blocks: Blocks, assertion: Expression, checked: Checked, scope: Scope) -> None:
    outcome = truth(assertion.facts.root, checked.types)
    if outcome is None or checked.problems or isinstance(assertion.facts.root, ast.Literal):
        return  # `true` as it stands is meant so
    message = "this is always true, so the predicate never decides"
    if not outcome:
        message = "this is always false, so nothing after the predicate runs"
    blocks.report("constant-assertion", assertion.path, message, certain=scope.certain)
