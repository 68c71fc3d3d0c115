"""`koreo test --coverage`: text, JSON, exports, the limit, and what is counted."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from testing_workspace import change, run

FIXTURE = Path(__file__).parents[2] / "fixtures" / "stateless-crud-app"
SHOP = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: prices, namespace: default}
spec:
  preconditions:
  - assert: =inputs.net >= 0
    permFail: {message: Prices are not negative}
  return:
    gross: |
      =inputs.net * (
        inputs.reduced ? 107 : 119
      ) / 100
    free: =inputs.net == 0 || inputs.gift
---
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: "stock <&>", namespace: default}
spec:
  return: {left: =inputs.left}
---
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata: {name: prices-test, namespace: default}
spec:
  functionRef: {kind: ValueFunction, name: prices}
  inputs: {net: 100, reduced: false, gift: false}
  testCases:
  - expectReturn: {gross: 119, free: false}
"""
STOCK_TEST = """\
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata: {name: stock-test, namespace: default}
spec:
  functionRef: {kind: ValueFunction, name: "stock <&>"}
  inputs: {left: 1}
  testCases:
  - expectReturn: {left: 1}
"""
SHOWN = dedent("""\
    shop.k.yaml:6:14: info[untested]: the assertion is never false
      |
    6 |   - assert: =inputs.net >= 0
      |              ^^^^^^^^^^^^^^^

    shop.k.yaml:11:26: info[untested]: this branch is never taken: the condition of `?:` is never true
       |
    11 |         inputs.reduced ? 107 : 119
       |                          ^^^

    shop.k.yaml:13:12: info[untested]: this operand of `||` is never true
       |
    13 |     free: =inputs.net == 0 || inputs.gift
       |            ^^^^^^^^^^^^^^^

     62.5 %  5 of 8  ValueFunction/prices
      0.0 %  0 of 2  ValueFunction/stock <&>  no test runs it

    coverage: 50.0 % (5 of 10)
      1 of 2 functions, 1 of 2 sides of predicates, 1 of 2 branches of ?:, 1 of 2 branches of && and ||, 1 of 2 blocks
    """)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a function that is tested in part, and one that is not."""
    path = tmp_path / "shop.k.yaml"
    path.write_text(SHOP, "utf-8")
    monkeypatch.chdir(tmp_path)
    return path


def coverage(*arguments: str) -> dict[str, Any]:
    """What `--format json` says of coverage."""
    found: dict[str, Any] = json.loads(run("--coverage", "--format", "json", *arguments).stdout)["coverage"]
    return found


def names(*arguments: str) -> list[str]:
    """The documents that are told of."""
    return [document["name"] for document in coverage(*arguments)["documents"]]


def test_what_no_test_reaches_is_shown_in_its_place(shop: Path) -> None:
    result = run("--coverage")
    assert (result.exit_code, result.stderr) == (0, "")
    before, shown = result.stdout.split("\n\n", 2)[0], result.stdout.split("\n\n", 2)[2]
    assert before.startswith("PASS   prices-test")
    assert shown == SHOWN


def test_without_the_option_nothing_is_said(shop: Path) -> None:
    assert "cover" not in run().stdout
    assert "coverage" not in json.loads(run("--format", "json").stdout)


def test_the_fixture_is_covered() -> None:
    covered = run("--coverage-fail-under", "100", str(FIXTURE))
    assert (covered.exit_code, covered.stderr) == (0, "")
    assert "\n\ncoverage: 100.0 % (" in covered.stdout
    assert "not covered" not in covered.stdout


def test_verbose_lists_what_is_complete(shop: Path) -> None:
    shop.write_text(f"{SHOP}---\n{STOCK_TEST}", "utf-8")
    assert "100.0 %  1 other; --verbose lists all\n" in run("--coverage").stdout
    assert "100.0 %  2 of 2  ValueFunction/stock <&>\n" in run("--coverage", "--verbose").stdout


def test_a_function_that_cannot_be_run(shop: Path) -> None:
    change(shop, "=inputs.left", "=inputs.")
    shown = run("--coverage").stdout
    assert "  0.0 %  0 of 1  ValueFunction/stock <&>  cannot be run; koreo check says why\n" in shown
    (error,) = [found["error"] for found in coverage()["documents"] if found["name"] == "stock <&>"]
    assert error == "`spec.return.left`: expected a name after `.`"


def test_nothing_to_cover(shop: Path) -> None:
    shop.write_text("", "utf-8")
    result = run("--coverage-fail-under", "100")
    assert (result.exit_code, result.stdout) == (0, "coverage: there is nothing to cover\n")


@pytest.mark.parametrize(
    ("limit", "status", "said"),
    [("50", 0, ""), ("50.01", 1, "koreo: coverage is 50.0 %, and 50.01 % is asked for\n")],
)
@pytest.mark.parametrize("output", ["text", "json", "junit", "github"])
def test_the_limit_decides_the_status(shop: Path, output: str, limit: str, status: int, said: str) -> None:
    result = run("--coverage-fail-under", limit, "--format", output)
    assert (result.exit_code, result.stderr) == (status, said)


def test_quiet_shows_coverage_only_below_the_limit(shop: Path) -> None:
    assert run("--coverage", "-q").stdout == ""
    assert run("--coverage-fail-under", "80", "-q").stdout == SHOWN


def test_a_failing_test_counts_for_what_it_ran(shop: Path) -> None:
    change(shop, "gross: 119", "gross: 120")
    result = run("--coverage")
    assert result.exit_code == 1
    assert result.stdout.endswith(SHOWN)


def test_json_has_points_and_gaps(shop: Path) -> None:
    found = coverage("--coverage-fail-under", "80")
    documents = found.pop("documents")
    assert found == {
        "percent": 50.0,
        "reached": 5,
        "total": 10,
        "failUnder": 80.0,
        "kinds": {
            "function": {"reached": 1, "total": 2},
            "predicate": {"reached": 1, "total": 2},
            "condition": {"reached": 1, "total": 2},
            "operator": {"reached": 1, "total": 2},
            "block": {"reached": 1, "total": 2},
        },
    }
    prices = documents[0]
    points, told = prices.pop("points"), prices.pop("gaps")
    assert prices == {
        "file": "shop.k.yaml",
        "kind": "ValueFunction",
        "name": "prices",
        "error": None,
        "percent": 62.5,
        "reached": 5,
        "total": 8,
    }
    assert points[2] == {
        "file": "shop.k.yaml",
        "line": 6,
        "column": 14,
        "endLine": 6,
        "endColumn": 29,
        "kind": "predicate",
        "side": "false",
        "path": "spec.preconditions[0].assert",
        "hits": 0,
    }
    assert {
        "kind": "predicate",
        "sides": ["false"],
        "message": "the assertion is never false",
    }.items() <= told[0].items()
    assert [gap["message"] for gap in documents[1]["gaps"]] == ["no test runs this ValueFunction"]


def test_what_is_asked_for_is_counted(shop: Path) -> None:
    other = SHOP.replace("prices", "rates").replace("stock <&>", "heap")
    (shop.parent / "more").mkdir()
    (shop.parent / "more" / "rates.k.yaml").write_text(other, "utf-8")
    (shop.parent / "koreo.toml").write_text("", "utf-8")
    assert names() == ["rates", "heap", "prices", "stock <&>"]
    assert names("more") == ["rates", "heap"]
    assert names("-k", "prices") == ["prices"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--coverage", "--watch"], "leave out --watch and --compat"),
        (["--coverage", "--compat"], "leave out --watch and --compat"),
        (["--coverage", "--engine", "celpy"], "leave out --engine"),
        (["--coverage-fail-under", "101"], "is not in the range"),
        (
            ["--coverage-export", "coverage.html"],
            "`coverage.html` must end in .info, for lcov, or .xml, for Cobertura",
        ),
    ],
)
def test_what_does_not_go_together(shop: Path, arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_an_export_that_cannot_be_written(shop: Path) -> None:
    result = run("--coverage-export", "no/such/folder.info")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "koreo: cannot write `no/such/folder.info`: No such file or directory\n"


def test_lcov(shop: Path) -> None:
    assert run("--coverage-export", "c.info").exit_code == 0
    assert Path("c.info").read_text("utf-8") == dedent("""\
        TN:
        SF:shop.k.yaml
        FN:3,ValueFunction/prices
        FN:17,ValueFunction/stock <&>
        FNDA:1,ValueFunction/prices
        FNDA:0,ValueFunction/stock <&>
        FNF:2
        FNH:1
        BRDA:6,0,0,1
        BRDA:6,0,1,0
        BRDA:11,0,0,0
        BRDA:11,0,1,1
        BRDA:13,0,0,0
        BRDA:13,0,1,1
        BRF:6
        BRH:3
        DA:3,1
        DA:6,1
        DA:10,1
        DA:11,1
        DA:13,1
        DA:17,0
        DA:19,0
        LF:7
        LH:5
        end_of_record
    """)


RECORDS = re.compile(
    r"TN:|SF:.+|FN:\d+,[^,]+|FNDA:\d+,[^,]+|FN[FH]:\d+|BRDA:\d+,\d+,\d+,(\d+|-)|BR[FH]:\d+|DA:\d+,\d+|L[FH]:\d+"
)
"""What geninfo(1), "TRACEFILE FORMAT", allows, as far as it is used."""


def test_lcov_of_a_larger_workspace_is_consistent(tmp_path: Path) -> None:
    file = tmp_path / "c.info"
    assert run(str(FIXTURE / "functions"), "--coverage-export", str(file)).exit_code == 0
    *sections, rest = file.read_text("utf-8").split("end_of_record\n")
    assert (rest, len(sections) > 10) == ("", True)
    for section in sections:
        lines = section.splitlines()
        assert all(RECORDS.fullmatch(line) for line in lines), section
        found = [line.split(":", 1) for line in lines]
        numbers = dict(found)
        executed = {line.split(",")[0]: line.split(",")[1] for key, line in found if key == "DA"}
        branches = [line.split(",") for key, line in found if key == "BRDA"]
        assert int(numbers["LF"]) == len(executed)
        assert int(numbers["LH"]) == sum(hits != "0" for hits in executed.values())
        assert int(numbers["BRF"]) == len(branches)
        assert int(numbers["BRH"]) == sum(branch[3] not in ("0", "-") for branch in branches)
        assert {branch[0] for branch in branches} <= executed.keys()
        assert len({tuple(branch[:3]) for branch in branches}) == len(branches)


RATES = {"line-rate", "branch-rate"}
COBERTURA: dict[str, tuple[str, set[str]]] = {
    "coverage": (
        "(sources )?packages ",
        RATES
        | {
            "lines-covered",
            "lines-valid",
            "branches-covered",
            "branches-valid",
            "complexity",
            "version",
            "timestamp",
        },
    ),
    "sources": ("(source )*", set()),
    "source": ("", set()),
    "packages": ("(package )*", set()),
    "package": ("classes ", RATES | {"name", "complexity"}),
    "classes": ("(class )*", set()),
    "class": ("methods lines ", RATES | {"name", "filename", "complexity"}),
    "methods": ("(method )*", set()),
    "lines": ("(line )*", set()),
    "line": ("(conditions )*", {"number", "hits"}),
    "conditions": ("(condition )*", set()),
    "condition": ("", {"number", "type", "coverage"}),
}
"""What coverage-04.dtd says of each element: its content, and the attributes that it must have."""
OPTIONAL = {"line": {"branch", "condition-coverage"}}


def assert_valid(element: ET.Element) -> None:
    content, required = COBERTURA[element.tag]
    assert re.fullmatch(content, "".join(f"{child.tag} " for child in element)), element.tag
    assert required <= element.attrib.keys() <= required | OPTIONAL.get(element.tag, set()), element.tag
    for child in element:
        assert_valid(child)


def test_cobertura_is_valid(shop: Path) -> None:
    assert run("--coverage-export", "c.xml", "--coverage-export", "C2.XML").exit_code == 0
    text = Path("c.xml").read_text("utf-8")
    assert '<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">' in text
    root = ET.fromstring(text)
    assert_valid(root)
    without_time = re.compile(r'timestamp="\d+"')
    assert without_time.sub("", text) == without_time.sub("", Path("C2.XML").read_text("utf-8"))
    assert (
        root.attrib.items()
        >= {
            "line-rate": "0.7142",
            "lines-covered": "5",
            "lines-valid": "7",
            "branch-rate": "0.5",
            "branches-covered": "3",
            "branches-valid": "6",
        }.items()
    )
    assert root.findtext("sources/source") == str(shop.parent)
    classes = {found.get("name"): found for found in root.iter("class")}
    assert list(classes) == ["ValueFunction/prices", "ValueFunction/stock <&>"]
    assert classes["ValueFunction/prices"].get("filename") == "shop.k.yaml"
    lines = {line.get("number"): line for line in classes["ValueFunction/prices"].iter("line")}
    assert list(lines) == ["3", "6", "10", "11", "13"]
    assert lines["6"].get("condition-coverage") == "50% (1/2)"
    assert (lines["10"].get("hits"), lines["10"].get("branch")) == ("1", "false")


def test_cobertura_of_a_larger_workspace_is_valid(tmp_path: Path) -> None:
    file = tmp_path / "c.xml"
    assert run(str(FIXTURE), "--coverage-export", str(file)).exit_code == 0
    root = ET.fromstring(file.read_text("utf-8"))
    assert_valid(root)
    assert (root.get("line-rate"), root.get("branch-rate")) == ("1", "1")
    assert len(root.findall("packages/package")) == 4


def test_a_run_without_coverage_does_not_import_it() -> None:
    code = (
        "import sys; sys.argv = ['koreo', 'test', sys.argv[1], '-q']\n"
        "from koreo_cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "ours = [name for name in sys.modules if name.startswith(('koreo_runtime', 'koreo_cli', 'coverage'))]\n"
        "sys.exit(any('coverage' in name or 'covering' in name for name in ours))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(FIXTURE)], check=False, timeout=60)
    assert done.returncode == 0
