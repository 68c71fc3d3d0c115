"""Types members and items, and reports those that no value of the operand has or that it need not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.advice import member_hint
from koreo_analyzer.cel.narrowing import named_type, path_of
from koreo_analyzer.cel.operands import any_property, optional_in, property_type, unwrapped, with_article
from koreo_analyzer.suggest import closest, listed
from koreo_analyzer.types import (
    ANY,
    NEVER,
    NUMBERS,
    STRING,
    AnyType,
    ListType,
    MapType,
    NeverType,
    ObjectType,
    OptionalType,
    StringType,
    TypeOf,
    join,
    members,
    overlap,
    show,
    show_name,
)

if TYPE_CHECKING:
    from koreo_analyzer.cel.checking.run import Run
    from koreo_analyzer.cel.narrowing import Facts, Path
    from koreo_analyzer.text import Span
    from koreo_analyzer.types import Type


def select(run: Run, node: ast.Select, facts: Facts) -> Type:
    """Return the type of `a.b`; of the name of a message that type itself."""
    dotted = _dotted(node)
    if dotted is not None and dotted.startswith("google.protobuf."):
        type_ = named_type(dotted)
        if type_ is not None:
            return TypeOf(type_)
    operand = run.visit(node.operand, facts)
    if not node.field:
        return ANY
    found = _member(run, operand, node.field, node.field_span, node, facts)
    return OptionalType(unwrapped(found)) if node.optional or isinstance(operand, OptionalType) else found


def index(run: Run, node: ast.Index, facts: Facts) -> Type:
    """Return the type of `a[b]`; a literal text there is a field as after a dot."""
    operand = run.visit(node.operand, facts)
    position = run.visit(node.index, facts)
    if isinstance(node.index, ast.Literal) and isinstance(node.index.value, str):
        found = _string_index(run, operand, node.index.value, node, facts)
    else:
        found = _computed_index(run, operand, position, node)
    return OptionalType(unwrapped(found)) if node.optional or isinstance(operand, OptionalType) else found


def _member(
    run: Run, operand: Type, name: str, span: Span, node: ast.Select | ast.Index, facts: Facts
) -> Type:
    """Return the type of a member, reporting it when no alternative of the operand can have it."""
    if isinstance(operand, ObjectType):
        known = operand.properties.get(name)
        if known is not None and (known.required or run.asked or not run.optional):
            return known.type
    found: list[Type] = []
    missing: list[Type] = []
    for alternative in members(unwrapped(operand)):
        type_ = property_type(alternative, name)
        if type_ is None:
            missing.append(alternative)
        else:
            found.append(type_)
    if found or not missing:
        if run.optional and found and not run.asked and not node.optional:
            texts = any(isinstance(one, StringType) for one in missing)
            _check_presence(run, operand, name, span, node, facts, may_be_text=texts)
        return join(*found)
    path = path_of(node)
    if path is not None and path in facts.present:
        return NEVER  # `has` was true of what cannot be there: the place is never reached
    return _no_member(run, missing[0], name, span, path)


def _check_presence(
    run: Run,
    operand: Type,
    name: str,
    span: Span,
    node: ast.Select | ast.Index,
    facts: Facts,
    *,
    may_be_text: bool,
) -> None:
    """Report a field that need not be there, if nothing has asked for it."""
    owner = optional_in(operand, name)
    if owner is None and not may_be_text:
        return
    path = path_of(node)
    if path is None or path in facts.present or (path[0] in run.bound and run.searching):
        return
    where = f" in {owner.name}" if owner is not None and owner.name else ""
    run.report(
        "optional-field",
        span,
        f"`{show_name(name)}` need not be there{where if owner is not None else ', as this may be a string'}",
        "ask for it with `has(…)` first",
        # What a macro's variable is called says nothing outside of the macro.
        path=None if path[0] in run.bound else path,
        owner=owner.name if owner is not None else None,
        origin=owner.properties[name].origin if owner is not None else None,
    )


def _no_member(run: Run, operand: Type, name: str, span: Span, path: Path | None) -> Type:
    if isinstance(operand, ObjectType):
        known = list(operand.properties)
        guess = closest(name, known)
        hint = f"did you mean `{guess}`?" if guess else None
        shown = (
            operand.name
            or "{"
            + ", ".join(show_name(word) for word in known[:12])
            + ("…" if len(known) > 12 else "")
            + "}"
        )
        return run.report(
            "unknown-field",
            span,
            f"no such field `{show_name(name)}` in {shown}",
            hint,
            path=path,
            owner=operand.name,
        )
    if isinstance(operand, MapType):
        return run.report("wrong-index", span, f"the keys of {show(operand)} are never strings")
    return run.report(
        "unknown-field",
        span,
        f"{with_article(operand)} has no field `{show_name(name)}`",
        member_hint(operand, name),
        path=path,
    )


def _string_index(run: Run, operand: Type, name: str, node: ast.Index, facts: Facts) -> Type:
    alternatives = members(unwrapped(operand))
    if all(isinstance(one, ListType) for one in alternatives):
        return run.report("wrong-index", node.index.span, "a list is indexed by a number, not by a string")
    rest = join(*(one for one in alternatives if not isinstance(one, ListType)))
    return _member(run, rest, name, node.index.span, node, facts)


def _computed_index(run: Run, operand: Type, index: Type, node: ast.Index) -> Type:
    found: list[Type] = []
    possible = False
    for one in members(unwrapped(operand)):
        match one:
            case AnyType() | NeverType():
                return ANY
            case ListType():
                if any(member in NUMBERS or isinstance(member, AnyType) for member in members(index)):
                    possible = True
                    found.append(_item_at(one, node.index))
            case MapType():
                if overlap(index, one.key):
                    possible = True
                    found.append(one.value)
            case ObjectType():
                if overlap(index, STRING):
                    possible = True
                    found.append(any_property(one, index))
            case _:
                continue
    if not possible:
        return _no_index(run, operand, index, node)
    if isinstance(operand, ObjectType) and _lacks_all(run, operand, index, node):
        return ANY
    _check_bounds(run, operand, node)
    return join(*found)


def _lacks_all(run: Run, operand: ObjectType, index: Type, node: ast.Index) -> bool:
    """Report the texts of an index that are no keys of an object; return whether none of them is one."""
    if operand.open or not isinstance(index, StringType) or not index.literals:
        return False
    if node.optional or run.asked:
        return False
    missing = sorted(index.literals.difference(operand.properties))
    if not missing:
        return False
    words = listed([f'"{word}"' for word in missing])
    are_no = "is no key" if len(missing) == 1 else "are no keys"
    shown = operand.name or "{" + ", ".join(show_name(word) for word in list(operand.properties)[:12]) + "}"
    if len(missing) == len(index.literals):
        run.report("wrong-index", node.index.span, f"{words} {are_no} of {shown}")
        return True
    if run.optional:
        run.report(
            "missing-key",
            node.index.span,
            f"{words}, which this can be, {are_no} of {shown}",
            "add it there, or ask for it with `in` first",
        )
    return False


def _no_index(run: Run, operand: Type, index: Type, node: ast.Index) -> Type:
    indexable = [one for one in members(operand) if isinstance(one, ListType | MapType | ObjectType)]
    if not indexable:
        return run.report("wrong-index", node.operand.span, f"{with_article(operand)} cannot be indexed")
    return run.report(
        "wrong-index", node.index.span, f"{show(operand)} cannot be indexed by {with_article(index)}"
    )


def _check_bounds(run: Run, operand: Type, node: ast.Index) -> None:
    if not isinstance(operand, ListType) or operand.length is None or node.optional:
        return
    number = node.index.value if isinstance(node.index, ast.Literal) else None
    if isinstance(node.index, ast.Unary) and node.index.op == "-":
        run.report("wrong-index", node.index.span, "the first item of a list has index 0, none a smaller one")
    elif type(number) is int and number >= operand.length:
        run.report("wrong-index", node.index.span, f"index {number} of a list with {operand.length} items")


def _item_at(operand: ListType, index: ast.Node) -> Type:
    """Return the type of an item, which is known by itself at a literal index of a literal list."""
    number = index.value if isinstance(index, ast.Literal) else None
    if operand.items is None or type(number) is not int or not 0 <= number < len(operand.items):
        return operand.item
    return operand.items[number]


def _dotted(node: ast.Node) -> str | None:
    path = path_of(node)
    return ".".join(path) if path is not None else None
