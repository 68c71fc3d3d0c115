"""Engines by name: what `compile` promises, and that the second one's library is imported only when asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest
from koreo_analyzer import cel


def test_the_native_engine_is_the_default() -> None:
    assert cel.compile("x + 1").evaluate({"x": 1}) == 2
    assert cel.compile("x + 1", engine="native").evaluate({"x": 1}) == 2
    assert cel.engine_named("native").title == "native"


@pytest.mark.parametrize("engine", cel.ENGINES)
def test_what_was_read_already(engine: str) -> None:
    if engine == "celpy":
        pytest.importorskip("celpy", reason="cel-python is not installed")
    found = cel.engine_named(engine)
    assert found.compile("[1, 2].map(x, x * 2)", cel.parse("[1, 2].map(x, x * 2)")).evaluate({}) == [2, 4]
    assert found.compile(r"'a\.b'", cel.parse(r"'a\.b'")).evaluate({}) == r"a\.b"
    with pytest.raises(cel.CelError) as caught:
        found.compile("1 +", cel.parse("1 +"))
    assert caught.value.kind is cel.ErrorKind.SYNTAX


def test_limits_of_an_engine() -> None:
    limits = cel.Limits(steps=2)
    for program in (
        cel.compile("[1, 2, 3].map(x, x)", limits=limits),
        cel.engine_named("native", limits=limits).compile("[1, 2, 3].map(x, x)"),
    ):
        with pytest.raises(cel.CelError) as caught:
            program.evaluate({})
        assert caught.value.kind is cel.ErrorKind.LIMIT


def test_an_unknown_engine() -> None:
    with pytest.raises(ValueError, match="there is no engine `rust`: expected one of native, celpy"):
        cel.compile("1", engine="rust")


def test_an_engine_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "celpy", None)
    monkeypatch.delitem(sys.modules, "koreo_analyzer.cel.celpy_engine", raising=False)
    with pytest.raises(cel.EngineMissingError, match="pip install cel-python"):
        cel.compile("1", engine="celpy")


def test_its_library_is_imported_only_when_asked_for() -> None:
    pytest.importorskip("celpy", reason="cel-python is not installed")
    code = (
        "import sys\n"
        "from koreo_analyzer import cel\n"
        "cel.compile('1').evaluate({})\n"
        "before = 'celpy' in sys.modules\n"
        "cel.compile('1', engine='celpy').evaluate({})\n"
        "print(before, 'celpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False True\n"
