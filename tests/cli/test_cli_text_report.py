"""Problems as people see them."""

from collections.abc import Callable

import click
import pytest
from koreo_analyzer.problems import Severity
from koreo_analyzer.text import Span
from koreo_analyzer.workspace import FileFix, FileProblem
from koreo_cli.formats.text_report import Style, render, summary, window
from koreo_cli.report import Report

MakeReport = Callable[..., Report]
FOLDER = "/work space"


def shown(report: MakeReport, text: str, start: int, end: int, *, width: int = 120) -> list[str]:
    """The source line and the marker line of a problem."""
    problem = FileProblem(f"{FOLDER}/a.k.yaml", Span(start, end), "code", "message", Severity.ERROR)
    lines = render(report({"a.k.yaml": text}, problem), Style(width=width)).splitlines()
    return lines[2:4]


def test_everything(report: MakeReport, misspelt: FileProblem, misspelt_texts: dict[str, str]) -> None:
    assert (
        render(report(misspelt_texts, misspelt), Style())
        == """\
a%b.k.yaml:2:2: error[unknown-key]: unknown key `imge`:
    100% wrong
  |
2 |  imge: 2
  |  ^^^^
  = help: did you mean `image`?
c,d.k.yaml:1:1: note: declared here
  |
1 | image: 1
  | ^^^^^

"""
    )


def test_gutter_is_as_wide_as_the_number(report: MakeReport) -> None:
    problem = FileProblem(f"{FOLDER}/a.k.yaml", Span(11, 12), "code", "no", Severity.INFO, "try this")
    assert (
        render(report({"a.k.yaml": "\n" * 11 + "x\n"}, problem), Style())
        == """\
a.k.yaml:12:1: info[code]: no
   |
12 | x
   | ^
   = help: try this

"""
    )


@pytest.mark.parametrize(
    ("text", "start", "end", "line", "marker"),
    [
        ("key: value", 5, 10, "1 | key: value", "  |      ^^^^^"),
        ("\tkey: v", 1, 4, "1 |     key: v", "  |     ^^^"),
        ("漢字: v", 4, 5, "1 | 漢字: v", "  |       ^"),
        ("a: 漢字", 3, 5, "1 | a: 漢字", "  |    ^^^^"),
        ("🎈: e\u0301x", 3, 6, "1 | 🎈: e\u0301x", "  |     ^^"),
        ("a: b\n", 4, 4, "1 | a: b", "  |     ^"),
        ("a: b\n", 2, 2, "1 | a: b", "  |   ^"),
        ("a: |\n  x\n  y\n", 3, 10, "1 | a: |", "  |    ^"),
        ("a: b\r\nc: d\r\n", 6, 7, "2 | c: d", "  | ^"),
        ("a: \x1b[31m", 3, 4, "1 | a: \\x1b[31m", "  |    ^^^^"),
        ("a: \u202ex", 4, 5, "1 | a: \\u202ex", "  |          ^"),
        ("", 0, 0, "1 |", "  | ^"),
    ],
    ids=str,
)
def test_the_marker_is_under_the_token(
    report: MakeReport, text: str, start: int, end: int, line: str, marker: str
) -> None:
    assert shown(report, text, start, end) == [line, marker]


@pytest.mark.parametrize(
    ("start", "end", "marked"),
    [(0, 3, "aaa"), (100, 103, "bcd"), (1_000_000 - 3, 1_000_000, "yyz")],
)
def test_a_long_line_is_cut_around_the_token(start: int, end: int, marked: str) -> None:
    line = "a" * 100 + "bcd" + "y" * (1_000_000 - 104) + "z"
    text, before, width = window(line, start, end, 40)
    assert len(text) <= 40
    assert text[before : before + width] == marked
    assert text.endswith("...") == (end < len(line))
    assert text.startswith("...") == (start > 0)


def test_a_token_longer_than_the_terminal() -> None:
    text, before, width = window("x" * 500, 100, 400, 40)
    assert len(text) <= 40
    assert before + width <= 40


def test_wide_characters_are_never_cut_in_half() -> None:
    text, before, width = window("漢" * 100 + "x" + "字" * 100, 100, 101, 40)
    assert text[text.index("x")] == "x"
    assert before == 3 + 2 * (text.index("x") - 3)
    assert width == 1


def test_a_file_without_text_has_no_snippet(report: MakeReport) -> None:
    problem = FileProblem(f"{FOLDER}/gone.k.yaml", Span(0, 0), "unreadable-file", "gone", Severity.ERROR)
    assert render(report({}, problem), Style()) == "gone.k.yaml:1:1: error[unreadable-file]: gone\n\n"


def test_the_first_fix_helps_if_there_is_no_hint(report: MakeReport) -> None:
    fixes = (FileFix("Remove it", ()), FileFix("Keep it", ()))
    problem = FileProblem(f"{FOLDER}/a.k", Span(0, 1), "code", "no", Severity.ERROR, fixes=fixes)
    assert render(report({"a.k": "x"}, problem), Style()).splitlines()[-2] == "  = help: remove it"


def test_names_and_messages_can_not_control_the_terminal(report: MakeReport) -> None:
    problem = FileProblem(f"{FOLDER}/\x1b]0;x\x07\n.k", Span(0, 0), "code", "\x1b[2J\u202e", Severity.ERROR)
    assert render(report({}, problem), Style()) == "\\x1b]0;x\\x07\\n.k:1:1: error[code]: \\x1b[2J\\u202e\n\n"


def test_order_is_by_file_place_and_severity(report: MakeReport) -> None:
    def problem(name: str, start: int, code: str, severity: Severity) -> FileProblem:
        return FileProblem(f"{FOLDER}/{name}", Span(start, start + 1), code, "m", severity)

    problems = [
        problem("b.k", 0, "x", Severity.ERROR),
        problem("a.k", 2, "x", Severity.ERROR),
        problem("a.k", 0, "y", Severity.WARNING),
        problem("a.k", 0, "z", Severity.ERROR),
    ]
    texts = {"a.k": "abc", "b.k": "abc"}
    first = render(report(texts, *problems), Style())
    assert first == render(report(texts, *reversed(problems)), Style())
    assert [line.split(" ")[0] + line.split(" ")[1] for line in first.splitlines() if "[" in line] == [
        "a.k:1:1:error[z]:",
        "a.k:1:1:warning[y]:",
        "a.k:1:3:error[x]:",
        "b.k:1:1:error[x]:",
    ]


@pytest.mark.parametrize(
    ("severities", "expected"),
    [
        ([], "no problems in 1 file (2 documents, 0.03 s)\n"),
        ([Severity.ERROR], "1 error in 1 file (2 documents, 0.03 s)\n"),
        (
            [Severity.ERROR, Severity.INFO, Severity.ERROR, Severity.WARNING],
            "2 errors, 1 warning, 1 info in 1 file (2 documents, 0.03 s)\n",
        ),
    ],
)
def test_summary(report: MakeReport, severities: list[Severity], expected: str) -> None:
    problems = [FileProblem(f"{FOLDER}/a.k", Span(0, 0), "code", "m", severity) for severity in severities]
    assert summary(report({"a.k": ""}, *problems), Style()) == expected


def test_colors_add_nothing_but_escape_codes(
    report: MakeReport, misspelt: FileProblem, misspelt_texts: dict[str, str]
) -> None:
    made = report(misspelt_texts, misspelt)
    colored = render(made, Style(color=True))
    assert "\x1b[31m" in colored
    assert click.unstyle(colored) == render(made, Style())
