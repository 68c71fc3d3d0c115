"""Closures of operators. The common types are decided in line; the rest is left to the exact functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel import arithmetic, ast
from koreo_analyzer.cel.access import in_map
from koreo_analyzer.cel.closures.code import Constant, quick
from koreo_analyzer.cel.compare import CONTAINERS, NUMBERS, contains, equal, equal_numbers, ordered
from koreo_analyzer.cel.errors import CelError, ErrorKind, no_overload
from koreo_analyzer.cel.limits import METER
from koreo_analyzer.cel.values import INT_MAX, INT_MIN, type_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from koreo_analyzer.cel.closures.code import Compiling, Environment, Run, Scope

SMALL = 1000
"""Up to this many characters or elements a value is built for nothing."""

_PARTS_PER_STEP = 8
_GROWING = frozenset({str, bytes, list})
_ORDERS = frozenset({"<", "<=", ">", ">="})


def fold(run: Run, *operands: Run) -> Run:
    """Return a constant in place of an operation on constants, unless that fails or makes a container."""
    for operand in operands:
        if type(operand) is not Constant:
            return run
    try:
        value = run({})
    except CelError:
        return run
    return run if type(value) in CONTAINERS else Constant(value)


def compile_unary(compiler: Compiling, node: ast.Unary, scope: Scope) -> Run:
    """Compile `!a` and `-a`."""
    operand = compiler.compile(node.operand, scope)
    return fold(_not(operand, node.operand) if node.op == "!" else _negative(operand, node), operand)


def _not(operand: Run, place: ast.Node) -> Run:
    def run(env: Environment) -> bool:
        value = operand(env)
        if value is True:
            return False
        if value is False:
            return True
        raise _not_bool("`!`", value).at(place.span)

    return run


def _negative(operand: Run, place: ast.Node) -> Run:
    def run(env: Environment) -> Any:
        try:
            return arithmetic.negate(operand(env))
        except CelError as error:
            raise error.at(place.span) from None

    return run


def _not_bool(what: str, value: Any) -> CelError:
    return no_overload(f"{what} takes bool, not {type_name(value)}")


def compile_binary(compiler: Compiling, node: ast.Binary, scope: Scope) -> Run:
    """Compile an operator between two operands."""
    op = node.op
    if op == "&&":
        return _logical(compiler, node, scope, decisive=False)
    if op == "||":
        return _logical(compiler, node, scope, decisive=True)
    if op == "in":
        return _compile_in(compiler, node, scope)
    left = compiler.compile(node.left, scope)
    right = compiler.compile(node.right, scope)
    place = node
    if op == "==":
        run = _equal(left, right, node)
    elif op == "!=":
        run = _negated(_equal(left, right, node))
    elif op == "+":
        run = _add(left, right, place, compiler)
    elif op in _ORDERS:
        run = _order(op, left, right, place)
    elif op == "-":
        run = _subtract(left, right, place)
    else:
        operation = {"*": arithmetic.multiply, "/": arithmetic.divide, "%": arithmetic.remainder}[op]
        run = _arithmetic(operation, left, right, place)
    return fold(run, left, right)


def _equal(left: Run, right: Run, place: ast.Node) -> Run:
    if type(left) is Constant and type(right) is not Constant:
        left, right = right, left
    if type(right) is Constant:
        value = right.value
        kind = type(value)
        if kind is str or kind is bytes:
            return lambda env: left(env) == value
        if value is None or kind is bool:
            return lambda env: left(env) is value
        if kind in NUMBERS:
            return _equal_number(left, value)

    def run(env: Environment) -> bool:
        one = left(env)
        other = right(env)
        if type(one) is type(other) and type(one) not in CONTAINERS:
            return bool(one == other)
        try:
            return equal(one, other, env.get(METER))
        except CelError as error:
            raise error.at(place.span) from None

    return run


def _equal_number(operand: Run, number: float) -> Run:
    kind = type(number)

    def run(env: Environment) -> bool:
        value = operand(env)
        if type(value) is kind:
            return bool(value == number)
        return type(value) in NUMBERS and equal_numbers(value, number)

    return run


def _negated(test: Run) -> Run:
    return lambda env: not test(env)


def _add(left: Run, right: Run, place: ast.Node, compiler: Compiling) -> Run:
    limits = compiler.limits
    small = min(SMALL, limits.size)
    add = arithmetic.add
    if type(right) is Constant and type(right.value) is str:
        suffix: str = right.value

        def append(env: Environment) -> Any:
            one = left(env)
            if type(one) is str:
                text = one + suffix
                if len(text) <= small:
                    return text
            try:
                return charge_growth(env, add(one, suffix, limits))
            except CelError as error:
                raise error.at(place.span) from None

        return append
    left, right = quick(left), quick(right)

    def run(env: Environment) -> Any:
        one = left(env)
        other = right(env)
        kind = type(one)
        if kind is type(other):
            if kind is str:
                text = one + other
                if len(text) <= small:
                    return text
            elif kind is int:
                number = one + other
                if INT_MIN <= number <= INT_MAX:
                    return number
        try:
            return charge_growth(env, add(one, other, limits))
        except CelError as error:
            raise error.at(place.span) from None

    return run


def charge_growth(env: Environment, value: Any) -> Any:
    """Return a value that was built anew, after charging the meter for it if it is large."""
    if type(value) in _GROWING and len(value) > SMALL:
        meter = env.get(METER)
        if meter is not None:
            meter.charge(len(value) // _PARTS_PER_STEP)
    return value


def _subtract(left: Run, right: Run, place: ast.Node) -> Run:
    subtract = arithmetic.subtract

    def run(env: Environment) -> Any:
        one = left(env)
        other = right(env)
        if type(one) is int and type(other) is int:
            number = one - other
            if INT_MIN <= number <= INT_MAX:
                return number
        try:
            return subtract(one, other)
        except CelError as error:
            raise error.at(place.span) from None

    return run


def _arithmetic(operation: Callable[[Any, Any], Any], left: Run, right: Run, place: ast.Node) -> Run:
    def run(env: Environment) -> Any:
        one = left(env)
        other = right(env)
        try:
            return operation(one, other)
        except CelError as error:
            raise error.at(place.span) from None

    return run


def _order(op: str, left: Run, right: Run, place: ast.Node) -> Run:
    if type(right) is Constant and type(right.value) is int:
        return _order_int(op, left, right.value, place)

    def run(env: Environment) -> bool:
        one = left(env)
        other = right(env)
        try:
            return ordered(op, one, other)
        except CelError as error:
            raise error.at(place.span) from None

    return run


def _order_int(op: str, left: Run, number: int, place: ast.Node) -> Run:
    """Return the closure of a comparison with a literal; `a <= 5` is `a < 6` for an int `a`, and so on."""
    bound = number + 1 if op in {"<=", ">"} else number
    below = op in {"<", "<="}

    def run(env: Environment) -> bool:
        value = left(env)
        if type(value) is int:
            return (value < bound) is below
        try:
            return ordered(op, value, number)
        except CelError as error:
            raise error.at(place.span) from None

    return run


def _compile_in(compiler: Compiling, node: ast.Binary, scope: Scope) -> Run:
    left = compiler.compile(node.left, scope)
    place = node
    if isinstance(node.right, ast.ListNode) and not node.right.optional:
        items = [compiler.compile(item, scope) for item in node.right.items]
        if all(type(item) is Constant and type(item.value) is str for item in items):
            texts = frozenset(item.value for item in items if type(item) is Constant)
            return _in_texts(left, texts)
    right = compiler.compile(node.right, scope)

    def run(env: Environment) -> bool:
        value = left(env)
        container = right(env)
        try:
            if type(container) is list:
                return contains(container, value, env.get(METER))
            if type(container) is dict:
                return in_map(value, container)
        except CelError as error:
            raise error.at(place.span) from None
        raise no_overload(f"`in` takes a list or a map on its right, not {type_name(container)}").at(
            place.span
        )

    return run


def _in_texts(left: Run, texts: frozenset[str]) -> Run:
    def run(env: Environment) -> bool:
        value = left(env)
        return type(value) is str and value in texts

    return run


def _logical(compiler: Compiling, node: ast.Binary, scope: Scope, *, decisive: bool) -> Run:
    """Compile `&&` (`false` decides) or `||` (`true` does).

    langdef, "Logical Operators": a side that decides absorbs an error of the other one.
    """
    left = compiler.compile(node.left, scope)
    right = compiler.compile(node.right, scope)
    left_place, right_place = node.left, node.right
    op = node.op
    neutral = not decisive

    def run(env: Environment) -> bool:
        value: object
        try:
            value = left(env)
        except CelError as error:
            return after_failure(env, error)
        if value is decisive:
            return decisive
        if value is neutral:
            value = right(env)
            if value is True:
                return True
            if value is False:
                return False
            raise _not_bool(f"`{op}`", value).at(right_place.span)
        return after_failure(env, _not_bool(f"`{op}`", value).at(left_place.span))

    def after_failure(env: Environment, failure: CelError) -> bool:
        if failure.kind is ErrorKind.LIMIT:
            raise failure
        try:
            value: object = right(env)
        except CelError as error:
            if error.kind is ErrorKind.LIMIT:
                raise
            raise failure from None
        if value is decisive:
            return decisive
        raise failure

    return run


def compile_ternary(compiler: Compiling, node: ast.Ternary, scope: Scope) -> Run:
    """Compile `condition ? then : otherwise`."""
    condition = quick(compiler.compile(node.condition, scope))
    then = quick(compiler.compile(node.then, scope))
    otherwise = quick(compiler.compile(node.otherwise, scope))
    place = node.condition

    def run(env: Environment) -> Any:
        value = condition(env)
        if value is True:
            return then(env)
        if value is False:
            return otherwise(env)
        raise _not_bool("the condition of `?:`", value).at(place.span)

    return run
