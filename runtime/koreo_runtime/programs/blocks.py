"""Blocks of YAML with expressions in them, such as `inputs`, `locals`, `resource`, `overlay` or `return`.

A block becomes closures that build its value; parts without expressions are constants, which all values share.
They do not know where they stand in the text. When one fails, each expression is evaluated by itself, to find
all that fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from koreo_analyzer.cel import CelError, to_plain
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, resolve_alias
from koreo_analyzer.yaml.resolve import is_merge, key_text, merge_sources, value

from koreo_runtime.outcomes import Cause, Location, PermFail
from koreo_runtime.programs.failures import cause_of, failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from koreo_analyzer.language.document import Expression, Path

    from koreo_runtime.programs.model import Evaluate, ProgramId, Variables

    CompileScalar: TypeAlias = Callable[[Scalar, Path], "Leaf | None"]

_SCALARS = frozenset({str, int, bool, type(None)})


class BlockError(Exception):
    """Expressions of a block that cannot be evaluated: where, and why, in the order of the text."""

    def __init__(self, failures: tuple[tuple[Location, str], ...], cause: Cause) -> None:
        super().__init__(", ".join(message for _, message in failures))
        self.failures = failures
        self.cause = cause

    @property
    def outcome(self) -> PermFail:
        """The outcome of the run: all messages, and the place of the first."""
        return PermFail(str(self), self.failures[0][0], self.cause)


class Leaf:
    """An expression of a block."""

    __slots__ = ("evaluate", "expression")

    def __init__(self, expression: Expression, evaluate: Evaluate) -> None:
        self.expression = expression
        self.evaluate = evaluate

    def plain(self, variables: Variables) -> Any:
        """Return the value as plain data. Raises `CelError`."""
        found = self.evaluate(variables)
        return found if type(found) in _SCALARS else to_plain(found)


class _Constant:
    """A part without expressions."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class _Map:
    """A mapping with an expression in it somewhere."""

    __slots__ = ("items",)

    def __init__(self, items: dict[str, _Part]) -> None:
        self.items = items


class _List:
    """A list with an expression in it somewhere."""

    __slots__ = ("items",)

    def __init__(self, items: list[_Part]) -> None:
        self.items = items


_Part: TypeAlias = _Constant | Leaf | _Map | _List


class Block:
    """A compiled block. Whichever way it is run, it raises `BlockError` that tells everything that fails."""

    __slots__ = ("_build", "_build_plain", "_id", "_leaves", "_merge", "_root")

    def __init__(self, program: ProgramId, root: _Part, leaves: tuple[Leaf, ...]) -> None:
        self._id = program
        self._root = root
        self._leaves = leaves
        self._build: Evaluate | None = None
        self._build_plain: Evaluate | None = None
        self._merge: _Merge | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the block is literally `{}`."""
        return type(self._root) is _Constant and not self._root.value

    def evaluate(self, variables: Variables) -> Any:
        """Return the value; the values of expressions in it stay as they are."""
        build = self._build
        if build is None:
            build = self._build = _builder(self._root, plain=False)
        try:
            return build(variables)
        except CelError as error:
            self._fail(error, variables, plain=False)

    def plain(self, variables: Variables) -> Any:
        """Return the value as plain data."""
        build = self._build_plain
        if build is None:
            build = self._build_plain = _builder(self._root, plain=True)
        try:
            return build(variables)
        except CelError as error:
            self._fail(error, variables, plain=True)

    def overlay(self, base: dict[str, Any], variables: Variables) -> dict[str, Any]:
        """Return the plain data `base` with the block, which is a mapping, merged over it (language section 5).

        Literal mappings that are not empty merge; every other value replaces what is there, that of an
        expression included.
        """
        merge = self._merge
        if merge is None:
            merge = self._merge = _merger(self._root)
        try:
            return merge(base, variables)
        except CelError as error:
            self._fail(error, variables, plain=True)

    def _fail(self, error: CelError, variables: Variables, *, plain: bool) -> NoReturn:
        failures: list[tuple[Location, str]] = []
        for leaf in self._leaves:
            try:
                if plain:
                    leaf.plain(variables)
                else:
                    leaf.evaluate(variables)
            except CelError as found:
                failures.append(failure(self._id, leaf.expression, found))
        if not failures:  # A time limit that was reached the first time only.
            failures.append((Location(*self._id), error.message))
        raise BlockError(tuple(failures), cause_of(error)) from error


def compile_block(program: ProgramId, node: Node, path: Path, compile_scalar: CompileScalar) -> Block:
    """Compile a part of the document of a kind and name.

    `compile_scalar` gives what runs the expression in a scalar, or None if it holds none. The tree is read as
    `yaml.resolve.plain` reads it: of equal keys the last counts, merge keys and aliases are followed.
    """
    compiler = _BlockCompiler(compile_scalar)
    root = compiler.compile(node, path)
    return Block(program, root, tuple(compiler.leaves))


class _BlockCompiler:
    __slots__ = ("_compile_scalar", "leaves")

    def __init__(self, compile_scalar: CompileScalar) -> None:
        self._compile_scalar = compile_scalar
        self.leaves: list[Leaf] = []

    def compile(self, node: Node, path: Path) -> _Part:
        node = resolve_alias(node)
        if isinstance(node, Scalar):
            leaf = self._compile_scalar(node, path)
            if leaf is None:
                return _Constant(value(node))
            self.leaves.append(leaf)
            return leaf
        if isinstance(node, Mapping):
            nodes: dict[str, Node] = {}
            _collect(node, nodes)
            parts = {key: self.compile(item, (*path, key)) for key, item in nodes.items()}
            constants = _constants(list(parts.values()))
            return _Map(parts) if constants is None else _Constant(dict(zip(parts, constants, strict=True)))
        if isinstance(node, Sequence):
            items = [self.compile(item, (*path, index)) for index, item in enumerate(node.items)]
            constants = _constants(items)
            return _List(items) if constants is None else _Constant(constants)
        return _Constant(None)


def _collect(mapping: Mapping, nodes: dict[str, Node]) -> None:
    for entry in mapping.entries:
        if is_merge(entry.key):
            for source in merge_sources(entry.value):
                _collect(source, nodes)
            continue
        name = key_text(entry.key)
        if name is not None:
            nodes[name] = entry.value


def _constants(parts: list[_Part]) -> list[Any] | None:
    values: list[Any] = []
    for part in parts:
        if not isinstance(part, _Constant):
            return None
        values.append(part.value)
    return values


def _builder(part: _Part, *, plain: bool) -> Evaluate:
    """Return the closure that builds the value of a part."""
    if isinstance(part, Leaf):
        return _plain_leaf(part.evaluate) if plain else part.evaluate
    if isinstance(part, _Map):
        outline = {
            key: item.value if isinstance(item, _Constant) else None for key, item in part.items.items()
        }
        return _map_builder(
            outline,
            [
                (key, _builder(item, plain=plain))
                for key, item in part.items.items()
                if not isinstance(item, _Constant)
            ],
        )
    if isinstance(part, _List):
        builders = [_builder(item, plain=plain) for item in part.items]
        return lambda variables: [build(variables) for build in builders]
    constant = part.value
    return lambda _variables: constant


def _plain_leaf(evaluate: Evaluate) -> Evaluate:
    def build(variables: Variables) -> Any:
        found = evaluate(variables)
        return found if type(found) in _SCALARS else to_plain(found)

    return build


def _map_builder(outline: dict[str, Any], computed: list[tuple[str, Evaluate]]) -> Evaluate:
    """Return what builds a mapping: `outline` has all its keys in order, and the constants."""
    if len(computed) == len(outline):

        def build_all(variables: Variables) -> Any:
            return {key: build(variables) for key, build in computed}

        return build_all

    def build_some(variables: Variables) -> Any:
        built = outline.copy()
        for key, build in computed:
            built[key] = build(variables)
        return built

    return build_some


_Merge: TypeAlias = "Callable[[dict[str, Any], Variables], dict[str, Any]]"


def _merger(part: _Part) -> _Merge:
    """Return the closure that merges a mapping over another."""
    if isinstance(part, _Constant):
        constant = part.value
        return lambda base, _variables: merge_plain(base, constant)
    if not isinstance(part, _Map):
        raise TypeError("only a mapping can be merged")
    entries = [
        (
            key,
            _builder(item, plain=True),
            _merger(item)
            if isinstance(item, _Map) or (isinstance(item, _Constant) and _merges(item))
            else None,
        )
        for key, item in part.items.items()
    ]

    def merge(base: dict[str, Any], variables: Variables) -> dict[str, Any]:
        merged = base.copy()
        for key, build, merge_below in entries:
            if merge_below is not None and type(below := merged.get(key)) is dict:
                merged[key] = merge_below(below, variables)
            else:
                merged[key] = build(variables)
        return merged

    return merge


def _merges(constant: _Constant) -> bool:
    return type(constant.value) is dict and bool(constant.value)


def merge_plain(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return `base` with literal data merged over it (language section 5); neither is changed."""
    merged = base.copy()
    for key, item in over.items():
        if type(item) is dict and item and type(below := merged.get(key)) is dict:
            merged[key] = merge_plain(below, item)
        else:
            merged[key] = item
    return merged
