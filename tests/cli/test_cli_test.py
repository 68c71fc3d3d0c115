"""`koreo test`, from arguments to output and exit status."""

import re
from pathlib import Path
from textwrap import dedent

import pytest
from testing_workspace import GREETING, RULES, SIZES, change, results, run, verdicts

TIME = re.compile(r" +[\d.]+ m?s$|[\d.]+ s\)", re.MULTILINE)
PASSED = {"greeting-test": ["passed", "passed", "skipped"], "sizes-test": ["passed"]}


def shown(*arguments: str) -> str:
    """What is printed, without times."""
    return TIME.sub("", run(*arguments).stdout)


def test_tests_that_pass(tested: Path) -> None:
    result = run()
    assert result.exit_code == 0
    assert result.stderr == ""
    assert TIME.sub("", result.stdout) == dedent("""\
        PASS   sizes-test     ValueFunction/sizes     1 case
        PASS   greeting-test  ValueFunction/greeting  3 cases: 1 skipped

        2 tests passed (4 cases: 1 skipped,\x20
    """)


def test_a_failure_shows_expected_and_actual_in_their_place(tested: Path) -> None:
    change(tested / "tests/greeting.k.yaml", "{text: Hello Ada, count: 2}", "{text: Hello Bob, size: 2}")
    assert run().exit_code == 1
    assert shown("tests") == dedent("""\
        FAIL   greeting-test  ValueFunction/greeting  3 cases: 1 failed, 2 not run

        tests/greeting.k.yaml:9:5: error[test-failed]: greeting-test, case 1 (Says hello): the returned value differs
        tests/greeting.k.yaml:9:26: text differs
          |
        9 |     expectReturn: {text: Hello Bob, size: 2}
          |                          ^^^^^^^^^
          - "Hello Bob"
          + "Hello Ada"
        functions/greeting.k.yaml:11:12: note: made here
           |
        11 |     text: ="Hello " + inputs.name
           |            ^^^^^^^^^^^^^^^^^^^^^^
        tests/greeting.k.yaml:9:43: size is missing
          |
        9 |     expectReturn: {text: Hello Bob, size: 2}
          |                                           ^
          - 2
        tests/greeting.k.yaml:9:5: count is not expected
          |
        9 |     expectReturn: {text: Hello Bob, size: 2}
          |     ^^^^^^^^^^^^
          + 2
        functions/greeting.k.yaml:12:13: note: made here
           |
        12 |     count: =locals.twice
           |             ^^^^^^^^^^^^

        1 test failed (3 cases: 1 failed, 2 not run,\x20
    """)


def test_an_evaluation_error_points_into_the_function(tested: Path) -> None:
    change(tested / "functions/greeting.k.yaml", "inputs.count * 2", "inputs.total * 2")
    message, *lines = shown("tests").splitlines()[2:-2]
    assert message == (
        "tests/greeting.k.yaml:9:5: error[test-failed]: greeting-test, case 1 (Says hello): no value was returned: "
        "the outcome is permFail (`spec.locals.twice`: no such field `total` in {name, count})"
    )
    assert lines == [
        "  |",
        "9 |     expectReturn: {text: Hello Ada, count: 2}",
        "  |     ^^^^^^^^^^^^",
        "functions/greeting.k.yaml:9:13: note: the outcome was decided here",
        "  |",
        "9 |     twice: =inputs.total * 2",
        "  |             ^^^^^^^^^^^^",
    ]


def test_another_outcome_points_to_what_decided_it(tested: Path) -> None:
    change(tested / "tests/greeting.k.yaml", "permFail: {message: name is needed}", "skip: {message: ''}")
    lines = shown("tests").splitlines()
    assert '   - {"skip": {"message": ""}}' in lines
    assert '   + {"permFail": {"message": "A name is needed"}}' in lines
    assert "functions/greeting.k.yaml:6:5: note: the outcome was decided here" in lines


def test_texts_are_compared_line_by_line(tested: Path) -> None:
    change(tested / "functions/greeting.k.yaml", '"Hello " + inputs.name', r'"a\nb\nc\nd\nsame\nf"')
    change(tested / "tests/greeting.k.yaml", "text: Hello Ada,", r'text: "a\nb\nc\nd\nsame\ng",')
    lines = [line.strip() for line in shown().splitlines()]
    assert "- g" in lines
    assert "+ f" in lines
    assert "- a" not in lines
    assert "same" in lines


def test_long_texts_are_shown_where_they_differ(tested: Path) -> None:
    change(tested / "functions/greeting.k.yaml", '"Hello "', f'"{"x" * 5_000}"')
    change(tested / "tests/greeting.k.yaml", "Hello Ada", "x" * 5_000 + "Eva")
    text = shown()
    assert f'- "...{"x" * 40}Eva"' in text
    assert f'+ "...{"x" * 40}Ada"' in text


def test_many_differences_are_cut_unless_asked_for(tested: Path) -> None:
    keys = ", ".join(f"k{number}: 1" for number in range(50))
    change(tested / "tests/greeting.k.yaml", "count: 2}", f"{keys}}}")
    assert "... and 43 more differences; --verbose shows all" in shown()
    assert "k49 is missing" not in shown()
    assert "k49 is missing" in shown("--verbose")


def test_large_values_are_cut_unless_asked_for(tested: Path) -> None:
    change(tested / "functions/greeting.k.yaml", "=locals.twice", f"={list(range(1000, 2000))}")
    assert "... and more; --verbose shows all" in shown()
    assert "1999" not in shown()
    assert "1999" in shown("--verbose")


@pytest.mark.parametrize(
    ("function", "cases", "column", "message"),
    [
        ("nobody", "[]", 49, "error[unknown-reference]: there is no ValueFunction `nobody`"),
        ("greeting", "[{}]", 72, "error[test-assertion]: this case asserts nothing"),
        ("greeting", "[{expectReturm: {a: 1}}]", 73, "error[unknown-key]: unknown key `expectReturm`"),
        ("greeting", "[", 71, "error[yaml-syntax]: `[` is never closed"),
    ],
)
def test_what_keeps_a_test_from_running_is_shown_as_check_shows_it(
    tested: Path, function: str, cases: str, column: int, message: str
) -> None:
    (tested / "more.k.yaml").write_text(
        "apiVersion: koreo.dev/v1beta1\nmetadata: {name: more, namespace: default}\nkind: FunctionTest\n"
        f"spec: {{functionRef: {{kind: ValueFunction, name: {function}}}, testCases: {cases}}}\n"
    )
    result = run("-k", "more")
    assert result.stdout.splitlines()[0].startswith("ERROR  more  ")
    assert f"\nmore.k.yaml:4:{column}: {message}" in result.stdout
    assert "\n1 test could not run (" in result.stdout
    assert result.exit_code == 1


def test_a_function_that_cannot_run_is_shown_once_for_all_its_tests(tested: Path) -> None:
    change(tested / "functions/greeting.k.yaml", "inputs.count * 2", "inputs.count *")
    second = (tested / "tests/greeting.k.yaml").read_text().replace("greeting-test", "second-test")
    (tested / "tests/second.k.yaml").write_text(second)
    text = shown()
    assert text.count("error[expression-syntax]") == 1
    assert "functions/greeting.k.yaml:9:" in text
    assert "\n2 of 3 tests could not run (" in text


def test_the_summary_says_how_many_of_all_tests_failed(tested: Path) -> None:
    (tested / "rules.k.yaml").write_text(RULES)
    change(tested / "functions/greeting.k.yaml", "inputs.count * 2", "inputs.count *")
    change(tested / "sizes.k.yaml", "{half: 1}", "{half: 2}")
    assert "\n1 of 3 tests failed, 1 could not run, 1 warning (2 cases: 1 failed, " in run().stdout


def test_an_overlay_without_an_object_points_to_the_overlay(tested: Path) -> None:
    overlay = "  - label: Creates\n    overlayResource: {a: 1}\n"
    (tested / "rules.k.yaml").write_text(RULES.replace("  - label: Creates\n", overlay))
    assert (
        "rules.k.yaml:17:5: error[test-failed]: rules-test, case 1 (Creates): there is no object to overlay"
        in shown()
    )


def test_files_that_cannot_be_read_are_reported(tested: Path) -> None:
    (tested / "photo.k.yaml").write_bytes(b"\xff\xfe\x00x\xff")
    (tested / "broken.k.yaml").write_text("kind: [FunctionTest\n  x: }\n---\n- 1\n")
    result = run()
    assert "photo.k.yaml:1:" in result.stdout
    assert "error[unreadable-file]" in result.stdout
    assert "broken.k.yaml:1:7: error[yaml-syntax]" in result.stdout
    assert "\n2 tests passed (" in result.stdout
    assert result.exit_code == 1


def test_a_function_that_never_settles(tested: Path) -> None:
    (tested / "rules.k.yaml").write_text(RULES)
    result = run()
    assert "WARN   rules-test" in result.stdout
    assert (
        "rules.k.yaml:17:5: warning[never-settles]: rules-test, case 1 (Creates): never settles: "
        in result.stdout
    )
    assert "\n3 tests passed, 1 warning (" in result.stdout
    assert result.exit_code == 0
    assert run("--fail-on", "warning").exit_code == 1


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("greet", ["greeting-test"]),
        ("GREETING", ["greeting-test"]),
        ("ValueFunction/sizes", ["sizes-test"]),
        ("'says hello'", ["greeting-test"]),
        ('"says hello" or sizes', ["greeting-test", "sizes-test"]),
        ("test and not sizes", ["greeting-test"]),
        ("not (greeting or sizes)", []),
        ("test and (later or nobody)", ["greeting-test"]),
        ("test", ["greeting-test", "sizes-test"]),
        ("'not'", []),
    ],
)
def test_which_tests_match(tested: Path, expression: str, expected: list[str]) -> None:
    assert sorted(verdicts("-k", expression)) == expected


@pytest.mark.parametrize(
    ("expression", "column", "message"),
    [
        ("says hello", 6, "expected `and` or `or` before `hello`; a text with blanks stands in quotes"),
        ("a and", 6, "expected a text to look for at the end"),
        ("or a", 1, "expected a text to look for before `or`"),
        ("(a or b", 1, "this `(` is not closed"),
        ("a) or b", 2, "there is no `(` for this `)`"),
        ("a and 'b", 7, "this quote is not closed"),
        ("", 1, "expected a text to look for at the end"),
        ("not " * 1000 + "a", 405, "it is nested too deeply"),
    ],
)
def test_an_expression_that_cannot_be_read(tested: Path, expression: str, column: int, message: str) -> None:
    result = run("-k", expression)
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert lines[-3].endswith(message)
    assert lines[-1].index("^") == column + 1


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".", ["greeting-test", "sizes-test"]),
        ("tests", ["greeting-test"]),
        ("tests/greeting.k.yaml", ["greeting-test"]),
        ("functions/greeting.k.yaml", ["greeting-test"]),
        ("sizes.k.yaml", ["sizes-test"]),
    ],
)
def test_a_path_stands_for_its_tests_and_those_of_its_functions(
    tested: Path, path: str, expected: list[str]
) -> None:
    assert sorted(verdicts(path)) == expected


def test_folders_with_nothing_to_run(tested: Path) -> None:
    for arguments, message, status in (
        (["empty"], "koreo: no Koreo files found in empty; ", 0),
        (["docs"], "koreo: no FunctionTests found in docs\n", 0),
        (["-k", "nobody"], "koreo: no test in . matches -k 'nobody'\n", 1),
        (["-k", "nobody", "--update"], "koreo: no test in . matches -k 'nobody'\n", 1),
    ):
        (tested / "empty").mkdir(exist_ok=True)
        (tested / "docs").mkdir(exist_ok=True)
        (tested / "docs" / "a.k.yaml").write_text("kind: ConfigMap\n")
        result = run(*arguments)
        assert result.stderr.startswith(message)
        assert result.stdout == ""
        assert result.exit_code == status


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["test"], "`test` does not exist; did you mean `tests`?"),
        (["koreo.toml"], "`koreo.toml` is not a Koreo file"),
        (["-"], "tests are read from files"),
        (["--watch", "--compat"], "--watch and --compat do not go together"),
        (["--watch", "--format", "json"], "--watch prints text"),
        (["--compat", "--format", "junit"], "--compat prints text or json"),
        (["--compat", "--engine", "celpy"], "--compat runs both engines"),
        (["--jobs", "0"], "0 is not in the range"),
    ],
)
def test_what_cannot_be_run(tested: Path, arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert message in result.stderr
    assert result.stdout == ""
    assert result.exit_code == 2


def test_quiet_prints_failures_only(tested: Path) -> None:
    assert run("--quiet").stdout == ""
    change(tested / "sizes.k.yaml", "{half: 1}", "{half: 2}")
    assert shown("--quiet").startswith("sizes.k.yaml:15:5: error[test-failed]: sizes-test, case 1: ")


def test_verbose_prints_the_cases(tested: Path) -> None:
    assert [line.split() for line in shown("--verbose", "tests").splitlines()[1:4]] == [
        ["1", "passed", "Says", "hello"],
        ["2", "passed", "[variant]", "Needs", "a", "name"],
        ["3", "skipped", "Later"],
    ]


def test_the_other_engine(tested: Path) -> None:
    pytest.importorskip("celpy")
    found = results("--engine", "celpy", "sizes.k.yaml")
    assert found["engine"].startswith("cel-python ")
    assert [case["return"] for case in found["tests"][0]["cases"]] in ([{"half": 1}], [{"half": 2}])
    assert results()["engine"] == "native"


def test_names_for_people_cannot_control_the_terminal(tested: Path) -> None:
    change(tested / "sizes.k.yaml", "name: sizes-test", r'name: "sizes\e[31m\ntest"')
    assert "\x1b" not in run("--verbose").stdout
    assert r"sizes\x1b[31m\ntest" in run().stdout


def test_a_wide_table_leaves_out_kinds(tested: Path) -> None:
    name = "s" * 90
    (tested / "sizes.k.yaml").write_text(SIZES.replace("name: sizes", f"name: {name}"))
    assert f"{name}-test  {name} " in shown()
    assert "ValueFunction/" not in shown()


def test_an_inactive_test_is_not_run(tested: Path) -> None:
    change(
        tested / "sizes.k.yaml",
        "{name: sizes-test,",
        "{labels: {koreo.dev/active: 'false'}, name: sizes-test,",
    )
    assert sorted(verdicts()) == ["greeting-test"]


def test_an_inactive_function_is_not_there(tested: Path) -> None:
    inactive = "{labels: {koreo.dev/active: 'false'}, name: greeting,"
    (tested / "functions/greeting.k.yaml").write_text(GREETING.replace("{name: greeting,", inactive))
    assert verdicts()["greeting-test"] == ["error"]


def test_workspaces_inside_each_other(tested: Path) -> None:
    inner = tested / "inner"
    inner.mkdir()
    (inner / "koreo.toml").touch()
    (inner / "sizes.k.yaml").write_text(SIZES.replace("sizes-test", "inner-test"))
    assert verdicts() == {**PASSED, "inner-test": ["passed"]}
    assert verdicts("inner") == {"inner-test": ["passed"]}
