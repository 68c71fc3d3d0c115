"""Text in, tree out: expressions that are CEL."""

from __future__ import annotations

import pytest
from koreo_analyzer.cel import ast, parse


def dump(node: ast.Node) -> str:
    """Write a tree as an S-expression."""
    match node:
        case ast.Literal():
            return repr(node.value) + "u" * (node.kind == "uint")
        case ast.Ident():
            return ("." if node.absolute else "") + node.name
        case ast.Select():
            return f"({'.?' if node.optional else '.'} {dump(node.operand)} {node.field})"
        case ast.Index():
            return f"({'[?]' if node.optional else '[]'} {dump(node.operand)} {dump(node.index)})"
        case ast.Call() | ast.Macro():
            word = "macro" if isinstance(node, ast.Macro) else "call"
            target = [] if node.target is None else [dump(node.target)]
            name = ("." if isinstance(node, ast.Call) and node.absolute else "") + node.name
            return f"({' '.join([word, *target, name, *map(dump, node.args)])})"
        case ast.Unary():
            return f"({node.op} {dump(node.operand)})"
        case ast.Binary():
            return f"({node.op} {dump(node.left)} {dump(node.right)})"
        case ast.Ternary():
            return f"(? {dump(node.condition)} {dump(node.then)} {dump(node.otherwise)})"
        case ast.ListNode():
            items = ("?" * (at in node.optional) + dump(item) for at, item in enumerate(node.items))
            return f"[{' '.join(items)}]"
        case ast.MapNode():
            entries = enumerate(node.entries)
            return (
                "{"
                + " ".join(f"{'?' * (at in node.optional)}{dump(k)}:{dump(v)}" for at, (k, v) in entries)
                + "}"
            )
        case ast.Struct():
            fields = enumerate(node.fields)
            written = " ".join(
                f"{'?' * (at in node.optional)}{name}:{dump(v)}" for at, (name, _, v) in fields
            )
            return f"{node.type_name}{{{written}}}"
        case ast.Error():
            return f"<{' '.join(map(dump, node.parts))}>"
        case _:
            raise TypeError(node)


def tree(source: str) -> ast.Node:
    parsed = parse(source)
    assert parsed.problems == ()
    return parsed.root


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # Names, fields, elements, calls
        ("a", "a"),
        (".a.b", "(. .a b)"),
        ("a.b.c", "(. (. a b) c)"),
        ("a.for.in_", "(. (. a for) in_)"),
        ("a.`b.c-d/e f`", "(. a b.c-d/e f)"),
        ("a.?b.c", "(. (.? a b) c)"),
        ("a . ? b", "(.? a b)"),
        ("a[0][?'b']", "([?] ([] a 0) 'b')"),
        ("f()", "(call f)"),
        (".f(a, b)", "(call .f a b)"),
        ("a.f(b).g()", "(call (call a f b) g)"),
        ("a.b.if()", "(call (. a b) if)"),
        ("math.greatest(1, 2)", "(call math greatest 1 2)"),
        # Precedence: unary, product, sum, relation, and, or, conditional
        ("!a.b", "(! (. a b))"),
        ("-a[0]", "(- ([] a 0))"),
        ("!!a", "(! (! a))"),
        ("a - -b", "(- a (- b))"),
        ("a + b * c - d", "(- (+ a (* b c)) d)"),
        ("a * b / c % d", "(% (/ (* a b) c) d)"),
        ("a - (b - c)", "(- a (- b c))"),
        ("a + b < c * d", "(< (+ a b) (* c d))"),
        ("a < b == c", "(== (< a b) c)"),
        ("a in b in c", "(in (in a b) c)"),
        ("!a in b", "(in (! a) b)"),
        ("a && b || c && d", "(|| (&& a b) (&& c d))"),
        ("a == b && c != d", "(&& (== a b) (!= c d))"),
        ("a && b && c", "(&& (&& a b) c)"),
        ("a || b || c || d", "(|| (|| a b) (|| c d))"),
        ("(a || b) && c", "(&& (|| a b) c)"),
        ("a || b ? c : d", "(? (|| a b) c d)"),
        ("a ? b : c ? d : e", "(? a b (? c d e))"),
        ("a ? (b ? c : d) : e", "(? a (? b c d) e)"),
        # Collections
        ("[]", "[]"),
        ("[a, [b], ]", "[a [b]]"),
        ("[?a, b, ?c]", "[?a b ?c]"),
        ("{}", "{}"),
        ("{'a': 1, b: c,}", "{'a':1 b:c}"),
        ("{?'a': b, 'c': d ? e : f}", "{?'a':b 'c':(? d e f)}"),
        ("a.B{}", "a.B{}"),
        ("a.B{c: 1, ?d: e, `f-g`: 2,}", "a.B{c:1 ?d:e f-g:2}"),
        (".a.B{c: 1}.c", "(. .a.B{c:1} c)"),
        # White space and comments
        ("\n a // one\r\n\t+\f// two\n b // end", "(+ a b)"),
    ],
)
def test_tree(source: str, expected: str) -> None:
    assert dump(tree(source)) == expected


@pytest.mark.parametrize(
    ("source", "kind", "value"),
    [
        ("true", "bool", True),
        ("false", "bool", False),
        ("null", "null_type", None),
        ("0", "int", 0),
        ("007", "int", 7),
        ("0x1fF", "int", 511),
        ("9223372036854775807", "int", 2**63 - 1),
        ("-9223372036854775808", "int", -(2**63)),
        ("- 0x8000000000000000", "int", -(2**63)),
        ("18446744073709551615u", "uint", 2**64 - 1),
        ("0xFFU", "uint", 255),
        ("1.5", "double", 1.5),
        (".5e-3", "double", 0.0005),
        ("1E3", "double", 1000.0),
        ("''", "string", ""),
        ("'a\"b'", "string", 'a"b'),
        (r"'\a\b\f\n\r\t\v\\\?\"\'\`'", "string", "\a\b\f\n\r\t\v\\?\"'`"),
        (r"'\x41\X41\101\u00e9\U0001F62C'", "string", "AAAé😬"),
        (r"'\ud83d\ude2c'", "string", "😬"),
        ("'''a\n'b''c\\''''", "string", "a\n'b''c'"),
        ('"""a\r\n"b""c"""', "string", 'a\r\n"b""c'),
        (r"r'\d'", "string", r"\d"),
        ("R'\\'", "string", "\\"),
        ("r'''a\n\\'''", "string", "a\n\\"),
        ("b'ÿ'", "bytes", b"\xc3\xbf"),
        (r"B'\xff\377\n'", "bytes", b"\xff\xff\n"),
        (r"bR'\xff'", "bytes", rb"\xff"),
        ("b'''a\nb'''", "bytes", b"a\nb"),
    ],
)
def test_literal(source: str, kind: str, value: object) -> None:
    root = tree(source)
    assert isinstance(root, ast.Literal)
    assert (root.kind, root.value, type(root.value)) == (kind, value, type(value))
    assert root.span == (0, len(source))


def test_a_minus_before_a_number_belongs_to_the_number() -> None:
    assert dump(tree("-1.f()")) == "(call (- 1) f)"
    assert dump(tree("--1")) == "(- (- 1))"
    assert dump(tree("a -1")) == "(- a 1)"


@pytest.mark.parametrize(
    ("source", "variables"),
    [
        ("has(a.b)", []),
        ("has(a['b'])", []),
        ("has((a.?b))", []),
        ("a.all(x, x)", ["x"]),
        ("a.all(i, x, x)", ["i", "x"]),
        ("a.b.exists(x, x)", ["x"]),
        ("a.exists(k, v, v)", ["k", "v"]),
        ("a.exists_one(x, x)", ["x"]),
        ("a.existsOne(i, x, x)", ["i", "x"]),
        ("[1].filter(x, x)", ["x"]),
        ("f().map(x, x)", ["x"]),
        ("a.map(x, x > 1, x)", ["x"]),
        ("a.reduce(acc, x, 0, acc + x)", ["acc", "x"]),
        ("a.transformList(i, x, x)", ["i", "x"]),
        ("a.transformList(i, x, x > 1, x)", ["i", "x"]),
        ("a.transformMap(k, v, v)", ["k", "v"]),
        ("a.transformMapEntry(k, v, {v: k})", ["k", "v"]),
        ("a.?b.optMap(x, x)", ["x"]),
        ("a.?b.optFlatMap(x, x.?c)", ["x"]),
        ("cel.bind(x, 1, x + x)", ["x"]),
    ],
)
def test_macro(source: str, variables: list[str]) -> None:
    root = tree(source)
    assert isinstance(root, ast.Macro)
    assert [variable.name for variable in root.variables] == variables
    assert root.args[: len(variables)] == root.variables
    assert source[root.name_start : root.name_end] == root.name


@pytest.mark.parametrize(
    "source",
    [
        "has(a.b, c)",
        "a.has(b.c)",
        ".has(b.c)",
        "all(x, y)",
        "a.all(x)",
        "a.map(x)",
        "a.filter(i, x, x)",
        "a.reduce(acc, x, 0)",
        "bind(x, 1, x)",
        "a.bind(x, 1, x)",
    ],
)
def test_calls_that_only_look_like_a_macro(source: str) -> None:
    assert isinstance(tree(source), ast.Call)


@pytest.mark.parametrize(
    "marked",
    [
        # The outermost node spans «…», its first part (if there is one) ‹…›.
        "«‹a›.b»",
        "(«‹a›.b»)",
        "«(‹a›).b»",
        "«((‹a.b›))[0]»",
        "«(‹a›) + (b)»",
        " «(‹a›) ? b : (c)» ",
        "«(‹a›) && b || (c)»",
        "«!(‹a›)»",
        "(«‹a› + b») // c",
        "«‹(a).b›.c(d)»",
        "«f(‹ a ›)»".replace("‹ a ›", " ‹a› "),
        "«[ ‹a›, b ]»",
        "«{ ‹a›: b, }»",
        "«- ‹a›»",
        "«a.B{c: ‹d›}»",
    ],
)
def test_spans(marked: str) -> None:
    source = marked.translate(str.maketrans("", "", "«»‹›"))
    root = tree(source)
    first = next(iter(ast.children(root)))
    if isinstance(first, ast.Binary) and marked.startswith("«(‹a›) &&"):
        first = next(iter(ast.children(first)))
    opened = {root.start: "«", first.start: "‹"} if root.start != first.start else {root.start: "«‹"}
    closed = {root.end: "»", first.end: "›"} if root.end != first.end else {root.end: "›»"}
    written = "".join(
        closed.get(at, "") + opened.get(at, "") + source[at : at + 1] for at in range(len(source) + 1)
    )
    assert written == marked


def test_spans_of_names_and_operators() -> None:
    select = tree("a . ?`b-c`")
    assert isinstance(select, ast.Select)
    assert select.field_span == (5, 10)
    call = tree("(a) . f (b)")
    assert isinstance(call, ast.Call)
    assert (call.span, call.name_span) == ((0, 11), (6, 7))
    binary = tree("a  in  b")
    assert isinstance(binary, ast.Binary)
    assert binary.op_span == (3, 5)
    struct = tree("A{ `b-c` : 1}")
    assert isinstance(struct, ast.Struct)
    assert struct.fields[0][:2] == ("b-c", (3, 8))


def test_long_chains_of_logic_are_balanced() -> None:
    source = " && ".join(f"a{number}" for number in range(5000))
    root = tree(source)

    def depth(node: ast.Node) -> int:
        return 1 + max(map(depth, ast.children(node)), default=0)

    assert depth(root) < 20
    names = [node.name for node in ast.walk(root) if isinstance(node, ast.Ident)]
    assert names == [f"a{number}" for number in range(5000)]


@pytest.mark.parametrize("source", ["+".join(["a"] * 190), "(" * 190 + "a" + ")" * 190, "a" + ".b" * 190])
def test_what_is_deep_but_not_too_deep(source: str) -> None:
    tree(source)
