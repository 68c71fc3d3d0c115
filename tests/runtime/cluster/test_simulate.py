"""Rules that stand in for other controllers: reading them, and what they do between two passes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cluster_crds import GADGET, PLAIN
from koreo_analyzer.text import LineIndex
from koreo_runtime.cluster.memory import MemoryCluster
from koreo_runtime.cluster.simulate import Simulation
from koreo_runtime.cluster.simulation_file import parse_simulation, preset_rules
from koreo_runtime.cluster.simulation_presets import PRESETS
from koreo_runtime.effects import KubeObject, ResourceId


@pytest.fixture
def cluster() -> MemoryCluster:
    made = MemoryCluster(lambda: datetime(2026, 1, 1, tzinfo=UTC), unknown_kinds="accept")
    made.install_crd(GADGET)
    made.install_crd(PLAIN)
    return made


def simulation(text: str) -> Simulation:
    rules, problems = parse_simulation(text)
    assert not problems
    return Simulation(rules)


def put(cluster: MemoryCluster, api_version: str, kind: str, **fields: Any) -> ResourceId:
    target = ResourceId(api_version, kind, None, fields.pop("name", "x"), "default")
    cluster.create(target, {"apiVersion": api_version, "kind": kind, **fields})
    return target


DEPLOYMENT = """
rules:
  - match: {apiVersion: apps/v1, kind: Deployment}
    after: 2
    set:
      status: {readyReplicas: =object.spec.replicas, fixed: "1"}
"""


def test_a_rule_waits_for_its_passes_and_keeps_the_status(cluster: MemoryCluster) -> None:
    target = put(cluster, "apps/v1", "Deployment", spec={"replicas": 3})
    other = simulation(DEPLOYMENT)
    first = other.advance(cluster)
    assert (first.changed, first.pending) == ((), True)
    second = other.advance(cluster)
    assert ([each.name for each in second.changed], second.pending) == (["x"], False)
    assert cluster.get(target)["status"] == {"readyReplicas": 3, "fixed": "1"}
    assert other.advance(cluster).changed == ()

    cluster.patch(target, {"spec": {"replicas": 5}})
    assert other.advance(cluster).pending, "a new specification has to wait again"
    assert cluster.get(target)["status"]["readyReplicas"] == 3
    other.advance(cluster)
    assert cluster.get(target)["status"]["readyReplicas"] == 5

    cluster.patch_status(target, {"status": None})
    assert other.advance(cluster).changed, "what somebody takes away is put back"


def test_changes_beside_the_status(cluster: MemoryCluster) -> None:
    target = put(cluster, "test.koreo.dev/v1", "Gadget", spec={"size": 1})
    text = """
rules:
  - match: {kind: Gadget}
    set:
      metadata: {annotations: {seen: '="by " + object.metadata.name'}}
      spec: {size: '=object.spec.size < 3 ? object.spec.size + 1 : 3'}
      status: {phase: New}
"""
    other = simulation(text)
    for _ in range(4):
        assert not other.advance(cluster).failures
    item = cluster.get(target)
    assert (item["spec"]["size"], item["status"]["phase"]) == (3, "New")
    assert item["metadata"]["annotations"] == {"seen": "by x"}


def test_a_kind_without_status_subresource(cluster: MemoryCluster) -> None:
    target = put(cluster, "test.koreo.dev/v1", "Plain")
    simulation("rules: [{match: {kind: Plain}, set: {status: {a: 1}}}]").advance(cluster)
    assert cluster.get(target)["status"] == {"a": 1}


MATCHES = {
    "kind: ConfigMap": ["api", "web"],
    "kind: '*'": ["api", "web"],
    "apiVersion: v1, kind: ConfigMap": ["api", "web"],
    "apiVersion: 'v*', kind: ConfigMap": ["api", "web"],
    "apiVersion: v2, kind: ConfigMap": [],
    "kind: ConfigMap, name: web": ["web"],
    "kind: ConfigMap, name: '?eb'": [],
    "kind: ConfigMap, name: 'w*'": ["web"],
    "kind: ConfigMap, namespace: default": ["api", "web"],
    "kind: ConfigMap, namespace: other": [],
    "kind: ConfigMap, labels: {tier: back}": ["api"],
    "kind: ConfigMap, deleting: true": [],
}


@pytest.mark.parametrize(("match", "names"), MATCHES.items(), ids=str)
def test_matching(cluster: MemoryCluster, match: str, names: list[str]) -> None:
    put(cluster, "v1", "ConfigMap", name="web")
    put(cluster, "v1", "ConfigMap", name="api", metadata={"labels": {"tier": "back"}})
    other = simulation(f"rules: [{{match: {{{match}}}, set: {{metadata: {{labels: {{seen: 'yes'}}}}}}}}]")
    changed = other.advance(cluster).changed
    assert [each.name for each in changed if each.kind == "ConfigMap"] == names


def test_when_and_finalizers(cluster: MemoryCluster) -> None:
    target = put(cluster, "v1", "ConfigMap", metadata={"finalizers": ["test.dev/a"]}, data={"go": "no"})
    text = """
rules:
  - match: {kind: ConfigMap, deleting: true}
    when: =object.data.go == "yes"
    set: {metadata: {finalizers: null}}
"""
    other = simulation(text)
    cluster.delete(target)
    assert other.advance(cluster).changed == ()
    cluster.patch(target, {"data": {"go": "yes"}})
    assert [each.name for each in other.advance(cluster).changed] == ["x"]
    assert cluster.list_objects("v1", "ConfigMap").items == ()


def test_failures_are_told_with_their_place(cluster: MemoryCluster) -> None:
    put(cluster, "test.koreo.dev/v1", "Gadget", spec={"size": 1})
    text = """---
rules:
  - match: {kind: Gadget}
    set: {status: {phase: =object.spec.missing}}
  - match: {kind: Gadget}
    set: {status: {phase: Odd}}
  - match: {kind: Gadget}
    when: =object.spec.size
    set: {status: {phase: New}}
"""
    failures = simulation(text).advance(cluster).failures
    assert [failure.rule for failure in failures] == ["rules[0]", "rules[1]", "rules[2]"]
    spans = [text[failure.span.start : failure.span.end] for failure in failures if failure.span]
    assert spans[0].endswith("missing")
    assert spans[2] == "=object.spec.size"
    assert "Unsupported value" in failures[1].message


PROBLEMS: dict[str, tuple[str, str, str | None]] = {
    "rules: [{match: {kind: A}, set: {a: 1}, afer: 2}]": (
        "afer",
        "unknown key `afer` in a rule",
        "did you mean `after`?",
    ),
    "rule: []": ("rule", "unknown key `rule` in the file", "did you mean `rules`?"),
    "builtin: [Deploymnt]": ("Deploymnt", "unknown preset `Deploymnt`", "did you mean `Deployment`?"),
    "builtin: Deployment": ("Deployment", "`builtin` must be a list", None),
    "builtin: [1]": ("1", "`builtin` must be a name", None),
    "rules: {}": ("{}", "`rules` must be a list", None),
    "rules: [x]": ("x", "a rule must be a mapping with `match`, `after`, `when`, `set`", None),
    "rules: [{match: {kind: A}}]": ("{", "rules[0] has no `set`", None),
    "rules: [{set: {a: 1}}]": ("{", "rules[0] has no `match`", None),
    "rules: [{match: {name: a}, set: {a: 1}}]": ("{name: a}", "`match` of rules[0] names no `kind`", None),
    "rules: [{match: {kind: 5}, set: {a: 1}}]": ("5", "`kind` must be a text", None),
    "rules: [{match: {kind: A, labels: [a]}, set: {a: 1}}]": (
        "[a]",
        "`labels` must be a mapping of texts",
        None,
    ),
    "rules: [{match: {kind: A, deleting: 1}, set: {a: 1}}]": ("1", "`deleting` must be true or false", None),
    "rules: [{match: {kind: A}, after: soon, set: {a: 1}}]": (
        "soon",
        "`after` must be a number of passes",
        None,
    ),
    "rules: [{match: {kind: A}, after: 0, set: {a: 1}}]": (
        "0",
        "`after` must be from 1 to 1000, but is 0",
        None,
    ),
    "rules: [{match: {kind: A}, when: yes, set: {a: 1}}]": (
        "yes",
        "`when` must be an expression, as `=object.spec.replicas > 0`",
        None,
    ),
    "rules: [{match: {kind: A}, set: []}]": (
        "[]",
        "`set` of rules[0] must be a mapping of what to change, as `status: {…}`",
        None,
    ),
    "rules: [{match: {kind: A}, set: {kind: B}}]": ("kind", "`kind` of an object cannot be changed", None),
    "[]": ("[]", "the file must be a mapping with `builtin`, `rules`", None),
}


@pytest.mark.parametrize(("text", "expected"), PROBLEMS.items(), ids=PROBLEMS.keys())
def test_problems_of_a_file(text: str, expected: tuple[str, str, str | None]) -> None:
    rules, problems = parse_simulation(text)
    assert not rules
    found = [(text[each.span.start : each.span.end], each.message, each.hint) for each in problems]
    assert found == [expected]


def test_all_problems_at_once_and_the_other_rules_stay() -> None:
    text = """# comment
builtin: [Job]
rules:
  - match: {kind: A}
    set: {status: {a: =object.}}
  - {match: {kind: B}, set: {status: {b: 1}}}
---
rules:
  - {match: {knd: C}, sett: {}}
"""
    rules, problems = parse_simulation(text)
    assert [rule.title for rule in rules] == ["preset Job", "rules[1]"]
    lines = LineIndex(text)
    assert [lines.position(each.span.start).line for each in problems[:2]] == [4, 8]
    assert len(problems) >= 4


@pytest.mark.parametrize(
    "text", ["", "# nothing", "a: [", "rules: [{match: {kind: A}, set: {a: =}}]", "\x00", "? [a]\n: b"]
)
def test_no_text_is_too_broken(text: str) -> None:
    rules, _ = parse_simulation(text)
    assert rules == ()


def test_the_examples_of_the_documentation() -> None:
    page = Path(__file__).parents[3] / "docs" / "render.md"
    examples = [part.partition("```")[0] for part in page.read_text().split("```yaml\n")[1:]]
    assert len(examples) >= 2
    for example in examples:
        rules, problems = parse_simulation(example)
        assert rules
        assert problems == ()
    assert all(f"`{name}`" in page.read_text() for name in PRESETS)


# Presets


SUBJECTS: dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    "Deployment": ("apps/v1", "Deployment", {"replicas": 2}, {"readyReplicas": 2, "observedGeneration": 1}),
    "StatefulSet": ("apps/v1", "StatefulSet", {}, {"readyReplicas": 1}),
    "DaemonSet": ("apps/v1", "DaemonSet", {}, {"numberReady": 1}),
    "ReplicaSet": ("apps/v1", "ReplicaSet", {"replicas": 0}, {"readyReplicas": 0}),
    "Job": ("batch/v1", "Job", {"completions": 4}, {"succeeded": 4}),
    "Service": (
        "v1",
        "Service",
        {"type": "LoadBalancer"},
        {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}},
    ),
    "PersistentVolumeClaim": (
        "v1",
        "PersistentVolumeClaim",
        {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
        {"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}},
    ),
    "ConfigConnector": (
        "storage.cnrm.cloud.google.com/v1beta1",
        "StorageBucket",
        {},
        {"observedGeneration": 1},
    ),
    "ACK": (
        "s3.services.k8s.aws/v1alpha1",
        "Bucket",
        {},
        {
            "ackResourceMetadata": {
                "arn": "arn:aws:s3:us-east-1:123456789012:bucket/x",
                "ownerAccountID": "123456789012",
                "region": "us-east-1",
            }
        },
    ),
    "ASO": ("resources.azure.com/v1api20200601", "ResourceGroup", {}, {}),
}


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_settle(cluster: MemoryCluster, preset: str) -> None:
    other = simulation(f"builtin: [{preset}]")
    if preset == "Namespace":
        assert other.advance(cluster).failures == ()
        return
    api_version, kind, spec, expected = SUBJECTS[preset]
    target = put(cluster, api_version, kind, spec=spec)
    first = other.advance(cluster)
    assert [each.kind for each in first.changed] == [kind]
    assert first.failures == other.advance(cluster).failures == ()
    assert other.advance(cluster).changed == ()
    status: KubeObject = cluster.get(target)["status"]
    assert expected.items() <= status.items()
    if preset in {"ConfigConnector", "ACK", "ASO"}:
        assert [each["status"] for each in status["conditions"]] == ["True"]


def test_a_preset_is_ready_in_the_eyes_of_the_language(cluster: MemoryCluster) -> None:
    from koreo_analyzer.cel import compile

    target = put(cluster, "sql.cnrm.cloud.google.com/v1beta1", "SQLInstance", spec={})
    Simulation(preset_rules("ConfigConnector")).advance(cluster)
    assert compile("config_connect_ready(r)").evaluate({"r": cluster.get(target)}) is True
