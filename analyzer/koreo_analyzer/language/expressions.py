"""What an expression says about names: which it uses, which it cannot do without, which it only asks about.

These facts depend on the source of the expression alone, so equal expressions share them across a workspace.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias
from weakref import WeakValueDictionary

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.functions import MACROS, NAMESPACES, TYPE_NAMES, lookup
from koreo_analyzer.cel.parser import Parsed, parse
from koreo_analyzer.language.shapes import NAMES_IN_SCOPE
from koreo_analyzer.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NamedMember: TypeAlias = tuple[str, str]
"""A name in scope and its first member: `("inputs", "replicas")`."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member selected by a literal name: `.name`, `["name"]` or `"name" in …`.

    `span` is the name as written, its quotes included; `selection` is the whole `.name` or `.?name`, None for a
    name in quotes.
    """

    name: str
    span: Span
    selection: Span | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a name that the expression does not declare itself.

    `members` are the literal selections that follow it. `computed` tells that an index which is no literal
    comes after them (`steps[expr]`). `span` is the name itself, `end` where the whole chain ends.
    """

    root: str
    span: Span
    members: tuple[Member, ...]
    end: int
    computed: bool


@dataclass(frozen=True, slots=True, weakref_slot=True)
class ExpressionFacts:
    """The parse of one expression and what follows from it.

    `needs`: members without which the evaluation fails, whatever the data. `tests`: members whose presence
    the expression asks about (`has(inputs.x)`, `inputs.?x`, `"x" in inputs`). `calls`: every call that is no
    macro.
    """

    source: str
    parsed: Parsed
    uses: tuple[Use, ...]
    needs: frozenset[NamedMember]
    tests: frozenset[NamedMember]
    calls: tuple[ast.Call, ...]

    @property
    def root(self) -> ast.Node:
        """The syntax tree."""
        return self.parsed.root

    @property
    def broken(self) -> bool:
        """Whether a part of the source could not be read, so that more may be meant than the facts say."""
        problems = self.parsed.problems
        return bool(problems) and any(problem.code != "escape" for problem in problems)


_GIVEN_NAMES: Final = frozenset(name for names in NAMES_IN_SCOPE.values() for name in names)

ReadExpression: TypeAlias = "Callable[[str], ExpressionFacts]"

_NOTHING: Final[frozenset[NamedMember]] = frozenset()


def read_expression(source: str) -> ExpressionFacts:
    """Parse an expression (without its leading `=`) and collect its facts. Never raises."""
    parsed = parse(source)
    collector = _Collector()
    collector.visit(parsed.root, frozenset())
    return ExpressionFacts(
        source,
        parsed,
        tuple(collector.uses),
        _needs(parsed.root, frozenset()),
        frozenset(collector.tests),
        tuple(collector.calls),
    )


class SharedExpressions:
    """Reads expressions like `read_expression`, and gives equal ones the same facts for as long as these are in use."""

    __slots__ = ("_in_use",)

    def __init__(self) -> None:
        self._in_use: WeakValueDictionary[str, ExpressionFacts] = WeakValueDictionary()

    def __call__(self, source: str) -> ExpressionFacts:
        """Return the facts of an expression. Never raises."""
        facts = self._in_use.get(source)
        if facts is None:
            facts = self._in_use[source] = read_expression(source)
        return facts


def _literal_member(node: ast.Node) -> Member | None:
    """Return the member that a selection or an index with a literal string names."""
    if isinstance(node, ast.Select):
        selection = Span(node.operand.end, node.field_end)
        return Member(node.field, node.field_span, selection, node.optional)
    if (
        isinstance(node, ast.Index)
        and isinstance(node.index, ast.Literal)
        and isinstance(node.index.value, str)
    ):
        return Member(node.index.value, node.index.span)
    return None


def chain(node: ast.Node) -> tuple[ast.Ident, list[ast.Node]] | None:
    """Split `a.b["c"][i]` into its first name and the selections and indexes after it, in order; None for others."""
    links: list[ast.Node] = []
    while isinstance(node, ast.Select | ast.Index):
        links.append(node)
        node = node.operand
    if not isinstance(node, ast.Ident):
        return None
    links.reverse()
    return node, links


class _Collector:
    """Walks a tree once; the depth of trees is bounded by the parser."""

    def __init__(self) -> None:
        self.uses: list[Use] = []
        self.tests: set[NamedMember] = set()
        self.calls: list[ast.Call] = []

    def visit(self, node: ast.Node, bound: frozenset[str]) -> None:
        if isinstance(node, ast.Select | ast.Index | ast.Ident):
            self._chain(node, bound)
        elif isinstance(node, ast.Macro):
            self._macro(node, bound)
        elif isinstance(node, ast.Call):
            self._call(node, bound)
        else:
            if isinstance(node, ast.Binary) and node.op == "in" and self._membership(node, bound):
                return
            for child in ast.children(node):
                self.visit(child, bound)

    def _chain(self, node: ast.Node, bound: frozenset[str]) -> None:
        split = chain(node)
        if split is None:
            for child in ast.children(node):
                self.visit(child, bound)
            return
        root, links = split
        for link in links:
            if isinstance(link, ast.Index):
                self.visit(link.index, bound)
        if root.name in bound and not root.absolute:
            return
        if _is_type_name(root, links):
            return
        members: list[Member] = []
        computed = False
        for link in links:
            member = _literal_member(link)
            if member is None:
                computed = True
                break
            if isinstance(link, ast.Select | ast.Index) and link.optional and not members:
                self.tests.add((root.name, member.name))
            members.append(member)
        self.uses.append(Use(root.name, root.span, tuple(members), node.end, computed))

    def _macro(self, node: ast.Macro, bound: frozenset[str]) -> None:
        if node.name == "has":
            self._presence(node.args[0], bound)
        elif node.target is not None and node.name != "bind":
            self.visit(node.target, bound)
        inner = bound | {variable.name for variable in node.variables}
        rest = node.args[len(node.variables) :]
        for index, argument in enumerate(rest):
            evaluated_outside = index == 0 and node.name in {"bind", "reduce"} and len(rest) > 1
            self.visit(argument, bound if evaluated_outside else inner)

    def _call(self, node: ast.Call, bound: frozenset[str]) -> None:
        self.calls.append(node)
        if node.target is not None and not _is_namespace(node.target, bound):
            self.visit(node.target, bound)
        if node.name in MACROS or (node.target is not None and lookup(node.name) is None):
            bound |= _meant_variables(node)
        for argument in node.args:
            self.visit(argument, bound)

    def _presence(self, node: ast.Node, bound: frozenset[str]) -> None:
        split = chain(node)
        if split is None or split[0].name in bound or not split[1]:
            return
        member = _literal_member(split[1][0])
        if member is not None:
            self.tests.add((split[0].name, member.name))

    def _membership(self, node: ast.Binary, bound: frozenset[str]) -> bool:
        """Take `"member" in name` for what it is: a question about one member, not a use of the whole."""
        left, right = node.left, node.right
        if not (
            isinstance(left, ast.Literal)
            and isinstance(left.value, str)
            and isinstance(right, ast.Ident)
            and right.name not in bound
        ):
            return False
        self.tests.add((right.name, left.value))
        member = Member(left.value, left.span)
        self.uses.append(Use(right.name, right.span, (member,), node.end, computed=False))
        return True


def _is_namespace(target: ast.Node, bound: frozenset[str]) -> bool:
    return isinstance(target, ast.Ident) and target.name not in bound and target.name in NAMESPACES


def _meant_variables(call: ast.Call) -> set[str]:
    """Return the names that a macro called in a wrong way was probably meant to declare.

    A method that does not exist counts as a macro if a plain name comes first (`list.sortBy(x, x.name)`).
    """
    args = call.args
    if not args:
        return set()
    if call.name in MACROS:
        names = {argument.name for argument in args if isinstance(argument, ast.Ident)}
        first = args[0]
        while isinstance(first, ast.Binary | ast.Ternary):  # `list.all(x.name != "")`
            first = first.left if isinstance(first, ast.Binary) else first.condition
        split = chain(first)
        if split is not None:
            names.add(split[0].name)
    elif len(args) > 1 and isinstance(args[0], ast.Ident):
        names = {args[0].name}
    else:
        return set()
    return names - _GIVEN_NAMES


def is_namespaced(call: ast.Call, bound: frozenset[str] = frozenset()) -> bool:
    """Whether `a.f(…)` calls the function `f` of a namespace `a` rather than a member of a value."""
    return (
        isinstance(call.target, ast.Ident)
        and call.target.name not in bound
        and lookup(call.name, call.target.name) is not None
    )


def _is_type_name(root: ast.Ident, links: list[ast.Node]) -> bool:
    if root.name in TYPE_NAMES:
        return True
    dotted = root.name
    for link in links:
        if not isinstance(link, ast.Select):
            return False
        dotted += "." + link.field
        if dotted in TYPE_NAMES:
            return True
    return False


def _needs(node: ast.Node, bound: frozenset[str]) -> frozenset[NamedMember]:
    """Return the members whose absence makes the evaluation of `node` fail for certain."""
    match node:
        case ast.Select() | ast.Index() | ast.Ident():
            return _needs_of_chain(node, bound)
        case ast.Macro():
            return _needs_of_macro(node, bound)
        case ast.Ternary():
            branches = _needs(node.then, bound) & _needs(node.otherwise, bound)
            return _needs(node.condition, bound) | branches
        case ast.Binary(op="||" | "&&"):
            return _needs(node.left, bound) & _needs(node.right, bound)
        case ast.Call() if is_namespaced(node, bound):
            return _union(node.args, bound)
        case _:
            return _union(ast.children(node), bound)


def _union(nodes: Iterable[ast.Node], bound: frozenset[str]) -> frozenset[NamedMember]:
    found = _NOTHING
    for node in nodes:
        found |= _needs(node, bound)
    return found


def _needs_of_chain(node: ast.Node, bound: frozenset[str]) -> frozenset[NamedMember]:
    split = chain(node)
    if split is None:
        return _union(ast.children(node), bound)
    root, links = split
    found = _union((link.index for link in links if isinstance(link, ast.Index)), bound)
    if not links or root.name in bound:
        return found
    first = links[0]
    member = _literal_member(first)
    if member is None or not member.name or (isinstance(first, ast.Select | ast.Index) and first.optional):
        return found
    return found | {(root.name, member.name)}


def _needs_of_macro(node: ast.Macro, bound: frozenset[str]) -> frozenset[NamedMember]:
    if node.name == "has":
        return _NOTHING
    if node.name == "bind":
        inner = bound | {variable.name for variable in node.variables}
        return _needs(node.args[1], bound) | _needs(node.args[2], inner)
    found = _needs(node.target, bound) if node.target is not None else _NOTHING
    if node.name == "reduce":
        found |= _needs(node.args[2], bound)
    return found
