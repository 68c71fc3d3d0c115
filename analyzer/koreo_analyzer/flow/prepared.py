"""What is worked out once for a document, and what its latest analyses can take from each other.

One edit of a function that a whole workspace uses has hundreds of documents analysed again, each with types that differ
from those of the time before in one field. So the parts of an analysis that see nothing of it are not done again.
"""

from __future__ import annotations

from functools import lru_cache
from operator import is_
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from koreo_analyzer.cel.checker import Checked, check
from koreo_analyzer.flow.alternatives import Alternative, alternatives_in
from koreo_analyzer.flow.parts import DIRECTIVES
from koreo_analyzer.language.tree import entries, node_at
from koreo_analyzer.schemas import Computed
from koreo_analyzer.types import Latest, ObjectType
from koreo_analyzer.yaml.nodes import Mapping, Scalar, Sequence, resolve_alias
from koreo_analyzer.yaml.resolve import value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Mapping as Variables

    from koreo_analyzer.cel.narrowing import Facts
    from koreo_analyzer.language.document import Expression, KoreoDocument, Path
    from koreo_analyzer.language.expressions import ExpressionFacts, Use
    from koreo_analyzer.types import Type
    from koreo_analyzer.yaml.nodes import Node

_REMEMBERED: Final = 512
"""For so many documents, so that memory has a bound; an edit that concerns more of them takes its time anyway."""

FIRST_ANALYSES: Final = 3
"""So often at most every document is analysed: for nothing given, and for what is usual once its callers are known."""

_ANSWERS: Final = 3
"""Of each expression so many are remembered: for nothing given, for what is usual, and for one call."""

_Answer: TypeAlias = "tuple[list[object], Facts, Checked]"
_Block: TypeAlias = "tuple[list[object], Facts, Any]"


Uses: TypeAlias = "Variables[tuple[str, str | None], Use]"
"""By name and first member, None for a name that is used whole."""

_NO_USES: Final[Uses] = {}

_Part = TypeVar("_Part")
_T = TypeVar("_T")


class ByScalar:
    """The expressions of a document by their scalars, one of which is several where aliases repeat it."""

    __slots__ = ("_first", "_repeated")

    def __init__(self, document: KoreoDocument) -> None:
        self._first: dict[int, Expression] = {}
        self._repeated: dict[int, list[Expression]] = {}
        for one in document.expressions:
            first = self._first.setdefault(id(one.scalar), one)
            if first is not one:
                self._repeated.setdefault(id(one.scalar), [first]).append(one)

    def first(self, node: Node | None) -> Expression | None:
        """Return the expression that a scalar is where it stands; all that it is have the same source."""
        return self._first.get(id(node))

    def within(self, node: Node | None, at: Path) -> Expression | None:
        """Return the expression that a scalar is in the part of the document at a path."""
        found = self._first.get(id(node))
        if found is None or not self._repeated:
            return found
        inside = (one for one in self._repeated.get(id(node), ()) if one.path[: len(at)] == at)
        return next(inside, found)


class Prepared:
    """A document for its analyses. `latest` is what they made, by the identity of what they made it of."""

    __slots__ = (
        "_alternatives",
        "_blocks",
        "_checked",
        "_data",
        "_nodes",
        "_once",
        "_parts",
        "_plain",
        "_uses",
        "analyses",
        "document",
        "expressions",
        "latest",
    )

    def __init__(self, document: KoreoDocument) -> None:
        self.document = document
        self.expressions = ByScalar(document)
        self.latest = Latest()
        self.analyses = 0
        self._alternatives: tuple[Alternative, ...] | None = None
        self._nodes: dict[Path, Node | None] = {}
        self._once: dict[tuple[object, int], Any] = {}
        self._parts: dict[int, tuple[tuple[str, Node], ...]] = {}
        self._data: dict[int, Any] = {}
        self._checked: dict[int, list[_Answer]] = {}
        self._uses: dict[int, Uses] = {}
        self._blocks: dict[int, list[_Block]] = {}
        self._plain: dict[int, bool] = {}

    def node(self, path: Path) -> Node | None:
        """Return the value at a path below `spec`."""
        try:
            return self._nodes[path]
        except KeyError:
            found = self._nodes[path] = node_at(self.document.spec, path)[1]
            return found

    def once(self, make: Callable[[_Part], _T], part: _Part) -> _T:
        """Return `make` of the document or of a part of it, which never changes."""
        key = make, id(part)
        try:
            return self._once[key]  # type: ignore[no-any-return]
        except KeyError:
            found = self._once[key] = make(part)
            return found

    def alternatives(self, path: Path) -> tuple[Alternative, ...]:
        """Return the literals in a block of the document that are one of several values."""
        if self._alternatives is None:
            self._alternatives = alternatives_in(self.document)
        return tuple(one for one in self._alternatives if one.path[: len(path)] == path)

    # Data: a part that is made of the very parts of the time before is that of the time before.

    def constant(self, node: Scalar) -> Any:
        """Return the value of a scalar that is no expression."""
        try:
            return self._data[id(node)]
        except KeyError:
            found = self._data[id(node)] = value(node)
            return found

    def parts(self, node: Mapping) -> tuple[tuple[str, Node], ...]:
        """Return the keys of a mapping and their values, aliases followed; merged ones are among them."""
        try:
            return self._parts[id(node)]
        except KeyError:
            found = tuple((key, resolve_alias(entry.value)) for key, entry in entries(node))
            self._parts[id(node)] = found
            return found

    def computed(self, node: Scalar, type_: Type) -> Computed:
        """Return what an expression gives."""
        known: Computed | None = self._data.get(id(node))
        if known is None or known.type is not type_:
            known = self._data[id(node)] = Computed(type_)
        return known

    def fields(self, node: Mapping, data: dict[str, Any]) -> dict[str, Any]:
        """Return the data of a mapping."""
        known: dict[str, Any] | None = self._data.get(id(node))
        if known is None or len(known) != len(data) or not all(map(is_, known.values(), data.values())):
            known = self._data[id(node)] = data
        return known

    def items(self, node: Sequence, data: list[Any]) -> list[Any]:
        """Return the data of a list."""
        known: list[Any] | None = self._data.get(id(node))
        if known is None or len(known) != len(data) or not all(map(is_, known, data)):
            known = self._data[id(node)] = data
        return known

    def is_plain(self, node: Node) -> bool:
        """Whether a block has neither a null nor a compare directive in it, so that all of it is the resource's."""
        known = self._plain.get(id(node))
        if known is None:
            known = self._plain[id(node)] = self._find_plain(node)
        return known

    def _find_plain(self, node: Node) -> bool:
        if isinstance(node, Mapping):
            return all(key not in DIRECTIVES and self.is_plain(part) for key, part in self.parts(node))
        if isinstance(node, Sequence):
            return all(self.is_plain(resolve_alias(item)) for item in node.items)
        if not isinstance(node, Scalar) or self.expressions.first(node) is not None:
            return True
        return self.constant(node) is not None

    # Whole blocks: one whose expressions use nothing that is new is that of an earlier time.

    def used_in(self, node: Node, variables: Variables[str, Type]) -> list[object]:
        """Return the types on which depends what a block gives."""
        return _used(self._uses_in(node).values(), variables)

    def _uses_in(self, node: Node) -> Uses:
        """Return the uses of names by the expressions of a block, one for each member of a name."""
        known = self._uses.get(id(node))
        if known is None:
            known = self._uses[id(node)] = self._find_uses(node)
        return known

    def _find_uses(self, node: Node) -> Uses:
        if isinstance(node, Scalar):
            expression = self.expressions.first(node)
            if expression is None:
                return _NO_USES
            return {
                (use.root, use.members[0].name if use.members else None): use for use in expression.facts.uses
            }
        inner: list[Uses] = []
        if isinstance(node, Mapping):
            inner = [uses for _, part in self.parts(node) if (uses := self._uses_in(part))]
        elif isinstance(node, Sequence):
            inner = [uses for item in node.items if (uses := self._uses_in(resolve_alias(item)))]
        if len(inner) < 2:
            return inner[0] if inner else _NO_USES
        return {place: use for uses in inner for place, use in uses.items()}

    def block(self, node: Node, used: list[object], known: Facts) -> Any:
        """Return what a block gave in which an analysis with these types found nothing wrong; None if none is known."""
        for answer in self._blocks.get(id(node), ()):
            if answer[0] == used and answer[1] == known:
                return answer[2]
        return None

    def keep_block(self, node: Node, used: list[object], known: Facts, given: Any) -> None:
        """Remember what a block gives in which nothing is wrong."""
        answers = self._blocks.setdefault(id(node), [])
        answers.insert(0, (used, known, given))
        del answers[_ANSWERS:]

    def check(self, expression: ExpressionFacts, variables: Variables[str, Type], known: Facts) -> Checked:
        """Type an expression (see `cel.checker.check`), optional fields included, unless that was just done.

        An answer is found by the types of the members that the expression uses, which nearly always are the very
        objects of the time before. So the types of whole names among its parts may be those of an earlier time, in
        members that it does not use.
        """
        used = _used(expression.uses, variables)
        answers = self._checked.setdefault(id(expression), [])
        for answer in answers:
            if answer[0] == used and answer[1] == known:
                return answer[2]
        checked = check(expression.root, variables, known, optional=True)
        answers.insert(0, (used, known, checked))
        del answers[_ANSWERS:]
        return checked


def _used(uses: Iterable[Use], variables: Variables[str, Type]) -> list[object]:
    """Return the types that a result depends on: of the first members that are used, else of whole names."""
    found: list[object] = []
    for use in uses:
        type_ = variables.get(use.root)
        if isinstance(type_, ObjectType) and use.members:
            member = type_.properties.get(use.members[0].name)
            if member is not None:
                found.append((member.type, member.required))
                continue
        found.append(type_)
    return found


class _Same:
    """A document as a key: told apart by identity."""

    __slots__ = ("document",)

    def __init__(self, document: KoreoDocument) -> None:
        self.document = document

    def __hash__(self) -> int:
        return id(self.document)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.document is other.document


def prepared(document: KoreoDocument) -> Prepared:
    """Return what is known of a document from its analyses so far."""
    return _remembered(_Same(document))


@lru_cache(maxsize=_REMEMBERED)
def _remembered(key: _Same) -> Prepared:
    return Prepared(key.document)
