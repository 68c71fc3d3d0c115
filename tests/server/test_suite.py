"""The tests of a workspace are run again only if something that they use has changed; counted, not timed."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from koreo_analyzer.workspace import Workspace
from koreo_server.ide.test_results import Status, show_test
from koreo_server.session import suite
from koreo_server.session.suite import Suite

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Snapshot
    from koreo_analyzer.workspace.documents import ParsedDocument

HEAD = "apiVersion: koreo.dev/v1beta1\nkind: {kind}\nmetadata: {{name: {name}}}\n"


def _function(name: str, value: str = "=inputs.name") -> str:
    return HEAD.format(kind="ValueFunction", name=name) + f"spec: {{return: {{text: {value}}}}}\n"


def _test(name: str, function: str, expected: str = "Ada") -> str:
    return (
        HEAD.format(kind="FunctionTest", name=name)
        + f"spec:\n  functionRef: {{kind: ValueFunction, name: {function}}}\n  inputs: {{name: Ada}}\n"
        + f"  testCases: [{{expectReturn: {{text: {expected}}}}}]\n"
    )


def run(of: Suite, snapshot: Snapshot, test: ParsedDocument) -> None:
    for _ in of.run(lambda: snapshot, test):
        pass


class Project:
    """A workspace and its suite, with every change followed by what has to run."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.workspace = Workspace()
        self.suite = Suite()
        self.edit(**texts)

    def edit(self, **texts: str | None) -> list[str]:
        """Change files; return the files of the tests that had to wait, one for each test."""
        self.workspace.apply({f"{name}.k.yaml": text for name, text in texts.items()})
        snapshot = self.workspace.snapshot
        self.suite.update(snapshot, self.workspace.take_affected())
        waiting = sorted(path.removesuffix(".k.yaml") for path in self.suite.waiting.values())
        for test in list(self.suite.waiting):
            run(self.suite, snapshot, test)
        return waiting

    def status(self, name: str) -> list[Status]:
        return [
            show_test(result).status
            for result in self.suite.results(self.workspace.snapshot, f"{name}.k.yaml")
        ]


@pytest.fixture
def tests() -> Project:
    texts = {f"f{n}": _function(f"f{n}") for n in range(50)}
    return Project({**texts, **{f"t{n}": _test(f"t{n}", f"f{n}") for n in range(50)}})


def test_an_edit_runs_only_the_tests_of_what_it_touches(tests: Project) -> None:
    assert tests.edit(f7=_function("f7", "Bob")) == ["t7"]
    assert tests.status("t7") == [Status.FAILED]
    assert tests.status("t8") == [Status.PASSED]
    assert tests.edit(t8=_test("t8", "f8", "Eve")) == ["t8"]
    assert tests.edit(f7=_function("f7")) == ["t7"]
    assert tests.status("t7") == [Status.PASSED]


def test_a_text_that_moves_in_its_file_runs_nothing(tests: Project) -> None:
    tests.edit(f7=_function("above") + "---\n" + _function("f7"))
    assert tests.edit(f7=_function("above", "=inputs.longer") + "---\n" + _function("f7")) == []


def test_a_test_that_uses_what_it_used_waits_and_is_not_run(
    tests: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[Any] = []
    monkeypatch.setattr(suite, "run_by_case", lambda *arguments: ran.append(arguments))
    assert tests.edit(z=_function("f7", "Bob")) == ["t7"], "another definition of the name"
    assert ran == [], "the first one counts as before"


def test_functions_and_tests_come_and_go(tests: Project) -> None:
    assert tests.edit(f7=None) == ["t7"]
    assert tests.status("t7") == [Status.ERROR]
    assert tests.edit(other=_function("f7")) == ["t7"]
    assert tests.status("t7") == [Status.PASSED]
    assert tests.edit(t7=None) == []
    assert tests.status("t7") == []
    assert "t7.k.yaml" not in tests.suite.paths()
    assert tests.edit(other=None) == [], "nobody uses it any more"


def test_a_duplicate_that_comes_first_is_the_one_that_counts(tests: Project) -> None:
    assert tests.edit(a=_function("f7", "Bob")) == ["t7"]
    assert tests.status("t7") == [Status.FAILED]


def test_the_result_of_the_text_before_stays_until_the_test_has_run(tests: Project) -> None:
    snapshot = tests.workspace.apply({"t7.k.yaml": _test("t7", "f7", "Eve")})
    tests.suite.update(snapshot, ["t7.k.yaml"])
    (result,) = tests.suite.results(snapshot, "t7.k.yaml")
    assert (show_test(result).status, result.is_current) == (Status.PASSED, False)
    tests.edit()
    (result,) = tests.suite.results(tests.workspace.snapshot, "t7.k.yaml")
    assert (show_test(result).status, result.is_current) == (Status.FAILED, True)


def test_tests_move_in_their_file_and_are_not_run(tests: Project) -> None:
    text = _test("t7", "f7")
    tests.edit(t7=_function("new") + "---\n" + text)
    assert tests.edit(t7=_function("new") + "---\n" + _function("newer") + "---\n" + text) == []
    (result,) = tests.suite.results(tests.workspace.snapshot, "t7.k.yaml")
    assert result.definition.index == 2
    assert result.report is not None
    assert result.report.document == 2


def test_memory_does_not_grow_with_edits(tests: Project) -> None:
    for number in range(30):
        tests.edit(f7=_function("f7", f"v{number}"), t7=_test("t7", "f7", f"v{number}"))
    assert len(tests.suite._runs) == len(tests.suite._paths) == 50
    assert sum(len(users) for users in tests.suite._users.values()) == 50


def test_the_same_test_twice_in_a_file(tests: Project) -> None:
    text = _test("t7", "f7")
    tests.edit(t7=f"{text}---\n{text}")
    assert tests.status("t7") == [Status.PASSED, Status.PASSED]


MANY_CASES = _test("t7", "f7").replace("testCases: [", f"testCases: [{'{expectReturn: {text: Ada}}, ' * 4}")


@pytest.mark.parametrize("file", ["f7", "t7", "t8", "f8"])
def test_a_text_that_changes_between_two_cases(tests: Project, file: str) -> None:
    tests.edit(t7=MANY_CASES)
    snapshot = tests.workspace.apply({"f7.k.yaml": _function("f7", '="Ada"')})
    tests.suite.update(snapshot, ["f7.k.yaml"])
    (test,) = tests.suite.waiting
    running = tests.suite.run(lambda: tests.workspace.snapshot, test)
    next(running)
    edited = (
        _test("t7", "f7") if file == "t7" else _function(file, "Bob") if file == "f7" else _test("t8", "f8")
    )
    tests.workspace.apply({f"{file}.k.yaml": edited})
    tests.suite.update(tests.workspace.snapshot, [f"{file}.k.yaml"])
    steps = sum(1 for _ in running)
    if file == "f7":
        assert (steps, test in tests.suite.waiting) == (0, True)
        tests.edit()
        assert tests.status("t7") == [Status.FAILED]
    elif file == "t7":
        assert (steps, test in tests.suite.waiting) == (0, False)
        tests.edit()
        assert tests.status("t7") == [Status.PASSED]
    else:
        assert (steps, test in tests.suite.waiting) == (4, False)
        assert tests.status("t7") == [Status.PASSED]


def test_a_run_that_is_left_leaves_what_was_known(tests: Project) -> None:
    tests.edit(t7=MANY_CASES)
    snapshot = tests.workspace.apply({"f7.k.yaml": _function("f7", "Bob")})
    tests.suite.update(snapshot, ["f7.k.yaml"])
    (test,) = tests.suite.waiting
    with closing(tests.suite.run(lambda: snapshot, test)) as running:
        next(running)
    assert tests.status("t7") == [Status.PASSED]
    assert tests.edit() == ["t7"]
    assert tests.status("t7") == [Status.FAILED]


def test_a_test_that_takes_too_long_is_ended(tests: Project) -> None:
    snapshot = tests.workspace.apply({"f7.k.yaml": _function("f7", '"=[inputs.name].map(x, x)[0]"')})
    tests.suite.update(snapshot, ["f7.k.yaml"])
    (test,) = tests.suite.waiting
    for _ in tests.suite.run(lambda: snapshot, test, seconds=0):
        pass
    (result,) = tests.suite.results(snapshot, "t7.k.yaml")
    assert (show_test(result).status, result.is_current, result.longer_than) == (Status.NOT_RUN, True, 0)
    run(tests.suite, snapshot, test)
    assert tests.status("t7") == [Status.NOT_RUN], "nothing has changed since"
    for _ in tests.suite.run(lambda: snapshot, test, anyway=True):
        pass
    assert tests.status("t7") == [Status.PASSED]
    assert tests.edit(f7=_function("f7", "Bob")) == ["t7"]
