"""A simulated API server: the objects of a cluster in memory, without clock, threads or chance.

It answers as kube-apiserver does, down to versions, generations, defaults, status subresources, finalizers,
conflicts and refusals, and does at once what controllers of every cluster do in the background: collecting
garbage and emptying namespaces. The same sequence of calls always gives the same answers.

One suite of tests runs against this and against a real server (tests/runtime/cluster), which is how it stays
honest. Objects that are handed out are the stored ones: nobody changes them in place, neither does this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from koreo_runtime.cluster.crds import kinds_of_crd
from koreo_runtime.cluster.errors import (
    StatusError,
    already_exists,
    being_deleted,
    conflict,
    forbidden,
    method_not_allowed,
    not_found,
    unknown_kind,
    unknown_namespace,
    unknown_resource,
)
from koreo_runtime.cluster.history import DEFAULT_EVENTS
from koreo_runtime.cluster.kinds import CRD, NAMESPACE, Kind, Store, guess_plural
from koreo_runtime.cluster.protocol import Listing, ResourceType, WatchEvent
from koreo_runtime.cluster.selectors import labels_of, parse_selector
from koreo_runtime.cluster.state import State
from koreo_runtime.cluster.writes import created, patched, replaced, seeded, sent_object
from koreo_runtime.effects import Create, Delete, Patch, PatchStatus, Read, ResourceId
from koreo_runtime.merge_patch import merge_patch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from koreo_runtime.cluster.schema import Schema
    from koreo_runtime.effects import Effect, KubeObject

_FIRST_NAMESPACES: Final = ("default", "kube-node-lease", "kube-public", "kube-system")


class MemoryCluster:
    """A `Cluster` in memory. Not for use by several threads at once.

    `now` gives the time that timestamps of objects show. `unknown_kinds`: whether a kind that is neither built
    in nor defined by a CRD is refused, as a real server does, or served without a schema. `namespaces`: whether
    a namespace has to be there before something is created in it. `events`: how many changes are remembered
    for watches.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        unknown_kinds: Literal["refuse", "accept"] = "refuse",
        namespaces: Literal["required", "any"] = "required",
        events: int = DEFAULT_EVENTS,
    ) -> None:
        self._state = State(now, events)
        self._kinds = self._state.kinds
        self._accepts_unknown = unknown_kinds == "accept"
        self._requires_namespaces = namespaces == "required"
        self._performers: Mapping[type, Callable[[Any], Any]] = {
            Read: self._read,
            Create: lambda effect: self.create(effect.id, effect.body),
            Patch: lambda effect: self.patch(effect.id, effect.body),
            PatchStatus: lambda effect: self.patch_status(effect.id, effect.body),
            Delete: self._ensure_gone,
        }
        for name in _FIRST_NAMESPACES:
            body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
            self.create(ResourceId(*NAMESPACE, None, name, None), body)

    # Effects

    def perform(self, effect: Effect) -> Any:
        """Perform an effect of a run and return its result."""
        return self._performers[type(effect)](effect)

    def _read(self, effect: Read) -> KubeObject | None:
        target = effect.id
        kind = self._kinds.get((target.api_version, target.kind))
        if kind is None:
            if target.plural is None and not self._accepts_unknown:
                raise unknown_kind(target.api_version, target.kind)
            return None
        plural = target.plural
        if plural is not None and plural != kind.type.plural:
            return None
        found = kind.objects.get((target.namespace, target.name))
        if found is None or found["apiVersion"] == target.api_version:
            return found
        return _in_version(kind, found)

    def _ensure_gone(self, effect: Delete) -> None:
        target = effect.id
        if target.plural is None and not self._accepts_unknown:
            self._served(target.api_version, target.kind)
        try:
            self.delete(target)
        except StatusError as error:
            if error.status != 404:
                raise

    # Objects

    def get(self, target: ResourceId) -> KubeObject:
        """Return an object."""
        return self._stored(self._kind(target), target)

    def create(self, target: ResourceId, body: KubeObject) -> KubeObject:
        """Create an object and return what was stored."""
        kind = self._kind(target)
        sent = sent_object(kind, target, body)
        metadata = sent["metadata"]
        if "name" not in metadata:
            name = (
                self._state.new_name(metadata["generateName"]) if "generateName" in metadata else target.name
            )
            sent = {**sent, "metadata": {**metadata, "name": name}}
        self._check_namespace(kind, target, sent)
        if "resourceVersion" in metadata:
            raise StatusError(500, "", "resourceVersion should not be set on objects to be created")
        made = created(kind, sent, uid=self._state.new_uid(), now=self._state.time())
        if kind.post_only:
            return made
        key = (target.namespace, made["metadata"]["name"])
        there = kind.objects.get(key)
        if there is not None:
            refusal = being_deleted if "deletionTimestamp" in there["metadata"] else already_exists
            raise refusal(kind.type, key[1])
        stored = self._state.add((kind, key), made)
        self._state.settle()
        return stored

    def replace(self, target: ResourceId, body: KubeObject) -> KubeObject:
        """Put a whole object in place of what is there."""
        return self._replace(target, body, status=False)

    def replace_status(self, target: ResourceId, body: KubeObject) -> KubeObject:
        """Put the `status` of the body in place of the object's."""
        return self._replace(target, body, status=True)

    def patch(self, target: ResourceId, body: KubeObject) -> KubeObject:
        """Change an object by a JSON merge patch."""
        return self._patch(target, body, status=False)

    def patch_status(self, target: ResourceId, body: KubeObject) -> KubeObject:
        """Change the `status` of an object by a JSON merge patch."""
        return self._patch(target, body, status=True)

    def delete(self, target: ResourceId, *, uid: str | None = None) -> None:
        """Delete an object, and its dependents; one with finalizers is only marked."""
        kind = self._kind(target)
        item = self._stored(kind, target)
        found = item["metadata"]["uid"]
        if uid is not None and uid != found:
            detail = (
                f"the UID in the precondition ({uid}) does not match the UID in record ({found})."
                " The object might have been deleted and then recreated"
            )
            raise conflict(kind.type, target.name, detail)
        self._state.delete((kind, (target.namespace, target.name)), item)
        self._state.settle()

    def seed(self, objects: Iterable[KubeObject]) -> None:
        """Put in objects as they are in some cluster: with their status, uid and times, and whatever they hold.

        CRDs among them take effect first. Owners that are not among them count as being there. What is in the
        way is replaced. Raises `ApiError` for an object that no cluster can hold.
        """
        given = sorted(objects, key=lambda body: body.get("kind") != CRD[1])
        for body in given:
            metadata = body.get("metadata") or {}
            target = ResourceId(
                str(body.get("apiVersion")),
                str(body.get("kind")),
                None,
                str(metadata.get("name") or ""),
                metadata.get("namespace"),
            )
            kind = self._kind(target)
            item = seeded(
                kind, sent_object(kind, target, body), uid=self._state.new_uid(), now=self._state.time()
            )
            owners = item["metadata"].get("ownerReferences", ())
            self._state.dependents.lives_elsewhere(owner["uid"] for owner in owners)
            self._state.put((kind, (target.namespace, target.name)), item)
        for item in (item for kind in self._kinds.values() for item in kind.objects.values()):
            self._state.dependents.lives_here(item["metadata"]["uid"])
        self._state.settle()

    # Collections

    def list_objects(
        self, api_version: str, kind: str, *, namespace: str | None = None, labels: str = ""
    ) -> Listing:
        """Return all objects of a kind that fit a label selector, ordered by namespace and name."""
        served = self._served(api_version, kind)
        fits = parse_selector(labels)
        found = [
            (key[0] or "", key[1], item)
            for key, item in served.objects.items()
            if (namespace is None or key[0] == namespace) and fits(labels_of(item))
        ]
        found.sort(key=lambda each: each[:2])
        items = tuple(_in_version(served, item) for _, _, item in found)
        return Listing(items, str(self._state.history.version))

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
        """Yield what has happened to the objects of a kind so far, then a bookmark. Takes no time."""
        del seconds
        served = self._served(api_version, kind)
        history = self._state.history
        told: list[WatchEvent] = []
        if resource_version in {None, "", "0"}:
            start = history.version
            listed = self.list_objects(api_version, kind, namespace=namespace, labels=labels)
            told += (WatchEvent("ADDED", item) for item in listed.items)
        else:
            start = history.start(resource_version or "")
        for event in history.events(start, served.store.resource, namespace, parse_selector(labels)):
            told.append(WatchEvent(event.type, _in_version(served, event.object)))
        end = {"apiVersion": api_version, "kind": kind, "metadata": {"resourceVersion": str(history.version)}}
        return iter((*told, WatchEvent("BOOKMARK", end)))

    # Kinds

    def resource_type(self, api_version: str, kind: str) -> ResourceType:
        """Look up a kind in discovery."""
        return self._served(api_version, kind).type

    def schema(self, api_version: str, kind: str) -> Schema | None:
        """Return the schema of a kind; None for one that a CRD does not define."""
        return self._served(api_version, kind).schema

    def resource_types(self) -> tuple[ResourceType, ...]:
        """Return all kinds that are served, in the order in which they came to be known."""
        return tuple(kind.type for kind in self._kinds.values())

    def install_crd(self, crd: KubeObject) -> None:
        """Serve the kind that a CustomResourceDefinition defines; one that is there already is replaced."""
        kinds_of_crd(crd)
        target = ResourceId(*CRD, None, crd["metadata"]["name"], None)
        if (None, target.name) in self._kinds[CRD].objects:
            self.patch(target, crd)
        else:
            self.create(target, crd)

    def _served(self, api_version: str, kind: str) -> Kind:
        found = self._kinds.get((api_version, kind)) or self._unknown(api_version, kind, None, "")
        if found is None:
            raise unknown_kind(api_version, kind)
        return found

    def _kind(self, target: ResourceId) -> Kind:
        """Return the kind that the path of a request leads to. Raises 404."""
        kind = self._kinds.get((target.api_version, target.kind))
        if kind is None:
            kind = self._unknown(target.api_version, target.kind, target.plural, target.namespace)
            if kind is None:
                raise unknown_resource() if target.plural else unknown_kind(target.api_version, target.kind)
        if target.plural is not None and target.plural != kind.type.plural:
            raise unknown_resource()
        if kind.type.namespaced != (target.namespace is not None):
            raise unknown_resource()
        return kind

    def _unknown(self, api_version: str, kind: str, plural: str | None, namespace: str | None) -> Kind | None:
        """Begin to serve a kind that nobody has defined, if that is allowed."""
        if not self._accepts_unknown:
            return None
        plural = plural or guess_plural(kind)
        type_ = ResourceType(api_version, kind, plural, namespace is not None, has_status=True)
        made = self._kinds[api_version, kind] = Kind(type_, Store(type_.group, plural))
        return made

    # Helpers

    def _stored(self, kind: Kind, target: ResourceId) -> KubeObject:
        if kind.post_only:
            raise method_not_allowed()
        item = kind.objects.get((target.namespace, target.name))
        if item is None:
            raise not_found(kind.type, target.name)
        return _in_version(kind, item)

    def _check_namespace(self, kind: Kind, target: ResourceId, sent: KubeObject) -> None:
        if target.namespace is None or not self._requires_namespaces:
            return
        namespace = self._kinds[NAMESPACE].objects.get((None, target.namespace))
        if namespace is None:
            raise unknown_namespace(target.namespace)
        if "deletionTimestamp" in namespace["metadata"]:
            detail = (
                f"unable to create new content in namespace {target.namespace} because it is being terminated"
            )
            raise forbidden(kind.type, sent["metadata"]["name"], detail)

    def _replace(self, target: ResourceId, body: KubeObject, *, status: bool) -> KubeObject:
        kind = self._writable(target, status=status)
        sent = sent_object(kind, target, body)
        old = self._stored(kind, target)
        return self._change(kind, target, old, replaced(kind, target, old, sent, status=status))

    def _patch(self, target: ResourceId, body: KubeObject, *, status: bool) -> KubeObject:
        kind = self._writable(target, status=status)
        old = self._stored(kind, target)
        new = patched(kind, target, old, merge_patch(old, body), status=status)
        return self._change(kind, target, old, new)

    def _change(self, kind: Kind, target: ResourceId, old: KubeObject, new: KubeObject) -> KubeObject:
        stored = self._state.change((kind, (target.namespace, target.name)), old, new)
        self._state.settle()
        return stored

    def _writable(self, target: ResourceId, *, status: bool) -> Kind:
        kind = self._kind(target)
        if status and not kind.type.has_status:
            raise unknown_resource()
        return kind


def _in_version(kind: Kind, item: KubeObject) -> KubeObject:
    """Return an object as the version of the API shows it that it was asked in."""
    wanted = kind.type.api_version
    return item if item["apiVersion"] == wanted else {**item, "apiVersion": wanted}
