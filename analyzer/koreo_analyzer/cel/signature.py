"""What a function is: its overloads, what they take and give, what runs them, and what a reader is told.

A row of the table of functions is written as text, the way documentation shows it:

    function("startsWith", "Whether a text begins with another.", example, result,
             overload("string.startsWith(prefix: string) -> bool", str.startswith))

Types are `int uint double string bytes bool null timestamp duration type dyn`, `list(T)`, `map(K, V)`,
`optional(T)` and, for any type that must be the same elsewhere in the signature, one capital letter.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel.values import NULL_TYPE, CelType, Duration, Optional, Timestamp, Uint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


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
class Parameter:
    """A parameter; the first one of a member form is the target, and has no name."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Overload:
    """One signature of a function and what runs it.

    `run` gets values of exactly the declared types (the elements of lists and maps are not looked at) and
    raises `CelError` without a span. With `limited` it gets the `Limits` as a first argument. With `variadic`
    the last parameter stands for one or more.
    """

    kind: FormKind
    parameters: tuple[Parameter, ...]
    result: str
    run: Callable[..., Any]
    signature: str
    limited: bool = False
    variadic: bool = False

    @property
    def args(self) -> int:
        """The number of arguments in parentheses."""
        return len(self.parameters) - (self.kind is FormKind.MEMBER)

    def accepts(self, count: int) -> bool:
        """Whether a call may have `count` arguments in parentheses."""
        return count == self.args or (self.variadic and count > self.args)


@dataclass(frozen=True, slots=True)
class Function:
    """A function; `namespace` is what stands before the dot in `math.abs(1)`, which is a global form.

    `example` is an expression and `result` one that equals it, or `error` if it has no value. A pure function
    gives the same result for the same arguments.
    """

    name: str
    doc: str
    example: str
    result: str
    overloads: tuple[Overload, ...]
    namespace: str | None = None
    pure: bool = True
    forms: tuple[Form, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "forms", _forms(self.overloads))

    @property
    def full_name(self) -> str:
        """The name as it is written in a call."""
        return f"{self.namespace}.{self.name}" if self.namespace else self.name

    def forms_of(self, kind: FormKind) -> tuple[Form, ...]:
        """Return the forms of one kind."""
        return tuple(form for form in self.forms if form.kind is kind)

    def overloads_of(self, kind: FormKind, count: int) -> tuple[Overload, ...]:
        """Return the overloads for a call of a kind with `count` arguments in parentheses."""
        return tuple(
            overload for overload in self.overloads if overload.kind is kind and overload.accepts(count)
        )


def _forms(overloads: tuple[Overload, ...]) -> tuple[Form, ...]:
    forms: list[Form] = []
    for kind in FormKind:
        counts = sorted({overload.args for overload in overloads if overload.kind is kind})
        if not counts:
            continue
        unbounded = any(overload.variadic for overload in overloads if overload.kind is kind)
        forms.append(Form(kind, counts[0], None if unbounded else counts[-1]))
    return tuple(forms)


_CLASSES: Mapping[str, type] = MappingProxyType(
    {
        "int": int,
        "uint": Uint,
        "double": float,
        "string": str,
        "bytes": bytes,
        "bool": bool,
        "null": NULL_TYPE,
        "list": list,
        "map": dict,
        "timestamp": Timestamp,
        "duration": Duration,
        "type": CelType,
        "optional": Optional,
    }
)
_SIGNATURE = re.compile(
    r"(?:(?P<target>[a-zA-Z]+(?:\([^:]*\))?)\.)?(?P<name>\w+)\((?P<args>.*)\) -> (?P<result>.+)"
)
_ARGUMENT_END = re.compile(r", (?=\w+: )")


def class_of(type_text: str) -> type | None:
    """Return the Python class of the values of a type, None if they may be of any."""
    return _CLASSES.get(type_text.partition("(")[0])


def overload(signature: str, run: Callable[..., Any], *, limited: bool = False) -> Overload:
    """Make an overload of its signature, which is a member form if a type stands before the name."""
    match = _SIGNATURE.fullmatch(signature)
    if match is None:
        raise ValueError(f"not a signature: {signature}")
    parameters = [Parameter("", match["target"])] if match["target"] else []
    variadic = False
    for argument in _ARGUMENT_END.split(match["args"]) if match["args"] else ():
        name, _, type_text = argument.partition(": ")
        variadic = type_text.endswith("...")
        parameters.append(Parameter(name, type_text.removesuffix("...")))
    kind = FormKind.MEMBER if match["target"] else FormKind.GLOBAL
    return Overload(kind, tuple(parameters), match["result"], run, signature, limited, variadic)


def both(signature: str, run: Callable[..., Any], *, limited: bool = False) -> tuple[Overload, Overload]:
    """Make the overloads `f(x, …)`, which is the signature given, and `x.f(…)`."""
    first = overload(signature, run, limited=limited)
    name, _, rest = signature.partition("(")
    others = ", ".join(_ARGUMENT_END.split(rest.rpartition(") -> ")[0])[1:])
    member = f"{first.parameters[0].type}.{name}({others}) -> {first.result}"
    return first, overload(member, run, limited=limited)


def function(
    name: str, doc: str, example: str, result: str, *overloads: Overload, namespace: str | None = None
) -> Function:
    """Make a row of the table."""
    return Function(name, doc, example, result, overloads, namespace)
