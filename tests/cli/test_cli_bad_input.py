"""Bad input to `koreo check`, `koreo test` and `koreo render`: each is answered clearly, at its place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from koreo_cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
apiVersion: koreo.dev/v1beta1
kind: ResourceFunction
metadata: {name: config, namespace: default}
spec:
  apiConfig: {apiVersion: v1, kind: ConfigMap, plural: configmaps, name: =inputs.name, namespace: default}
  resource:
    data: =inputs.data
"""
TEST = """\
---
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata: {name: config-test, namespace: default}
spec:
  functionRef: {kind: ResourceFunction, name: config}
  inputs: {name: a, data: {b: c}}
  testCases:
  - expectResource: {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: default}, data: {b: c}}
"""
FLOW = """\
---
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {name: flow, namespace: default}
spec:
  crdRef: {apiGroup: example.com, version: v1, kind: Thing}
  steps:
  - label: config
    ref: {kind: ResourceFunction, name: config}
    inputs: {name: a, data: {b: c}}
"""
TRIGGER = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t, namespace: default}\nspec: {}\n"
RENDER = ("render", "--trigger", "thing.yaml", "--until-stable")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "koreo.toml").touch()
    (tmp_path / "thing.yaml").write_text(TRIGGER)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answer(folder: Path, text: str, *arguments: str) -> tuple[int, str]:
    """Return exit status and all that is printed."""
    (folder / "a.k.yaml").write_text(text)
    result = CliRunner().invoke(cli, arguments, prog_name="koreo")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_what_is_made_bad_below_is_good(here: Path) -> None:
    for command in (("check",), ("test",)):
        assert answer(here, CONFIG + TEST + FLOW, *command)[0] == 0
    assert "1 object:\n  ConfigMap default/a\n" in answer(here, CONFIG + TEST + FLOW, *RENDER)[1]


@pytest.mark.parametrize("command", ["check", "test"])
def test_a_test_without_its_function(here: Path, command: str) -> None:
    status, text = answer(here, CONFIG + TEST.replace("name: config}", "name: confg}"), command)
    assert "a.k.yaml:13:47: error[unknown-reference]: there is no ResourceFunction `confg`\n" in text
    assert "= help: did you mean `config`?" in text
    assert text.count("error[") == status == 1


@pytest.mark.parametrize("command", ["check", "test"])
def test_a_function_that_cannot_be_read(here: Path, command: str) -> None:
    status, text = answer(here, CONFIG.replace("=inputs.data", "=inputs.data +") + TEST + FLOW, command)
    assert "a.k.yaml:7:24: error[expression-syntax]: " in text
    assert text.count("error[") == status == 1


def test_a_workflow_with_a_function_that_cannot_be_read(here: Path) -> None:
    status, text = answer(here, CONFIG.replace("=inputs.data", "=inputs.data +") + TEST + FLOW, *RENDER)
    assert "a.k.yaml:7:24: error" in text
    assert status


def test_a_function_that_fails(here: Path) -> None:
    text = (
        (CONFIG + TEST + FLOW)
        .replace("=inputs.data", "=inputs.data.size.height")
        .replace("{b: c}", "{size: 1}")
    )
    status, found = answer(here, text, "test")
    assert status == 1
    assert "a.k.yaml:7:12: note: the outcome was decided here\n" in found
    assert "`spec.resource.data`: cannot read the field `height` of an int" in found
    status, found = answer(here, text, *RENDER)
    assert status == 1
    assert (
        "a.k.yaml:7:12: error: step `config`: `spec.resource.data`: cannot read the field `height` of an int"
        in found
    )


@pytest.mark.parametrize("command", ["check", "test"])
def test_an_overlay_with_no_object(here: Path, command: str) -> None:
    overlay = "  - label: before\n    overlayResource: {data: {a: b}}\n    expectOutcome: {ok: {}}\n"
    text = CONFIG + TEST.replace("  testCases:\n", f"  testCases:\n{overlay}")
    status, found = answer(here, text, command)
    assert status == 1
    assert "a.k.yaml:17:5: error[" in found
    assert "there is no object to overlay" in found
    assert "give one as `currentResource`, or let an earlier case create it" in found
    assert command == "check" or "2 cases: 1 failed, 1 not run" in found


def test_a_template_that_does_not_exist(here: Path) -> None:
    text = CONFIG.replace("resource:\n    data: =inputs.data", "resourceTemplateRef: {name: nowhere}")
    text += TEST.replace(", data: {b: c}", "") + FLOW.replace(", data: {b: c}", "")
    status, found = answer(here, text, "check")
    assert "a.k.yaml:6:31: error[unknown-reference]: there is no ResourceTemplate `nowhere`" in found
    assert status == 1
    status, found = answer(here, text, "test")
    assert "the outcome is retry after 30 s (ResourceTemplate:nowhere not found.)" in found
    assert "a.k.yaml:6:31: note: the outcome was decided here" in found
    assert status == 1
    status, found = answer(here, text, *RENDER)
    assert "a.k.yaml:6:31: warning: step `config`: ResourceTemplate:nowhere not found." in found
    assert "--objects" not in found
    assert status == 1


@pytest.mark.parametrize(("arguments", "status"), [(("check",), 1), (RENDER, 2)], ids=["check", "render"])
def test_a_cyclic_workflow(here: Path, arguments: tuple[str, ...], status: int) -> None:
    flow = FLOW.replace("ResourceFunction, name: config", "Workflow, name: other")
    other = FLOW.replace("name: flow", "name: other").replace(
        "ResourceFunction, name: config", "Workflow, name: flow"
    )
    other = other.replace("  crdRef: {apiGroup: example.com, version: v1, kind: Thing}\n", "")
    found = answer(here, flow + other, *arguments)
    assert found[0] == status
    assert "a.k.yaml:9:33: error[workflow-cycle]: this Workflow reaches itself" in found[1]
    assert "`flow` → `other` → `flow`" in found[1]


def test_a_test_file_of_five_megabytes(here: Path) -> None:
    count = 58_000
    data = "".join(f"    key{number}: value {number} {'x' * 20}\n" for number in range(count))
    expected = data.replace("    key", "      key").replace(f"value {count - 1} ", f"volume {count - 1} ")
    text = CONFIG + TEST.replace(
        "inputs: {name: a, data: {b: c}}", f"inputs:\n   name: a\n   data:\n{data[:-1]}"
    )
    head = "  - expectResource: "
    begin = text.index(head)
    text = text[:begin] + (
        "  - expectResource:\n     apiVersion: v1\n     kind: ConfigMap\n"
        f"     metadata: {{name: a, namespace: default}}\n     data:\n{expected}"
    )
    assert len(text) > 5_000_000
    line = text[: text.index("volume")].count("\n") + 1
    status, found = answer(here, text, "test", "--format", "json")
    (case,) = json.loads(found)["tests"][0]["cases"]
    (difference,) = case["differences"]
    assert (difference["path"], difference["line"]) == (f"data.key{count - 1}", line)
    assert status == 1
    assert answer(here, text, "check")[0] == 0
