"""The table of functions, macros and types that an expression can name: one row a function.

Sources: the standard definitions of cel-spec's langdef; the extension libraries of CEL (strings, math,
encoders, bindings, optionals, two-variable comprehensions); Koreo's own functions (language section 2.2),
which are called both as `f(x, …)` and as `x.f(…)`. One name has one row, which holds the forms of all
libraries that define it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class FormKind(enum.Enum):
    """How a function is called."""

    GLOBAL = "global"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Form:
    """One way to call a function. The target of a member call is no argument; no `max_args` is no limit."""

    kind: FormKind
    min_args: int
    max_args: int | None

    def accepts(self, count: int) -> bool:
        """Whether a call of this form may have `count` arguments."""
        return self.min_args <= count and (self.max_args is None or count <= self.max_args)


@dataclass(frozen=True, slots=True)
class Function:
    """A function; `namespace` is what stands before the dot in `math.abs(1)`, which is a global form."""

    name: str
    forms: tuple[Form, ...]
    namespace: str | None = None

    @property
    def full_name(self) -> str:
        """The name as it is written in a call."""
        return f"{self.namespace}.{self.name}" if self.namespace else self.name

    def forms_of(self, kind: FormKind) -> tuple[Form, ...]:
        """Return the forms of one kind."""
        return tuple(form for form in self.forms if form.kind is kind)


@dataclass(frozen=True, slots=True)
class MacroShape:
    """A macro; `variables` maps a number of arguments to how many of them, the first ones, declare variables.

    `target` says whether something must stand before the dot; for `bind` that is the name `cel` and nothing
    else.
    """

    name: str
    variables: Mapping[int, int]
    target: bool = True
    namespace: str | None = None


def _global(min_args: int, max_args: int | None = None) -> Form:
    return Form(FormKind.GLOBAL, min_args, min_args if max_args is None else max_args)


def _member(min_args: int, max_args: int | None = None) -> Form:
    return Form(FormKind.MEMBER, min_args, min_args if max_args is None else max_args)


def _both(args: int) -> tuple[Form, Form]:
    """Return the forms `f(x, …)` and `x.f(…)` of a function that takes `args` arguments, `x` included."""
    return _global(args), _member(args - 1)


_ANY_NUMBER = (Form(FormKind.GLOBAL, 1, None),)

FUNCTIONS: tuple[Function, ...] = (
    # CEL, standard definitions.
    Function("size", (_global(1), _member(0))),
    Function("type", (_global(1),)),
    Function("dyn", (_global(1),)),
    Function("int", (_global(1),)),
    Function("uint", (_global(1),)),
    Function("double", (_global(1),)),
    Function("string", (_global(1),)),
    Function("bytes", (_global(1),)),
    Function("bool", (_global(1),)),
    Function("timestamp", (_global(1),)),
    Function("duration", (_global(1),)),
    Function("matches", (_global(2), _member(1))),
    Function("contains", (_member(1),)),
    Function("startsWith", (_member(1),)),
    Function("endsWith", (_member(1),)),
    Function("getFullYear", (_member(0, 1),)),
    Function("getMonth", (_member(0, 1),)),
    Function("getDate", (_member(0, 1),)),
    Function("getDayOfMonth", (_member(0, 1),)),
    Function("getDayOfWeek", (_member(0, 1),)),
    Function("getDayOfYear", (_member(0, 1),)),
    Function("getHours", (_member(0, 1),)),
    Function("getMinutes", (_member(0, 1),)),
    Function("getSeconds", (_member(0, 1),)),
    Function("getMilliseconds", (_member(0, 1),)),
    # Koreo.
    Function("self_ref", _both(1)),
    Function("to_ref", _both(1)),
    Function("group_ref", _both(1)),
    Function("kindless_ref", _both(1)),
    Function("config_connect_ready", _both(1)),
    Function("overlay", _both(2)),
    Function("flatten", _both(1)),
    Function("lower", _both(1)),
    Function("upper", _both(1)),
    Function("strip", _both(2)),
    Function("lstrip", _both(2)),
    Function("rstrip", _both(2)),
    Function("split", (_global(2), _member(1, 2))),
    Function("split_first", _both(2)),
    Function("split_last", _both(2)),
    Function("split_index", _both(3)),
    Function("to_json", _both(1)),
    Function("from_json", _both(1)),
    Function("b64encode", _both(1)),
    Function("b64decode", _both(1)),
    Function("replace", (_global(3), _member(2, 3))),
    Function("min", (_member(0),)),
    Function("keys", (_member(0),)),
    Function("values", (_member(0),)),
    Function("toLower", (_member(0),)),
    Function("toUpper", (_member(0),)),
    # CEL extension library "strings"; `replace` and `split` are above.
    Function("charAt", (_member(1),)),
    Function("format", (_member(1),)),
    Function("indexOf", (_member(1, 2),)),
    Function("lastIndexOf", (_member(1, 2),)),
    Function("join", (_member(0, 1),)),
    Function("lowerAscii", (_member(0),)),
    Function("upperAscii", (_member(0),)),
    Function("reverse", (_member(0),)),
    Function("substring", (_member(1, 2),)),
    Function("trim", (_member(0),)),
    Function("quote", (_global(1),), "strings"),
    # CEL extension library "math".
    Function("greatest", _ANY_NUMBER, "math"),
    Function("least", _ANY_NUMBER, "math"),
    Function("ceil", (_global(1),), "math"),
    Function("floor", (_global(1),), "math"),
    Function("round", (_global(1),), "math"),
    Function("trunc", (_global(1),), "math"),
    Function("abs", (_global(1),), "math"),
    Function("sign", (_global(1),), "math"),
    Function("sqrt", (_global(1),), "math"),
    Function("isInf", (_global(1),), "math"),
    Function("isNaN", (_global(1),), "math"),
    Function("isFinite", (_global(1),), "math"),
    Function("bitAnd", (_global(2),), "math"),
    Function("bitOr", (_global(2),), "math"),
    Function("bitXor", (_global(2),), "math"),
    Function("bitNot", (_global(1),), "math"),
    Function("bitShiftLeft", (_global(2),), "math"),
    Function("bitShiftRight", (_global(2),), "math"),
    # CEL extension library "encoders".
    Function("encode", (_global(1),), "base64"),
    Function("decode", (_global(1),), "base64"),
    # CEL extension library "optionals".
    Function("none", (_global(0),), "optional"),
    Function("of", (_global(1),), "optional"),
    Function("ofNonZeroValue", (_global(1),), "optional"),
    Function("unwrap", (_global(1),), "optional"),
    Function("unwrapOpt", (_member(0),)),
    Function("hasValue", (_member(0),)),
    Function("value", (_member(0),)),
    Function("or", (_member(1),)),
    Function("orValue", (_member(1),)),
    Function("first", (_member(0),)),
    Function("last", (_member(0),)),
)

_ONE = MappingProxyType({2: 1})
_ONE_OR_TWO = MappingProxyType({2: 1, 3: 2})
_TWO = MappingProxyType({3: 2, 4: 2})

MACROS: Mapping[str, MacroShape] = MappingProxyType(
    {
        macro.name: macro
        for macro in (
            MacroShape("has", MappingProxyType({1: 0}), target=False),
            MacroShape("all", _ONE_OR_TWO),
            MacroShape("exists", _ONE_OR_TWO),
            MacroShape("exists_one", _ONE_OR_TWO),
            MacroShape("existsOne", _ONE_OR_TWO),
            MacroShape("filter", _ONE),
            MacroShape("map", MappingProxyType({2: 1, 3: 1})),
            MacroShape("reduce", MappingProxyType({4: 2})),
            MacroShape("transformList", _TWO),
            MacroShape("transformMap", _TWO),
            MacroShape("transformMapEntry", _TWO),
            MacroShape("optMap", _ONE),
            MacroShape("optFlatMap", _ONE),
            MacroShape("bind", MappingProxyType({3: 1}), namespace="cel"),
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
