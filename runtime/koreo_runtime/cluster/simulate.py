"""Other controllers, played by rules: what happens to the objects of a simulated cluster between two passes.

A rule applies to an object once it has been there, with its present specification, for as many passes as the
rule says; and from then on in every pass, as a controller goes on to keep a status up to date.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from koreo_analyzer.json_data import json_equal

from koreo_runtime.cluster.simulation_rules import Match, Rule, RuleError
from koreo_runtime.cluster.simulation_undo import Undo
from koreo_runtime.effects import ApiError, ResourceId

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_analyzer.text import Span

    from koreo_runtime.cluster.memory import MemoryCluster
    from koreo_runtime.cluster.protocol import ResourceType
    from koreo_runtime.effects import KubeObject


@dataclass(frozen=True, slots=True)
class RuleFailure:
    """A rule that could not be applied to an object. `span` is its place in the file, None in a preset."""

    rule: str
    target: ResourceId
    span: Span | None
    message: str


@dataclass(frozen=True, slots=True)
class Advance:
    """What one pass of the other controllers did: the objects changed, and what went wrong.

    `pending`: a rule waits for a later pass, so that a cluster that looks stable is not.
    """

    changed: tuple[ResourceId, ...]
    failures: tuple[RuleFailure, ...]
    pending: bool


class Simulation:
    """The controllers that some rules stand for, at work in one cluster."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        self._ages: dict[tuple[str, int], int] = {}
        self._matched: set[int] = set()
        self._undo = Undo()

    @property
    def unmatched(self) -> tuple[Rule, ...]:
        """The rules that no object has ever matched, but for presets, and rules for objects that are being deleted."""
        expected = (rule for rule in self._rules if rule.span is not None and not rule.match.deleting)
        return tuple(rule for rule in expected if id(rule) not in self._matched)

    @staticmethod
    def is_about(rule: Rule, api_version: str, kind: str) -> bool:
        """Whether a rule may match objects of a kind."""
        return _fits_kind(rule.match, api_version, kind)

    def undone(self, item: KubeObject) -> KubeObject:
        """Return an object without what rules made of it, its status apart."""
        return self._undo.undone(item)

    def advance(self, cluster: MemoryCluster) -> Advance:
        """Let one pass go by: apply every rule to every object that it is about. Never raises."""
        changed: list[ResourceId] = []
        failures: list[RuleFailure] = []
        ages: dict[tuple[str, int], int] = {}
        pending = False
        done: set[str] = set()
        for type_ in cluster.resource_types():
            if type_.qualified in done:
                continue
            rules = [rule for rule in self._rules if _fits_kind(rule.match, type_.api_version, type_.kind)]
            if not rules:
                continue
            done.add(type_.qualified)
            for listed in cluster.list_objects(type_.api_version, type_.kind).items:
                target, item = _target(type_, listed), listed
                version = (item["metadata"]["uid"], item["metadata"].get("generation", 0))
                age = ages[version] = self._ages.get(version, 0) + 1
                for rule in rules:
                    if not _fits_object(rule.match, item):
                        continue
                    self._matched.add(id(rule))
                    if age < rule.after:
                        pending = True
                        continue
                    try:
                        after = _apply(rule, cluster, type_, target, item)
                    except RuleError as error:
                        span = None if rule.span is None else error.span
                        failures.append(RuleFailure(rule.title, target, span, error.message))
                        continue
                    except ApiError as error:
                        failures.append(RuleFailure(rule.title, target, rule.span, error.message))
                        continue
                    if not json_equal(item, after):
                        changed.append(target)
                    if after is None:
                        break
                    self._undo.note(item, after)
                    item = after
        self._ages = ages
        return Advance(tuple(dict.fromkeys(changed)), tuple(failures), pending)


def _apply(
    rule: Rule, cluster: MemoryCluster, type_: ResourceType, target: ResourceId, item: KubeObject
) -> KubeObject | None:
    """Return the object after a rule; None when it is gone. Raises `RuleError` and `ApiError`."""
    if rule.when is not None and not rule.when(item):
        return item
    patch = rule.set(item)
    if type_.has_status and "status" in patch:
        status = {"status": patch["status"]}
        rest = {key: value for key, value in patch.items() if key != "status"}
        after = cluster.patch_status(target, status)
    else:
        rest, after = patch, item
    if rest:
        after = cluster.patch(target, rest)
    gone = "deletionTimestamp" in after["metadata"] and not after["metadata"].get("finalizers")
    return None if gone else after


def _target(type_: ResourceType, item: KubeObject) -> ResourceId:
    metadata = item["metadata"]
    return ResourceId(
        type_.api_version, type_.kind, type_.plural, metadata["name"], metadata.get("namespace")
    )


def _fits_kind(match: Match, api_version: str, kind: str) -> bool:
    if match.api_version is not None and not fnmatchcase(api_version, _pattern(match.api_version)):
        return False
    return fnmatchcase(kind, _pattern(match.kind))


def _fits_object(match: Match, item: KubeObject) -> bool:
    metadata = item["metadata"]
    if match.deleting != ("deletionTimestamp" in metadata):
        return False
    if match.name is not None and not fnmatchcase(metadata["name"], _pattern(match.name)):
        return False
    if match.namespace is not None and metadata.get("namespace") != match.namespace:
        return False
    labels = metadata.get("labels") or {}
    return all(labels.get(key) == value for key, value in match.labels.items())


def _pattern(text: str) -> str:
    """Return a pattern in which only `*` means more than itself."""
    return text.replace("[", "[[]").replace("?", "[?]")
