"""Problems as programs see them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from koreo_analyzer.checks import RULES
from koreo_analyzer.problems import Severity
from koreo_analyzer.text import Span
from koreo_analyzer.workspace import FileProblem
from koreo_cli.formats import github_report, json_report, sarif_report
from koreo_cli.report import Report

MakeReport = Callable[..., Report]
FOLDER = "/work space"


@pytest.fixture
def full(report: MakeReport, misspelt: FileProblem, misspelt_texts: dict[str, str]) -> Report:
    return report(misspelt_texts, misspelt)


def test_json(full: Report) -> None:
    place = {"file": "a%b.k.yaml", "line": 2, "column": 2, "endLine": 2, "endColumn": 6}
    assert json.loads(json_report.render(full)) == {
        "version": 1,
        "problems": [
            {
                **place,
                "severity": "error",
                "code": "unknown-key",
                "message": "unknown key `imge`:\n100% wrong",
                "hint": "did you mean `image`?",
                "related": [
                    {
                        "file": "c,d.k.yaml",
                        "line": 1,
                        "column": 1,
                        "endLine": 1,
                        "endColumn": 6,
                        "message": "declared here",
                    }
                ],
                "fixes": [{"title": "Write `image`", "edits": [{**place, "text": "image"}]}],
            }
        ],
        "summary": {
            "files": 2,
            "documents": 2,
            "errors": 1,
            "warnings": 0,
            "infos": 0,
            "seconds": 0.031,
        },
    }


def test_columns_count_characters(report: MakeReport) -> None:
    problem = FileProblem(f"{FOLDER}/a.k", Span(3, 5), "code", "m", Severity.INFO)
    made = report({"a.k": "🎈é\n漢字"}, problem)
    (found,) = json.loads(json_report.render(made))["problems"]
    assert (found["line"], found["column"], found["endColumn"]) == (2, 1, 3)


def test_github(full: Report) -> None:
    assert github_report.render(full) == (
        "::error file=a%25b.k.yaml,line=2,col=2,endLine=2,endColumn=5,title=unknown-key"
        "::unknown key `imge`:%0A100%25 wrong%0Adid you mean `image`?\n"
    )


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Span(0, 0), "::notice file=a%2Cb%3Ac.k,line=1,col=1,endLine=1,endColumn=1,title=code::m\n"),
        (Span(1, 5), "::notice file=a%2Cb%3Ac.k,line=1,endLine=2,title=code::m\n"),
    ],
)
def test_github_regions(report: MakeReport, span: Span, expected: str) -> None:
    problem = FileProblem(f"{FOLDER}/a,b:c.k", span, "code", "m", Severity.INFO)
    assert github_report.render(report({"a,b:c.k": "abc\ndef\n"}, problem)) == expected


def run_of(report: Report) -> dict[str, Any]:
    log = json.loads(sarif_report.render(report, RULES, FOLDER))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    return dict(run)


def test_sarif_result(full: Report) -> None:
    run = run_of(full)
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["originalUriBaseIds"] == {"%SRCROOT%": {"uri": "file:///work%20space/"}}
    region = {"startLine": 2, "startColumn": 2, "endLine": 2, "endColumn": 6}
    artifact = {"uri": "a%25b.k.yaml", "uriBaseId": "%SRCROOT%"}
    (result,) = run["results"]
    index = result.pop("ruleIndex")
    assert run["tool"]["driver"]["rules"][index]["id"] == "unknown-key"
    assert result == {
        "ruleId": "unknown-key",
        "level": "error",
        "message": {"text": "unknown key `imge`:\n100% wrong\ndid you mean `image`?"},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
        "relatedLocations": [
            {
                "id": 0,
                "message": {"text": "declared here"},
                "physicalLocation": {
                    "artifactLocation": {"uri": "c%2Cd.k.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 6},
                },
            }
        ],
        "fixes": [
            {
                "description": {"text": "Write `image`"},
                "artifactChanges": [
                    {
                        "artifactLocation": artifact,
                        "replacements": [{"deletedRegion": region, "insertedContent": {"text": "image"}}],
                    }
                ],
            }
        ],
    }


def test_sarif_rules(full: Report) -> None:
    driver = run_of(full)["tool"]["driver"]
    assert driver["name"] == "koreo"
    by_id = {rule["id"]: rule for rule in driver["rules"]}
    assert by_id.keys() == RULES.keys()
    rule = by_id["unknown-key"]
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["shortDescription"] == {"text": RULES["unknown-key"].summary}
    assert "```yaml\n" in rule["help"]["markdown"]
    assert "Wrong:" in rule["help"]["text"]


def test_sarif_outside_the_working_directory_and_without_text(report: MakeReport) -> None:
    problem = FileProblem("/elsewhere/ü.k", Span(0, 0), "unreadable-file", "gone", Severity.WARNING)
    (result,) = run_of(report({}, problem))["results"]
    assert result["level"] == "warning"
    assert result["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "file:///elsewhere/%C3%BC.k"}}}
    ]


def test_sarif_of_a_code_without_rule(report: MakeReport) -> None:
    problem = FileProblem(f"{FOLDER}/a.k", Span(0, 0), "zzz", "m", Severity.INFO)
    run = run_of(report({"a.k": ""}, problem))
    (result,) = run["results"]
    assert result["level"] == "note"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]] == {"id": "zzz"}


def test_machine_formats_survive_any_file_name(report: MakeReport) -> None:
    name = b"\xff\n\x1b.k".decode("utf-8", "surrogateescape")
    problem = FileProblem(f"{FOLDER}/{name}", Span(0, 0), "code", "m", Severity.INFO)
    made = report({}, problem)
    assert json.loads(json_report.render(made))["problems"][0]["file"] == name
    (result,) = run_of(made)["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "%FF%0A%1B.k"
