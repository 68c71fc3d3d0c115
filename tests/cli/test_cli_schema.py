"""`koreo schema show | list | pull`: arguments in, text out; pulling asks a real HTTP server."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
import yaml
from click.testing import CliRunner, Result
from koreo_cli.main import cli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: cats.example.com}
spec:
  group: example.com
  names: {kind: Cat, plural: cats}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [paws]
              properties:
                paws: {type: integer, minimum: 3, maximum: 4, description: How many it has.}
                kittens: {type: array, items: {type: object, properties: {name: {type: string}}}}
"""


def koreo(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["schema", *arguments], prog_name="koreo")


@pytest.fixture
def cats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a workspace that defines Cat."""
    (tmp_path / "koreo.toml").write_text("")
    (tmp_path / "cat.yaml").write_text(CRD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("cats")
def test_show_a_kind_of_the_workspace() -> None:
    result = koreo("show", "cats")
    assert result.exit_code == 0
    assert result.stdout == (
        "Cat (example.com/v1): object\n"
        "from cat.yaml\n"
        "\n"
        'apiVersion: "example.com/v1"\n'
        "    The group and version of the kind.\n"
        'kind: "Cat"\n'
        "    The kind of the object.\n"
        "metadata: object\n"
        "    What identifies and labels the object.\n"
        "spec?: object\n"
        "  paws: int  (at least 3; at most 4)\n"
        "      How many it has.\n"
        "  kittens?: list(object)\n"
        "    name?: string\n"
    )


@pytest.mark.usefixtures("cats")
@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (["Cat", "--depth", "1"], "spec?: object"),
        (["Cat", "--field", "spec.kittens"], "Cat (example.com/v1), field spec.kittens: list(object)"),
        (["Deployment", "--field", "spec"], "replicas?: int  (int32)"),
        (
            ["deployments", "apps/v1", "--field", "spec.template.spec.containers[].resources"],
            "(each quantity)",
        ),
        (["Workflow", "--format", "text", "--field", "spec.steps"], "label: string"),
        (["ValueFunction", "koreo.dev/v1beta1"], "from Koreo"),
    ],
)
def test_show(arguments: list[str], lines: str) -> None:
    result = koreo("show", *arguments)
    assert result.exit_code == 0
    assert lines in result.stdout


@pytest.mark.usefixtures("cats")
def test_show_as_json() -> None:
    shown = json.loads(koreo("show", "Cat", "--format", "json", "--depth", "2").stdout)
    assert {
        key: shown[key] for key in ("version", "apiVersion", "kind", "source", "namespaced", "plural")
    } == {
        "version": 1,
        "apiVersion": "example.com/v1",
        "kind": "Cat",
        "source": "cat.yaml",
        "namespaced": True,
        "plural": "cats",
    }
    (paws,) = [one for one in shown["fields"] if one["path"] == ["spec", "paws"]]
    assert paws == {
        "path": ["spec", "paws"],
        "type": "int",
        "required": True,
        "limits": ["at least 3", "at most 4"],
        "documentation": "How many it has.",
        "repeats": False,
    }


@pytest.mark.usefixtures("cats")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Deploymet"], "unknown kind `Deploymet`; did you mean `Deployment`?"),
        (["Zzz"], "unknown kind `Zzz`; `koreo schema list` lists those that are known"),
        (
            ["Cat", "example.com/v2"],
            "Cat has no schema for version `v2` of `example.com`; known: example.com/v1",
        ),
        (["Dog", "example.org/v1"], "no CustomResourceDefinition for kind Dog of `example.org`; put it into"),
        (
            ["Cat", "--field", "spec.paw"],
            "Cat (example.com/v1) has no field `spec.paw`; did you mean `paws`?",
        ),
        (["Cat", "--format", "json-schema"], "only Koreo's own kinds have a JSON Schema"),
        (["Cat", "--workspace", "nowhere"], "nowhere does not exist"),
    ],
)
def test_show_what_is_not_there(arguments: list[str], message: str) -> None:
    result = koreo("show", *arguments)
    assert message in result.stderr
    assert result.exit_code == 2
    assert result.stdout == ""


@pytest.mark.usefixtures("cats")
def test_the_most_stable_version_is_shown() -> None:
    result = koreo("show", "HorizontalPodAutoscaler", "--depth", "1")
    assert result.stdout.startswith("HorizontalPodAutoscaler (autoscaling/v2): object\n")
    assert "showing autoscaling/v2; there is also autoscaling/v1" in result.stderr


@pytest.mark.usefixtures("cats")
def test_list() -> None:
    lines = [line.split(maxsplit=2) for line in koreo("list").stdout.splitlines()]
    assert lines[0] == ["Cat", "example.com/v1", "cat.yaml"]
    assert ["Secret", "v1", "Kubernetes 1.37"] in lines
    assert ["Workflow", "koreo.dev/v1beta1", "Koreo"] in lines
    kinds = json.loads(koreo("list", "--format", "json").stdout)["kinds"]
    assert kinds[0] == {"apiVersion": "example.com/v1", "kind": "Cat", "source": "cat.yaml"}
    assert len(kinds) == len(lines)


# Pulling

DOG = {
    "io.x.Dog": {
        "type": "object",
        "properties": {"apiVersion": {}, "kind": {}, "metadata": {}, "tail": {"type": "string"}},
        "x-kubernetes-group-version-kind": [{"group": "x.io", "version": "v1", "kind": "Dog"}],
    }
}
URL = "/openapi/v3/apis/x.io/v1?hash=1"
V3 = {
    "/version": {"gitVersion": "v1.30.2"},
    "/openapi/v3": {
        "paths": {"apis/x.io/v1": {"serverRelativeURL": URL}, "version": {"serverRelativeURL": "/no"}}
    },
    URL: {"components": {"schemas": DOG}},
}
V2 = {"/version": {"gitVersion": "v1.20.2"}, "/openapi/v2": {"definitions": DOG}}


class Api(ThreadingHTTPServer):
    """An API server that answers with JSON, to those who are signed in."""

    def __init__(self, answers: dict[str, object]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = answers
        self.asked: list[str] = []

    def kubeconfig(self, folder: Path, token: str = "secret") -> str:
        path = folder / "kubeconfig"
        cluster = {"server": f"http://127.0.0.1:{self.server_port}"}
        context = {"cluster": "c", "user": "u"}
        path.write_text(
            yaml.safe_dump(
                {
                    "current-context": "dev",
                    "clusters": [{"name": "c", "cluster": cluster}],
                    "users": [{"name": "u", "user": {"token": token}}],
                    "contexts": [{"name": "dev", "context": context}],
                }
            )
        )
        return str(path)


class Handler(BaseHTTPRequestHandler):
    server: Api

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        answer = self.server.answers.get(self.path)
        status = 404 if answer is None else 200
        if self.headers["Authorization"] != "Bearer secret":
            status = 401
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode() if not isinstance(answer, bytes) else answer)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def serve() -> Iterator[Callable[[dict[str, object]], Api]]:
    """Start API servers with the given answers."""
    running: list[Api] = []

    def start(answers: dict[str, object]) -> Api:
        api = Api(answers)
        running.append(api)
        threading.Thread(target=api.serve_forever, daemon=True).start()
        return api

    yield start
    for api in running:
        api.shutdown()
        api.server_close()


@pytest.mark.parametrize(("answers", "version"), [(V3, "v1.30.2"), (V2, "v1.20.2")], ids=["v3", "v2"])
def test_pull_once_and_work_offline(
    answers: dict[str, object], version: str, cats: Path, serve: Callable[[dict[str, object]], Api]
) -> None:
    api = serve(answers)
    result = koreo("pull", "--kubeconfig", api.kubeconfig(cats))
    assert result.exit_code == 0
    assert f"1 kinds of cluster dev ({version}) written to {cats}/.koreo/schemas.pack" in result.stderr
    asked = len(api.asked)
    assert f"from cluster dev ({version})" in koreo("show", "Dog").stdout
    assert (
        f"Dog                               x.io/v1                                cluster dev ({version})"
        in (koreo("list").stdout)
    )
    assert len(api.asked) == asked


@pytest.mark.parametrize(
    ("answers", "token", "message"),
    [
        (V3, "wrong", "refuses to answer GET /version (401): sign in, or ask for access"),
        ({"/version": {}}, "secret", "does not have /openapi/v2"),
        ({"/version": {}, "/openapi/v2": {}}, "secret", "lists no kinds; it may be no Kubernetes API server"),
        ({"/version": b"<html>"}, "secret", "answered GET /version with something that is no JSON"),
    ],
)
def test_pull_fails(
    answers: dict[str, object],
    token: str,
    message: str,
    cats: Path,
    serve: Callable[[dict[str, object]], Api],
) -> None:
    result = koreo("pull", "--kubeconfig", serve(answers).kubeconfig(cats, token))
    assert message in result.stderr
    assert result.exit_code == 2
    assert not (cats / ".koreo").exists()


def test_pull_without_a_cluster(cats: Path, serve: Callable[[dict[str, object]], Api]) -> None:
    assert "no cluster to ask: " in koreo("pull", "--kubeconfig", str(cats / "absent")).stderr
    api = serve(V3)
    kubeconfig = api.kubeconfig(cats)
    assert "no cluster to ask: " in koreo("pull", "--kubeconfig", kubeconfig, "--context", "prod").stderr
    api.shutdown()
    api.server_close()
    assert "cannot reach http://127.0.0.1" in koreo("pull", "--kubeconfig", kubeconfig).stderr


def test_a_damaged_file_is_told(cats: Path) -> None:
    (cats / ".koreo").mkdir()
    (cats / ".koreo" / "schemas.pack").write_text("no")
    result = koreo("show", "Cat")
    assert "schemas.pack: it is not a file of schemas" in result.stderr
    assert result.exit_code == 0
