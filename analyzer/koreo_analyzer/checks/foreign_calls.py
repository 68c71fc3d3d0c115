"""What people call that other languages have and CEL has not, and what to write instead.

The names come from Python, JavaScript, Go, Helm, JMESPath and the Kubernetes dialect of CEL. They are told apart
without regard to case and `_`, because that is what people remember least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.functions import FormKind, lookup
from koreo_analyzer.checks.bracketing import quoted
from koreo_analyzer.problems import Edit, Fix
from koreo_analyzer.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.language.document import Expression

_RENAMED: Final[Mapping[str, str]] = {
    "len": "size", "length": "size", "count": "size",
    "str": "string", "tostring": "string",
    "includes": "contains", "touppercase": "upper", "uppercase": "upper", "tolowercase": "lower",
    "lowercase": "lower", "substr": "substring", "hasprefix": "startsWith",
    "hassuffix": "endsWith", "match": "matches", "regexmatch": "matches",
    "some": "exists", "any": "exists", "every": "all", "foreach": "map", "select": "filter", "fold": "reduce",
    "merge": "overlay", "combine": "overlay",
    "parseint": "int", "toint": "int", "number": "int", "float": "double", "parsefloat": "double",
    "tofloat": "double", "boolean": "bool", "tobool": "bool", "typeof": "type",
    "json": "to_json", "tojson": "to_json", "stringify": "to_json", "fromjson": "from_json", "parsejson": "from_json",
    "b64enc": "b64encode", "base64encode": "b64encode", "b64dec": "b64decode", "base64decode": "b64decode",
    "getyear": "getFullYear", "getday": "getDayOfWeek",
    "max": "math.greatest", "min": "math.least",
}  # fmt: skip
"""Functions of other languages that CEL has by another name."""

_NO_CLOCK: Final = (
    "an expression has no clock: use a time of the resource, as `metadata.creationTimestamp`, or an input"
)
_NO_CHANCE: Final = (
    "an expression gives the same for the same values: pass it as an input, or derive it from names"
)
_NO_WORLD: Final = "an expression reads no objects: a ResourceFunction with `readonly: true` does"
_NO_SORT: Final = "CEL does not sort: have the values in order where they come from"
_NO_SET: Final = "CEL has no sets: ask `x in list`, or count by `list.filter(y, y == x).size()`"
_DEFAULT: Final = "write `has(a.b) ? a.b : c`, or `a.?b.orValue(c)`"
_PAIRS: Final = "both together are there in `m.transformList(key, value, …)`"
_APPENDED: Final = "join lists by `+`: `list + [item]`"
_FORMAT: Final = 'write `"… %s …".format([value])`'
_SUM: Final = "write `list.reduce(sum, x, 0, sum + x)`"
_EMPTY: Final = "write `size(x) == 0`"
_NULL: Final = "write `x == null`, or `!has(a.b)` for a field that is not there"

_HINTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("now", "today", "utcnow", "currenttime", "time", "date"), _NO_CLOCK),
    **dict.fromkeys(("uuid", "uuidv4", "random", "rand", "randalphanum"), _NO_CHANCE),
    **dict.fromkeys(("lookup", "env", "getenv", "readfile"), _NO_WORLD),
    **dict.fromkeys(("sort", "sorted", "sortby", "order", "orderby", "sortalpha"), _NO_SORT),
    **dict.fromkeys(("unique", "uniq", "distinct", "toset", "set"), _NO_SET),
    **dict.fromkeys(("default", "coalesce", "ifnull", "nvl", "getordefault", "get", "getor"), _DEFAULT),
    **dict.fromkeys(("items", "entries", "iteritems"), _PAIRS),
    **dict.fromkeys(("append", "push", "add", "concat", "extend"), _APPENDED),
    **dict.fromkeys(("printf", "sprintf", "fmt"), _FORMAT),
    **dict.fromkeys(("empty", "isempty"), _EMPTY),
    **dict.fromkeys(("isnull", "isnone", "isnil", "isdefined", "defined", "isset", "exists"), _NULL),
    "sum": _SUM,
    "slice": "the part of a text is `x.substring(start, end)`; of a list, write its items: `[x[0], x[1]]`",
    "not": "write `!x`",
    "print": "an expression has no output but its value",
    "find": "write `list.filter(x, condition).first()`, which is an optional",
    "flatmap": "write `list.map(x, …).flatten()`",
    "enumerate": "write `list.transformList(index, x, …)`",
    "range": "CEL has no ranges: write the list, `[0, 1, 2]`, or have an input give it",
    "haskey": 'write `"key" in m`, or `has(m.key)`',
    "containskey": 'write `"key" in m`, or `has(m.key)`',
    "tern": "write `condition ? value : other value`",
    "ternary": "write `condition ? value : other value`",
    **dict.fromkeys(
        ("hash", "md5", "sha256", "sha256sum", "sha1"), "CEL has no hashes: derive names from names"
    ),
    **dict.fromkeys(
        ("capitalize", "title", "capitalise"),
        "CEL has only whole texts in upper case: `x.substring(0, 1).upper() + x.substring(1)`",
    ),
}

Help = tuple[str, tuple[Fix, ...]]
"""What a problem says about mending it: the hint and the fixes."""


def help_for(expression: Expression, call: ast.Call, span: Span) -> Help | None:
    """Return what to write for a function of another language, or None if `call` (its name at `span`) is no such."""
    name = call.name.replace("_", "").lower()
    is_method = call.target is not None
    renamed = _RENAMED.get(name)
    if renamed is not None:
        return _renamed(renamed, call, span)
    if is_method and name in {"get", "getordefault", "default"}:
        mended = _with_default(expression, call)
        if mended is not None:
            return mended
    if not is_method and lookup(call.name, "math") is not None:
        return _renamed(f"math.{call.name}", call, span)
    if is_method and lookup(call.name, "math") is not None:
        return f"write `math.{call.name}(value)`", ()
    hint = _HINTS.get(name)
    return None if hint is None else (hint, ())


def _renamed(name: str, call: ast.Call, span: Span) -> Help:
    """Return the help that names CEL's function, and the fix if that is called in the same way."""
    space, _, plain = name.rpartition(".")
    function = lookup(plain, space or None)
    form = FormKind.GLOBAL if call.target is None else FormKind.MEMBER
    if function is None and form is FormKind.GLOBAL:
        return f"write `value.{name}(x, …)`", ()
    if function is None or function.forms_of(form):
        return f"did you mean `{name}`?", (Fix(f"Change to `{name}`", (Edit(span, name),)),)
    return f"write `{name}(value)`" if form is FormKind.MEMBER else f"write `value.{name}(…)`", ()


def _with_default(expression: Expression, call: ast.Call) -> Help | None:
    """Return the help for `m.get("key", other)` and `a.b.default(other)`: an optional field, or else a value."""
    target, args = call.target, call.args
    if target is None or not args or any(isinstance(arg, ast.Error) for arg in args):
        return None
    key, given = (None, args) if call.name == "default" else (args[0], args[1:])
    if len(given) > 1:
        return None
    if isinstance(key, ast.Literal) and isinstance(key.value, str):
        field, owner = key.value, target
    elif key is None and isinstance(target, ast.Select) and not target.optional:
        field, owner = target.field, target.operand
    else:
        return None
    if not (field.isascii() and field.isidentifier()):
        return f"write `x[?{quoted(field, expression)}].orValue(other)`", ()
    source = expression.facts.source
    selection = f".?{field}.orValue("
    if given:
        edit = Edit(expression.span(Span(owner.end, given[0].start)), selection)
        written = f"{selection}{source[slice(*given[0].span)]})"
    else:
        written = f"{selection}null)"
        edit = Edit(expression.span(Span(owner.end, call.end)), written)
    shown = source[slice(*owner.span)] + written
    return f"write `{shown}`", (Fix(f"Change to `{shown}`", (edit,)),)
