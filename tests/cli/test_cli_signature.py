"""`koreo signature` and `koreo crd infer`: arguments in, text and exit status out."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from koreo_cli.main import cli

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture
def hello(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory is a copy of the workspace `hello`."""
    folder = tmp_path / "hello"
    shutil.copytree(FIXTURES / "hello", folder)
    monkeypatch.chdir(folder)
    return folder


def koreo(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, prog_name="koreo")


TEXT_OF_FUNCTION = """\
ValueFunction greeting-text
defined at greeting-text.k.yaml:5:9

inputs
  name: string
      used at greeting-text.k.yaml:11:28, 22:58
  language: "de" | "en" | "fr"
      used at greeting-text.k.yaml:22:32

result
  text: string
"""

TEXT_OF_WORKFLOW = """\
Workflow hello
defined at hello.k.yaml:5:9
run by Greeting (hello.example.com/v1)

parent
  spec: object
      used at hello.k.yaml:21:23, 22:27
    name: string
        used at hello.k.yaml:21:28, greeting-text.k.yaml:11:28, 22:58
    language: "de" | "en" | "fr"
        used at hello.k.yaml:22:32, greeting-text.k.yaml:22:32
  metadata: object
      used at hello.k.yaml:29:23, 30:28
    name: string
        used at hello.k.yaml:29:32, greeting-config.k.yaml:13:19
    namespace: string
        used at hello.k.yaml:30:37, greeting-config.k.yaml:14:24

steps
  text: {text: string}
      runs ValueFunction greeting-text
  config: {text: string}
      runs ResourceFunction greeting-config, condition ConfigMap

state
  text: string
"""


@pytest.mark.parametrize(
    ("name", "expected"), [("greeting-text", TEXT_OF_FUNCTION), ("hello", TEXT_OF_WORKFLOW)]
)
def test_signature_text(hello: Path, name: str, expected: str) -> None:
    result = koreo("signature", name)
    assert (result.exit_code, result.stdout) == (0, expected)


def test_what_several_cases_name_is_one_thing_that_a_step_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = (
        "apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata: {name: %s}\nspec: {return: {%s}}\n"
    )
    (tmp_path / "a.k.yaml").write_text(
        """\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {name: main}
spec:
  steps:
  - label: one
    refSwitch:
      switchOn: =parent.kind
      cases:
      - {case: a, kind: ValueFunction, name: number}
      - {case: b, kind: ValueFunction, name: number}
      - {case: c, kind: ValueFunction, name: text}
  - label: two
    ref: {kind: ValueFunction, name: flag}
---
"""
        + "---\n".join(
            [function % ("number", "x: 1"), function % ("text", "x: a"), function % ("flag", "z: true")]
        )
    )
    monkeypatch.chdir(tmp_path)
    result = koreo("signature", "main")
    assert result.stdout.partition("steps\n")[2].splitlines()[:4] == [
        '  one: {x: "a" | int}',
        "      runs ValueFunction number or ValueFunction text",
        "  two: {z: bool}",
        "      runs ValueFunction flag",
    ]


def test_signature_json(hello: Path) -> None:
    result = koreo("signature", "hello", "--format", "json")
    document = json.loads(result.stdout)
    assert document["version"] == 1
    [found] = document["definitions"]
    place = {"file": "hello.k.yaml", "line": 5, "column": 9, "endLine": 5, "endColumn": 14}
    assert {key: found[key] for key in place} == place
    assert found["kind"] == "Workflow"
    assert found["trigger"] == {"apiVersion": "hello.example.com/v1", "kind": "Greeting"}
    language = next(one for one in found["inputs"] if one["path"] == ["spec", "language"])
    assert language["type"] == '"de" | "en" | "fr"'
    assert language["required"] is True
    assert [use["line"] for use in language["uses"]] == [22, 22]
    assert found["result"] == {
        "type": "{text: string}",
        "fields": [{"path": ["text"], "type": "string", "required": True}],
    }
    assert found["steps"][1] == {
        "label": "config",
        "runs": [{"kind": "ResourceFunction", "name": "greeting-config"}],
        "each": False,
        "value": "{text: string}",
        "condition": "ConfigMap",
        "state": ["text"],
    }


def test_signature_of_several_kinds_of_one_name(hello: Path) -> None:
    text = (hello / "greeting-text.k.yaml").read_text().partition("---")[0]
    (hello / "other.k.yaml").write_text(text.replace("greeting-text", "hello"))
    both = json.loads(koreo("signature", "hello", "--format", "json").stdout)["definitions"]
    assert [one["kind"] for one in both] == ["ValueFunction", "Workflow"]
    only = json.loads(koreo("signature", "hello", "--kind", "workflow", "--format", "json").stdout)
    assert [one["kind"] for one in only["definitions"]] == ["Workflow"]
    shown = koreo("signature", "hello").stdout
    assert "\n\nWorkflow hello\n" in shown


def test_signature_marks_what_may_be_left_out(hello: Path) -> None:
    spec = 'return:\n    a: \'=has(inputs.note) ? inputs.note : ""\'\n    b: =inputs.mode == "x"\n'
    text = f"apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata: {{name: f}}\nspec:\n  {spec}"
    (hello / "f.k.yaml").write_text(text)
    shown = koreo("signature", "f").stdout
    assert "\n  note?: any\n" in shown
    assert '\n  mode: string  (compared with "x")\n' in shown
    (hello / "f.k.yaml").write_text(text.replace("return:", "preconditions: []\n  return: {}\n  locals:"))
    assert koreo("signature", "f").stdout.endswith("\nresult: none\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["signature", "greeting-txt"], "is called `greeting-txt`; did you mean `greeting-text`?"),
        (["signature", "nosuch"], "no function or Workflow is called `nosuch`; there are "),
        (["signature", "greeting-text", "--kind", "Workflow"], "no Workflow is called `greeting-text`"),
        (["signature", "x", "--workspace", "nowhere"], "`nowhere` does not exist"),
        (["crd", "infer", "helo"], "no Workflow is called `helo`; did you mean `hello`?"),
        (["crd", "infer", "hello", "--workspace", "nowhere"], "`nowhere` does not exist"),
        (["crd", "infer", "hello", "--show", "crd", "--format", "text"], "--show crd has no --format text"),
        (["crd", "infer", "hello", "--format", "yaml"], "--show differences has no --format yaml"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_what_cannot_be_answered(hello: Path, arguments: list[str], message: str) -> None:
    result = koreo(*arguments)
    assert message in result.stderr
    assert (result.exit_code, result.stdout) == (2, "")


def test_infer_a_definition(hello: Path) -> None:
    (hello / "crd.yaml").unlink()
    result = koreo("crd", "infer", "hello")
    assert result.exit_code == 0
    assert result.stdout.startswith("# Inferred from what Workflow `hello` uses")
    assert "&id" not in result.stdout
    crd = yaml.safe_load(result.stdout)
    spec = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    assert spec["properties"] == {
        "name": {"type": "string"},
        "language": {"type": "string", "enum": ["de", "en", "fr"]},
    }
    assert json.loads(koreo("crd", "infer", "hello", "--format", "json").stdout) == crd
    assert koreo("crd", "infer", "hello", "--show", "differences").exit_code == 2


def test_infer_the_definition_although_there_is_one(hello: Path) -> None:
    result = koreo("crd", "infer", "hello", "--show", "crd")
    assert result.exit_code == 0
    (hello / "crd.yaml").write_text(result.stdout)
    assert koreo("check").exit_code == 0
    assert koreo("crd", "infer", "hello").exit_code == 0


DIFFERENCES = """\
Greeting (hello.example.com/v1) in crd.yaml, compared with what Workflow `hello` uses
missing-field spec.language: used as "de" | "en" | "fr", and not declared
    did you mean `lnguage`?
    used at hello.k.yaml:22:32, greeting-text.k.yaml:22:32
wrong-type spec.name: declared as int, and used as string
    declared at crd.yaml:37:17
    used at hello.k.yaml:21:28, greeting-text.k.yaml:11:28, 22:58
unused-field spec.lnguage: declared, and used by no step
    declared at crd.yaml:40:17
fields: 1 not declared, 1 of another type, 1 never used
"""


def test_infer_differences(hello: Path) -> None:
    text = (hello / "crd.yaml").read_text()
    head, _, rest = text.partition("                name:\n")
    rest = rest.replace("type: string", "type: integer", 1).replace("language:\n", "lnguage:\n", 1)
    (hello / "crd.yaml").write_text(f"{head}                name:\n{rest}")
    result = koreo("crd", "infer", "hello")
    assert sorted(result.stdout.splitlines()) == sorted(DIFFERENCES.splitlines())
    assert result.exit_code == 1
    document = json.loads(koreo("crd", "infer", "hello", "--format", "json").stdout)
    assert {key: document[key] for key in ("version", "workflow", "apiVersion", "kind", "source")} == {
        "version": 1,
        "workflow": "hello",
        "apiVersion": "hello.example.com/v1",
        "kind": "Greeting",
        "source": "crd.yaml",
    }
    by_code = {one["code"]: one for one in document["differences"]}
    assert by_code["missing-field"]["path"] == ["spec", "language"]
    assert by_code["missing-field"]["declared"] is None
    assert by_code["wrong-type"]["declared"]["line"] == 37
    assert [use["file"] for use in by_code["missing-field"]["uses"]] == [
        "hello.k.yaml",
        "greeting-text.k.yaml",
    ]


def test_nothing_missing_is_no_failure(hello: Path) -> None:
    text = (hello / "crd.yaml").read_text()
    field = "                language:\n"
    (hello / "crd.yaml").write_text(text.replace(field, f"                more: {{type: string}}\n{field}"))
    result = koreo("crd", "infer", "hello")
    assert result.stdout.endswith("fields: 1 never used\n")
    assert result.exit_code == 0


def test_kinds_of_kubernetes_are_not_defined(hello: Path) -> None:
    text = (hello / "hello.k.yaml").read_text()
    text = text.replace("apiGroup: hello.example.com", 'apiGroup: ""').replace(
        "kind: Greeting", "kind: ConfigMap"
    )
    (hello / "hello.k.yaml").write_text(text)
    result = koreo("crd", "infer", "hello")
    assert result.exit_code == 2
    assert result.stderr.startswith("koreo: ")


# koreo check --stats


def test_statistics_of_types(hello: Path) -> None:
    shown = koreo("check", "--stats").stdout
    assert re.search(
        r"^types of expressions:\n  all parts known +12\n  some parts known +0\n", shown, re.MULTILINE
    )
    assert "not known because of" not in shown
    found = json.loads(koreo("check", "--stats", "--format", "json").stdout)["statistics"]
    assert found["types"]["expressions"] == {"typed": 12, "partly": 0, "untyped": 0}
    assert found["types"]["causes"] == []
    assert sum(found["types"]["expressions"].values()) == found["expressions"]


def test_statistics_say_why_types_are_not_known(hello: Path) -> None:
    (hello / "crd.yaml").unlink()
    spec = "return:\n    a: =inputs.a\n    b: =from_json(inputs.b).c + '!'\n"
    text = f"apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata: {{name: f}}\nspec:\n  {spec}"
    (hello / "f.k.yaml").write_text(text)
    types = json.loads(koreo("check", "--stats", "--format", "json").stdout)["statistics"]["types"]
    causes = {one["cause"]: one for one in types["causes"]}
    no_schema = causes["no CustomResourceDefinition for kind Greeting of `hello.example.com`"]
    assert no_schema["expressions"] == 4
    assert "koreo schema pull" in no_schema["hint"]
    assert causes["the inputs of a definition that nothing calls"]["expressions"] == 2
    assert types["expressions"]["untyped"] >= 5
    shown = koreo("check", "--stats").stdout
    assert "      4  no CustomResourceDefinition for kind Greeting of `hello.example.com`\n" in shown
    assert "         = help: a FunctionTest tells the types of its inputs\n" in shown
    assert "types" not in json.loads(koreo("check", "--format", "json").stdout)


def test_statistics_count_what_was_asked_for(hello: Path) -> None:
    found = json.loads(koreo("check", "hello.k.yaml", "--stats", "--format", "json").stdout)["statistics"]
    assert sum(found["types"]["expressions"].values()) == found["expressions"] == 6


def test_the_errors_of_a_function_are_told_with_its_signature(hello: Path) -> None:
    head = "apiVersion: koreo.dev/v1beta1\nkind: ValueFunction\nmetadata:\n  name: {}\nspec:\n  return:\n"
    first = head.format("half") + "    a: =inputs.x +\n    b: =inputs.y\n"
    (hello / "half.k.yaml").write_text(first + "---\n" + head.format("whole") + "    a: =inputs.x\n")
    shown = koreo("signature", "half").stdout
    assert "errors: what they touch may be missing below\n  half.k.yaml:7:" in shown
    assert "[expression-syntax]" in shown
    assert "errors" not in koreo("signature", "whole").stdout
    (one,) = json.loads(koreo("signature", "half", "--format", "json").stdout)["definitions"]
    assert [(error["line"], error["code"]) for error in one["errors"]] == [(7, "expression-syntax")]
