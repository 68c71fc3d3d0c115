"""ResourceFunctions: one run against an API of one object (language section 7)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from koreo_runtime.effects import ApiError, Create, Delete, Patch, Read, ResourceId
from koreo_runtime.functions.last_applied import ANNOTATION
from koreo_runtime.functions.results import FunctionResult, ManagedResource, Owner
from koreo_runtime.outcomes import Cause, Ok, Outcome, PermFail, Retry, Skip, path_text
from running import CONFIG, OneObject, config_map, document, reconcile

if TYPE_CHECKING:
    from koreo_runtime.programs.model import DeletePolicy

RESOURCE = """
  resource:
    data:
      mode: fast
"""
MANAGED = CONFIG + RESOURCE
SETTLED = config_map(data={"mode": "fast"})
DRIFTED = config_map(data={"mode": "slow"})
OWNER = Owner("example.com/v1", "App", "shop", "uid-1", "default")
REFERENCE = {
    "apiVersion": "example.com/v1",
    "kind": "App",
    "name": "shop",
    "uid": "uid-1",
    "blockOwnerDeletion": True,
    "controller": False,
}


def api_with(**flags: str) -> str:
    """Return `CONFIG` with more keys in `apiConfig`."""
    return CONFIG + "".join(f"    {key}: {value}\n" for key, value in flags.items())


def sent(api: OneObject) -> dict[str, Any]:
    """Return the body of the only write, without the last-applied annotation."""
    (write,) = api.writes
    assert isinstance(write, Create | Patch)
    metadata = dict(write.body["metadata"])
    annotations = {k: v for k, v in metadata.pop("annotations").items() if k != ANNOTATION}
    return {**write.body, "metadata": {**metadata, **({"annotations": annotations} if annotations else {})}}


def told(result: FunctionResult) -> str:
    """Return class, delay, message and place of an outcome in one line."""
    outcome: Outcome = result.outcome
    if isinstance(outcome, Ok):
        return f"Ok {outcome.value}"
    delay = f" {outcome.delay}" if isinstance(outcome, Retry) else ""
    return f"{type(outcome).__name__}{delay} {outcome.message} @ {path_text(outcome.location.path)}"


# The table of section 7: what is there, what is done, how it ends.

CREATING = "Retry 30 Creating ConfigMap:default:settings. @ spec.create"
NOT_FOUND = "Retry 30 ConfigMap:default:settings not found. Waiting..."
PATCHING = "Retry 30 Patching `ConfigMap:default:settings` due to `data.mode`. @ spec.update.patch"
RECREATING = (
    "Retry 30 Deleting ConfigMap:default:settings to recreate due to `data.mode`. @ spec.update.recreate"
)
DELETED = config_map({"deletionTimestamp": "2024-01-01T00:00:00Z"}, data={"mode": "slow"})
GOING = "Retry 30 ConfigMap:default:settings is being deleted. Waiting... @ spec.apiConfig"
READONLY = api_with(readonly="true")
DELETING = api_with(deleteIfExists="true")
NO_CREATE = MANAGED + "  create: {enabled: false}\n"
NEVER = MANAGED + "  update: {never: {}}\n"
RECREATE = MANAGED + "  update: {recreate: {}}\n"


@pytest.mark.parametrize(
    ("spec", "held", "writes", "expected"),
    [
        (DELETING, None, (), "Ok None"),
        (
            DELETING,
            SETTLED,
            (Delete,),
            "Retry 30 Deleting ConfigMap:default:settings. @ spec.apiConfig.deleteIfExists",
        ),
        (api_with(deleteIfExists="true", readonly="true"), SETTLED, (Delete,), None),
        (READONLY, None, (), f"{NOT_FOUND} @ spec.apiConfig.readonly"),
        (NO_CREATE, None, (), f"{NOT_FOUND} @ spec.create.enabled"),
        (READONLY, DRIFTED, (), "Ok None"),
        (MANAGED, None, (Create,), CREATING),
        (MANAGED + "  create: {delay: 5}\n", None, (Create,), CREATING.replace("30", "5")),
        (MANAGED, SETTLED, (), "Ok None"),
        (NO_CREATE, SETTLED, (), "Ok None"),
        (NEVER, DRIFTED, (), "Ok None"),
        (NEVER, None, (Create,), CREATING),
        (MANAGED, DRIFTED, (Patch,), PATCHING),
        (NO_CREATE, DRIFTED, (Patch,), PATCHING),
        (MANAGED + "  update: {patch: {delay: 3}}\n", DRIFTED, (Patch,), PATCHING.replace("30", "3")),
        (RECREATE, DRIFTED, (Delete,), RECREATING),
        (MANAGED + "  update: {recreate: {delay: 0}}\n", DRIFTED, (Delete,), RECREATING.replace("30", "0")),
        (MANAGED, DELETED, (), GOING),
        (NEVER, DELETED, (), GOING),
        (DELETING, DELETED, (), GOING),
        (READONLY, DELETED, (), "Ok None"),
    ],
)  # fmt: skip
def test_what_is_done(
    spec: str, held: dict[str, Any] | None, writes: tuple[type, ...], expected: str | None
) -> None:
    api = OneObject(held)
    result = reconcile(spec, api=api)
    assert api.effects[0] == Read(ResourceId("v1", "ConfigMap", "configmaps", "settings", "default"))
    assert tuple(type(effect) for effect in api.writes) == writes
    assert expected is None or told(result) == expected


def test_what_is_sent_at_creation() -> None:
    api = OneObject()
    reconcile(MANAGED, api=api)
    assert sent(api) == SETTLED
    assert isinstance(api.writes[0], Create)
    annotations = api.writes[0].body["metadata"]["annotations"]
    assert json.loads(annotations[ANNOTATION]) == SETTLED


def test_what_is_sent_to_patch_is_the_target() -> None:
    api = OneObject(config_map({"labels": {"other": "x"}}, data={"mode": "slow"}))
    reconcile(MANAGED, api=api)
    assert sent(api) == SETTLED
    assert reconcile(MANAGED, api=api).outcome == Ok(None)


def test_annotations_of_the_target_stay_beside_the_last_applied() -> None:
    api = OneObject()
    reconcile(CONFIG + "  resource:\n    metadata:\n      annotations: {a: b}\n", api=api)
    assert sent(api)["metadata"]["annotations"] == {"a": "b"}


def test_an_object_too_large_for_an_annotation_is_stored_without_it() -> None:
    api = OneObject()
    reconcile(MANAGED.replace("fast", "x" * 250_000), api=api)
    assert isinstance(api.writes[0], Create)
    assert api.writes[0].body["metadata"] == {"name": "settings", "namespace": "default"}


# Order, identity, managed resource.


def test_a_namespace_in_the_target_of_a_cluster_wide_resource_is_no_difference() -> None:
    spec = CONFIG.replace("namespace: default", "namespaced: false")
    held = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}}
    api = OneObject(held)
    assert reconcile(spec + "  resource: {metadata: {namespace: elsewhere}}\n", api=api).outcome == Ok(None)
    assert api.writes == []


def test_nothing_is_read_before_preconditions_locals_and_identity() -> None:
    skipped = "  preconditions:\n  - assert: =false\n    skip: {message: not now}\n"
    for spec, expected in (
        (skipped + MANAGED, "Skip not now @ spec.preconditions[0]"),
        (
            "  locals: {a: =inputs.gone}\n" + MANAGED,
            "PermFail `spec.locals.a`: no such field `gone` in {name} @ spec.locals.a",
        ),
        (
            MANAGED.replace("=inputs.name", "=inputs.gone"),
            "PermFail `spec.apiConfig.name`: no such field `gone` in {name} @ spec.apiConfig.name",
        ),
    ):
        api = OneObject(SETTLED)
        result = reconcile(spec, api=api)
        assert (told(result), api.effects, result.managed) == (expected, [], None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("=5", "5"), ("=1.0", "1"), ("=true", "true"), ('"007"', "007"), ("=inputs.name", "settings")],
)
def test_names_are_texts(name: str, expected: str) -> None:
    api = OneObject()
    result = reconcile(MANAGED.replace("=inputs.name", name), api=api)
    assert sent(api)["metadata"]["name"] == expected
    assert result.managed is not None
    assert result.managed.name == expected


@pytest.mark.parametrize("name", ["=null", '=""', "=[1]", "=inputs", '""'])
@pytest.mark.parametrize("key", ["name: =inputs.name", "namespace: default"])
def test_what_is_no_name_is_permanent(name: str, key: str) -> None:
    if name == '=""':
        name = "'=\"\"'"
    word = key.partition(":")[0]
    result = reconcile(MANAGED.replace(key, f"{word}: {name}"))
    assert isinstance(result.outcome, PermFail)
    assert result.outcome.location.path == ("spec", "apiConfig", word)


def test_without_namespace() -> None:
    spec = MANAGED.replace("namespace: default", "namespaced: false")
    api = OneObject()
    reconcile(spec, api=api, owner=OWNER)
    assert isinstance(api.effects[0], Read)
    assert api.effects[0].id.namespace is None
    assert sent(api)["metadata"] == {"name": "settings"}


@pytest.mark.parametrize(
    ("spec", "readonly", "policy"),
    [
        (MANAGED, False, "abandon"),
        (MANAGED + "  delete: {destroy: {}}\n", False, "destroy"),
        (MANAGED + "  delete: {abandon: {}}\n", False, "abandon"),
        (READONLY, True, "abandon"),
    ],
)
def test_the_managed_resource_is_told(spec: str, readonly: bool, policy: DeletePolicy) -> None:
    identity = ("v1", "ConfigMap", "configmaps", "settings", "default")
    expected = ManagedResource(*identity, readonly, "under-test", policy)
    assert reconcile(spec, api=OneObject(SETTLED)).managed == expected


def test_what_should_not_exist_is_not_managed() -> None:
    assert reconcile(DELETING, api=OneObject(SETTLED)).managed is None


# The target specification.


@pytest.mark.parametrize(
    "forced",
    [
        "apiVersion: v2",
        "kind: Secret",
        "metadata: {name: other}",
        "metadata: {namespace: x}",
        "metadata: null",
    ],
)
@pytest.mark.parametrize("where", ["resource", "overlay", "create"])
def test_the_identity_is_forced(forced: str, where: str) -> None:
    rest = {
        "resource": f"  resource:\n    {forced}\n    data: {{mode: fast}}\n",
        "overlay": f"{RESOURCE}  overlays:\n  - overlay:\n      {forced}\n",
        "create": f"{RESOURCE}  create:\n    overlay:\n      {forced}\n",
    }
    api = OneObject()
    reconcile(CONFIG + rest[where], api=api)
    assert sent(api) == SETTLED


def test_overlays_see_the_target_so_far_with_its_identity() -> None:
    spec = MANAGED + (
        "  locals: {x: =inputs.name}\n"
        "  overlays:\n"
        "  - overlay: {data: {first: =resource.metadata.name + resource.data.mode}}\n"
        "  - skipIf: =inputs.name == locals.x\n    overlay: {data: {never: there}}\n"
        "  - skipIf: =false\n    overlay: {data: {second: =resource.data.first + locals.x}}\n"
    )
    api = OneObject()
    reconcile(spec, api=api)
    assert sent(api)["data"] == {
        "mode": "fast",
        "first": "settingsfast",
        "second": "settingsfastsettings",
    }


def test_create_overlay_is_applied_at_creation_only() -> None:
    spec = MANAGED + "  create:\n    overlay:\n      data: {once: =resource.data.mode}\n"
    api = OneObject()
    reconcile(spec, api=api)
    assert sent(api)["data"] == {"mode": "fast", "once": "fast"}
    api.effects.clear()
    assert reconcile(spec, api=api).outcome == Ok(None)
    api = OneObject(config_map(data={"mode": "slow"}))
    reconcile(spec, api=api)
    assert sent(api)["data"] == {"mode": "fast"}


TEMPLATE = document(
    "ResourceTemplate",
    "  template:\n    apiVersion: v1\n    kind: ConfigMap\n    data: {mode: fast, text: =inputs.name}\n",
    "body",
)


def test_a_template_is_static() -> None:
    api = OneObject()
    reconcile(CONFIG + "  resourceTemplateRef:\n    name: ='bo' + 'dy'\n", TEMPLATE, api=api)
    assert sent(api)["data"] == {"mode": "fast", "text": "=inputs.name"}


@pytest.mark.parametrize(
    ("name", "template", "expected"),
    [
        ("body", "", "Retry 30 ResourceTemplate:body not found. @ spec.resourceTemplateRef.name"),
        (
            "body",
            TEMPLATE.replace("    kind: ConfigMap\n", ""),
            "Retry 30 ResourceTemplate:body is not ready (",
        ),
        (
            "body",
            TEMPLATE.replace("{}", "{koreo.dev/active: off}"),
            "Retry 30 ResourceTemplate:body not found.",
        ),
        (
            "=5",
            TEMPLATE,
            "PermFail `spec.resourceTemplateRef.name` must be the name of a ResourceTemplate, and is",
        ),
        ("=null", TEMPLATE, "PermFail `spec.resourceTemplateRef.name` must be the name"),
        ("=inputs.gone", TEMPLATE, "PermFail `spec.resourceTemplateRef.name`: no such field `gone`"),
    ],
)
def test_a_template_that_is_not_there(name: str, template: str, expected: str) -> None:
    others = [template] if template else []
    result = reconcile(CONFIG + f"  resourceTemplateRef:\n    name: {name}\n", *others)
    assert told(result).startswith(expected)
    assert result.managed is not None


OVERLAY_REF = "  overlays:\n  - overlayRef: {kind: ValueFunction, name: shaped}\n"


def test_an_overlay_function_sees_and_changes_the_target() -> None:
    shaped = document(
        "ValueFunction",
        "  preconditions:\n  - assert: =resource.data.mode == 'fast'\n    skip: {message: slow}\n"
        "  locals: {a: =resource.data.mode}\n"
        "  return:\n    data: {a: =locals.a, b: =inputs.b}\n    metadata: {name: other}\n",
        "shaped",
    )
    api = OneObject()
    reconcile(MANAGED + OVERLAY_REF + "    inputs: {b: =resource.metadata.name}\n", shaped, api=api)
    assert sent(api) == config_map(data={"mode": "fast", "a": "fast", "b": "settings"})
    result = reconcile(MANAGED.replace("fast", "lame") + OVERLAY_REF, shaped)
    assert result.outcome.__class__ is Skip


def test_an_overlay_function_without_inputs_gets_none() -> None:
    shaped = document("ValueFunction", "  return:\n    data: {size: =string(size(inputs))}\n", "shaped")
    api = OneObject()
    reconcile(MANAGED + OVERLAY_REF, shaped, api=api)
    assert sent(api)["data"]["size"] == "0"


@pytest.mark.parametrize(
    ("overlay", "function", "expected"),
    [
        (OVERLAY_REF, "", "Retry 60 ValueFunction:shaped not found. @ spec.overlays[0].overlayRef"),
        (OVERLAY_REF, "  return: null\n", "Retry 60 ValueFunction:shaped is not ready (`spec.return` must be"),
        (
            OVERLAY_REF,
            "  preconditions: []\n",
            "PermFail ValueFunction:shaped returns nothing to overlay. @ spec.overlays[0].overlayRef",
        ),
        (OVERLAY_REF + "    skipIf: =true\n", "", CREATING),
        (OVERLAY_REF + "    skipIf: =5\n", "", "PermFail `spec.overlays[0].skipIf` must be true or false, and is"),
        (OVERLAY_REF + "    inputs: {a: =inputs.gone}\n", "  return: {b: 1}\n", "PermFail `spec.overlays[0].inputs.a`"),
        (OVERLAY_REF, "  return: {data: =inputs.gone}\n", "PermFail `spec.return.data`: no such field `gone`"),
        ("  overlays:\n  - overlay: {}\n", "", CREATING),
        (
            "  overlays:\n  - overlay: {a: 1}\n    inputs: {}\n",
            "",
            "PermFail `inputs` has no meaning beside `overlay` @ spec.overlays[0].inputs",
        ),
        ("  overlays:\n  - overlay: {a: =inputs.gone}\n", "", "PermFail `spec.overlays[0].overlay.a`: no such"),
    ],
)  # fmt: skip
def test_overlays_that_cannot_be_applied(overlay: str, function: str, expected: str) -> None:
    others = [document("ValueFunction", function, "shaped")] if function else []
    api = OneObject()
    result = reconcile(MANAGED + overlay, *others, api=api)
    assert told(result).startswith(expected)
    assert isinstance(api.effects[0], Read)


def test_overlays_alone_build_a_resource() -> None:
    api = OneObject()
    reconcile(CONFIG + "  overlays:\n  - overlay: {data: {mode: fast}}\n", api=api)
    assert sent(api) == SETTLED


BROKEN_TARGET = CONFIG + "  resource: {data: =inputs.gone}\n"


@pytest.mark.parametrize(
    ("spec", "held", "built"),
    [
        (BROKEN_TARGET + "  update: {never: {}}\n", SETTLED, True),
        (BROKEN_TARGET, None, True),
        (BROKEN_TARGET, SETTLED, True),
        (BROKEN_TARGET + "  create: {enabled: false}\n", None, False),
        (BROKEN_TARGET.replace("namespace:", "readonly: true\n    namespace:"), SETTLED, False),
        (BROKEN_TARGET.replace("namespace:", "deleteIfExists: true\n    namespace:"), SETTLED, False),
    ],
)
def test_the_target_is_built_only_when_it_is_needed(
    spec: str, held: dict[str, Any] | None, built: bool
) -> None:
    assert isinstance(reconcile(spec, api=OneObject(held)).outcome, PermFail) is built


# Postconditions and return.

CONCLUSION = """
  locals: {factor: 2}
  postconditions:
  - assert: =has(resource.status)
    retry: {message: not ready, delay: 4}
  return:
    double: =resource.status.count * locals.factor
    name: =inputs.name
"""


def test_postconditions_and_return_see_what_the_server_holds() -> None:
    assert told(reconcile(MANAGED + CONCLUSION, api=OneObject(SETTLED))) == (
        "Retry 4 not ready @ spec.postconditions[0]"
    )
    ready = {**SETTLED, "status": {"count": 3}}
    assert reconcile(MANAGED + CONCLUSION, api=OneObject(ready)).outcome == Ok(
        {"double": 6, "name": "settings"}
    )


def test_what_is_deleted_is_an_empty_resource() -> None:
    spec = DELETING + "  postconditions:\n  - assert: =size(resource) == 0\n    permFail: {message: there}\n"
    assert reconcile(spec).outcome == Ok(None)


# Directives are not sent.


def test_directives_are_taken_out() -> None:
    spec = CONFIG + (
        "  resource:\n"
        "    data:\n"
        "      x-koreo-compare-as-set: [tags]\n"
        "      tags: [a, b]\n"
        "      list:\n"
        "      - x-koreo-compare-last-applied: [secret]\n"
        "        secret: =inputs.name\n"
    )
    api = OneObject()
    reconcile(spec, api=api)
    assert sent(api)["data"] == {"tags": ["a", "b"], "list": [{"secret": "settings"}]}
    assert "x-koreo" not in json.dumps(api.held)
    api.effects.clear()
    assert reconcile(spec, api=api).outcome == Ok(None)


def test_compared_with_the_last_applied() -> None:
    spec = CONFIG + "  resource:\n    data:\n      x-koreo-compare-last-applied: [a]\n      a: =inputs.a\n"
    inputs = {"name": "settings", "a": "1"}
    api = OneObject()
    reconcile(spec, api=api, inputs=inputs)
    assert api.held is not None
    api.held = {**api.held, "data": {"a": "changed by the server"}}
    assert reconcile(spec, api=api, inputs=inputs).outcome == Ok(None)
    changed = reconcile(spec, api=api, inputs={**inputs, "a": "2"})
    assert told(changed) == PATCHING.replace("mode", "a")


LARGE = "x" * 250_000
DIRECTED = """
  resource:
    x-koreo-compare-as-map: {items: [id]}
    x-koreo-compare-last-applied: [top]
    top: =inputs.top
    large: =inputs.large
    items:
    - {id: a, large: =inputs.large}
    - {id: b, x-koreo-compare-last-applied: [secret], secret: =inputs.secret}
    rows:
    - [1]
    - [{x-koreo-compare-last-applied: [secret], secret: =inputs.secret}]
"""


@pytest.mark.parametrize("kind_of_value", ["kept", "too large to keep"])
def test_an_object_too_large_for_an_annotation_settles(kind_of_value: str) -> None:
    value = "1" if kind_of_value == "kept" else LARGE
    inputs = {"name": "settings", "large": LARGE, "top": value, "secret": value}
    api = OneObject()
    reconcile(CONFIG + DIRECTED, api=api, inputs=inputs)
    assert reconcile(CONFIG + DIRECTED, api=api, inputs=inputs).outcome == Ok(None)
    for key, place in (("top", "top"), ("secret", "items[1].secret")):
        inputs = {**inputs, key: value + "2"}
        assert f"due to `{place}`" in told(reconcile(CONFIG + DIRECTED, api=api, inputs=inputs))
        assert reconcile(CONFIG + DIRECTED, api=api, inputs=inputs).outcome == Ok(None)


def test_of_a_large_object_the_compared_keys_are_kept() -> None:
    inputs = {"name": "settings", "large": LARGE, "top": [1], "secret": "s"}
    api = OneObject()
    reconcile(CONFIG + DIRECTED, api=api, inputs=inputs)
    assert api.held is not None
    assert json.loads(api.held["metadata"]["annotations"][ANNOTATION]) == {
        "top": [1],
        "items": [{"id": "a"}, {"id": "b", "secret": "s"}],
        "rows": [{}, [{"secret": "s"}]],
    }
    api.held = {**api.held, "top": "changed by the server"}
    assert reconcile(CONFIG + DIRECTED, api=api, inputs=inputs).outcome == Ok(None)


def test_what_was_kept_goes_when_the_object_becomes_too_large() -> None:
    small = {"name": "settings", "large": "", "top": "1", "secret": ""}
    api = OneObject()
    reconcile(CONFIG + DIRECTED, api=api, inputs=small)
    large = {**small, "large": LARGE, "top": LARGE}
    assert isinstance(reconcile(CONFIG + DIRECTED, api=api, inputs=large).outcome, Retry)
    assert api.held is not None
    assert ANNOTATION not in api.held["metadata"]["annotations"]
    assert reconcile(CONFIG + DIRECTED, api=api, inputs=large).outcome == Ok(None)


def test_what_was_last_applied_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    items = "".join(f"    - {{x-koreo-compare-last-applied: [v], v: {number}}}\n" for number in range(50))
    spec = CONFIG + "  resource:\n    items:\n" + items
    api = OneObject()
    reconcile(spec, api=api)
    loads = Mock(wraps=json.loads)
    monkeypatch.setattr(json, "loads", loads)
    assert reconcile(spec, api=api).outcome == Ok(None)
    assert loads.call_count == 1


def test_what_was_last_applied_to_another_object_is_not_taken_over() -> None:
    spec = CONFIG + "  resource: {metadata: {annotations: =inputs.annotations}}\n"
    inputs = {"name": "settings", "annotations": {"a": "b", ANNOTATION: '{"data": "of another"}'}}
    api = OneObject()
    reconcile(spec, api=api, inputs=inputs)
    assert sent(api)["metadata"]["annotations"] == {"a": "b"}
    assert reconcile(spec, api=api, inputs=inputs).outcome == Ok(None)


# Owner references.


def test_the_trigger_becomes_an_owner() -> None:
    api = OneObject()
    reconcile(MANAGED, api=api, owner=OWNER)
    assert sent(api)["metadata"]["ownerReferences"] == [REFERENCE]
    api.effects.clear()
    assert reconcile(MANAGED, api=api, owner=OWNER).outcome == Ok(None)
    assert api.writes == []


@pytest.mark.parametrize(
    ("spec", "owner"),
    [
        (api_with(owned="false") + RESOURCE, OWNER),
        (MANAGED.replace("namespace: default", "namespaced: false"), OWNER),
        (MANAGED, Owner("v1", "App", "a", "u", "elsewhere")),
        (MANAGED, Owner("v1", "App", "a", "u", None)),
        (MANAGED, None),
    ],
)
def test_who_does_not_become_an_owner(spec: str, owner: Owner | None) -> None:
    api = OneObject()
    reconcile(spec, api=api, owner=owner)
    assert "ownerReferences" not in sent(api)["metadata"]


@pytest.mark.parametrize("update", ["patch", "recreate"])
def test_a_missing_owner_alone_is_patched(update: str) -> None:
    other = {**REFERENCE, "uid": "uid-2"}
    api = OneObject(config_map({"ownerReferences": [other]}, data={"mode": "fast"}))
    result = reconcile(MANAGED + f"  update: {{{update}: {{delay: 9}}}}\n", api=api, owner=OWNER)
    (write,) = api.writes
    assert isinstance(write, Patch)
    assert write.body == {"metadata": {"ownerReferences": [other, REFERENCE]}}
    assert told(result) == (
        f"Retry 9 Patching `ConfigMap:default:settings` to add its owner. @ spec.update.{update}"
    )


def test_a_missing_owner_is_added_with_the_other_changes() -> None:
    other = {**REFERENCE, "uid": "uid-2"}
    api = OneObject(config_map({"ownerReferences": [other]}, data={"mode": "slow"}))
    reconcile(MANAGED, api=api, owner=OWNER)
    assert sent(api)["metadata"]["ownerReferences"] == [other, REFERENCE]


def test_never_leaves_the_owners_alone() -> None:
    api = OneObject(SETTLED)
    assert reconcile(NEVER, api=api, owner=OWNER).outcome == Ok(None)
    assert api.writes == []


def test_owners_of_the_target_do_not_drive_out_the_trigger() -> None:
    other = {**REFERENCE, "uid": "uid-2"}
    spec = MANAGED.replace("    data:", "    metadata: {ownerReferences: '=[inputs.other]'}\n    data:")
    api = OneObject(config_map({"ownerReferences": [REFERENCE]}, data={"mode": "slow"}))
    reconcile(spec, api=api, owner=OWNER, inputs={"name": "settings", "other": other})
    assert sent(api)["metadata"]["ownerReferences"] == [REFERENCE, other]


# Refusals of the API server.

CONFLICT = ApiError(409, "Conflict", "changed")


@pytest.mark.parametrize(
    ("error", "outcome", "delay", "cause"),
    [
        (CONFLICT, Retry, 30, Cause.CONFLICT),
        (ApiError(408, "Timeout", "slow"), Retry, 30, Cause.TRANSIENT),
        (ApiError(429, "TooManyRequests", "busy", 7.0), Retry, 7, Cause.TRANSIENT),
        (ApiError(429, "TooManyRequests", "busy"), Retry, 30, Cause.TRANSIENT),
        (ApiError(503, "ServiceUnavailable", "down"), Retry, 30, Cause.TRANSIENT),
        (ApiError(0, "", "connection refused"), Retry, 30, Cause.TRANSIENT),
        (ApiError(403, "Forbidden", "not you"), PermFail, None, Cause.DENIED),
        (ApiError(422, "Invalid", "not this"), PermFail, None, Cause.INVALID),
        (ApiError(400, "BadRequest", "what"), PermFail, None, Cause.INVALID),
    ],
)
@pytest.mark.parametrize(
    ("effect", "spec", "held", "place"),
    [
        (Read, MANAGED, SETTLED, "spec.apiConfig"),
        (Create, MANAGED, None, "spec.create"),
        (Patch, MANAGED, DRIFTED, "spec.update.patch"),
        (Delete, RECREATE, DRIFTED, "spec.update.recreate"),
        (Delete, DELETING, DRIFTED, "spec.apiConfig.deleteIfExists"),
    ],
)
def test_refusals(
    error: ApiError, outcome: type, delay: int | None, cause: Cause, effect: type, spec: str,
    held: dict[str, Any] | None, place: str,
) -> None:  # fmt: skip
    result = reconcile(spec, api=OneObject(held, {effect: error})).outcome
    assert type(result) is outcome
    assert not isinstance(result, Ok)
    assert getattr(result, "delay", None) == delay
    assert result.cause is cause
    assert path_text(result.location.path) == place
    assert error.message in result.message


def test_a_conflict_at_creation_waits_as_creation_does() -> None:
    api = OneObject(None, {Create: CONFLICT})
    result = reconcile(MANAGED + "  create: {delay: 2}\n", api=api)
    assert isinstance(result.outcome, Retry)
    assert result.outcome.delay == 2


def test_not_found_is_absent_when_read_and_gone_when_patched() -> None:
    missing = ApiError(404, "NotFound", "no such thing")
    api = OneObject(DRIFTED, {Read: missing})
    assert told(reconcile(MANAGED, api=api)) == CREATING
    gone = reconcile(MANAGED, api=OneObject(DRIFTED, {Patch: missing})).outcome
    assert isinstance(gone, Retry)
    assert gone.cause is Cause.CONFLICT


def test_values_of_a_secret_are_in_no_message() -> None:
    spec = MANAGED.replace("kind: ConfigMap", "kind: Secret").replace("fast", "=inputs.password")
    inputs = {"name": "settings", "password": "hunter2"}
    held = {**DRIFTED, "kind": "Secret", "data": {"mode": "hunter1"}}
    refusal = ApiError(
        422,
        "Invalid",
        'Secret "settings" is invalid: [data[mode]: Invalid value: "hunter2": not base64, '
        'metadata.labels: Invalid value: "hunter3": bad]',
    )
    patched = told(reconcile(spec, api=OneObject(held), inputs=inputs))
    refused = told(reconcile(spec, api=OneObject(held, {Patch: refusal}), inputs=inputs))
    assert "hunter" not in patched + refused
    assert "due to `data.mode`" in patched
    assert "Invalid (data[mode], metadata.labels)" in refused


def test_quantities_are_equal_by_value() -> None:
    spec = CONFIG.replace("v1\n    kind: ConfigMap", "v1\n    kind: Pod") + (
        "  resource:\n    spec:\n      containers:\n      - resources: {limits: {cpu: '0.5', memory: 1Gi}}\n"
    )
    limits = {"cpu": "500m", "memory": "1024Mi"}
    pod = {
        **config_map(),
        "kind": "Pod",
        "spec": {"containers": [{"resources": {"limits": limits}, "name": "x"}]},
    }
    assert reconcile(spec, api=OneObject(pod)).outcome == Ok(None)
    limits["cpu"] = "501m"
    result = reconcile(spec, api=OneObject(pod))
    assert "`spec.containers[0].resources.limits.cpu`" in told(result)
    limits["cpu"] = "500m"
    plain = reconcile(spec, api=OneObject(pod), quantities=lambda resource, path: False)
    assert isinstance(plain.outcome, Retry)
