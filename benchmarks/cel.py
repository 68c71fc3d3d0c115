"""Times expressions against cel-python and Google's C++ engine, as ratios in one run: `python benchmarks/cel.py`.

All engines get the same expressions and plain Python dictionaries from cel_expressions.json, and each result is
compared with ours before anything is timed. "With conversion" is from plain dictionaries to plain values, which
is what a controller needs; "without" is between values that each engine has converted already. An engine that
is not installed is left out. The figures are the best of several rounds, one after the other in one process.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import importlib.metadata
import json
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from koreo_analyzer import cel

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = Path(__file__).with_name("cel_expressions.json")
GOALS = {"celpy": 400, "google": 10, "celpy parse": 12}


class Timing(NamedTuple):
    """Microseconds for one expression and engine."""

    parse: float
    evaluate: float
    converted: float


def best(call: Callable[[], Any], rounds: int, seconds: float = 0.02) -> float:
    """Return the microseconds of one call, the least of several rounds of about `seconds` each."""
    started = time.perf_counter()
    call()
    once = max(time.perf_counter() - started, 1e-7)
    count = max(1, int(seconds / once))
    fastest = math.inf
    for _ in range(rounds):
        started = time.perf_counter()
        for _ in range(count):
            call()
        fastest = min(fastest, (time.perf_counter() - started) / count)
    return fastest * 1e6


def native(source: str, variables: dict[str, Any], rounds: int) -> tuple[Timing, float, Any]:
    """Time our engine; also the first evaluation, from the text to a value."""
    program = cel.compile(source)
    timing = Timing(
        best(lambda: cel.parse(source), rounds),
        best(lambda: program.evaluate(variables), rounds),
        best(lambda: cel.to_plain(program.evaluate(variables)), rounds),
    )
    first = best(lambda: cel.compile(source).evaluate(variables), rounds)
    return timing, first, cel.to_plain(program.evaluate(variables))


def celpy(source: str, variables: dict[str, Any], rounds: int) -> tuple[Timing, Any]:
    """Time cel-python's interpreter."""
    module = importlib.import_module("celpy")
    adapter = importlib.import_module("celpy.adapter")
    engine = importlib.import_module("koreo_analyzer.cel.celpy_engine").CelpyEngine()
    environment = module.Environment()
    functions = engine.functions
    program = environment.program(environment.compile(source), functions=functions)
    activation = {name: adapter.json_to_cel(value) for name, value in variables.items()}

    def converted() -> Any:
        fresh = {name: adapter.json_to_cel(value) for name, value in variables.items()}
        return json.loads(json.dumps(program.evaluate(fresh), cls=adapter.CELJSONEncoder))

    timing = Timing(
        best(lambda: environment.compile(source), rounds),
        best(lambda: program.evaluate(activation), rounds),
        best(converted, rounds),
    )
    return timing, converted()


def google(source: str, variables: dict[str, Any], rounds: int) -> tuple[Timing, Any]:
    """Time Google's C++ engine through its Python binding."""
    module = importlib.import_module("cel_expr_python.cel")
    strings = importlib.import_module("cel_expr_python.ext.ext_strings")
    names = dict.fromkeys(variables, module.Type.DYN)
    environment = module.NewEnv(variables=names, extensions=[strings.ExtStrings()])
    program = environment.compile(source, disable_check=True)
    activation = environment.Activation(variables)

    def converted() -> Any:
        return program.eval(data=variables).plain_value()

    timing = Timing(
        best(lambda: environment.compile(source, disable_check=True), rounds),
        best(lambda: program.eval(activation), rounds),
        best(converted, rounds),
    )
    return timing, converted()


OTHERS = {"celpy": ("cel-python", celpy), "google": ("cel-expr-python", google)}


def installed(package: str) -> str | None:
    """Return the version of a package, None if it is not there."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def mean(ratios: list[float]) -> float:
    """Return the geometric mean."""
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def main() -> None:
    """Print a table, and the ratios with their geometric means and worst cases."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--rounds", type=int, default=5)
    rounds = arguments.parse_args().rounds
    data = json.loads(DATA.read_text(encoding="utf-8"))
    variables, expressions = data["variables"], data["expressions"]
    others = {name: measure for name, (package, measure) in OTHERS.items() if installed(package)}
    ratios: dict[str, list[Timing]] = {name: [] for name in others}
    firsts: list[float] = []
    gc.disable()
    print(f"{'parse':>7} {'first':>7} {'eval':>7} {'conv.':>7}  microseconds")
    for source in expressions:
        mine, first, value = native(source, variables, rounds)
        firsts.append(first)
        print(f"{mine.parse:7.1f} {first:7.1f} {mine.evaluate:7.2f} {mine.converted:7.2f}  {source}")
        for name, measure in others.items():
            theirs, other = measure(source, variables, rounds)
            ratios[name].append(Timing(*(b / a for a, b in zip(mine, theirs, strict=True))))
            if value != other:
                print(f"different: {value!r}, {name} {other!r}")
    firsts.sort()
    print(f"\nfirst evaluation: median {firsts[len(firsts) // 2]:.0f} us, worst {firsts[-1]:.0f} us")
    for name, found in ratios.items():
        package = OTHERS[name][0]
        print(f"\n{package} {installed(package)}: times slower than ours (goals: {_goals(name)})")
        for position, what in enumerate(Timing._fields):
            column = [timing[position] for timing in found]
            worst = expressions[column.index(min(column))]
            print(f"  {what:9} mean {mean(column):7.1f}  worst {min(column):7.1f}  ({worst})")


def _goals(name: str) -> str:
    return ", ".join(f"{goal} {GOALS[goal]}x" for goal in GOALS if goal.startswith(name))


if __name__ == "__main__":
    main()
