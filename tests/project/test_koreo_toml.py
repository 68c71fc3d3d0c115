"""What koreo.toml says, and what it is told when it is wrong."""

from pathlib import Path

import pytest
from koreo_analyzer.problems import Severity
from koreo_project.config import Config, load

CODES = ("unknown-input", "unused-input", "unknown-key")


def problems_of(text: str, folder: Path) -> list[tuple[int, str, str, str | None]]:
    """Line from 1, token, message and hint of each problem."""
    _, problems = load(text, folder / "koreo.toml", CODES)
    return [
        (
            text.count("\n", 0, problem.span.start) + 1,
            text[problem.span.start : problem.span.end],
            problem.message,
            problem.hint,
        )
        for problem in problems
    ]


def test_everything(tmp_path: Path) -> None:
    (tmp_path / "crds").mkdir()
    (tmp_path / "ws").mkdir()
    config, problems = load(
        """
        files.include = ["platform/**", "apps/"]
        [severity]
        unused-input = "off"
        "unknown-key" = 'warning'
        [schemas]
        crds = [
            "../crds", # shared
        ]
        """,
        tmp_path / "ws" / "koreo.toml",
        CODES,
    )
    assert problems == ()
    assert config == Config(
        include=("platform/**", "apps/"),
        severities={"unused-input": None, "unknown-key": Severity.WARNING},
        crd_folders=(f"{tmp_path}/crds",),
    )


def test_empty(tmp_path: Path) -> None:
    assert load("", tmp_path / "koreo.toml", CODES) == (Config(), ())


@pytest.mark.parametrize(
    ("text", "token", "message", "hint"),
    [
        ("[severty]\n", "severty", "unknown table `severty`", "did you mean `severity`?"),
        ("[[file]]\n", "file", "unknown table `file`", "did you mean `files`?"),
        (
            "[rules]\nx = 1",
            "rules",
            "unknown table `rules`",
            "the tables are `files`, `severity` or `schemas`",
        ),
        ("[files]\nexlude = []", "exlude", "unknown option `exlude` in `[files]`", "did you mean `exclude`?"),
        (
            "[schemas]\nfolders = 1",
            "folders",
            "unknown option `folders` in `[schemas]`",
            "`[schemas]` has `crds`",
        ),
        (
            "exclude = []",
            "exclude",
            "option `exclude` stands outside of any table",
            "put it below a line `[files]`",
        ),
        (
            'unused-input = "off"',
            "unused-input",
            "option `unused-input` stands outside of any table",
            "put it below a line `[severity]`",
        ),
        ("files = 3", "3", "`files` is an integer, expected a table", "write `[files]`"),
        (
            '[files]\nexclude = "a"',
            '"a"',
            "`exclude` is a string, expected a list of strings",
            'write `exclude = ["a"]`',
        ),
        (
            '[files]\ninclude = ["a", 1979-05-27 07:32:00]',
            "1979-05-27 07:32:00",
            "an element of `include` is a date or time, expected a string",
            None,
        ),
        (
            '[files]\ninclude = ["./a"]',
            '"./a"',
            "pattern `./a` can match nothing",
            "patterns are relative to the folder of koreo.toml, without `./` and `..`",
        ),
        (
            '[files]\ninclude = ["!"]',
            '"!"',
            "`!` is not a valid pattern",
            "patterns are written as in .gitignore",
        ),
        (
            '[severity]\nunused-imput = "off"',
            "unused-imput",
            "unknown code `unused-imput`",
            "did you mean `unused-input`?",
        ),
        ('[severity]\nzzz = "off"', "zzz", "unknown code `zzz`", "`koreo explain` lists all codes"),
        (
            '[severity]\nunused-input = "warn"',
            '"warn"',
            "unknown severity `warn`",
            'did you mean "warning"?',
        ),
        (
            '[severity]\nunused-input = "loud"',
            '"loud"',
            "unknown severity `loud`",
            'expected "error", "warning", "info" or "off"',
        ),
        (
            "[severity]\nunused-input = false",
            "false",
            "a severity is a string, not a boolean",
            'to switch it off, write "off"',
        ),
        ('[schemas]\ncrds = ["cdrs"]', '"cdrs"', "folder `cdrs` does not exist", "did you mean `crds`?"),
        ('[schemas]\ncrds = ["file"]', '"file"', "`file` is a file, expected a folder", None),
        ('[schemas]\ncrds = {a = "b"}', '{a = "b"}', "`crds` is a table, expected a list of strings", None),
    ],
)
def test_a_mistake_is_shown_at_its_token(
    tmp_path: Path, text: str, token: str, message: str, hint: str | None
) -> None:
    (tmp_path / "crds").mkdir()
    (tmp_path / "file").touch()
    line = text.count("\n", 0, text.index(token)) + 1
    assert problems_of(text, tmp_path) == [(line, token, message, hint)]


def test_all_mistakes_at_once_and_the_rest_stays_in_force(tmp_path: Path) -> None:
    text = """
# comment with [brackets] = and "quotes"
[files]
exclude = ["draft/", 5, true]
inclde = []

[severity]
unused-input = "off"
unknown-kay = "info"
unknown-key = 7
"""
    config, _ = load(text, tmp_path / "koreo.toml", CODES)
    assert config == Config(exclude=("draft/",), severities={"unused-input": None})
    assert [(line, token) for line, token, _, _ in problems_of(text, tmp_path)] == [
        (4, "5"),
        (4, "true"),
        (5, "inclde"),
        (9, "unknown-kay"),
        (10, "7"),
    ]


def test_a_syntax_error_costs_its_line_only(tmp_path: Path) -> None:
    text = """[files]
exclude = ["a"]
[severity]
unused-input = off
unknown-key = "info"
unknown-kei = "off"
"""
    config, _ = load(text, tmp_path / "koreo.toml", CODES)
    assert config == Config(exclude=("a",), severities={"unknown-key": Severity.INFO})
    assert problems_of(text, tmp_path) == [
        (4, "off", "not TOML: invalid value", None),
        (6, "unknown-kei", "unknown code `unknown-kei`", "did you mean `unknown-key`?"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "token"),
    [
        ('[files\nexclude = ["a"]\n', 1, "\n"),
        ('[files]\nexclude = ["a"\n\n[severity]\nunused-input = "off"\n', 4, "["),
        ("x = [" * 5, 1, "x"),
        ("[files]\n[files]\n", 2, "]"),
        ('[files]\nexclude = """a\n', 2, "a"),
        ("\0", 1, "\0"),
        ("n = " + "1" * 5000, 1, "1"),
    ],
)
def test_a_worse_syntax_error_gives_one_problem(tmp_path: Path, text: str, line: int, token: str) -> None:
    ((found_line, found_token, message, _),) = problems_of(text, tmp_path)
    assert (found_line, found_token) == (line, token)
    assert message


def test_bottomless_nesting(tmp_path: Path) -> None:
    assert len(problems_of("a = " + "[" * 100_000, tmp_path)) == 1


def test_patterns_are_those_of_gitignore() -> None:
    accepts = Config(include=("apps/", "*.koreo"), exclude=("draft", "!apps/draft/keep.k.yaml")).file_filter()
    paths = ["apps/a.k.yaml", "x/b.koreo", "other/c.k.yaml", "apps/draft/d.k.yaml"]
    assert [path for path in paths if accepts(path)] == ["apps/a.k.yaml", "x/b.koreo"]
