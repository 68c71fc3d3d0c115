"""A real API server behind the same door as the simulated one.

Requests go through the connection pool of the official client (which brings TLS, proxies and credentials
from a kubeconfig), and answers stay plain data: the client's models would lose fields that they do not know.
"""

from __future__ import annotations

import importlib
import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from koreo_runtime.cluster.errors import unknown_kind, unknown_resource
from koreo_runtime.cluster.protocol import Listing, ResourceType, WatchEvent
from koreo_runtime.effects import ApiError, Create, Delete, Patch, PatchStatus, Read, ResourceId
from koreo_runtime.kube.errors import no_answer, refusal, watch_refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from koreo_runtime.effects import Effect, KubeObject

MERGE_PATCH: Final = "application/merge-patch+json"
DEFAULT_SECONDS: Final = 30.0
_POLL_SECONDS: Final = 0.05
_CRDS: Final = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")
_BACKGROUND: Final = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background"}


class KubeCluster:
    """A `Cluster` that an `ApiClient` of the official client talks to. Not for use by several threads at once.

    Discovery is asked once per API version, and again only when a kind is not found.
    """

    def __init__(self, client: Any, *, seconds: float = DEFAULT_SECONDS) -> None:
        configuration = client.configuration
        self._configuration = configuration
        self._host: str = configuration.host
        self._headers: Mapping[str, str] = client.default_headers
        self._pool = client.rest_client.pool_manager
        self._seconds = seconds
        self._transport_error: type[Exception] = importlib.import_module("urllib3.exceptions").HTTPError
        self._discovered: dict[str, dict[str, ResourceType]] = {}

    @classmethod
    def from_kubeconfig(
        cls, path: str | None = None, context: str | None = None, *, seconds: float = DEFAULT_SECONDS
    ) -> KubeCluster:
        """Connect as `kubectl` would: with a kubeconfig (the usual one if no path is given) and a context of it.

        Raises `ApiError` with status 0 when there is no usable configuration.
        """
        config = importlib.import_module("kubernetes.config")
        try:
            return cls(config.new_client_from_config(path, context), seconds=seconds)
        except config.ConfigException as error:
            raise no_answer(f"no usable kubeconfig: {error}") from error

    # Effects

    def perform(self, effect: Effect) -> Any:
        """Perform an effect of a run and return its result."""
        match effect:
            case Read(target):
                return self._read(target)
            case Create(target, body):
                return self.create(target, body)
            case Patch(target, body):
                return self.patch(target, body)
            case PatchStatus(target, body):
                return self.patch_status(target, body)
            case Delete(target):
                return self._ensure_gone(target)

    def _read(self, target: ResourceId) -> KubeObject | None:
        target = self._with_plural(target)
        try:
            return self.get(target)
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    def _ensure_gone(self, target: ResourceId) -> None:
        target = self._with_plural(target)
        try:
            self.delete(target)
        except ApiError as error:
            if error.status != 404:
                raise

    # Objects

    def get(self, target: ResourceId) -> KubeObject:
        """Return an object."""
        return self._request("GET", self._path(target))

    def create(self, target: ResourceId, body: KubeObject) -> KubeObject:
        """Create an object and return what was stored."""
        metadata = body.get("metadata") or {}
        if not metadata.get("name") and not metadata.get("generateName"):
            body = {**body, "metadata": {**metadata, "name": target.name}}
        return self._request("POST", self._collection(target), body)

    def replace(self, target: ResourceId, body: KubeObject) -> KubeObject:
        """Put a whole object in place of what is there."""
        return self._request("PUT", self._path(target), body)

    def replace_status(self, target: ResourceId, body: KubeObject) -> KubeObject:
        """Put the `status` of the body in place of the object's."""
        return self._request("PUT", self._path(target) + "/status", body)

    def patch(self, target: ResourceId, body: KubeObject) -> KubeObject:
        """Change an object by a JSON merge patch."""
        return self._request("PATCH", self._path(target), body, MERGE_PATCH)

    def patch_status(self, target: ResourceId, body: KubeObject) -> KubeObject:
        """Change the `status` of an object by a JSON merge patch."""
        return self._request("PATCH", self._path(target) + "/status", body, MERGE_PATCH)

    def delete(self, target: ResourceId, *, uid: str | None = None) -> None:
        """Delete an object, its dependents in the background."""
        options = _BACKGROUND if uid is None else {**_BACKGROUND, "preconditions": {"uid": uid}}
        self._request("DELETE", self._path(target), options)

    def list_objects(
        self, api_version: str, kind: str, *, namespace: str | None = None, labels: str = ""
    ) -> Listing:
        """Return all objects of a kind that fit a label selector."""
        path = self._collection(ResourceId(api_version, kind, None, "", namespace))
        found = self._request("GET", path + _query(labelSelector=labels))
        items = tuple({"apiVersion": api_version, "kind": kind, **item} for item in found["items"])
        return Listing(items, found["metadata"]["resourceVersion"])

    def watch_objects(
        self,
        api_version: str,
        kind: str,
        *,
        namespace: str | None = None,
        labels: str = "",
        resource_version: str | None = None,
        seconds: int = 60,
    ) -> Iterator[WatchEvent]:
        """Yield what happens to the objects of a kind until `seconds` are over."""
        path = self._collection(ResourceId(api_version, kind, None, "", namespace)) + _query(
            watch="true",
            allowWatchBookmarks="true",
            labelSelector=labels,
            resourceVersion=resource_version or "",
            timeoutSeconds=str(seconds),
        )
        response = self._send("GET", path, None, None, seconds + self._seconds)
        try:
            if response.status >= 400:
                raise refusal(response.status, response.headers, response.data)
            for line in _lines(response):
                event = json.loads(line)
                if event["type"] == "ERROR":
                    raise watch_refusal(event["object"])
                yield WatchEvent(event["type"], event["object"])
        except self._transport_error as error:
            raise no_answer(str(error)) from error
        finally:
            response.close()

    # Kinds

    def resource_type(self, api_version: str, kind: str) -> ResourceType:
        """Look up a kind in discovery."""
        found = self._discovered.get(api_version, {}).get(kind)
        if found is None:
            self._discovered[api_version] = self._discover(api_version)
            found = self._discovered[api_version].get(kind)
        if found is None:
            raise unknown_kind(api_version, kind)
        return found

    def install_crd(self, crd: KubeObject) -> None:
        """Serve the kind that a CustomResourceDefinition defines, and wait until it is served."""
        target = ResourceId(*_CRDS, "customresourcedefinitions", crd["metadata"]["name"], None)
        body = {key: value for key, value in crd.items() if key != "status"}
        try:
            self.create(target, body)
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise
            self.patch(target, body)
        deadline = time.monotonic() + self._seconds
        while not self._serves(self.get(target)):
            if time.monotonic() > deadline:
                raise no_answer(f"{target.name} was not served after {self._seconds:g} s")
            time.sleep(_POLL_SECONDS)

    def _serves(self, crd: KubeObject) -> bool:
        """Whether the kind is established, and its paths answer: they do so a little later."""
        conditions = (crd.get("status") or {}).get("conditions") or ()
        if not any(each["type"] == "Established" and each["status"] == "True" for each in conditions):
            return False
        spec = crd["spec"]
        version = next(each["name"] for each in spec["versions"] if each["storage"])
        try:
            self._request("GET", f"/apis/{spec['group']}/{version}/{spec['names']['plural']}?limit=1")
        except ApiError as error:
            return error.status != 404
        return True

    def _discover(self, api_version: str) -> dict[str, ResourceType]:
        try:
            resources = self._request("GET", _root(api_version))["resources"]
        except ApiError as error:
            if error.status == 404:
                return {}
            raise
        with_status = {
            name.partition("/")[0] for each in resources if (name := each["name"]).endswith("/status")
        }
        return {
            each["kind"]: ResourceType(
                api_version, each["kind"], each["name"], each["namespaced"], each["name"] in with_status
            )
            for each in resources
            if "/" not in each["name"]
        }

    # Requests

    def _collection(self, target: ResourceId) -> str:
        root, plural = _root(target.api_version), self._with_plural(target).plural
        if target.namespace is None:
            return f"{root}/{plural}"
        return f"{root}/namespaces/{quote(target.namespace, safe='')}/{plural}"

    def _with_plural(self, target: ResourceId) -> ResourceId:
        """Return the target with its plural looked up. Raises 404 for a kind that is not served."""
        if target.plural is not None:
            return target
        return replace(target, plural=self.resource_type(target.api_version, target.kind).plural)

    def _path(self, target: ResourceId) -> str:
        """Return the path of one object. Without a name it would be the path of all of them: 404 instead."""
        if not target.name:
            raise unknown_resource()
        return f"{self._collection(target)}/{quote(target.name, safe='')}"

    def _request(
        self, method: str, path: str, body: KubeObject | None = None, content_type: str = "application/json"
    ) -> KubeObject:
        response = self._send(method, path, body, content_type, self._seconds)
        try:
            data = response.data
        except self._transport_error as error:
            raise no_answer(str(error)) from error
        if response.status >= 400:
            raise refusal(response.status, response.headers, data)
        try:
            answer: KubeObject = json.loads(data)
        except ValueError as error:
            raise no_answer(f"the answer to {method} {path} is no JSON") from error
        return answer

    def _send(
        self, method: str, path: str, body: KubeObject | None, content_type: str | None, seconds: float
    ) -> Any:
        headers = {**self._headers, "Accept": "application/json"}
        for setting in self._configuration.auth_settings().values():
            if setting["in"] == "header" and setting["value"]:
                headers[setting["key"]] = setting["value"]
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = content_type or "application/json"
        try:
            return self._pool.request(
                method,
                self._host + path,
                body=data,
                headers=headers,
                timeout=seconds,
                retries=False,
                preload_content=False,
            )
        except self._transport_error as error:
            raise no_answer(str(error)) from error


def _root(api_version: str) -> str:
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"


def _query(**parameters: str) -> str:
    given = {name: value for name, value in parameters.items() if value}
    return f"?{urlencode(given)}" if given else ""


def _lines(response: Any) -> Iterator[bytes]:
    pending = b""
    for chunk in response.stream(65536):
        *whole, pending = (pending + chunk).split(b"\n")
        yield from (line for line in whole if line)
    if pending:
        yield pending
