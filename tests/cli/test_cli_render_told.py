"""What `koreo render` says of what it does not do, of what it cannot use, and what it keeps to itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from test_cli_render import (
    DATABASE,
    MAIN,
    RULES,
    TRIGGER,
    document,
    documents,
    folder,
    main,
    stable,
    step,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["folder"]

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: guests.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Guest, plural: guests, singular: guest, listKind: GuestList}
  versions:
    - name: v1
      served: true
      storage: true
      subresources: {status: {}}
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, properties: {size: {type: integer}, rooms: {type: array, items: {type: object}}}}
            status: {type: object, x-kubernetes-preserve-unknown-fields: true}
"""
NAMED = """\
  apiConfig: {{apiVersion: v1, kind: ConfigMap, name: =inputs.name, namespace: default{more}}}
  resource: {{data: {{a: b}}}}
"""
MOVED = "{name: \"=has(parent.status) && has(parent.status.conditions) ? 'second' : 'first'\"}"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: zone}\n"


def named(name: str, more: str = "", after: str = "") -> str:
    return document("ResourceFunction", name, NAMED.format(more=more) + after)


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        ("  delete: {destroy: {}}\n", "(delete: destroy): the controller would delete it\n"),
        ("  delete: {abandon: {}}\n", "(delete: abandon), and stays\n"),
        ("", "(delete: abandon), and stays\n"),
    ],
)
def test_an_object_that_is_no_longer_managed_is_named(folder: Path, policy: str, text: str) -> None:
    steps = main(step("config", "ResourceFunction", "config", MOVED))
    write(folder, "main.k.yaml", named("config", after=policy) + steps)
    result = stable()
    assert f"  ! ConfigMap default/first is no longer managed {text}" in result.output
    assert result.output.count("no longer managed") == 1
    (released,) = (made["released"] for made in machine()["passes"] if made["released"])
    assert [(each["name"], each["destroyed"]) for each in released] == [("first", "destroy" in policy)]


def test_yaml_leaves_out_what_rules_wrote_into_a_spec(folder: Path) -> None:
    service = """\
  apiConfig: {apiVersion: v1, kind: Service, name: web, namespace: default}
  resource: {spec: {type: ClusterIP}}
"""
    steps = main(
        step("web", "ResourceFunction", "web"), step("database", "ResourceFunction", "database", "{size: 1}")
    )
    functions = document("ResourceFunction", "web", service) + document(
        "ResourceFunction", "database", DATABASE
    )
    write(folder, "main.k.yaml", functions + steps)
    rule = "- match: {kind: Database}\n  set: {spec: {zone: {name: a}}, status: {host: b}}\n"
    write(folder, "rules.yaml", f"builtin: [Service]\nrules:\n{rule}")
    result = stable("--simulate", "rules.yaml", "--format", "yaml")
    assert result.exit_code == 0
    web, database, _ = documents(result.stdout)
    assert web["spec"] == {"type": "ClusterIP"}
    assert database["spec"] == {"size": 1}
    changing = RULES.replace("status: {", "spec: {round: '=object.metadata.generation'}, status: {")
    write(folder, "rules.yaml", changing)
    database = documents(stable("--simulate", "rules.yaml", "--format", "yaml", "--passes", "4").stdout)[1]
    assert database["spec"] == {"size": 1}
    write(folder, "rules.yaml", "builtin: [Service]\n")
    assert "clusterIP" in machine("--simulate", "rules.yaml")["objects"][0]["spec"]


def test_a_step_shows_only_what_it_did_itself(folder: Path) -> None:
    functions = named("config") + named("reader", ", readonly: true")
    one, other = (step(label, "ResourceFunction", "config", "{name: a}") for label in ("one", "other"))
    reader = step("reader", "ResourceFunction", "reader", "{name: a}")
    write(folder, "main.k.yaml", functions + main(reader, one, other))
    first = machine()["passes"][0]
    found = {each["label"]: (each["resource"]["action"], each["outcome"]["type"]) for each in first["steps"]}
    assert found == {
        "reader": ("absent", "retry"),
        "one": ("create", "retry"),
        "other": ("keep", first["steps"][2]["outcome"]["type"]),
    }
    assert len(first["writes"]) == 1


def test_a_step_that_deletes_shows_what(folder: Path) -> None:
    steps = main(step("gone", "ResourceFunction", "gone", "{name: zone}"))
    write(folder, "main.k.yaml", named("gone", ", deleteIfExists: true") + steps)
    write(folder, "zone.yaml", CONFIG)
    output = stable("--objects", "zone.yaml").output
    assert (
        "  retry    gone  Deleting ConfigMap:default:zone.\n             - ConfigMap default/zone\n" in output
    )
    assert output.count("- ConfigMap") == 1


SECRETIVE = """\
  apiConfig: {apiVersion: v1, kind: Secret, name: login, namespace: default, readonly: true}
  postconditions:
    - assert: =resource.data.user == "x"
      retry: {message: '="not " + string(base64.decode(resource.data.password))', delay: 10}
  return: {password: =resource.data.password}
"""
LOGIN = """\
apiVersion: v1
kind: Secret
metadata: {name: login}
data: {password: aHVudGVyMg==, user: x}
"""


@pytest.mark.parametrize("form", [(), ("--format", "json"), ("--format", "yaml"), ("--verbose",)])
def test_values_of_secrets_are_hidden_wherever_they_get_to(folder: Path, form: tuple[str, ...]) -> None:
    leaks = SECRETIVE.replace("string(base64.decode(resource.data.password))", "resource.data.password")
    told = document("ResourceFunction", "told", leaks.replace('== "x"', '== "y"'))
    kept = document("ResourceFunction", "kept", leaks)
    steps = main(
        step("kept", "ResourceFunction", "kept")[:-1] + ', state: {password: "=value.password"}}',
        step("told", "ResourceFunction", "told"),
    )
    write(folder, "main.k.yaml", told + kept + steps)
    write(folder, "login.yaml", LOGIN)
    hidden = stable("--objects", "login.yaml", *form).stdout
    assert "aHVudGVyMg==" not in hidden
    assert "not <hidden>" in hidden
    assert "aHVudGVyMg==" in stable("--objects", "login.yaml", "--show-secrets", *form).stdout


def test_an_object_can_be_there_beforehand_only_once(folder: Path) -> None:
    write(folder, "there/a.yaml", f"# one\n{CONFIG}")
    write(folder, "there/b.yaml", CONFIG.replace("zone}", "zone, namespace: default}"))
    result = stable("--objects", "there")
    assert result.exit_code == 2
    assert (
        "there/b.yaml:3:18: error: ConfigMap `zone` is twice among the objects, first in there/a.yaml, line 4"
        in result.stderr
    )
    assert stable("--objects", "there/a.yaml", "--objects", "there/a.yaml").exit_code == 1


def test_a_field_of_the_trigger_that_is_dropped_is_told(folder: Path) -> None:
    write(folder, "crd.yaml", CRD)
    write(folder, "guest.yaml", TRIGGER.replace("size: 1", "size: 1, roms: [], gone: null"))
    stderr = stable().stderr
    assert (
        "guest.yaml:4:17: warning: the kind Guest has no field `spec.roms`: an API server drops it" in stderr
    )
    assert "= help: did you mean `rooms`?" in stderr
    assert stderr.count("warning") == 1
    write(folder, "guest.yaml", TRIGGER)
    assert "warning" not in stable().stderr


def test_a_rule_that_no_object_matches_is_told(folder: Path) -> None:
    more = "- match: {kind: Databse}\n  set: {status: {a: 1}}\n"
    more += "- match: {kind: Database, name: nobody}\n  set: {status: {a: 1}}\n"
    more += "- match: {kind: Cache}\n  set: {status: {a: 1}}\n"
    cleanup = "- match: {kind: Database, deleting: true}\n  set: {metadata: {finalizers: null}}\n"
    cache = document("ResourceFunction", "cache", DATABASE.replace("Database", "Cache"))
    write(folder, "main.k.yaml", document("ResourceFunction", "database", DATABASE) + cache + MAIN)
    write(folder, "rules.yaml", (folder / "rules.yaml").read_text() + more + cleanup)
    result = stable("--simulate", "rules.yaml")
    assert result.exit_code == 0
    assert "rules.yaml:4:3: warning: rules[1]: no object ever matched" in result.stderr
    assert "= help: did you mean `Database`?" in result.stderr
    assert "rules.yaml:6:3: warning: rules[2]: no object ever matched" in result.stderr
    # A kind of the workspace that this run did not need is no mistake.
    assert result.stderr.count("warning") == 2


def machine(*arguments: str) -> Any:
    return json.loads(stable("--format", "json", *arguments).stdout)
