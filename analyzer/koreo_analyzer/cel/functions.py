"""The table of functions, macros and types that an expression can name: one row a function.

Sources: the standard definitions of cel-spec's langdef; the extension libraries of CEL (strings, math,
encoders, bindings, optionals, two-variable comprehensions); Koreo's own functions (language section 2.2),
which are called both as `f(x, …)` and as `x.f(…)`. One name has one row, which holds the forms of all
libraries that define it. The rows stand in `library`, by subject, next to what runs them; evaluation, checks,
completion, hover, signature help and the reference page all read them here.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from koreo_analyzer.cel.library import encoders, koreo, maths, optionals, standard, strings, times
from koreo_analyzer.cel.signature import Form, FormKind, Function, Overload, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "FUNCTIONS",
    "MACROS",
    "NAMESPACES",
    "TYPE_NAMES",
    "Form",
    "FormKind",
    "Function",
    "MacroShape",
    "Overload",
    "Parameter",
    "all_names",
    "lookup",
]


@dataclass(frozen=True, slots=True)
class MacroShape:
    """A macro; `variables` maps a number of arguments to how many of them, the first ones, declare variables.

    `target` says whether something must stand before the dot; for `bind` that is the name `cel` and nothing
    else. `signatures`, `doc`, `example` and `result` are for readers, as in `Function`.
    """

    name: str
    variables: Mapping[int, int]
    signatures: tuple[str, ...]
    doc: str
    example: str
    result: str
    target: bool = True
    namespace: str | None = None


FUNCTIONS: tuple[Function, ...] = (
    *standard.ROWS,
    *times.ROWS,
    *koreo.ROWS,
    *strings.ROWS,
    *encoders.ROWS,
    *maths.ROWS,
    *optionals.ROWS,
)

_NO_VARIABLE = MappingProxyType({1: 0})
_ONE = MappingProxyType({2: 1})
_ONE_OR_TWO = MappingProxyType({2: 1, 3: 2})
_TWO = MappingProxyType({3: 2, 4: 2})
_CONDITIONS = ("list(T).{}(x, condition) -> bool", "map(K, V).{}(key, condition) -> bool")
_PAIR_CONDITIONS = ("list(T).{}(index, x, condition) -> bool", "map(K, V).{}(key, value, condition) -> bool")


def _conditions(name: str, *, pairs: bool = True) -> tuple[str, ...]:
    return tuple(text.format(name) for text in (_CONDITIONS + _PAIR_CONDITIONS if pairs else _CONDITIONS))


MACROS: Mapping[str, MacroShape] = MappingProxyType(
    {
        macro.name: macro
        for macro in (
            MacroShape(
                "has",
                _NO_VARIABLE,
                ("has(a.b) -> bool", "has(a[b]) -> bool"),
                "Whether a field or element is there; false whenever it cannot be read, for any reason.",
                "has({'a': null}.a) && !has({}.a.b.c)",
                "true",
                target=False,
            ),
            MacroShape(
                "all",
                _ONE_OR_TWO,
                _conditions("all"),
                "Whether a condition holds for all elements, or all keys.",
                "[1, 2].all(x, x > 0)",
                "true",
            ),
            MacroShape(
                "exists",
                _ONE_OR_TWO,
                _conditions("exists"),
                "Whether a condition holds for at least one element, or key.",
                "[1, 2].exists(x, x > 1)",
                "true",
            ),
            MacroShape(
                "exists_one",
                _ONE_OR_TWO,
                _conditions("exists_one"),
                "Whether a condition holds for exactly one element, or key.",
                "[1, 2, 2].exists_one(x, x == 1)",
                "true",
            ),
            MacroShape(
                "existsOne",
                _ONE_OR_TWO,
                _conditions("existsOne"),
                "Another name of `exists_one`.",
                "[5, 1].existsOne(index, x, index == x)",
                "true",
            ),
            MacroShape(
                "filter",
                _ONE,
                ("list(T).filter(x, condition) -> list(T)", "map(K, V).filter(key, condition) -> list(K)"),
                "The elements, or keys, for which a condition holds.",
                "[1, 2, 3].filter(x, x > 1)",
                "[2, 3]",
            ),
            MacroShape(
                "map",
                MappingProxyType({2: 1, 3: 1}),
                (
                    "list(T).map(x, value) -> list(V)",
                    "list(T).map(x, condition, value) -> list(V)",
                    "map(K, V).map(key, value) -> list(A)",
                ),
                "A value for each element, or key; only for those that meet a condition if one is given.",
                "[1, 2, 3].map(x, x > 1, x * x)",
                "[4, 9]",
            ),
            MacroShape(
                "reduce",
                MappingProxyType({4: 2}),
                ("list(T).reduce(result, x, start, value) -> A",),
                "One value made of all elements: each gives a new result, from the one so far and itself.",
                "[1, 2, 3].reduce(sum, x, 0, sum + x)",
                "6",
            ),
            MacroShape(
                "transformList",
                _TWO,
                (
                    "list(T).transformList(index, x, value) -> list(A)",
                    "list(T).transformList(index, x, condition, value) -> list(A)",
                    "map(K, V).transformList(key, value, item) -> list(A)",
                ),
                "A value for each element of a list, or each entry of a map.",
                "{'a': 1, 'b': 2}.transformList(k, v, k + string(v))",
                "['a1', 'b2']",
            ),
            MacroShape(
                "transformMap",
                _TWO,
                (
                    "map(K, V).transformMap(key, value, item) -> map(K, A)",
                    "map(K, V).transformMap(key, value, condition, item) -> map(K, A)",
                    "list(T).transformMap(index, x, value) -> map(int, A)",
                ),
                "A map with the same keys (of a list: positions) and new values.",
                "{'a': 1, 'b': 2}.transformMap(k, v, v > 1, v * 10)",
                "{'b': 20}",
            ),
            MacroShape(
                "transformMapEntry",
                _TWO,
                (
                    "map(K, V).transformMapEntry(key, value, entries) -> map(A, B)",
                    "list(T).transformMapEntry(index, x, entries) -> map(A, B)",
                ),
                "One map of the entries that are computed for each entry, or element; no key may come twice.",
                "['a', 'b'].transformMapEntry(i, x, {x: i})",
                "{'a': 0, 'b': 1}",
            ),
            MacroShape(
                "optMap",
                _ONE,
                ("optional(T).optMap(x, value) -> optional(A)",),
                "An optional with a value computed from the value of another one, if that has one.",
                "optional.of(1).optMap(x, x + 1).value()",
                "2",
            ),
            MacroShape(
                "optFlatMap",
                _ONE,
                ("optional(T).optFlatMap(x, other) -> optional(A)",),
                "An optional computed from the value of another one, if that has one.",
                "{'a': {'b': 1}}.?a.optFlatMap(x, x.?b).value()",
                "1",
            ),
            MacroShape(
                "bind",
                MappingProxyType({3: 1}),
                ("cel.bind(x, value, result) -> A",),
                "A result in which a name stands for a value that is computed once.",
                "cel.bind(x, 'a' + 'b', x + x)",
                "'abab'",
                namespace="cel",
            ),
        )
    }
)

TYPE_NAMES: frozenset[str] = frozenset({
    "bool", "bytes", "double", "int", "list", "map", "null_type", "optional_type", "string", "type", "uint",
    "google.protobuf.Duration", "google.protobuf.Timestamp",
})  # fmt: skip
"""The names of types that can be used as values, as in `type(x) == string` (langdef, "Type Values")."""

_BY_NAME: Mapping[tuple[str | None, str], Function] = MappingProxyType(
    {(function.namespace, function.name): function for function in FUNCTIONS}
)

NAMESPACES: frozenset[str] = frozenset(
    namespace
    for namespace in (*(row.namespace for row in FUNCTIONS), *(macro.namespace for macro in MACROS.values()))
    if namespace is not None
)
"""The names that only stand before the dot of a function: `math`, `optional`, …"""


def lookup(name: str, namespace: str | None = None) -> Function | None:
    """Return the function `name`, or `namespace.name`; None if there is none. Macros are not functions."""
    return _BY_NAME.get((namespace, name))


def all_names(kind: FormKind, namespace: str | None = None) -> tuple[str, ...]:
    """Return the names that can be called in a form, macros included, sorted; all of one namespace."""
    names = {row.name for row in FUNCTIONS if row.namespace == namespace and row.forms_of(kind)}
    for macro in MACROS.values():
        macro_kind = FormKind.MEMBER if macro.target and macro.namespace is None else FormKind.GLOBAL
        if macro.namespace == namespace and macro_kind is kind:
            names.add(macro.name)
    return tuple(sorted(names))
