"""Text in, problems out: expressions that are not CEL, and the tree that is read nevertheless."""

from __future__ import annotations

import sys

import pytest
from koreo_analyzer.cel import MAX_DEPTH, ast, parse

CASES = """
inputs.
      ^ expected a name after `.`
a. + b
 ^ expected a name after `.`
a.'b-c'
  ^^^^^ expected a name after `.` (write `['b-c']`)
a.in
  ^^ `in` cannot follow a dot (write `["in"]` without the dot)
.
^ expected a name after `.`
list.0
    ^^ expected an operator or the end, found `.0` (an element is selected by `[0]`)
a?.b
 ^^ `?.` is no operator of CEL (write `.?` for an optional field)
a +
  ^ expected an expression after `+`
(a + ) * b
   ^ expected an expression after `+`
a + * b
    ^ expected an expression after `+`, found `*`
* b
^ expected an expression, found `*`
=a
^ expected an expression, found `=` (one `=` before an expression is enough)
!
^ expected an expression after `!`
a b
  ^ expected an operator or the end, found `b`
the quick brown fox
    ^^^^^ expected an operator or the end, found `quick`
if (a) b else c
^^ `if` is a reserved word of CEL (CEL's conditional is `condition ? value : other value`)
a if b else c
  ^^ expected an operator or the end, found `if` (CEL's conditional is `condition ? value : other value`)
var + 1
^^^ `var` is a reserved word of CEL (a name is given by `cel.bind(name, value, …)`)
as
^^ `as` is a reserved word of CEL (choose another name; as a field it is fine: `x.name`, `x["name"]`)
foo(
   ^ `(` is never closed
foo(a, b
   ^ `(` is never closed
foo(a,)
     ^ expected an argument after `,`
foo(a b)
      ^ expected `,` or `)`, found `b`
foo()(a)
     ^ expected an operator or the end, found `(` (only a name can stand before it)
(a
^ `(` is never closed
[a, (b]
    ^ `(` is never closed
(a]
  ^ `(` is closed by `]` (write `)`)
a)
 ^ `)` closes nothing
(a, b)
  ^ expected an operator or `)`, found `,`
()
^ expected an expression after `(`
[a b]
   ^ expected `,` or `]`, found `b`
[, a]
 ^ expected an expression after `[`, found `,`
a[
 ^ `[` is never closed
a[]
 ^ expected an expression after `[`
a[b c]
    ^ expected an operator or `]`, found `c`
{'a': 1 'b': 2}
        ^^^ expected `,` or `}`, found `'b'`
{'a' 1}
 ^^^ expected `:` and a value after this key
{'a', 'b': 2}
 ^^^ expected `:` and a value after this key
{'a': , 'b': 2}
      ^ expected an expression after `:`, found `,`
{'a': 1: 2}
       ^ expected `,` or `}`, found `:`
{
^ `{` is never closed
A{'b': 1, c: 2}
  ^^^ expected the name of a field, found `'b'`
A{b 1}
  ^ expected `:` and a value after this key
a ? b
  ^ `?` has no `:` (write `condition ? value : other value`)
a ? : b
    ^ expected an expression after `?`, found `:`
a ? b ? c : d : e
    ^^^^^^^^^ a conditional between `?` and `:` needs parentheses (put it into `(` and `)`)
a : b
  ^ expected an operator or the end, found `:`
a = b
  ^ `=` is no operator of CEL (write `==` to compare)
a === b
  ^^^ `===` is no operator of CEL (write `==`)
a !== b
  ^^^ `!==` is no operator of CEL (write `!=`)
a <> b
  ^^ `<>` is no operator of CEL (write `!=`)
a => b
  ^^ `=>` is no operator of CEL (write `>=`, or `,` after the variable of a macro)
a.map(x => x + 1)
        ^^ `=>` is no operator of CEL (write `,` after the variable of a macro)
a++
 ^^ `++` is no operator of CEL (CEL changes no values; write `+ 1` for the next number)
f(a++, b)
   ^^ `++` is no operator of CEL (CEL changes no values; write `+ 1` for the next number)
a ++ b
  ^^ `++` is no operator of CEL (write `+` to join or add)
f"abc"
^ `f` is no prefix of a string in CEL (join texts by `+`: `"Hello " + inputs.name`)
u'abc' + a
^ `u` is no prefix of a string in CEL (CEL has `r` for raw strings and `b` for bytes)
a & b
  ^ `&` is no operator of CEL (write `&&`; bits are combined by `math.bitAnd`)
a | b
  ^ `|` is no operator of CEL (write `||`; bits are combined by `math.bitOr`)
a && & b
     ^ expected an expression after `&&`, found `&`
a and b
  ^^^ `and` is no operator of CEL (write `&&`)
a OR b
  ^^ `OR` is no operator of CEL (write `||`)
a is null
  ^^ `is` is no operator of CEL (write `==`)
not a
^^^ `not` is no operator of CEL (write `!`)
a not in b
  ^^^^^^ `not in` is no operator of CEL (write `!(a in b)`)
a ** b
  ^^ `**` is no operator of CEL (CEL has no power operator)
a ?? b
  ^^ `??` is no operator of CEL (write `has(a.b) ? a.b : c` or `a.?b.orValue(c)`)
'abc
^^^^ the string is never closed: a second `'` is missing
foo(["abc)] + b
     ^^^^^^^^^^ the string is never closed: a second `"` is missing
a + '''b
    ^^^^ the string is never closed: a second `'''` is missing
a.`b-c
  ^^^^ the name is never closed: a second backquote is missing
`a-b`
^^^^^ only the name of a field can stand in backquotes (write a plain name)
rb'a'
^^ `rb` is no prefix of CEL (write `br`)
5u8
^^^ `5u8` is not a number
a + 1_000
    ^^^^^ `1_000` is not a number: CEL has no `_` between digits
0X1F
^^^^ `0X1F` is not a number: CEL has decimal numbers and `0x…`
1.2.3
^^^^^ `1.2.3` is not a number: a text must be quoted
99223372036854775808
^^^^^^^^^^^^^^^^^^^^ `99223372036854775808` does not fit: the largest int is 9223372036854775807
18446744073709551616u
^^^^^^^^^^^^^^^^^^^^^ `18446744073709551616u` does not fit: the largest uint is 18446744073709551615
1e999
^^^^^ `1e999` is too large for a double
a;
 ^ unexpected character `;`
a # b
  ^ unexpected character `#` (comments begin with `//`)
${a}
^ unexpected character `$`
іnputs.a
^^^^^^ `іnputs` is not a name: `і` (U+0456 CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I) is not an ASCII letter
a.µtime + b
  ^^^^^ `µtime` is not a name: `µ` (U+00B5 MICRO SIGN) is not an ASCII letter (write `["µtime"]` without the dot)
a.map(1, a)
      ^ `map` declares a variable here: expected a plain name
a.exists(k, v.w, k)
            ^^^ `exists` declares a variable here: expected a plain name
a.all(x, x, true)
         ^ `x` is declared twice (give the two variables different names)
has(a)
    ^ `has` takes a field (`a.b`) or an element (`a["b"]`)
has(f(a))
    ^^^^ `has` takes a field (`a.b`) or an element (`a["b"]`)
"""


def cases() -> list[tuple[str, str]]:
    lines = CASES.strip("\n").split("\n")
    return list(zip(lines[::2], lines[1::2], strict=True))


def render(source: str) -> list[str]:
    written = []
    for problem in parse(source).problems:
        hint = f" ({problem.hint})" if problem.hint else ""
        start, end = problem.span
        written.append(f"{' ' * start}{'^' * (end - start)} {problem.message}{hint}")
    return written


@pytest.mark.parametrize(("source", "expected"), cases())
def test_message(source: str, expected: str) -> None:
    assert render(source) == [expected]
    assert {problem.code for problem in parse(source).problems} == {"syntax"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "a. + (b = ",
            ["expected a name after `.`", "`(` is never closed", "expected an expression after `=`"],
        ),
        (
            "[a and b, 5u8, c.]",
            ["`and` is no operator of CEL", "`5u8` is not a number", "expected a name after `.`"],
        ),
        ("f(x y) + g(z,)", ["expected `,` or `)`, found `y`", "expected an argument after `,`"]),
    ],
)
def test_every_cause_is_reported(source: str, expected: list[str]) -> None:
    messages = [problem.message for problem in parse(source).problems]
    assert [message for message in messages if message in expected] == expected


def test_the_empty_expression() -> None:
    for source in ("", "  ", "// nothing"):
        (problem,) = parse(source).problems
        assert problem.message == "the expression is empty"
        assert problem.span == (0, len(source))


@pytest.mark.parametrize(("source", "start"), [("9223372036854775808", 0), ("-9223372036854775809", 1)])
def test_an_int_that_would_fit_a_uint(source: str, start: int) -> None:
    (problem,) = parse(source).problems
    assert problem.span == (start, len(source))
    assert problem.hint == f"`{source[start:]}u` is a uint"


def test_typographic_quotes_are_explained() -> None:
    problems = parse("\u201chello\u201d").problems
    assert [problem.hint for problem in problems] == ["strings are quoted by `'` or `\"`"] * 2


@pytest.mark.parametrize(
    ("source", "name", "hint"),
    [
        ("inputs.名前", "名前", 'write `["名前"]` without the dot'),
        ("inputs.?имя.x", "имя", 'write `["имя"]` without the dot'),
        ("a.café_2", "café_2", 'write `["café_2"]` without the dot'),
        ("a.cafe\u0301", "cafe\u0301", 'write `["cafe\u0301"]` without the dot'),
        ("名前 + 1", "名前", None),
        ("[x, é, y]", "é", None),
    ],
)
def test_a_name_that_is_not_ascii_is_one_mistake(source: str, name: str, hint: str | None) -> None:
    (problem,) = parse(source).problems
    assert source[problem.span.start : problem.span.end] == name
    assert problem.hint == hint


def test_a_character_that_can_not_be_seen_is_named() -> None:
    (problem,) = parse("a\u00a0== b").problems
    assert problem.message == "unexpected character U+00A0 NO-BREAK SPACE"


@pytest.mark.parametrize(
    ("source", "value", "marked"),
    [
        (r"'a\.b'", r"a\.b", r"\."),
        (r"'\d+'", r"\d+", r"\d"),
        (r"'\x4'", r"\x4", r"\x"),
        (r"'\08'", r"\08", r"\0"),
        (r"'\ud800!'", r"\ud800!", r"\ud800"),
        (r"'\U00110000'", r"\U00110000", r"\U00110000"),
        (r"b'\u0041'", rb"\u0041", r"\u0041"),
    ],
)
def test_an_unknown_escape_keeps_its_backslash(source: str, value: object, marked: str) -> None:
    parsed = parse(source)
    assert isinstance(parsed.root, ast.Literal)
    assert parsed.root.value == value
    (problem,) = parsed.problems
    assert problem.code == "escape"
    assert source[problem.span.start : problem.span.end] == marked


def test_half_typed_text_has_a_useful_tree() -> None:
    select = parse("inputs.").root
    assert isinstance(select, ast.Select)
    assert (select.field, select.field_span) == ("", (7, 7))
    call = parse("foo(a, ").root
    assert isinstance(call, ast.Call)
    assert [type(arg) for arg in call.args] == [ast.Ident, ast.Error]
    binary = parse("a == ").root
    assert isinstance(binary, ast.Binary)
    assert isinstance(binary.right, ast.Error)
    index = parse("inputs['na").root
    assert isinstance(index, ast.Index)
    assert isinstance(index.index, ast.Literal)
    assert index.index.value == "na"
    entry = parse("{'a': x\n 'b': y}").root
    assert isinstance(entry, ast.MapNode)
    assert len(entry.entries) == 2
    nested = parse("steps.map(x, x.").root
    assert isinstance(nested, ast.Macro)


def test_an_arrow_after_the_variable_of_a_macro_is_read_as_a_comma() -> None:
    root = parse("a.map(x => x + 1)").root
    assert isinstance(root, ast.Macro)
    assert [variable.name for variable in root.variables] == ["x"]


def test_foreign_operators_are_read_as_those_of_cel() -> None:
    root = parse("a or b and c = d").root
    assert isinstance(root, ast.Binary)
    assert root.op == "||"
    assert [node.op for node in ast.walk(root) if isinstance(node, ast.Binary)] == ["||", "&&", "=="]


@pytest.mark.parametrize(
    "source",
    [
        "(" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        "f(" * 10_000,
        "a[" * 10_000,
        "{a:" * 10_000,
        "A{a:" * 10_000,
        "!(" * 10_000,
        "-" * 10_000 + "a",
        "a?b:" * 10_000,
        "a?" * 10_000,
        "+".join(["a"] * 10_000),
        "+(a*" * 10_000,
        "a" + ".b" * 10_000,
        "a" + "[0]" * 10_000,
        "a" + ".f()" * 10_000,
    ],
)
def test_nesting_too_deep_is_one_problem(source: str) -> None:
    parsed = parse(source)
    assert [problem.code for problem in parsed.problems if problem.code == "depth"] == ["depth"]

    def depth(node: ast.Node) -> int:
        return 1 + max(map(depth, ast.children(node)), default=0)

    assert depth(parsed.root) <= MAX_DEPTH + 1


@pytest.mark.parametrize(
    "piece",
    [
        "(", "[", "f(", "a[", "a.f(", "{a:", "{a:b:", "A{a:", "A{1:", "!(", "a+(", "a&&(", "a?(", "a?b:(",
        "(a ", "[a,b ", "a**(", "a not in (", "not ", "$(", "$",
    ],
)  # fmt: skip
def test_the_deepest_brackets_leave_room_on_the_stack(piece: str) -> None:
    """A caller that has used up a quarter of Python's stack can still parse anything."""
    source = piece * (2 * MAX_DEPTH)

    def descend(frames: int) -> int:
        return len(parse(source).problems) if frames == 0 else descend(frames - 1)

    assert sys.getrecursionlimit() >= 1000
    assert descend(250) > 0


def test_the_parts_of_a_chain_that_is_too_long_stay_in_the_tree() -> None:
    root = parse(" + ".join(f"a{number}" for number in range(1000))).root
    names = [node.name for node in ast.walk(root) if isinstance(node, ast.Ident)]
    assert names == [f"a{number}" for number in range(1000)]
