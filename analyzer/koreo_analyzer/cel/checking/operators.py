"""Types operators, `?:` included, and reports operands that no operator takes and comparisons that never hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.advice import arithmetic_hint, literal_hint
from koreo_analyzer.cel.narrowing import facts_of
from koreo_analyzer.cel.operands import VERBS, comparable, result_of, with_article
from koreo_analyzer.types import (
    ANY,
    BOOL,
    DOUBLE,
    INT,
    NULL,
    STRING,
    AnyType,
    ListType,
    MapType,
    NeverType,
    ObjectType,
    StringType,
    fits,
    join,
    members,
    overlap,
    show,
)

if TYPE_CHECKING:
    from koreo_analyzer.cel.checking.run import Run
    from koreo_analyzer.cel.narrowing import Facts
    from koreo_analyzer.types import Type

_COMPARISONS: Final = frozenset({"<", "<=", ">", ">="})


def unary(run: Run, node: ast.Unary, facts: Facts) -> Type:
    """Return what `!` or `-` gives."""
    if node.op == "!":
        _boolean(run, node.operand, facts, "the operand of `!`")
        return BOOL
    operand = run.visit(node.operand, facts)
    found = [one for one in members(operand) if one in (INT, DOUBLE)]
    if found:
        return join(*found)
    if any(isinstance(one, AnyType | NeverType) for one in members(operand)):
        return ANY
    return run.report("wrong-operand", node.span, f"cannot negate {with_article(operand)}")


def binary(run: Run, node: ast.Binary, facts: Facts) -> Type:
    """Return what an operator between two operands gives."""
    if node.op in ("&&", "||"):
        return _logical(run, node, facts)
    left = run.visit(node.left, facts)
    right = run.visit(node.right, facts)
    if node.op in ("==", "!="):
        _equality(run, node, left, right)
        return BOOL
    if node.op == "in":
        _membership(run, node, left, right)
        return BOOL
    if node.op in _COMPARISONS:
        if not any(comparable(a, b) for a in members(left) for b in members(right)):
            run.report(
                "wrong-operand",
                node.span,
                f"cannot compare {show(left)} and {show(right)} by `{node.op}`",
            )
        return BOOL
    return _arithmetic(run, node, left, right)


def ternary(run: Run, node: ast.Ternary, facts: Facts) -> Type:
    """Return what either side of `?:` gives, each typed with what the condition says."""
    _boolean(run, node.condition, facts, "the condition of `?:`")
    then = facts.and_also(facts_of(node.condition, run.type_of, outcome=True))
    otherwise = facts.and_also(facts_of(node.condition, run.type_of, outcome=False))
    run.branches += 1
    found = join(run.visit(node.then, then), run.visit(node.otherwise, otherwise))
    run.branches -= 1
    return found


def _boolean(run: Run, node: ast.Node, facts: Facts, use: str) -> None:
    type_ = run.visit(node, facts)
    if not fits(type_, BOOL):
        run.report("not-boolean", node.span, f"{use} must be true or false, not {with_article(type_)}")


def _logical(run: Run, node: ast.Binary, facts: Facts) -> Type:
    outcome = node.op == "&&"
    run.branches += 1  # an error on one side is no error of the whole if the other decides
    _boolean(run, node.left, facts, f"the left side of `{node.op}`")
    known = facts_of(node.left, run.type_of, outcome=outcome)
    _boolean(run, node.right, facts.and_also(known), f"the right side of `{node.op}`")
    run.branches -= 1
    return BOOL


def _equality(run: Run, node: ast.Binary, left: Type, right: Type) -> None:
    if overlap(left, right):
        return
    outcome = "true" if node.op == "!=" else "false"
    run.report(
        "never-equal",
        node.span,
        f"{show(left)} and {show(right)} are never equal, so this is always {outcome}",
        literal_hint(left, right),
        constant=_is_constant(node.left, left) or _is_constant(node.right, right) or NULL in (left, right),
    )


def _membership(run: Run, node: ast.Binary, left: Type, right: Type) -> None:
    possible = equal = False
    for one in members(right):
        match one:
            case AnyType() | NeverType():
                return
            case ListType():
                possible = True
                equal = equal or isinstance(one.item, NeverType) or overlap(left, one.item)
            case MapType():
                possible = True
                equal = equal or overlap(left, one.key)
            case ObjectType():
                possible = True
                equal = equal or overlap(left, STRING)
            case _:
                continue
    if not possible:
        run.report("wrong-operand", node.right.span, f"`in` asks a list or a map, not {with_article(right)}")
    elif not equal:
        run.report(
            "never-equal",
            node.span,
            f"{show(left)} is never in {show(right)}",
            constant=_is_constant(node.left, left),
        )
    elif isinstance(node.right, ast.ListNode) and not node.right.optional:
        for item in node.right.items:
            _possible_item(run, node, item, left)


def _possible_item(run: Run, node: ast.Binary, item: ast.Node, left: Type) -> None:
    """Report a misspelt word in a list in which something is looked for; any other may be there for later."""
    type_ = run.type_of(item)
    if isinstance(item, ast.Literal) and not overlap(left, type_):
        hint = literal_hint(left, type_)
        if hint is not None:
            run.report(
                "never-equal",
                item.span,
                f"{show(left)} and {show(type_)} are never equal",
                hint,
                constant=_is_constant(node.left, left),
            )


def _arithmetic(run: Run, node: ast.Binary, left: Type, right: Type) -> Type:
    found: list[Type] = []
    for a in members(left):
        for b in members(right):
            type_ = result_of(node.op, a, b)
            if type_ is not None:
                found.append(type_)
    if found:
        return join(*found)
    return run.report(
        "wrong-operand",
        node.span,
        f"cannot {VERBS[node.op]} {show(left)} and {show(right)}",
        arithmetic_hint(node, left, right),
    )


def _is_constant(node: ast.Node, type_: Type) -> bool:
    """Whether a value that does not stand in the expression itself has one value only."""
    return (
        not isinstance(node, ast.Literal)
        and isinstance(type_, StringType)
        and type_.literals is not None
        and len(type_.literals) == 1
    )
