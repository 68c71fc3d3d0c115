"""Creating, changing and deleting objects: the same on the simulated cluster and on a real API server."""

import pytest
from cluster_world import World, causes, refusal
from koreo_runtime.effects import ApiError, Create, Delete, Patch, Read, ResourceId


def test_a_new_object_gets_what_the_server_gives(world: World) -> None:
    made = world.create(status={"phase": "New"}, metadata={"uid": "mine", "generation": 7})
    metadata = made["metadata"]
    assert metadata["generation"] == 1
    assert metadata["namespace"] == world.namespace
    assert metadata["uid"] not in {"", "mine"}
    assert metadata["creationTimestamp"].endswith("Z")
    assert int(metadata["resourceVersion"]) > 0
    assert "status" not in made, "the status of a kind with a status subresource is not taken at creation"
    assert world.cluster.get(world.id()) == made


def test_effects(world: World) -> None:
    target, perform = world.id(), world.cluster.perform
    assert perform(Read(target)) is None
    made = perform(Create(target, world.body(target)))
    assert perform(Read(target)) == made
    assert perform(Patch(target, {"spec": {"size": 2}}))["spec"]["size"] == 2
    assert perform(Delete(target)) is None
    assert perform(Read(target)) is None
    assert perform(Delete(target)) is None, "what is gone can be deleted again"


def test_effects_with_a_plural_need_no_discovery(world: World) -> None:
    world.create()
    assert world.cluster.perform(Read(world.id(plural="gadgets"))) is not None
    assert world.cluster.perform(Read(world.id(plural="widgets"))) is None
    assert world.cluster.perform(Read(ResourceId("no.dev/v1", "No", "nos", "x", world.namespace))) is None


@pytest.mark.parametrize("effect", [Read, Delete])
def test_a_kind_that_is_not_there(world: World, effect: type[Read | Delete]) -> None:
    with pytest.raises(ApiError) as caught:
        world.cluster.perform(effect(ResourceId("no.dev/v1", "No", None, "x", world.namespace)))
    assert (caught.value.status, caught.value.message) == (
        404,
        'no matches for kind "No" in version "no.dev/v1"',
    )


def test_discovery(world: World) -> None:
    found = world.cluster.resource_type("test.koreo.dev/v1", "Gadget")
    assert (found.plural, found.namespaced, found.has_status) == ("gadgets", True, True)
    assert not world.cluster.resource_type("test.koreo.dev/v1", "Plain").has_status
    assert not world.cluster.resource_type("test.koreo.dev/v1", "Global").namespaced


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        *(
            ("v1", kind)
            for kind in ("ConfigMap", "Secret", "Service", "Pod", "Namespace", "Endpoints", "Event")
        ),
        *(
            ("v1", kind)
            for kind in ("PersistentVolumeClaim", "ResourceQuota", "ReplicationController", "Node")
        ),
        *(("v1", kind) for kind in ("ServiceAccount", "LimitRange", "PodTemplate", "PersistentVolume")),
        *(("apps/v1", kind) for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")),
        ("apps/v1", "ControllerRevision"),
        ("batch/v1", "Job"),
        ("networking.k8s.io/v1", "Ingress"),
        ("networking.k8s.io/v1", "IngressClass"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("autoscaling/v1", "HorizontalPodAutoscaler"),
        *(
            ("rbac.authorization.k8s.io/v1", k)
            for k in ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")
        ),
        *(
            ("storage.k8s.io/v1", kind)
            for kind in ("StorageClass", "CSIDriver", "CSINode", "VolumeAttachment")
        ),
        ("scheduling.k8s.io/v1", "PriorityClass"),
        ("coordination.k8s.io/v1", "Lease"),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
        ("apiregistration.k8s.io/v1", "APIService"),
        ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
    ],
)
def test_discovery_of_built_in_kinds(worlds: tuple[World, World], api_version: str, kind: str) -> None:
    memory, real = (each.cluster.resource_type(api_version, kind) for each in worlds)
    assert memory == real


def test_what_is_there_cannot_be_created(world: World) -> None:
    world.create()
    error = refusal(world.create)
    assert (error.status, error.reason) == (409, "AlreadyExists")
    assert error.message == 'gadgets.test.koreo.dev "x" already exists'


def test_a_generated_name(world: World) -> None:
    body = {
        "apiVersion": "test.koreo.dev/v1",
        "kind": "Gadget",
        "metadata": {"generateName": "g-"},
        "spec": {"size": 1},
    }
    names = {world.cluster.create(world.id(""), body)["metadata"]["name"] for _ in range(2)}
    assert len(names) == 2
    assert all(name.startswith("g-") and len(name) == 7 for name in names)


@pytest.mark.parametrize(
    ("change", "status", "reason", "fields"),
    [
        ({"metadata": {"name": ""}}, 422, "Invalid", {("metadata.name", "FieldValueRequired")}),
        ({"metadata": {"name": "A_b"}}, 422, "Invalid", {("metadata.name", "FieldValueInvalid")}),
        ({"metadata": {"namespace": "other"}}, 400, "BadRequest", set()),
        ({"metadata": {"labels": {"a": 1}}}, 400, "BadRequest", set()),
        ({"metadata": {"labels": "a"}}, 400, "BadRequest", set()),
        ({"metadata": {"annotations": {"a": True}}}, 400, "BadRequest", set()),
        ({"metadata": {"finalizers": [1]}}, 400, "BadRequest", set()),
        ({"metadata": {"ownerReferences": {}}}, 400, "BadRequest", set()),
        ({"metadata": {"labels": {"-a": "b c"}}}, 422, "Invalid", {("metadata.labels", "FieldValueInvalid")}),
        ({"metadata": {"labels": {"a/b/c": ""}}}, 422, "Invalid", {("metadata.labels", "FieldValueInvalid")}),
        (
            {"metadata": {"labels": {"a": "x" * 64}}},
            422,
            "Invalid",
            {("metadata.labels", "FieldValueInvalid")},
        ),
        (
            {"metadata": {"annotations": {"a b": ""}}},
            422,
            "Invalid",
            {("metadata.annotations", "FieldValueInvalid")},
        ),
        (
            {"metadata": {"ownerReferences": [{"apiVersion": "v1", "kind": "Pod"}]}},
            422,
            "Invalid",
            {
                ("metadata.ownerReferences.name", "FieldValueInvalid"),
                ("metadata.ownerReferences.uid", "FieldValueInvalid"),
            },
        ),
        ({"metadata": {"resourceVersion": "1"}}, 500, "", set()),
        ({"apiVersion": "test.koreo.dev/v2"}, 400, "BadRequest", set()),
        ({"kind": "Other"}, 422, "Invalid", {("kind", "FieldValueInvalid")}),
    ],
)
def test_a_malformed_head_is_refused(
    world: World, change: dict[str, object], status: int, reason: str, fields: set[tuple[str, str]]
) -> None:
    target = world.id("" if change == {"metadata": {"name": ""}} else "x")
    error = refusal(lambda: world.create(target, **change))
    assert (error.status, error.reason, causes(error)) == (status, reason, fields)


def test_metadata_keeps_what_it_knows(world: World) -> None:
    made = world.create(
        metadata={"labels": {"a": None, "b": "x"}, "annotations": {}, "finalizers": None, "foo": 1}
    )
    kept = {
        key: value
        for key, value in made["metadata"].items()
        if key in {"labels", "annotations", "finalizers", "foo"}
    }
    assert kept == {"labels": {"a": "", "b": "x"}}


@pytest.mark.parametrize(
    "target",
    [
        ResourceId("test.koreo.dev/v1", "Gadget", "gadgets", "x", None),
        ResourceId("test.koreo.dev/v1", "Global", "globals", "x", "default"),
        ResourceId("test.koreo.dev/v1", "Gadget", "gidgets", "x", "default"),
        ResourceId("test.koreo.dev/v9", "Gadget", "gadgets", "x", "default"),
        ResourceId("test.koreo.dev/v1", "Gadget", None, "x", "no-such-namespace"),
    ],
    ids=["no namespace", "needless namespace", "wrong plural", "wrong version", "missing namespace"],
)
def test_a_path_that_leads_nowhere(world: World, target: ResourceId) -> None:
    assert refusal(lambda: world.create(target)).status == 404


@pytest.mark.parametrize("call", ["get", "delete"])
def test_what_is_not_there(world: World, call: str) -> None:
    error = refusal(lambda: getattr(world.cluster, call)(world.id()))
    assert (error.status, error.reason) == (404, "NotFound")
    assert error.message == 'gadgets.test.koreo.dev "x" not found'
    assert refusal(lambda: world.cluster.patch(world.id(), {})).status == 404
    assert refusal(lambda: world.cluster.patch_status(world.id(), {})).status == 404


def test_an_empty_name_is_no_collection(world: World) -> None:
    world.create()
    assert world.cluster.perform(Read(world.id(""))) is None
    world.cluster.perform(Delete(world.id("")))
    assert world.find(world.id()) is not None


# Changes


MERGE = {
    "a key": ({"a": {"b": 1}}, {"a": {"c": 2}}, {"a": {"b": 1, "c": 2}}),
    "null removes": ({"a": {"b": 1}, "d": 1}, {"a": {"b": None}, "x": None}, {"a": {}, "d": 1}),
    "lists are replaced": ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
    "a map in place of a scalar": ({"a": 1}, {"a": {"b": {"c": None}}}, {"a": {"b": {}}}),
    "a scalar in place of a map": ({"a": {"b": 1}}, {"a": "x"}, {"a": "x"}),
    "nulls in lists": ({}, {"a": [1, None, {"b": None, "c": [None]}]}, {"a": [1, {"c": []}]}),
    "stored nulls stay": ({"a": {"b": None}}, {"a": {"c": 1}}, {"a": {"b": None, "c": 1}}),
    "an empty patch": ({"a": 1}, {}, {"a": 1}),
}


@pytest.mark.parametrize(("before", "patch", "after"), MERGE.values(), ids=MERGE.keys())
def test_merge_patch(world: World, before: object, patch: object, after: object) -> None:
    target = world.id(kind="Plain")
    made = world.create(target, spec=before)
    assert made["spec"] == before
    assert world.cluster.patch(target, {"spec": patch})["spec"] == after
    assert made["spec"] == before, "what was handed out is not changed"


def test_generation_counts_changes_of_the_specification(world: World) -> None:
    target = world.id()
    made = world.create()

    def generation(body: dict[str, object], *, status: bool = False) -> int:
        patch = world.cluster.patch_status if status else world.cluster.patch
        return int(patch(target, body)["metadata"]["generation"])

    assert made["metadata"]["generation"] == 1
    assert generation({"metadata": {"labels": {"a": "b"}}}) == 1
    assert generation({"spec": {"size": 1}}) == 1
    assert generation({"spec": {"color": None}}) == 1, "the default is what was there before"
    assert generation({"spec": {"size": 2}}) == 2
    assert generation({"status": {"phase": "New"}}, status=True) == 2
    assert generation({"metadata": {"generation": 9}}) == 2


def test_generation_without_a_status_subresource(world: World) -> None:
    target = world.id(kind="Plain")
    world.create(target)
    assert world.cluster.patch(target, {"status": {"a": 1}})["metadata"]["generation"] == 2
    assert refusal(lambda: world.cluster.patch_status(target, {"status": {"a": 2}})).status == 404


def test_generation_of_built_in_kinds(worlds: tuple[World, World]) -> None:
    spec = {
        "selector": {"matchLabels": {"a": "b"}},
        "template": {
            "metadata": {"labels": {"a": "b"}},
            "spec": {"containers": [{"name": "c", "image": "i"}]},
        },
    }
    seen = []
    for each in worlds:
        made = each.create(each.id(kind="Deployment", version="apps/v1"), spec=spec)
        config = each.create(
            each.id(kind="ConfigMap", version="v1"), data={"a": "b", "n": None}, binaryData={}
        )
        seen.append((made["metadata"]["generation"], config["metadata"].get("generation"), config["data"]))
    assert seen[0] == seen[1] == (1, None, {"a": "b", "n": ""})


def test_a_secret_keeps_texts_as_data(world: World) -> None:
    made = world.create(world.id(kind="Secret", version="v1"), stringData={"a": "b"}, data={"c": "ZA=="})
    assert (made["data"], made["type"], "stringData" in made) == ({"a": "Yg==", "c": "ZA=="}, "Opaque", False)


def test_nothing_is_written_when_nothing_changes(world: World) -> None:
    made = world.create()
    again = world.cluster.patch(world.id(), {"spec": {"size": 1}})
    assert again["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]
    changed = world.cluster.patch(world.id(), {"spec": {"size": 2}})
    assert int(changed["metadata"]["resourceVersion"]) > int(made["metadata"]["resourceVersion"])


def test_status_changes_through_its_subresource_only(world: World) -> None:
    target = world.id()
    world.create()
    assert "status" not in world.cluster.patch(target, {"status": {"phase": "New"}})
    patch = {"status": {"phase": "New", "bogus": 1}, "spec": {"size": 5}, "metadata": {"labels": {"a": "b"}}}
    changed = world.cluster.patch_status(target, patch)
    assert changed["status"] == {"phase": "New", "count": 1}
    assert changed["spec"]["size"] == 1
    assert "labels" not in changed["metadata"]
    assert world.cluster.patch(target, {"spec": {"size": 3}})["status"] == {"phase": "New", "count": 1}
    error = refusal(lambda: world.cluster.patch_status(target, {"status": {"phase": "Odd"}}))
    assert causes(error) == {("status.phase", "FieldValueNotSupported")}
    assert "status" not in world.cluster.patch_status(target, {"status": None})


def test_replacing(world: World) -> None:
    target = world.id()
    made = world.create(metadata={"labels": {"a": "b"}}, spec={"size": 1, "name": "abc"})
    error = refusal(lambda: world.cluster.replace(target, world.body(target)))
    assert causes(error) == {("metadata.resourceVersion", "FieldValueInvalid")}
    version = {"resourceVersion": made["metadata"]["resourceVersion"]}
    new = world.cluster.replace(target, world.body(target, metadata=version, spec={"size": 2}))
    assert "name" not in new["spec"]
    assert "labels" not in new["metadata"]
    assert new["metadata"]["uid"] == made["metadata"]["uid"]
    assert new["metadata"]["generation"] == 2
    error = refusal(
        lambda: world.cluster.replace(target, world.body(target, metadata=version, spec={"size": 3}))
    )
    assert (error.status, error.reason) == (409, "Conflict")
    assert error.message.startswith(
        'Operation cannot be fulfilled on gadgets.test.koreo.dev "x": the object has been'
    )
    current = new["metadata"]
    status = world.cluster.replace_status(target, {**made, "metadata": current, "status": {"phase": "Old"}})
    assert (status["status"], status["spec"]["size"]) == ({"phase": "Old", "count": 1}, 2)
    other = {**current, "uid": "other", "resourceVersion": status["metadata"]["resourceVersion"]}
    assert refusal(lambda: world.cluster.replace(target, {**made, "metadata": other})).status == 409


@pytest.mark.parametrize(
    ("patch", "status", "reason"),
    [
        ({"metadata": {"resourceVersion": "1"}, "spec": {"size": 2}}, 409, "Conflict"),
        ({"metadata": {"resourceVersion": "1"}}, 409, "Conflict"),
        ({"metadata": {"resourceVersion": None}}, 422, "Invalid"),
        ({"metadata": {"resourceVersion": "abc"}}, 500, ""),
        ({"metadata": {"uid": "other"}}, 422, "Invalid"),
        ({"metadata": {"name": "other"}}, 400, "BadRequest"),
        ({"metadata": {"namespace": "other"}}, 400, "BadRequest"),
        ({"metadata": {"deletionTimestamp": "2020-01-01T00:00:00Z"}}, 422, "Invalid"),
        ({"metadata": {"labels": {"a": 1}}}, 422, "Invalid"),
        ({"metadata": None}, 400, "BadRequest"),
        ({"apiVersion": "test.koreo.dev/v2"}, 422, "Invalid"),
        ({"kind": "Other"}, 422, "Invalid"),
        ({"kind": None}, 422, "Invalid"),
        ({"spec": None}, 422, "Invalid"),
    ],
)
def test_refused_patches(
    worlds: tuple[World, World], patch: dict[str, object], status: int, reason: str
) -> None:
    errors = []
    for world in worlds:
        made = world.create()
        error = refusal(lambda world=world: world.cluster.patch(world.id(), patch))
        errors.append((error.status, error.reason, causes(error)))
        assert world.cluster.get(world.id()) == made
    assert errors[0] == errors[1]
    assert errors[0][:2] == (status, reason)


@pytest.mark.parametrize(
    "metadata", [{"creationTimestamp": "2020-01-01T00:00:00Z"}, {"uid": None}, {"namespace": None}]
)
def test_what_a_patch_of_metadata_cannot_change(world: World, metadata: dict[str, object]) -> None:
    made = world.create()
    assert (
        world.cluster.patch(world.id(), {"metadata": metadata})["metadata"]["uid"] == made["metadata"]["uid"]
    )
    assert (
        world.cluster.get(world.id())["metadata"]["creationTimestamp"]
        == made["metadata"]["creationTimestamp"]
    )


# Deletion


def test_finalizers_hold_an_object(world: World) -> None:
    target = world.id()
    world.create(metadata={"finalizers": ["test.dev/a", "test.dev/b"]})
    world.cluster.delete(target)
    marked = world.cluster.get(target)
    assert marked["metadata"]["deletionTimestamp"].endswith("Z")
    assert marked["metadata"]["deletionGracePeriodSeconds"] == 0
    assert marked["metadata"]["generation"] == 2
    world.cluster.delete(target)
    assert world.cluster.get(target) == marked, "deleting again changes nothing"

    error = refusal(
        lambda: world.cluster.patch(target, {"metadata": {"finalizers": ["test.dev/a", "test.dev/c"]}})
    )
    assert causes(error) == {("metadata.finalizers", "FieldValueForbidden")}
    error = refusal(lambda: world.create(target))
    assert (error.status, error.reason) == (409, "AlreadyExists")
    assert error.message == 'object is being deleted: gadgets.test.koreo.dev "x" already exists'

    assert world.cluster.patch(target, {"metadata": {"deletionTimestamp": None}}) == marked
    assert world.cluster.patch(target, {"spec": {"size": 2}})["metadata"]["generation"] == 3
    assert world.cluster.patch(target, {"metadata": {"finalizers": ["test.dev/b"]}})
    last = world.cluster.patch(target, {"metadata": {"finalizers": None}})
    assert "finalizers" not in last["metadata"]
    assert world.find(target) is None


def test_deleting_only_this_very_object(world: World) -> None:
    made = world.create()
    error = refusal(lambda: world.cluster.delete(world.id(), uid="other"))
    assert (error.status, error.reason) == (409, "Conflict")
    world.cluster.delete(world.id(), uid=made["metadata"]["uid"])
    assert world.find(world.id()) is None


# Definitions


def test_a_definition_can_change(world: World) -> None:
    from cluster_crds import FREE, crd

    def definition(*fields: str) -> dict[str, object]:
        properties = {"spec": {"type": "object", "properties": dict.fromkeys(fields, FREE)}}
        return crd("Changing", {"type": "object", "properties": properties})

    target = world.id(kind="Changing")
    spec = {"a": {"x": 1}, "b": {"y": 2}}
    world.cluster.install_crd(definition("a"))
    assert world.create(target, spec=spec)["spec"] == {"a": {"x": 1}}
    world.cluster.install_crd(definition("a", "b"))
    world.eventually(lambda: world.cluster.patch(target, {"spec": spec})["spec"] == spec)
    world.cluster.delete(
        ResourceId(
            "apiextensions.k8s.io/v1", "CustomResourceDefinition", None, "changings.test.koreo.dev", None
        )
    )
    world.eventually(
        lambda: world.cluster.perform(Read(world.id(kind="Changing", plural="changings"))) is None
    )


@pytest.mark.parametrize(
    ("spec", "fields"),
    [
        ({}, {"spec.group", "spec.names.plural", "spec.names.kind", "spec.scope", "spec.versions"}),
        (
            {"group": "a.dev", "names": {"plural": "xs", "kind": "X"}, "scope": "Namespaced", "versions": []},
            {"spec.versions"},
        ),
    ],
)
def test_a_definition_that_is_none(world: World, spec: dict[str, object], fields: set[str]) -> None:
    target = world.id("xs.a.dev", "CustomResourceDefinition", "apiextensions.k8s.io/v1")
    error = refusal(lambda: world.cluster.install_crd(world.body(target, spec=spec)))
    assert error.status == 422
    assert fields <= {cause.field for cause in error.causes}
