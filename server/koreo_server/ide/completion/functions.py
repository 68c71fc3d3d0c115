"""The functions, macros, namespaces and type names of CEL, as items: which of them suit a value and a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.cel.functions import (
    FUNCTIONS,
    MACROS,
    NAMESPACES,
    TYPE_NAMES,
    FormKind,
    Function,
    MacroShape,
)
from koreo_analyzer.types import (
    ANY,
    BOOL,
    ListType,
    MapType,
    ObjectType,
    OptionalType,
    Parameter,
    Type,
    fits,
    members,
    parse_type,
)

from koreo_server.ide.completion.items import Item, ItemKind, escaped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.cel.functions import Overload
    from koreo_analyzer.text import Span

_FITS, _UNKNOWN, _OTHER, _TYPE = 4, 5, 8, 9
_RARE = frozenset({"existsOne", "transformMapEntry", "optFlatMap", "optMap"})


def receiver_functions(target: Type, wanted: Type | None, span: Span, *, called: bool) -> Iterator[Item]:
    """Yield the functions and macros that can follow the dot after a value; `called`: the parentheses are there."""
    for row in FUNCTIONS:
        overloads = [
            one
            for one in row.overloads
            if one.kind is FormKind.MEMBER and fits(target, parse_type(one.parameters[0].type))
        ]
        if overloads:
            yield _function(row, overloads, span, wanted, skip=1, called=called)
    for macro in MACROS.values():
        if macro.target and macro.namespace is None:
            signature = _signature_for(macro, target)
            if signature is not None:
                yield _macro(macro, signature, span, wanted, called=called)


def free_functions(wanted: Type | None, span: Span, *, namespace: str | None, called: bool) -> Iterator[Item]:
    """Yield the functions that stand on their own, or after the dot of a namespace."""
    for row in FUNCTIONS:
        overloads = [one for one in row.overloads if one.kind is FormKind.GLOBAL]
        if overloads and row.namespace == namespace:
            yield _function(row, overloads, span, wanted, skip=0, called=called)
    for macro in MACROS.values():
        if macro.namespace == namespace and (namespace is not None or not macro.target):
            yield _macro(macro, macro.signatures[0], span, wanted, called=called)


def words(wanted: Type | None, span: Span, *, first: bool) -> Iterator[Item]:
    """Yield namespaces, names of types, and the literals that are words, these `first` if they fit."""
    rank = 6 if wanted != BOOL else 1 if first else _FITS
    for order, name in enumerate(("true", "false")):
        yield Item(name, ItemKind.VALUE, span, name, rank, detail="bool", order=order)
    yield Item("null", ItemKind.VALUE, span, "null", 6, detail="null")
    for name in sorted(NAMESPACES):
        yield Item(name, ItemKind.VARIABLE, span, f"{name}.", _UNKNOWN, detail="functions", again=True)
    for name in sorted(TYPE_NAMES):
        yield Item(name, ItemKind.VALUE, span, name, _TYPE, detail="type")


def _function(
    row: Function, overloads: list[Overload], span: Span, wanted: Type | None, *, skip: int, called: bool
) -> Item:
    shown = overloads[0]
    parameters = shown.parameters[skip:]
    stops = ", ".join(f"${{{number}:{escaped(one.name)}}}" for number, one in enumerate(parameters, 1))
    results = [parse_type(one.result) for one in overloads]
    more = f" (+{len(overloads) - 1})" if len(overloads) > 1 else ""
    return Item(
        row.name,
        ItemKind.FUNCTION,
        span,
        row.name if called else f"{row.name}({'' if parameters else ')'}",
        _rank(results, wanted),
        None if called else f"{row.name}({stops})",
        f"{shown.signature}{more}",
        _doc(row.doc, [one.signature for one in overloads], row.example, row.result),
        order=int(skip == 0 and bool(row.forms_of(FormKind.MEMBER))),
    )


def _rank(results: list[Type], wanted: Type | None) -> int:
    if wanted is None or wanted == ANY:
        return _UNKNOWN
    if any(one == ANY or isinstance(one, Parameter) for one in results):
        return _UNKNOWN
    return _FITS if any(fits(one, wanted) for one in results) else _OTHER


def _macro(macro: MacroShape, signature: str, span: Span, wanted: Type | None, *, called: bool) -> Item:
    name, _, rest = signature.rpartition(" -> ")[0].partition("(" if not macro.target else f".{macro.name}(")
    arguments = rest.rstrip(")").split(", ") if name or rest else []
    variables = max(macro.variables.values())
    renamed = ["item" if one == "x" else one for one in arguments]
    stops = [
        f"${{{number}:{one}}}" if number <= variables or number < len(renamed) else "$0"
        for number, one in enumerate(renamed, 1)
    ]
    result = parse_type(signature.rpartition(" -> ")[2])
    return Item(
        macro.name,
        ItemKind.MACRO,
        span,
        macro.name if called else f"{macro.name}(",
        _OTHER if macro.name in _RARE else _rank([result], wanted),
        None if called else f"{macro.name}({', '.join(stops)})",
        signature,
        _doc(macro.doc, list(macro.signatures), macro.example, macro.result),
    )


def _signature_for(macro: MacroShape, target: Type) -> str | None:
    """Return the first signature of a macro that is for values of a type."""
    for one in members(target):
        match one:
            case ListType():
                wanted = "list("
            case ObjectType() | MapType():
                wanted = "map("
            case OptionalType():
                wanted = "optional("
            case _ if one == ANY:
                wanted = ""
            case _:
                continue
        for signature in macro.signatures:
            if signature.startswith(wanted):
                return signature
    return None


def _doc(doc: str, signatures: list[str], example: str, result: str) -> str:
    listed = "\n".join(signatures)
    return f"{doc}\n\n```cel\n{listed}\n```\n\nExample: `{example}` is `{result}`"
