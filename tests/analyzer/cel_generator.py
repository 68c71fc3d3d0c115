"""Makes random expressions, most of which have a value, for comparison with another engine.

Every method returns the source of an expression that is meant to have a type; one time in twenty it has
another, so that about a third of all whole expressions end in an error.
"""

from __future__ import annotations

from random import Random

VARIABLES = {
    "i": 7,
    "j": -3,
    "big": 9223372036854775807,
    "d": 2.5,
    "w": 7.0,
    "s": "hello world",
    "e": "",
    "u": "häuser",
    "b": True,
    "n": None,
    "raw": b"ab\xff",
    "l": [1, 2, 3],
    "ls": ["b", "a", "b"],
    "mixed": [1, "a", 2.0, None, True, [1]],
    "el": [],
    "m": {"a": 1, "b": {"c": "x", "n": None}, "l": [{"k": "v1", "n": 1}, {"k": "v2"}]},
    "em": {},
}

_WRONG_ONE_IN = 20
_KEYS = ("'a'", "'b'", "'k'", "2u", "5", "true")
_TYPES = ("int", "double", "string", "bool", "list", "map", "any")
_LITERALS = {
    "int": ("0", "1", "2", "-1", "-7", "3", "42", "9223372036854775807", "-9223372036854775808", "0x1f"),
    "uint": ("0u", "1u", "7u", "18446744073709551615u"),
    "double": ("0.0", "1.0", "-0.5", "2.5", "1e3", "1e308", "4.0", "-0.0"),
    "string": ("''", "'a'", "'hello'", "'a,b,c'", "'ä'", "'12'", "'1.5'", "'true'", "'x\\n'", "'-7'"),
    "bool": ("true", "false"),
    "null": ("null",),
    "bytes": ("b''", "b'ab'", "b'\\xff'"),
}


class Generator:
    """Draws from one seeded source, so that every run makes the same expressions."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._locals: list[str] = []
        self._names = 0

    def expression(self) -> str:
        """Return the source of a whole expression."""
        kind = self._random.choice(_TYPES)
        depth = self._random.randrange(1, 5)
        return self._bind(kind, depth) if self._random.randrange(8) == 0 else self._of(kind, depth)

    def _of(self, kind: str, depth: int) -> str:
        random = self._random
        if random.randrange(_WRONG_ONE_IN) == 0:
            kind = random.choice((*_TYPES, "uint", "null", "bytes", "duration", "timestamp", "type"))
        if kind == "any":
            kind = random.choice((*_TYPES[:-1], "uint", "null", "bytes", "duration", "timestamp", "type"))
        if depth <= 0 or random.randrange(5) == 0:
            return self._leaf(kind)
        if random.randrange(10) == 0:
            return (
                f"({self._of('bool', depth - 1)} ? {self._of(kind, depth - 1)} : {self._of(kind, depth - 1)})"
            )
        make = getattr(self, f"_{kind}", None)
        return make(depth - 1) if make is not None else self._leaf(kind)

    def _leaf(self, kind: str) -> str:
        random = self._random
        if self._locals and random.randrange(3) == 0:
            return random.choice(self._locals)
        names = {
            "int": ("i", "j", "m.a", "big", "l[0]", "m.l[0].n"),
            "double": ("d", "w"),
            "string": ("s", "e", "u", "m.b.c", "ls[1]", "m.l[0].k"),
            "bool": ("b",),
            "null": ("n", "m.b.n"),
            "bytes": ("raw",),
            "list": ("l", "ls", "mixed", "el", "m.l"),
            "map": ("m", "em", "m.b", "m.l[1]"),
        }.get(kind, ())
        if names and random.randrange(2) == 0:
            return random.choice(names)
        if kind == "list":
            return f"[{', '.join(self._of('any', 0) for _ in range(random.randrange(4)))}]"
        if kind == "map":
            keys = random.sample(_KEYS, random.randrange(4))
            return "{" + ", ".join(f"{key}: {self._of('any', 0)}" for key in keys) + "}"
        if kind == "duration":
            return f"duration('{random.choice(('1s', '90m', '-1.5s', '0', '1h30m5s', '250ms'))}')"
        if kind == "timestamp":
            moments = ("1970-01-01T00:00:00Z", "2024-02-29T12:30:45.5Z", "2020-12-31T23:59:59+02:00")
            return f"timestamp('{random.choice(moments)}')"
        if kind == "type":
            return random.choice(("int", "string", "list", "type(1)", "type('a')", "null_type"))
        return random.choice(_LITERALS[kind])

    def _int(self, depth: int) -> str:
        return self._choose(
            lambda: self._binary("int", "+-*/%", depth),
            lambda: f"size({self._of(self._random.choice(('string', 'list', 'map', 'bytes')), depth)})",
            lambda: f"int({self._of(self._random.choice(('double', 'string', 'uint', 'timestamp')), depth)})",
            lambda: f"-({self._of('int', depth)})",
            lambda: f"{self._of('string', depth)}.indexOf({self._of('string', depth)})",
            lambda: f"{self._of('timestamp', depth)}.{self._random.choice(_PARTS)}()",
            lambda: f"{self._of('duration', depth)}.{self._random.choice(_PARTS[-3:])}()",
            lambda: f"math.abs({self._of('int', depth)})",
            lambda: f"l[{self._of('int', 0)}]",
        )

    def _uint(self, depth: int) -> str:
        return self._choose(
            lambda: self._binary("uint", "+-*/%", depth), lambda: f"uint({self._of('int', depth)})"
        )

    def _double(self, depth: int) -> str:
        return self._choose(
            lambda: self._binary("double", "+-*/", depth),
            lambda: f"double({self._of(self._random.choice(('int', 'string')), depth)})",
            lambda: f"-({self._of('double', depth)})",
            lambda: f"math.{self._random.choice(_ROUNDINGS)}({self._of('double', depth)})",
            lambda: f"math.greatest({self._of('double', depth)}, {self._of('int', depth)})",
        )

    def _string(self, depth: int) -> str:
        return self._choose(
            lambda: self._binary("string", "+", depth),
            lambda: f"string({self._of(self._random.choice(_WITH_TEXT), depth)})",
            lambda: f"{self._of('string', depth)}.{self._random.choice(_CASES)}()",
            lambda: f"{self._of('string', depth)}.substring({self._of('int', 0)})",
            lambda: f"{self._of('string', depth)}.charAt({self._of('int', 0)})",
            lambda: f"{self._of('string', depth)}.replace({self._of('string', 0)}, {self._of('string', 0)})",
            lambda: f"{self._of('string', depth)}.split('a').join('-')",
            lambda: f"[{self._of('string', depth)}, {self._of('string', depth)}].join(',')",
        )

    def _bool(self, depth: int) -> str:
        random = self._random
        return self._choose(
            lambda: f"({self._of('any', depth)} {random.choice(('==', '!='))} {self._of('any', depth)})",
            lambda: self._comparison(depth, ("<", "<=", ">", ">=")),
            lambda: self._comparison(depth, ("==", "!=")),
            lambda: f"({self._of('bool', depth)} {random.choice(('&&', '||'))} {self._of('bool', depth)})",
            lambda: f"({self._of('bool', depth)} {random.choice(('&&', '||'))} {self._of('bool', depth)})",
            lambda: f"!({self._of('bool', depth)})",
            lambda: f"({self._of('any', depth)} in {self._of('list', depth)})",
            lambda: f"({self._of('string', depth)} in {self._of('map', depth)})",
            lambda: f"{self._of('string', depth)}.{random.choice(_TESTS)}({self._of('string', depth)})",
            lambda: f"has(m.{random.choice(('a', 'b', 'q', 'b.c', 'b.q'))})",
            lambda: self._macro(random.choice(("all", "exists", "exists_one")), "bool", depth),
            lambda: f"s.matches('{random.choice(('^h', 'o$', '[a-z]+ w', 'x|y', 'l{2}'))}')",
        )

    def _comparison(self, depth: int, operators: tuple[str, ...]) -> str:
        kind = self._random.choice((*_NUMBERS, "string", "bool", "duration", "timestamp"))
        other = self._random.choice(_NUMBERS) if kind in _NUMBERS else kind
        return f"({self._of(kind, depth)} {self._random.choice(operators)} {self._of(other, depth)})"

    def _list(self, depth: int) -> str:
        return self._choose(
            lambda: f"[{', '.join(self._of('any', depth) for _ in range(self._random.randrange(4)))}]",
            lambda: self._binary("list", "+", depth),
            lambda: self._macro("map", "any", depth),
            lambda: self._macro("filter", "bool", depth),
            lambda: f"{self._of('string', depth)}.split(',')",
        )

    def _map(self, depth: int) -> str:
        keys = self._random.sample(_KEYS, self._random.randrange(4))
        return "{" + ", ".join(f"{key}: {self._of('any', depth)}" for key in keys) + "}"

    def _duration(self, depth: int) -> str:
        return self._choose(
            lambda: self._binary("duration", "+-", depth),
            lambda: f"({self._of('timestamp', depth)} - {self._of('timestamp', depth)})",
        )

    def _timestamp(self, depth: int) -> str:
        return f"({self._of('timestamp', depth)} {self._random.choice('+-')} {self._of('duration', depth)})"

    def _type(self, depth: int) -> str:
        return f"type({self._of('any', depth)})"

    def _bytes(self, depth: int) -> str:
        return self._choose(
            lambda: self._binary("bytes", "+", depth), lambda: f"bytes({self._of('string', depth)})"
        )

    def _binary(self, kind: str, operators: str, depth: int) -> str:
        return f"({self._of(kind, depth)} {self._random.choice(operators)} {self._of(kind, depth)})"

    def _macro(self, name: str, body: str, depth: int) -> str:
        target = self._of(self._random.choice(("list", "list", "map")), depth)
        variable = self._declare()
        source = f"{target}.{name}({variable}, {self._of(body, depth)})"
        self._locals.pop()
        return source

    def _bind(self, kind: str, depth: int) -> str:
        value = self._of("any", depth)
        variable = self._declare()
        source = f"cel.bind({variable}, {value}, {self._of(kind, depth)})"
        self._locals.pop()
        return source

    def _declare(self) -> str:
        self._names += 1
        self._locals.append(f"v{self._names}")
        return self._locals[-1]

    def _choose(self, *makers: object) -> str:
        maker = self._random.choice(makers)
        assert callable(maker)
        return str(maker())


_NUMBERS = ("int", "uint", "double")
_PARTS = (
    "getFullYear",
    "getMonth",
    "getDate",
    "getDayOfWeek",
    "getDayOfYear",
    "getHours",
    "getMinutes",
    "getSeconds",
)
_TESTS = ("startsWith", "endsWith")
_ROUNDINGS = ("ceil", "floor", "round", "trunc")
_WITH_TEXT = ("int", "double", "bool", "duration", "bytes")
_CASES = ("lowerAscii", "upperAscii", "trim", "reverse")
