"""`koreo render`: what people, kubectl and programs get, what is wrong with the input, exit statuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import plain
from koreo_analyzer.yaml.stream import split
from koreo_cli.formats.render_words import duration
from koreo_cli.formats.render_yaml import yaml_text
from koreo_cli.main import cli

FIXTURES = Path(__file__).parents[2] / "fixtures"
HELLO = FIXTURES / "hello"
APP = FIXTURES / "stateless-crud-app"

HEAD = "apiVersion: koreo.dev/v1beta1\nkind: {kind}\nmetadata: {{name: {name}, namespace: default}}\nspec:\n{spec}---\n"
TRIGGER = "apiVersion: example.com/v1\nkind: Guest\nmetadata: {name: ada}\nspec: {size: 1}\n"
SECRET = """\
  apiConfig: {apiVersion: v1, kind: Secret, name: login, namespace: default}
  resource: {data: {password: aHVudGVyMg==}}
"""
DATABASE = """\
  apiConfig: {apiVersion: example.com/v1, kind: Database, name: db, namespace: default}
  resource: {spec: {size: =inputs.size}}
  postconditions:
    - assert: =has(resource.status.host)
      retry: {message: no host yet, delay: 90}
  return: {host: =resource.status.host}
"""
RULES = "rules:\n- match: {kind: Database}\n  set: {status: {host: db.internal}}\n"


def document(kind: str, name: str, spec: str) -> str:
    return HEAD.format(kind=kind, name=name, spec=spec)


def main(*steps: str, name: str = "main") -> str:
    ref = "  crdRef: {apiGroup: example.com, version: v1, kind: Guest}\n"
    return document("Workflow", name, f"{ref}  steps:\n" + "".join(f"    - {step}\n" for step in steps))


def step(label: str, kind: str, name: str, inputs: str = "{}") -> str:
    return f"{{label: {label}, ref: {{kind: {kind}, name: {name}}}, inputs: {inputs}}}"


MAIN = main(step("database", "ResourceFunction", "database", '{size: "=parent.spec.size"}'))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a Workflow that makes a Database, its trigger, and rules."""
    write(tmp_path, "main.k.yaml", document("ResourceFunction", "database", DATABASE) + MAIN)
    write(tmp_path, "guest.yaml", TRIGGER)
    write(tmp_path, "rules.yaml", RULES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def koreo(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(cli, ["render", *arguments], prog_name="koreo", input=stdin)


def stable(*arguments: str) -> Result:
    return koreo("--trigger", "guest.yaml", "--until-stable", *arguments)


def documents(text: str) -> list[Any]:
    """Read YAML as Kubernetes does."""
    roots = [parse(text[part.start : part.end]).root for part in split(text) if not part.empty]
    return [plain(root) for root in roots if root is not None]


# What people see

TREE = """\
Workflow main for Guest default/ada

Pass 1, at 0 s: retry
  retry    database  Creating Database:default:db.
             + Database default/db
  conditions: Ready False
  rules    ~ Database default/db
  next pass in 30 s

Pass 2, at 30 s: ok
  ok       database  ResourceFunction/database
             = Database default/db
  conditions: Ready True

Pass 3, at 30 s: ok, nothing changed

Ready after 3 passes, 30 s: nothing changes any more
  True  Ready  main ready.
1 object:
  Database default/db
"""


def test_tree_of_passes(folder: Path) -> None:
    result = stable("--simulate", "rules.yaml")
    assert (result.output, result.exit_code) == (TREE, 0)


def test_what_waits_is_shown_with_its_place_and_what_may_help(folder: Path) -> None:
    result = stable()
    assert result.exit_code == 1
    assert (
        "Not ready after 3 passes, 2 min: nothing changes any more, and steps still wait\n" in result.output
    )
    assert "main.k.yaml:8:7: warning: step `database`: no host yet\n" in result.output
    assert (
        "help: nobody looks after Database default/db: rules in a file for --simulate stand in"
        in result.output
    )


def test_one_pass_without_until_stable(folder: Path) -> None:
    result = koreo("main", "--trigger", "guest.yaml")
    assert result.exit_code == 0
    assert "Pass 2" not in result.output
    assert "help: --until-stable goes on until nothing changes" in result.output


def test_the_trigger_can_come_from_standard_input(folder: Path) -> None:
    assert koreo("--trigger", "-", stdin=TRIGGER).exit_code == 0
    result = koreo("--trigger", "-", stdin="kind: [\n")
    assert (result.exit_code, "<stdin>:1:7: error: `[` is never closed" in result.stderr) == (2, True)


def test_a_failing_expression_is_shown_where_it_fails(folder: Path) -> None:
    fails = document("ValueFunction", "fails", "  return: {a: =inputs.a.b}\n")
    write(folder, "main.k.yaml", fails + main(step("fails", "ValueFunction", "fails", "{a: {c: 1}}")))
    marked = "5 |   return: {a: =inputs.a.b}\n  |                ^^^^^^^^^^\n"
    error = (
        f"main.k.yaml:5:16: error: step `fails`: `spec.return.a`: no such field `b` in {{c}}\n  |\n{marked}"
    )
    once, until_stable = koreo("--trigger", "guest.yaml"), stable()
    assert (once.exit_code, until_stable.exit_code) == (1, 1)
    assert error in once.output
    assert error in until_stable.output
    assert (
        "Not ready after 2 passes, 0 s: nothing changes any more, and a step has failed"
        in until_stable.output
    )


def test_what_never_settles_is_named(folder: Path) -> None:
    write(
        folder,
        "rules.yaml",
        "rules:\n- match: {kind: Database}\n  set: {spec: {size: 2}, status: {host: a}}\n",
    )
    result = stable("--simulate", "rules.yaml", "--passes", "7")
    assert result.exit_code == 1
    assert "Passes 3 to 7, at 1 min to 3 min: retry, as pass 2\n" in result.output
    assert "Not settled after 7 passes, 3 min: something still changes\n" in result.output
    assert "  Database default/db: patched in 5 of the last 5 passes\n" in result.output
    assert "  Database default/db: changed by rules in 5 of the last 5 passes\n" in result.output


def test_too_few_passes(folder: Path) -> None:
    result = stable("--simulate", "rules.yaml", "--passes", "2")
    assert (result.exit_code, "help: --passes allows more passes" in result.output) == (1, True)


def test_objects_are_there_beforehand(folder: Path) -> None:
    reader = (
        "  apiConfig: {apiVersion: v1, kind: ConfigMap, name: zone, namespace: default, readonly: true}\n"
        "  return: {zone: =resource.data.zone}\n"
    )
    steps = step("reader", "ResourceFunction", "reader")[:-1] + ', state: {zone: "=value.zone"}}'
    write(folder, "main.k.yaml", document("ResourceFunction", "reader", reader) + main(steps))
    result = stable()
    assert result.exit_code == 1
    assert (
        "help: ConfigMap default/zone should be there beforehand: --objects adds what is in files"
        in result.output
    )
    items = [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "zone"}, "data": {"zone": "z1"}}]
    write(folder, "there/list.yaml", json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    result = stable("--objects", "there")
    assert (result.exit_code, "             < ConfigMap default/zone\n" in result.output) == (0, True)
    assert '  state.zone: "z1"\n' in result.output


def test_a_failing_rule_is_shown_in_its_file(folder: Path) -> None:
    write(folder, "rules.yaml", RULES.replace("db.internal", "=object.spec.host"))
    result = stable("--simulate", "rules.yaml")
    assert result.exit_code == 1
    assert "rules.yaml:3:25: warning: rules[0], Database default/db: no such field `host`" in result.output


def test_colours_only_when_wanted(folder: Path) -> None:
    assert "\x1b[" not in stable().output
    assert "\x1b[32m" in stable("--color", "always").output


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (5, "5 s"),
        (2.5, "2.5 s"),
        (60, "1 min"),
        (860, "14 min 20 s"),
        (3720, "1 h 2 min"),
        (7200, "2 h"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


# For kubectl, and for programs


def test_yaml_is_the_objects_then_the_trigger_with_its_status(folder: Path) -> None:
    result = stable("--simulate", "rules.yaml", "--format", "yaml")
    assert result.exit_code == 0
    database, trigger = documents(result.stdout)
    assert list(database) == ["apiVersion", "kind", "metadata", "spec"]
    assert database["metadata"].keys() == {"name", "namespace"}
    assert trigger["metadata"]["name"] == "ada"
    assert [each["status"] for each in trigger["status"]["conditions"]] == ["True"]


def test_yaml_of_what_is_not_ready_says_so_apart(folder: Path) -> None:
    result = stable("--format", "yaml")
    assert result.exit_code == 1
    assert len(documents(result.stdout)) == 2
    assert "the objects are those of a Workflow that is not ready (waiting)" in result.stderr


@pytest.mark.parametrize(
    "value", ["yes", "1e3", "012", "a: b", "two\nlines\n", "\x1b[31m", "=x", "", "- a", "{", "'"]
)
def test_yaml_reads_back_the_same(value: str) -> None:
    item = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "a"},
        "data": {"key": value, value or "k": "v"},
    }
    text = yaml_text(item)
    assert documents(text) == [item]
    assert "\x1b" not in text


@pytest.mark.parametrize("levels", [97, 98, 400])
def test_what_is_nested_too_deeply_for_yaml_is_json(levels: int) -> None:
    value: object = 1
    for _ in range(levels):
        value = [value]
    text = yaml_text({"apiVersion": "v1", "kind": "Deep", "metadata": {"name": "a"}, "spec": {"q": value}})
    if levels <= 98:
        assert documents(text)[0]["spec"]["q"] == value
    else:
        assert json.loads(text)["spec"]["q"] == value


@pytest.mark.parametrize("output", ["tree", "yaml", "json"])
def test_values_of_secrets_are_hidden_unless_asked_for(folder: Path, output: str) -> None:
    write(
        folder,
        "main.k.yaml",
        document("ResourceFunction", "secret", SECRET) + main(step("secret", "ResourceFunction", "secret")),
    )
    arguments = ("--format", output, "--verbose")
    hidden, shown = stable(*arguments), stable(*arguments, "--show-secrets")
    assert "aHVudGVyMg" not in hidden.output
    assert "<hidden>" in hidden.stdout
    assert "aHVudGVyMg" in shown.stdout
    assert (hidden.exit_code, shown.exit_code) == (0, 0)
    assert ("--show-secrets shows them" in hidden.stderr) is (output == "yaml")


def test_json(folder: Path) -> None:
    result = stable("--simulate", "rules.yaml", "--format", "json")
    report = json.loads(result.stdout)
    assert (report["version"], report["workflow"], report["ending"], report["ok"]) == (
        1,
        "main",
        "ready",
        True,
    )
    first, second, _ = report["passes"]
    (made,) = first["steps"]
    database = {"apiVersion": "example.com/v1", "kind": "Database", "namespace": "default", "name": "db"}
    assert made["resource"] == {"action": "create", **database}
    assert made["logic"] == {"kind": "ResourceFunction", "name": "database"}
    assert (made["outcome"]["type"], made["outcome"]["delay"]) == ("retry", 30)
    assert (made["outcome"]["file"], made["outcome"]["line"]) == ("main.k.yaml", 2)
    assert first["writes"] == [{"action": "create", **database}]
    assert first["simulated"] == [database]
    assert (second["at"], second["delay"]) == (30, 1200)
    assert [item["kind"] for item in report["objects"]] == ["Database"]
    assert report["objects"][0]["status"] == {"host": "db.internal"}
    assert report["trigger"]["status"]["conditions"][0]["status"] == "True"


# What is wrong with the input


def problems(result: Result) -> list[str]:
    """Return the first lines of all problems; nothing may have been printed to standard output."""
    assert (result.exit_code, result.stdout) == (2, "")
    return [line for line in result.stderr.splitlines() if "error" in line.split(" `")[0]]


def test_everything_that_is_wrong_is_told_at_once(folder: Path) -> None:
    write(
        folder, "objects/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Bad_Name}\n---\nfoo: 1\n"
    )
    write(folder, "rules.yaml", "rulez: []\n")
    found = problems(
        koreo("mian", "--trigger", "gone.yaml", "--objects", "objects", "--simulate", "rules.yaml")
    )
    assert [line.split(": ")[0] for line in found] == [
        "error",
        "error",
        "objects/a.yaml:3:18",
        "objects/a.yaml:5:1",
        "rules.yaml:1:1",
    ]
    assert found[0] == "error: `gone.yaml` does not exist"
    assert found[1] == "error: there is no Workflow `mian`"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", "error", "there is no object in guest.yaml"),
        ("- 1\n", "guest.yaml:1:1", "expected a mapping"),
        ("a: [\n", "guest.yaml:1:4", "`[` is never closed"),
        ("kind: Guest\nmetadata: {}\n", "guest.yaml:1:1", "no `apiVersion` and no `metadata.name`"),
        (f"{TRIGGER}---\n{TRIGGER}", "guest.yaml:7:7", "a trigger is one object, and this is number 2"),
        (TRIGGER.replace("Guest", "Host"), "guest.yaml:2:7", "no Workflow is for Host.v1.example.com"),
    ],
)
def test_bad_triggers(folder: Path, text: str, place: str, message: str) -> None:
    write(folder, "guest.yaml", text)
    (found,) = problems(koreo("--trigger", "guest.yaml"))
    assert found.startswith(f"{place}: ")
    assert message in found


def test_a_trigger_that_its_definition_does_not_allow(folder: Path) -> None:
    text = (APP / "trigger" / "aws-dev.yaml").read_text().replace("aws", "ibm").replace("  team: atlas\n", "")
    write(folder, "app.yaml", text)
    first, second = problems(koreo("--trigger", "app.yaml", "--path", str(APP)))
    assert first.startswith(
        "app.yaml:7:1: error: StatelessCrudApp `notes` is not accepted (422): spec.team: Required"
    )
    assert second.startswith("app.yaml:10:15: error: ")
    assert 'spec.cloud.provider: Unsupported value: "ibm"' in second


def test_a_trigger_as_it_was_got_from_a_cluster_goes_on_from_there(folder: Path) -> None:
    state = "status: {state: {old: 1}, conditions: [{type: Other, status: 'True'}]}\n"
    write(folder, "guest.yaml", TRIGGER.replace("name: ada", "name: ada, uid: u-1, generation: 7") + state)
    trigger = json.loads(stable("--format", "json").stdout)["trigger"]
    assert (trigger["metadata"]["uid"], trigger["metadata"]["generation"]) == ("u-1", 7)
    assert [each["type"] for each in trigger["status"]["conditions"]] == ["Other", "Ready"]
    database, _ = documents(stable("--format", "yaml").stdout)
    assert [owner["uid"] for owner in database["metadata"]["ownerReferences"]] == ["u-1"]


def test_a_trigger_that_is_being_deleted(folder: Path) -> None:
    gone = TRIGGER.replace("name: ada", 'name: ada, deletionTimestamp: "2024-01-01T00:00:00Z"')
    write(folder, "guest.yaml", gone)
    (found,) = problems(koreo("--trigger", "guest.yaml"))
    assert "the trigger is being deleted" in found


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("guest.yaml",), "--trigger FILE; if `guest.yaml` holds it: koreo render --trigger guest.yaml"),
        (("database", "--trigger", "guest.yaml"), "help: `database` is a ResourceFunction, which main runs"),
        (("--trigger", "."), "error: `.` is a folder; expected a YAML file"),
        (("--trigger", "main.k.yaml"), "this is a ResourceFunction, and no object that starts a Workflow"),
        (("gone.k.yaml", "--trigger", "guest.yaml"), "koreo: `gone.k.yaml` does not exist"),
        (
            ("--trigger", "guest.yaml", "--simulate", "guest.yaml"),
            "guest.yaml:2:7: error: this is an object, and no rules",
        ),
    ],
)
def test_what_is_named_in_the_wrong_place_is_told(
    folder: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = koreo(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_a_file_stands_for_its_workflow(folder: Path) -> None:
    assert koreo("main.k.yaml", "--trigger", "guest.yaml").stdout == koreo("--trigger", "guest.yaml").stdout


def test_a_misspelt_workflow(folder: Path) -> None:
    result = koreo("mian", "--trigger", "guest.yaml")
    assert (result.exit_code, "help: did you mean `main`?" in result.stderr) == (2, True)


def test_a_workflow_for_another_kind(folder: Path) -> None:
    write(folder, "guest.yaml", TRIGGER.replace("Guest", "Host"))
    (found,) = problems(koreo("main", "--trigger", "guest.yaml"))
    assert "Workflow `main` is for Guest.v1.example.com, and the trigger is Host.v1.example.com" in found


def test_a_workflow_that_no_trigger_starts() -> None:
    result = koreo("cache", "--trigger", str(APP / "trigger" / "aws-dev.yaml"), "--path", str(APP))
    assert result.exit_code == 2
    assert "help: render a Workflow that runs it: stateless-crud-app" in result.stderr


def test_of_several_workflows_one_can_be_named(folder: Path) -> None:
    write(folder, "other.k.yaml", MAIN.replace("name: main", "name: other"))
    (found,) = problems(koreo("--trigger", "guest.yaml"))
    assert "several Workflows are for Guest.v1.example.com" in found
    assert "Workflow other for Guest" in koreo("other", "--trigger", "guest.yaml").stdout


@pytest.mark.parametrize(
    ("workflow", "code"),
    [
        (MAIN.replace("steps:", "stepz:"), "unknown-key"),
        (MAIN.replace("name: database", "name: databse"), "unknown-reference"),
        (main(step("again", "Workflow", "main")), "workflow-cycle"),
        (MAIN.replace("=parent.spec.size", "=parent.spec."), "expression-syntax"),
        (MAIN.replace("steps:", "steps: ["), "yaml-syntax"),
    ],
)
@pytest.mark.parametrize("name", [(), ("main",)])
def test_an_unusable_workflow_has_the_problems_of_koreo_check(
    folder: Path, workflow: str, code: str, name: tuple[str, ...]
) -> None:
    write(folder, "main.k.yaml", document("ResourceFunction", "database", DATABASE) + workflow)
    found = problems(koreo(*name, "--trigger", "guest.yaml"))
    assert any(line.startswith("main.k.yaml:") and f"error[{code}]" in line for line in found)


def test_a_function_that_cannot_run_is_blamed_itself(folder: Path) -> None:
    write(
        folder,
        "main.k.yaml",
        document("ResourceFunction", "database", DATABASE.replace("retry:", "retri:")) + MAIN,
    )
    found = problems(koreo("--trigger", "guest.yaml"))
    assert all(line.startswith("main.k.yaml:9:7: error[") for line in found)
    assert found


def test_several_workspaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES)
    assert koreo("--trigger", "hello/greeting.yaml").exit_code == 0
    result = koreo("--trigger", "-", stdin=TRIGGER)
    assert (result.exit_code, result.stderr) == (
        2,
        "koreo: there are several workspaces below .; name one by --workspace\n",
    )
    assert "`helo` does not exist" in koreo("--trigger", "-", "--path", "helo").stderr


def test_a_definition_of_a_kind_that_no_server_accepts_is_a_warning(folder: Path) -> None:
    crd = (HELLO / "crd.yaml").read_text()
    write(folder, "crd.yaml", crd.replace("enum: [en, fr, de]", "enum: en"))
    result = koreo("--trigger", "guest.yaml")
    assert result.exit_code == 0
    assert result.stderr.startswith(
        "crd.yaml:43:25: warning: CustomResourceDefinition `greetings.hello.example.com`"
    )


@pytest.mark.parametrize("line", [": [", "metadata: {name: x}", "metadata: []", "spec: {versions: [1]}"])
def test_a_definition_that_is_hardly_one_stops_nothing(folder: Path, line: str) -> None:
    head = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
    write(folder, "crd.yaml", head + line)
    assert koreo("--trigger", "guest.yaml").exit_code == 0


# The fixtures


def test_hello_becomes_ready() -> None:
    result = koreo("--trigger", str(HELLO / "greeting.yaml"), "--path", str(HELLO), "--until-stable")
    assert (result.exit_code, '  state.text: "Bonjour, Ada!"' in result.output) == (0, True)


def test_the_example_of_the_documentation_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES.parent)
    text = (FIXTURES.parent / "docs" / "render.md").read_text()
    block = [line for line in text.split("A **pass**")[0].splitlines() if line.startswith("    ") or not line]
    command, *lines = "\n".join(line.removeprefix("    ") for line in block).strip().splitlines()
    result = koreo(*command.removeprefix("$ koreo render ").split())
    assert result.output.splitlines() == lines


@pytest.mark.parametrize(
    ("trigger", "objects", "host"),
    [
        ("aws-dev", 6, "team-atlas-notes.c1a2b3.eu-west-1.rds.amazonaws.com"),
        ("gcp-staging", 12, "10.20.0.3"),
        ("azure-prod", 14, "team-voyage-bookings-prod.postgres.database.azure.com"),
    ],
)
def test_every_cloud_becomes_ready(trigger: str, objects: int, host: str) -> None:
    result = koreo(
        *("--path", str(APP), "--trigger", str(APP / "trigger" / f"{trigger}.yaml")),
        *("--objects", str(APP / "platform"), "--simulate", str(APP / "simulate.yaml")),
        *("--until-stable", "--format", "json"),
    )
    report = json.loads(result.stdout)
    assert (report["ending"], len(report["objects"])) == ("ready", objects)
    assert report["trigger"]["status"]["state"]["database"]["host"] == host
    assert not any(each["ruleFailures"] for each in report["passes"])


def test_rendering_imports_neither_servers_nor_clients() -> None:
    heavy = "{'pygls', 'kubernetes', 'celpy', 'rich'}"
    code = f"import sys, koreo_cli.run_render; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


# The trigger cannot be written

CONFIG_MAP = """\
  apiConfig: {apiVersion: v1, kind: ConfigMap, name: =inputs.name, namespace: default}
  resource: {}
"""
CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: guests.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Guest, plural: guests}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, x-kubernetes-preserve-unknown-fields: true}
          status: {type: object, properties: {state: {type: object, properties: {size: {type: string}}}}}
"""
HELP = "its CustomResourceDefinition must allow the `status` that Koreo writes"


def test_an_inventory_that_is_too_large_is_told_in_the_status(folder: Path) -> None:
    items = "  forEach: {inputKey: name, itemIn: '=range(2000).map(i, \"a-rather-long-name-\" + string(i))'}"
    many = "{label: many, ref: {kind: ResourceFunction, name: config-map},\n      " + items.strip() + "}"
    many = many.replace("range(2000)", "parent.spec.numbers")
    write(folder, "main.k.yaml", document("ResourceFunction", "config-map", CONFIG_MAP) + main(many))
    numbers = ", ".join(map(str, range(2000)))
    write(folder, "guest.yaml", TRIGGER.replace("size: 1", f"numbers: [{numbers}]"))
    result = stable()
    assert result.exit_code == 1
    ending = result.stdout[result.stdout.index("Not ready after") :]
    assert "nothing changes any more, and the Workflow has failed\n  False Ready" in ending
    assert "metadata.annotations: Too long: must have at most 262144 bytes" in ending
    assert HELP not in ending


def test_a_status_that_is_refused_is_told_with_what_helps(folder: Path) -> None:
    value = document("ValueFunction", "value", "  return: {size: 1}\n")
    state = "{label: value, ref: {kind: ValueFunction, name: value}, state: {size: =value.size}}"
    write(folder, "main.k.yaml", value + main(state))
    write(folder, "crd.k.yaml", CRD)
    result = stable()
    assert result.exit_code == 1
    assert "Refused after 1 pass" in result.stdout
    assert HELP in result.stdout


def test_which_of_several_definitions_of_one_name_ran_is_said(folder: Path) -> None:
    write(folder, "other.k.yaml", document("ResourceFunction", "database", DATABASE))
    result = koreo("--trigger", "guest.yaml")
    assert "main.k.yaml:3:18: warning[duplicate-definition]: ResourceFunction `database`" in result.stderr
    assert "= help: this one runs" in result.stderr
    assert "other.k.yaml:3:18: note: also defined here" in result.stderr
