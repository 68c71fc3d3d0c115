"""What each word of an expression is."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.functions import NAMESPACES, TYPE_NAMES, lookup
from koreo_analyzer.cel.lexer import KEYWORDS, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.cel.lexer import Tokens
    from koreo_analyzer.language.expressions import ExpressionFacts


class TokenType(enum.Enum):
    """What a word is, by its name in the protocol (LSP 3.17, `SemanticTokenTypes`)."""

    NAMESPACE = "namespace"
    TYPE = "type"
    CLASS = "class"
    STRUCT = "struct"
    PARAMETER = "parameter"
    VARIABLE = "variable"
    PROPERTY = "property"
    ENUM_MEMBER = "enumMember"
    EVENT = "event"
    FUNCTION = "function"
    METHOD = "method"
    MACRO = "macro"
    KEYWORD = "keyword"
    COMMENT = "comment"
    STRING = "string"
    NUMBER = "number"
    REGEXP = "regexp"
    OPERATOR = "operator"

    def __lt__(self, other: TokenType) -> bool:
        """Order by name, so that tokens can be sorted."""
        return str(self.value) < str(other.value)


class Modifier(enum.Flag):
    """What else is to be said of a word (LSP 3.17, `SemanticTokenModifiers`); bit `n` is the n-th of the legend."""

    DEFINITION = 1
    READONLY = 2
    DEPRECATED = 4
    DEFAULT_LIBRARY = 8


class ExpressionToken(NamedTuple):
    """A word of an expression: `[start, end)` of its source."""

    start: int
    end: int
    type: TokenType
    modifiers: Modifier = Modifier(0)


_NONE: Final = Modifier(0)
_ROOTS: Final = frozenset({"inputs", "locals", "steps", "parent", "resource", "template", "value"})
_MEMBERS: Final = {
    "inputs": TokenType.PARAMETER,
    "locals": TokenType.VARIABLE,
    "steps": TokenType.METHOD,
}
"""What the first member of a name in scope is; of the others it is a property."""
_ROOT: Final = (TokenType.VARIABLE, Modifier.READONLY | Modifier.DEFAULT_LIBRARY)
_LIBRARY: Final = (TokenType.FUNCTION, Modifier.DEFAULT_LIBRARY)
_COMMENT: Final = re.compile(r"//[^\r\n]*")
_LITERALS: Final = {
    "int": TokenType.NUMBER,
    "uint": TokenType.NUMBER,
    "double": TokenType.NUMBER,
    "string": TokenType.STRING,
    "bytes": TokenType.STRING,
    **dict.fromkeys(KEYWORDS, TokenType.KEYWORD),
    **dict.fromkeys(
        ("&&", "||", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "!", "?"), TokenType.OPERATOR
    ),
}
_NAMES: Final = frozenset({"ident", "quoted", "reserved"})


def expression_tokens(facts: ExpressionFacts) -> list[ExpressionToken]:
    """Return the words of an expression in order, whatever is wrong with it."""
    source = facts.source
    roles: dict[int, tuple[TokenType, Modifier]] = {}
    _classify(facts.root, frozenset(), roles)
    tokens = tokenize(source)
    found: list[ExpressionToken] = []
    conditionals = _colons(tokens)
    for index, (kind, start, end) in enumerate(zip(tokens.kinds, tokens.starts, tokens.ends, strict=True)):
        if kind in _NAMES or start in roles:
            found.append(ExpressionToken(start, end, *roles.get(start, (TokenType.PROPERTY, _NONE))))
        elif kind in _LITERALS:
            found.append(ExpressionToken(start, end, _LITERALS[kind]))
        elif index in conditionals:
            found.append(ExpressionToken(start, end, TokenType.OPERATOR))
    if "//" in source:
        found += _comments(source, tokens)
        found.sort(key=lambda token: token.start)
    return found


def _comments(source: str, tokens: Tokens) -> Iterator[ExpressionToken]:
    for end, start in zip([0, *tokens.ends], tokens.starts, strict=False):
        for comment in _COMMENT.finditer(source, end, start):
            yield ExpressionToken(*comment.span(), TokenType.COMMENT)


def _colons(tokens: Tokens) -> frozenset[int]:
    """Return the numbers of the colons that belong to a conditional."""
    if ":" not in tokens.kinds or "?" not in tokens.kinds:
        return frozenset()
    found: list[int] = []
    pending = [0]
    before = ""
    for index, kind in enumerate(tokens.kinds):
        if kind in {"(", "[", "{"}:
            pending.append(0)
        elif kind in {")", "]", "}"} and len(pending) > 1:
            pending.pop()
        elif kind == "?" and before not in {".", "[", "{", ","}:
            pending[-1] += 1
        elif kind == ":" and pending[-1]:
            pending[-1] -= 1
            found.append(index)
        before = kind
    return frozenset(found)


def _classify(node: ast.Node, bound: frozenset[str], roles: dict[int, tuple[TokenType, Modifier]]) -> None:
    """Note what the names below a node are; `bound` are the variables of the macros around it."""
    if isinstance(node, ast.Ident):
        roles[node.end - len(node.name) if node.absolute else node.start] = _ident(node, bound)
        return
    if isinstance(node, ast.Select):
        operand = node.operand
        if isinstance(operand, ast.Ident) and operand.name not in bound:
            roles[node.field_start] = (_MEMBERS.get(operand.name, TokenType.PROPERTY), _NONE)
        else:
            roles[node.field_start] = (TokenType.PROPERTY, _NONE)
    elif isinstance(node, ast.Call):
        _call(node, roles)
    elif isinstance(node, ast.Macro):
        roles[node.name_start] = (TokenType.MACRO, Modifier.DEFAULT_LIBRARY)
        if node.target is not None:
            _classify(node.target, bound, roles)
        inner = bound | {variable.name for variable in node.variables}
        for argument in node.args:
            _classify(argument, inner, roles)
        for variable in node.variables:
            roles[variable.start] = (TokenType.PARAMETER, Modifier.DEFINITION)
        return
    for child in ast.children(node):
        _classify(child, bound, roles)


def _ident(node: ast.Ident, bound: frozenset[str]) -> tuple[TokenType, Modifier]:
    if node.name in bound:
        return TokenType.PARAMETER, _NONE
    if node.name in _ROOTS:
        return _ROOT
    if node.name in TYPE_NAMES:
        return TokenType.TYPE, Modifier.DEFAULT_LIBRARY
    if node.name in NAMESPACES:
        return TokenType.NAMESPACE, Modifier.DEFAULT_LIBRARY
    return TokenType.VARIABLE, _NONE


def _call(node: ast.Call, roles: dict[int, tuple[TokenType, Modifier]]) -> None:
    known = lookup(node.name) is not None or (
        isinstance(node.target, ast.Ident) and node.target.name in NAMESPACES
    )
    roles[node.name_start] = _LIBRARY if known else (TokenType.FUNCTION, _NONE)
    pattern = node.args[-1] if node.args and node.name == "matches" else None
    if isinstance(pattern, ast.Literal) and pattern.kind == "string":
        roles[pattern.start] = (TokenType.REGEXP, _NONE)
