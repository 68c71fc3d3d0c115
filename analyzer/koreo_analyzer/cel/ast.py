"""The syntax tree of a CEL expression.

`start` and `end` of a node are offsets into the source of the expression (without Koreo's leading `=`). A
parse always gives a tree; what could not be read is an `Error` node. Macros stay nodes of their own
(`Macro`), because messages, completion and coverage speak about what was written, not about its expansion.
Trees are built once and never changed; the classes are plain and slotted because a workspace has tens of
thousands of expressions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from koreo_analyzer.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator


class Node:
    """A part of an expression."""

    __slots__ = ("end", "start")

    start: int
    end: int

    @property
    def span(self) -> Span:
        """The characters of the expression's source that this node was read from."""
        return Span(self.start, self.end)


class Literal(Node):
    """A literal. `kind` is CEL's type name: int uint double string bytes bool null_type.

    `value` is an int (also for uint; not range-checked here: the parser reports what does not fit), float,
    str, bytes, bool or None. A negative number literal is `Unary("-", Literal)` except for the one value that
    needs it, -9223372036854775808, which is a single literal.
    """

    __slots__ = ("kind", "value")

    def __init__(self, kind: str, value: LiteralValue, start: int, end: int) -> None:
        self.kind = kind
        self.value = value
        self.start = start
        self.end = end


LiteralValue: TypeAlias = int | float | str | bytes | bool | None


class Ident(Node):
    """A name; `absolute` for one written with a leading dot (`.name`)."""

    __slots__ = ("absolute", "name")

    def __init__(self, name: str, start: int, end: int, *, absolute: bool = False) -> None:
        self.name = name
        self.start = start
        self.end = end
        self.absolute = absolute


class Select(Node):
    """`operand.field`, or `operand.?field` when `optional`.

    `field` is the name without backquotes; `field_start`/`field_end` are its characters, backquotes included.
    A half typed `operand.` has field "" and `field_start == field_end` right after the dot, and comes with a
    problem.
    """

    __slots__ = ("field", "field_end", "field_start", "operand", "optional")

    def __init__(
        self,
        operand: Node,
        field: str,
        start: int,
        end: int,
        field_start: int,
        field_end: int,
        *,
        optional: bool = False,
    ) -> None:
        self.operand = operand
        self.field = field
        self.start = start
        self.end = end
        self.field_start = field_start
        self.field_end = field_end
        self.optional = optional

    @property
    def field_span(self) -> Span:
        """The characters of the field's name."""
        return Span(self.field_start, self.field_end)


class Index(Node):
    """`operand[index]`, or `operand[?index]` when `optional`."""

    __slots__ = ("index", "operand", "optional")

    def __init__(self, operand: Node, index: Node, start: int, end: int, *, optional: bool = False) -> None:
        self.operand = operand
        self.index = index
        self.start = start
        self.end = end
        self.optional = optional


class Call(Node):
    """`name(args)` or `target.name(args)`. `name_start`/`name_end` are the characters of the name.

    A namespaced function (`math.greatest(1, 2)`) is a call with target `Ident("math")`; what that means is
    decided by those who know the names in scope. `absolute` for `.name(args)`.
    """

    __slots__ = ("absolute", "args", "name", "name_end", "name_start", "target")

    def __init__(
        self,
        name: str,
        target: Node | None,
        args: tuple[Node, ...],
        start: int,
        end: int,
        name_start: int,
        name_end: int,
        *,
        absolute: bool = False,
    ) -> None:
        self.name = name
        self.target = target
        self.args = args
        self.start = start
        self.end = end
        self.name_start = name_start
        self.name_end = name_end
        self.absolute = absolute

    @property
    def name_span(self) -> Span:
        """The characters of the function's name."""
        return Span(self.name_start, self.name_end)


class Macro(Node):
    """A call of a macro with the number and form of arguments that the macro takes.

    `name` is one of has all exists exists_one existsOne map filter reduce transformList transformMap
    transformMapEntry bind optMap optFlatMap. `target` is what stands before the dot (for `bind` the `cel`
    identifier, None for `has`). `args` are all arguments as written; the first `len(variables)` of them are
    the `Ident`s that the macro declares (for `reduce` accumulator and item, for `bind` the name). A wrong
    number of arguments, or a variable that is no simple name, leaves a `Call`, and the latter comes with a
    problem.
    """

    __slots__ = ("args", "name", "name_end", "name_start", "target", "variables")

    def __init__(
        self,
        name: str,
        target: Node | None,
        args: tuple[Node, ...],
        variables: tuple[Ident, ...],
        start: int,
        end: int,
        name_start: int,
        name_end: int,
    ) -> None:
        self.name = name
        self.target = target
        self.args = args
        self.variables = variables
        self.start = start
        self.end = end
        self.name_start = name_start
        self.name_end = name_end

    @property
    def name_span(self) -> Span:
        """The characters of the macro's name."""
        return Span(self.name_start, self.name_end)


class Unary(Node):
    """`!operand` or `-operand`."""

    __slots__ = ("op", "operand")

    def __init__(self, op: str, operand: Node, start: int, end: int) -> None:
        self.op = op
        self.operand = operand
        self.start = start
        self.end = end


class Binary(Node):
    """`left op right`, op one of `+ - * / % == != < <= > >= in && ||`; `op_start` is where it begins.

    The span begins and ends with the operands, their parentheses included. Chains of one of `&&` and `||`,
    which are associative, are balanced: the depth of `a && b && …` grows with the logarithm of its length.
    """

    __slots__ = ("left", "op", "op_start", "right")

    def __init__(self, op: str, left: Node, right: Node, op_start: int, start: int, end: int) -> None:
        self.op = op
        self.left = left
        self.right = right
        self.op_start = op_start
        self.start = start
        self.end = end

    @property
    def op_span(self) -> Span:
        """The characters of the operator; cut off at its right side if it was written wrongly (`=`)."""
        return Span(self.op_start, min(self.op_start + len(self.op), self.right.start))


class Ternary(Node):
    """`condition ? then : otherwise`. The span is that of its operands, their parentheses included."""

    __slots__ = ("condition", "otherwise", "then")

    def __init__(self, condition: Node, then: Node, otherwise: Node, start: int, end: int) -> None:
        self.condition = condition
        self.then = then
        self.otherwise = otherwise
        self.start = start
        self.end = end


class ListNode(Node):
    """`[a, ?b]`; `optional` holds the positions in `items` of the elements written with `?`."""

    __slots__ = ("items", "optional")

    def __init__(
        self, items: tuple[Node, ...], start: int, end: int, optional: frozenset[int] = frozenset()
    ) -> None:
        self.items = items
        self.start = start
        self.end = end
        self.optional = optional


class MapNode(Node):
    """`{k: v, ?k: v}`; `optional` holds the positions in `entries` of those written with `?`."""

    __slots__ = ("entries", "optional")

    def __init__(
        self,
        entries: tuple[tuple[Node, Node], ...],
        start: int,
        end: int,
        optional: frozenset[int] = frozenset(),
    ) -> None:
        self.entries = entries
        self.start = start
        self.end = end
        self.optional = optional


class Struct(Node):
    """`Name{field: value}`: `type_name` is the dotted name, `fields` are (name, span of the name, value)."""

    __slots__ = ("fields", "optional", "type_name")

    def __init__(
        self,
        type_name: str,
        fields: tuple[tuple[str, Span, Node], ...],
        start: int,
        end: int,
        optional: frozenset[int] = frozenset(),
    ) -> None:
        self.type_name = type_name
        self.fields = fields
        self.start = start
        self.end = end
        self.optional = optional


class Error(Node):
    """A part that could not be read; `parts` are the pieces around it that could."""

    __slots__ = ("parts",)

    def __init__(self, start: int, end: int, parts: tuple[Node, ...] = ()) -> None:
        self.start = start
        self.end = end
        self.parts = parts


def children(node: Node) -> Iterator[Node]:
    """Yield the direct sub-expressions of a node in the order of the text (a macro's variables included)."""
    if isinstance(node, Select):
        yield node.operand
    elif isinstance(node, Index):
        yield node.operand
        yield node.index
    elif isinstance(node, Call | Macro):
        if node.target is not None:
            yield node.target
        yield from node.args
    elif isinstance(node, Unary):
        yield node.operand
    elif isinstance(node, Binary):
        yield node.left
        yield node.right
    elif isinstance(node, Ternary):
        yield node.condition
        yield node.then
        yield node.otherwise
    elif isinstance(node, ListNode):
        yield from node.items
    elif isinstance(node, MapNode):
        for key, value in node.entries:
            yield key
            yield value
    elif isinstance(node, Struct):
        for _, _, value in node.fields:
            yield value
    elif isinstance(node, Error):
        yield from node.parts


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it, a node before its parts."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(list(children(current))))
