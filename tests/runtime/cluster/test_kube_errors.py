"""How answers of an API server become `ApiError`, and what happens when there is none."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from koreo_runtime.effects import ApiError, Read, ResourceId
from koreo_runtime.kube.cluster import KubeCluster
from koreo_runtime.kube.errors import refusal

TARGET = ResourceId("v1", "ConfigMap", "configmaps", "x", "default")


def status(**fields: Any) -> bytes:
    return json.dumps({"kind": "Status", "apiVersion": "v1", "status": "Failure", **fields}).encode()


ANSWERS: dict[str, tuple[int, dict[str, str], bytes, tuple[str, str, float | None]]] = {
    "a status": (
        404,
        {},
        status(reason="NotFound", message='x "a" not found'),
        ("NotFound", 'x "a" not found', None),
    ),
    "no reason": (500, {}, status(message="etcd"), ("", "etcd", None)),
    "too many requests": (
        429,
        {"Retry-After": "7"},
        status(reason="TooManyRequests", message="wait"),
        ("TooManyRequests", "wait", 7.0),
    ),
    "seconds in the details": (
        504,
        {},
        status(reason="Timeout", message="slow", details={"retryAfterSeconds": 3}),
        ("Timeout", "slow", 3.0),
    ),
    "a date to retry after": (
        503,
        {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"},
        b"busy\n",
        ("", "busy", None),
    ),
    "a page of a proxy": (403, {}, b"<html>no</html>", ("Forbidden", "<html>no</html>", None)),
    "no text": (502, {}, b"\xff", ("", "\ufffd", None)),
    "other JSON": (404, {}, b"[]", ("NotFound", "[]", None)),
}


@pytest.mark.parametrize(("code", "headers", "data", "expected"), ANSWERS.values(), ids=ANSWERS.keys())
def test_refusals(
    code: int, headers: dict[str, str], data: bytes, expected: tuple[str, str, float | None]
) -> None:
    error = refusal(code, headers, data)
    assert (error.status, error.reason, error.message, error.retry_after) == (code, *expected)


def test_causes() -> None:
    details = {
        "causes": [{"field": "spec.a", "reason": "FieldValueInvalid", "message": "Invalid value: 1"}, {}]
    }
    causes = refusal(422, {}, status(reason="Invalid", message="no", details=details)).causes
    assert [str(cause) for cause in causes] == ["spec.a: Invalid value: 1", ": "]


def test_a_server_that_is_not_there() -> None:
    import kubernetes.client

    configuration = kubernetes.client.Configuration(host="http://127.0.0.1:9")
    cluster = KubeCluster(kubernetes.client.ApiClient(configuration), seconds=2)
    with pytest.raises(ApiError) as caught:
        cluster.perform(Read(TARGET))
    assert (caught.value.status, caught.value.reason) == (0, "Unreachable")
    with pytest.raises(ApiError):
        list(cluster.watch_objects("v1", "ConfigMap", namespace="default"))


def test_a_kubeconfig_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ApiError) as caught:
        KubeCluster.from_kubeconfig(str(tmp_path / "config"))
    assert caught.value.message.startswith("no usable kubeconfig: ")


def test_the_client_is_imported_when_a_cluster_is_connected() -> None:
    code = "import sys, koreo_runtime.kube.cluster; sys.exit('kubernetes' in sys.modules or 'urllib3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
