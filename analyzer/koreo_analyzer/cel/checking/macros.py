"""Types macros (cel-spec langdef, "Macros"): their bodies with their variables in scope, and what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.narrowing import facts_of, narrowed
from koreo_analyzer.cel.operands import any_property, key_type, unwrapped, with_article
from koreo_analyzer.types import (
    ANY,
    BOOL,
    INT,
    STRING,
    AnyType,
    ListType,
    MapType,
    NeverType,
    ObjectType,
    OptionalType,
    fits,
    join,
    members,
)

if TYPE_CHECKING:
    from koreo_analyzer.cel.checking.problem import TypeCode
    from koreo_analyzer.cel.checking.run import Run
    from koreo_analyzer.cel.narrowing import Facts
    from koreo_analyzer.types import Type

_SEARCHES: Final = frozenset({"all", "exists", "exists_one", "existsOne", "filter"})
"""The macros that look for items by a field: of built-in kinds no schema says which of these every item has."""
_FAILURES: Final[frozenset[TypeCode]] = frozenset(
    {"unknown-field", "wrong-operand", "not-boolean", "wrong-index"}
)
"""The problems with which an evaluation fails."""


def macro(run: Run, node: ast.Macro, facts: Facts) -> Type:
    """Return what a macro gives."""
    if node.name == "has":
        outer, run.asked = run.asked, True
        run.visit(node.args[0], facts)
        run.asked = outer
        return BOOL
    if node.name == "bind":
        return _bind(run, node, facts)
    target = run.visit(node.target, facts) if node.target is not None else ANY
    rest = node.args[len(node.variables) :]
    if node.name in ("optMap", "optFlatMap"):
        found = _with(run, node, [unwrapped(target)], rest, facts)[0]
        return found if node.name == "optFlatMap" else OptionalType(found)
    if node.name == "reduce":
        return _reduce(run, node, target, facts)
    iterated = _iterated(run, node, target)
    searches = node.name in _SEARCHES
    run.searching += searches
    results = _with(run, node, iterated, rest, facts)
    run.searching -= searches
    return _macro_result(run, node, target, results, rest)


def _with(
    run: Run, node: ast.Macro, types: list[Type], rest: tuple[ast.Node, ...], facts: Facts
) -> list[Type]:
    """Visit the bodies of a macro with its variables in scope."""
    names = [variable.name for variable in node.variables]
    outer = {name: run.scope.get(name) for name in names}
    for variable, type_ in zip(node.variables, types, strict=True):
        run.scope[variable.name] = type_
        run.types[id(variable)] = type_
    inner = facts.forget(frozenset(names))
    bound = run.bound
    run.bound = bound.union(names)
    run.branches += node.name != "bind"
    results: list[Type] = []
    for position, argument in enumerate(rest):
        results.append(run.visit(argument, inner))
        if position == 0 and len(rest) > 1:
            # The first body of two is a filter: the second runs only for what it lets through.
            inner = inner.and_also(facts_of(argument, run.type_of, outcome=True))
    run.bound = bound
    run.branches -= node.name != "bind"
    for name, before in outer.items():
        if before is None:
            run.scope.pop(name, None)
        else:
            run.scope[name] = before
    return results


def _iterated(run: Run, node: ast.Macro, target: Type) -> list[Type]:
    """Return the types of a macro's variables; a target that is neither list nor map is reported."""
    pairs: list[tuple[Type, Type]] = []
    for one in members(target):
        match one:
            case AnyType() | NeverType():
                pairs.append((ANY, ANY))
            case ListType():
                pairs.append((INT, ANY if isinstance(one.item, NeverType) else one.item))
            case MapType():
                pairs.append((one.key, one.value))
            case ObjectType():
                pairs.append((STRING, any_property(one, STRING)))
            case _:
                continue
    if not pairs:
        assert_target = node.target.span if node.target is not None else node.span
        run.report(
            "wrong-operand",
            assert_target,
            f"`{node.name}` goes over a list or a map, not {with_article(target)}",
        )
        pairs.append((ANY, ANY))
    if len(node.variables) == 2:
        return [join(*(pair[0] for pair in pairs)), join(*(pair[1] for pair in pairs))]
    is_list = [isinstance(one, ListType) for one in members(target)]
    items = [
        pair[1] if index >= len(is_list) or is_list[index] else pair[0] for index, pair in enumerate(pairs)
    ]
    return [join(*items)] if len(pairs) == len(is_list) else [ANY]


def _macro_result(
    run: Run, node: ast.Macro, target: Type, results: list[Type], rest: tuple[ast.Node, ...]
) -> Type:
    match node.name:
        case "all" | "exists" | "exists_one" | "existsOne":
            _predicate(run, node, results[0], rest[0])
            return BOOL
        case "filter":
            _predicate(run, node, results[0], rest[0])
            kept = facts_of(rest[0], run.type_of, outcome=True)
            variable = node.variables[0].name
            found = [
                ListType(narrowed(one.item, variable, kept) if isinstance(one, ListType) else key_type(one))
                for one in members(target)
            ]
            return join(*found)
        case _:
            if len(results) == 2:
                _predicate(run, node, results[0], rest[0])
            return _transformed(node, target, results[-1])


def _predicate(run: Run, node: ast.Macro, type_: Type, body: ast.Node) -> None:
    if not fits(type_, BOOL):
        run.report(
            "not-boolean",
            body.span,
            f"the condition of `{node.name}` must be true or false, not {with_article(type_)}",
        )


def _transformed(node: ast.Macro, target: Type, result: Type) -> Type:
    if node.name in ("map", "transformList"):
        length = (
            target.length
            if isinstance(target, ListType) and len(node.args) == len(node.variables) + 1
            else None
        )
        return ListType(result, length)
    if node.name == "transformMap":
        return MapType(join(*(key_type(one) for one in members(target))), result)
    return MapType(ANY, ANY)


def _bind(run: Run, node: ast.Macro, facts: Facts) -> Type:
    value = run.visit(node.args[1], facts)
    return _with(run, node, [value], node.args[2:], facts)[0]


def _reduce(run: Run, node: ast.Macro, target: Type, facts: Facts) -> Type:
    start = run.visit(node.args[2], facts)
    items = _iterated(run, _single(node), target)
    reported = len(run.problems)
    step = join(start, *_with(run, node, [start, items[0]], node.args[3:], facts))
    if step == start:
        return start
    # The first turn begins with the very start: what cannot work with that fails there.
    failing = [one for one in run.problems[reported:] if one.code in _FAILURES and not one.asked]
    del run.problems[reported:]
    if failing:
        run.problems += failing
        return ANY
    again = join(step, *_with(run, node, [step, items[0]], node.args[3:], facts))
    if again == step:
        return step
    del run.problems[reported:]
    _with(run, node, [ANY, items[0]], node.args[3:], facts)
    return ANY


def _single(node: ast.Macro) -> ast.Macro:
    """Return `reduce` as a macro over its item alone, for the type of that."""
    return ast.Macro(
        node.name,
        node.target,
        node.args,
        node.variables[1:],
        node.start,
        node.end,
        node.name_start,
        node.name_end,
    )
