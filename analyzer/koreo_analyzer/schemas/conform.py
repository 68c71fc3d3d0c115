"""Whether data fit a type from a schema: everything that the API server would refuse, prune or ignore.

Data are plain values in which `Computed` stands for what an expression will give; of that only the type is
known, so it is a mismatch only if no value of the type can fit. All mismatches are found at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from koreo_analyzer.schemas.computed import Computed
from koreo_analyzer.schemas.numbers import is_integer
from koreo_analyzer.schemas.restrictions import MismatchCode, asks_for_names, complaints
from koreo_analyzer.suggest import closest, listed
from koreo_analyzer.types import (
    BOOL,
    DOUBLE,
    INT,
    NULL,
    NUMBERS,
    AnyType,
    LazyProperties,
    ListType,
    MapType,
    NeverType,
    ObjectType,
    StringType,
    Type,
    UnionType,
    fits,
    members,
    required_names,
    show,
    show_name,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from koreo_analyzer.types import Latest, Limits, Origin

DataPath: TypeAlias = tuple[str | int, ...]

_DEEPEST: Final = 100
_LONG: Final = 40
_FITS: Final = True


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that does not fit. `path` leads to it through the data; inside of what is computed it goes on.

    Null counts as missing where it may not be, as the server takes it. A missing field has the path of the object
    that lacks it; `lacks` is its name then, and `owner` the name of the object's type. `origin` says where the
    schema asks for it.
    """

    code: MismatchCode
    path: DataPath
    message: str
    hint: str | None = None
    origin: Origin | None = None
    lacks: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Leniency:
    """What is let pass: `partial` data may lack required fields; `extra` names may stand in any object."""

    partial: bool = False
    extra: frozenset[str] = frozenset()


STRICT: Final = Leniency()


def conforms(
    value: object,
    type_: Type,
    limits: Limits | None = None,
    leniency: Leniency = STRICT,
    latest: Latest | None = None,
) -> list[Mismatch]:
    """Return everything in which a value does not fit a type and its limits, in the order of the data.

    Parts of which `latest` knows that they fit are not compared again.
    """
    walk = _Walk(leniency, latest)
    walk.visit(value, type_, limits, (), None)
    return walk.found


def missing_text(names: Sequence[str], owner: str | None) -> str:
    """Return what is said of required fields that an object of the type `owner` lacks."""
    *most, last = [f"`{show_name(name)}`" for name in names]
    of = f" of {owner}" if owner else ""
    if not most:
        return f"required field {last}{of} is missing"
    return f"required fields {', '.join(most)} and {last}{of} are missing"


def missing(
    given: Container[str], type_: ObjectType, path: DataPath, origin: Origin | None
) -> Iterator[Mismatch]:
    """Yield the required fields of a type that an object at `path` with the given names lacks."""
    fields = type_.properties
    for name in required_names(type_):
        if name not in given:
            message = missing_text([name], type_.name)
            yield Mismatch(
                "missing-field", path, message, None, fields[name].origin or origin, name, type_.name
            )


class _Walk:
    """One comparison. `origin` is that of the nearest field."""

    __slots__ = ("_compared", "_latest", "_leniency", "found")

    def __init__(self, leniency: Leniency, latest: Latest | None) -> None:
        self._leniency = leniency
        self._latest = latest
        self._compared: set[tuple[int, int]] = set()
        self.found: list[Mismatch] = []

    def _report(
        self, code: MismatchCode, path: DataPath, message: str, hint: str | None, origin: Origin | None
    ) -> None:
        self.found.append(Mismatch(code, path, message, hint, origin))

    def visit(
        self, value: object, type_: Type, limits: Limits | None, path: DataPath, origin: Origin | None
    ) -> None:
        if len(path) > _DEEPEST:
            return
        if isinstance(value, Computed):
            self._computed(value.type, type_, limits, path, origin)
            return
        if isinstance(type_, AnyType | NeverType) or (
            value is None and limits is not None and limits.nullable
        ):
            fitting: Type | None = type_
        else:
            fitting = next((one for one in members(type_) if _is_kind(value, one)), None)
        if fitting is None:
            self._report("wrong-type", path, *_wrong_type(value, type_), origin)
            return
        if isinstance(value, dict):
            self._object(value, fitting, limits, path, origin)
            return
        if isinstance(value, list) and isinstance(fitting, ListType):
            for position, item in enumerate(value):
                self.visit(item, fitting.item, fitting.each, (*path, position), origin)
        elif isinstance(value, str) and isinstance(fitting, StringType):
            self._literal(value, fitting, path, origin)
        self._complain(value, limits, path, origin)

    def _complain(self, value: object, limits: Limits | None, path: DataPath, origin: Origin | None) -> None:
        if limits is not None:
            for code, message, hint, inside in complaints(value, limits):
                self._report(code, (*path, *inside), message, hint, origin)

    def _object(
        self,
        value: Mapping[object, object],
        type_: Type,
        limits: Limits | None,
        path: DataPath,
        origin: Origin | None,
    ) -> None:
        latest = self._latest
        if latest is not None and latest.find(conforms, value, type_, limits, self._leniency):
            return
        reported = len(self.found)
        kept = self._mapping(value, type_, path, origin)
        if limits is not None and asks_for_names(limits):
            kept = _with_defaults(kept, type_)
        self._complain(kept, limits, path, origin)
        if latest is not None and len(self.found) == reported:
            latest.keep(_FITS, conforms, value, type_, limits, self._leniency)

    def _literal(self, text: str, type_: StringType, path: DataPath, origin: Origin | None) -> None:
        if type_.literals is None or text in type_.literals:
            return
        guess = closest(text, type_.literals)
        allowed = listed([json.dumps(word) for word in sorted(type_.literals)], 12)
        hint = f'did you mean "{guess}"?' if guess else f"allowed: {allowed}"
        self._report("not-in-enum", path, f"{json.dumps(text)} is not allowed here", hint, origin)

    def _mapping(
        self, value: Mapping[object, object], type_: Type, path: DataPath, origin: Origin | None
    ) -> Mapping[str, object]:
        """Look at what is inside; return what the server makes of it: it drops what it does not know, and null."""
        extra = self._leniency.extra
        given = {str(key): inner for key, inner in value.items() if key not in extra}
        kept = dict(given)
        if isinstance(type_, MapType):
            for name, inner in given.items():
                self.visit(inner, type_.value, type_.each, (*path, name), origin)
                if inner is None and not _keeps_null(type_.value, type_.each):
                    del kept[name]
        elif isinstance(type_, ObjectType):
            self._unknown(given, type_, path, origin)
            for name, inner in given.items():
                known = type_.properties.get(name)
                if known is None:
                    if not type_.open:
                        del kept[name]
                elif inner is not None or _keeps_null(known.type, known.limits):
                    self.visit(inner, known.type, known.limits, (*path, name), known.origin)
                else:
                    del kept[name]
            self._missing(kept, type_, path, origin)
        return kept

    def _unknown(
        self, given: Iterable[str], type_: ObjectType, path: DataPath, origin: Origin | None
    ) -> None:
        if type_.open:
            return
        for name in given:
            if name not in type_.properties and name not in self._leniency.extra:
                owner = type_.name or "this object"
                message = f"`{show_name(name)}` is no field of {owner}"
                if not type_.properties:
                    message += ", which has none: the API server would drop it"
                self._report("unknown-field", (*path, name), message, _advice(name, type_), origin)

    def _missing(
        self, given: Container[str], type_: ObjectType, path: DataPath, origin: Origin | None
    ) -> None:
        if not self._leniency.partial:
            self.found += missing(given, type_, path, origin)

    # What is computed

    def _computed(
        self, given: Type, wanted: Type, limits: Limits | None, path: DataPath, origin: Origin | None
    ) -> None:
        if limits is not None and limits.nullable and (given == NULL or isinstance(given, UnionType)):
            given = without(given, NULL)
        if len(path) > _DEEPEST or isinstance(wanted, AnyType):
            return
        for one in members(wanted):
            match given, one:
                case ObjectType(), ObjectType():
                    self._computed_object(given, one, path, origin)
                    return
                case ObjectType(), MapType() if not given.open:
                    for name, part in given.properties.items():
                        self._computed(part.type, one.value, one.each, (*path, name), origin)
                    return
                case ListType(), ListType():
                    self._computed(given.item, one.item, one.each, path, origin)
                    return
                case _:
                    continue
        if not fits(given, wanted):
            code, message, hint = _never_fits(given, wanted)
            self._report(code, path, message, hint, origin)

    def _computed_object(
        self, given: ObjectType, wanted: ObjectType, path: DataPath, origin: Origin | None
    ) -> None:
        pair = (id(given.properties), id(wanted.properties))
        if pair in self._compared or (
            isinstance(given.properties, LazyProperties) and given.properties == wanted.properties
        ):
            return
        self._compared.add(pair)
        latest = self._latest
        if latest is not None and latest.find(conforms, given, wanted, self._leniency):
            return
        reported = len(self.found)
        self._unknown(given.properties, wanted, path, origin)
        for name, part in given.properties.items():
            known = wanted.properties.get(name)
            if known is not None:
                self._computed(part.type, known.type, known.limits, (*path, name), known.origin)
        if not given.open:
            self._missing(given.properties, wanted, path, origin)
        if latest is not None and len(self.found) == reported:
            latest.keep(_FITS, conforms, given, wanted, self._leniency)


def _with_defaults(given: Mapping[str, object], type_: Type) -> Mapping[str, object]:
    """Return an object with the defaults of what it lacks: the server fills them in before it looks at limits."""
    if not isinstance(type_, ObjectType):
        return given
    defaults = {
        name: json.loads(one.limits.default)
        for name, one in type_.properties.items()
        if name not in given and one.limits is not None and one.limits.default is not None
    }
    return {**given, **defaults} if defaults else given


def _keeps_null(type_: Type, limits: Limits | None) -> bool:
    """Whether null stays where it is written: also where anything may stand only a nullable schema keeps it."""
    if isinstance(type_, AnyType):
        return limits is not None and limits.keeps_null
    return NULL in members(type_)


def _advice(name: str, type_: ObjectType) -> str | None:
    guess = closest(name, type_.properties)
    if guess is not None:
        return f"did you mean `{guess}`?"
    return f"it has {listed(list(type_.properties))}" if type_.properties else None


def _never_fits(given: Type, wanted: Type) -> tuple[MismatchCode, str, str | None]:
    texts = [one for one in members(given) if isinstance(one, StringType)]
    if texts and any(isinstance(one, StringType) for one in members(wanted)):
        literals = frozenset().union(*(one.literals or () for one in texts))
        allowed = next(one.literals or frozenset() for one in members(wanted) if isinstance(one, StringType))
        guess = closest(next(iter(literals)), allowed) if len(literals) == 1 else None
        hint = f'did you mean "{guess}"?' if guess else f"allowed: {show(wanted)}"
        return "not-in-enum", f"{show(given)} is not allowed here", hint
    return "wrong-type", f"this is {show(given)}, but {show(wanted)} is asked here", None


def _wrong_type(value: object, type_: Type) -> tuple[str, str | None]:
    if value is None:
        return "null is not allowed here", None
    wanted = show(type_)
    message = f"expected {wanted}, found {_kind(value)}"
    asks_text = any(isinstance(one, StringType) for one in members(type_))
    if asks_text and isinstance(value, int | float):
        return message, f'put it in quotes: "{json.dumps(value)}"'
    if isinstance(value, str) and any(one in (INT, DOUBLE) for one in members(type_)) and _is_numeral(value):
        return message, f"write {value} without quotes"
    if isinstance(value, str) and BOOL in members(type_) and value in ("true", "false"):
        return message, f"write {value} without quotes"
    return message, None


def _is_numeral(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdigit()


def _kind(value: object) -> str:
    match value:
        case bool():
            return f"the boolean {json.dumps(value)}"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the string {json.dumps(value if len(value) < _LONG else value[:_LONG] + '…', ensure_ascii=False)}"
        case list():
            return "a list"
        case _:
            return "a mapping"


def _is_kind(value: object, type_: Type) -> bool:
    """Whether a plain value is of the kind of one alternative, whatever is inside."""
    match value:
        case None:
            return type_ == NULL
        case bool():
            return type_ == BOOL
        case int():
            return type_ in NUMBERS if is_integer(value) else type_ == DOUBLE
        case float():
            return type_ == DOUBLE or (type_ in NUMBERS and is_integer(value))
        case str():
            return isinstance(type_, StringType)
        case list():
            return isinstance(type_, ListType)
        case Mapping():
            return isinstance(type_, MapType | ObjectType)
        case _:
            return True
