"""Reads the schemas of every kind that a cluster serves, with the official Kubernetes client.

The only module of the command line that imports it, and only to pull: everything else works offline.
"""

from __future__ import annotations

import importlib
import json
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.schemas import Definitions, read_openapi

if TYPE_CHECKING:
    from collections.abc import Callable

_TIMEOUT: Final = 60.0
_GROUP_VERSION: Final = re.compile(r"(?:api|apis/[^/]+)/v[^/]+")
_NOT_FOUND: Final = frozenset({404, 406})


class PullError(Exception):
    """The cluster could not be asked; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a cluster serves. `title` names the cluster and its version."""

    title: str
    definitions: Definitions


def pull(
    kubeconfig: str | None, context: str | None, progress: Callable[[int, int], None] | None = None
) -> Pulled:
    """Ask the cluster of a context of the kubeconfig; both are kubectl's where None is given.

    `progress` is told how many of how many documents have been read. Raises `PullError`.
    """
    server = _Server(kubeconfig, context)
    version = server.get("/version") or {}
    index = server.get("/openapi/v3")
    if index is None:
        documents = [server.need("/openapi/v2")]
    else:
        urls = _document_urls(index)
        documents = []
        for number, url in enumerate(urls):
            if progress is not None:
                progress(number, len(urls))
            documents.append(server.need(url))
    definitions = read_openapi(documents)
    if not definitions.kinds:
        raise PullError(f"{server.host} lists no kinds; it may be no Kubernetes API server")
    return Pulled(f"cluster {server.name} ({version.get('gitVersion', 'unknown version')})", definitions)


def _document_urls(index: Mapping[str, Any]) -> list[str]:
    """Return where the documents of the groups and versions are (Kubernetes documentation, "OpenAPI V3")."""
    paths = index.get("paths")
    urls: list[str] = []
    for path, entry in sorted(paths.items()) if isinstance(paths, Mapping) else ():
        url = entry.get("serverRelativeURL") if isinstance(entry, Mapping) else None
        if _GROUP_VERSION.fullmatch(path) and isinstance(url, str):
            urls.append(url)
    return urls


class _Server:
    """Answers GET requests for JSON, signed in as kubectl would be."""

    def __init__(self, kubeconfig: str | None, context: str | None) -> None:
        kube_config = importlib.import_module("kubernetes.config")
        try:
            client = kube_config.new_client_from_config(kubeconfig, context, persist_config=False)
            self.name: str = context or kube_config.list_kube_config_contexts(kubeconfig)[1]["name"]
        except (kube_config.ConfigException, OSError) as error:
            raise PullError(f"no cluster to ask: {error}") from error
        self.host: str = client.configuration.host
        self._pool = client.rest_client.pool_manager
        self._headers = {
            "Accept": "application/json",
            **{setting["key"]: setting["value"] for setting in client.configuration.auth_settings().values()},
        }

    def get(self, path: str) -> Mapping[str, Any] | None:
        """Return the JSON object at a path, None if the server has none there."""
        exceptions = importlib.import_module("urllib3.exceptions")
        try:
            with warnings.catch_warnings():
                # Not to check certificates is a choice made in the kubeconfig.
                warnings.simplefilter("ignore", exceptions.InsecureRequestWarning)
                response = self._pool.request(
                    "GET", f"{self.host}{path}", headers=self._headers, timeout=_TIMEOUT, retries=1
                )
        except exceptions.HTTPError as error:
            raise PullError(f"cannot reach {self.host}: {getattr(error, 'reason', None) or error}") from error
        if response.status in _NOT_FOUND:
            return None
        if response.status in (401, 403):
            raise PullError(
                f"{self.host} refuses to answer GET {path} ({response.status}): sign in, or ask for access"
            )
        if response.status != 200:
            raise PullError(f"{self.host} answered GET {path} with {response.status}")
        try:
            answer = json.loads(response.data)
        except (ValueError, RecursionError) as error:
            raise PullError(f"{self.host} answered GET {path} with something that is no JSON") from error
        return answer if isinstance(answer, Mapping) else {}

    def need(self, path: str) -> Mapping[str, Any]:
        """Return the JSON object at a path that has to be there."""
        answer = self.get(path)
        if answer is None:
            raise PullError(f"{self.host} does not have {path}")
        return answer
