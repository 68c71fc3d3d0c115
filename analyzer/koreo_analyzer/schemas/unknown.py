"""Why no schema of a kind is known: nobody has handed one in, or no API server has such a kind.

The groups of Kubernetes itself hold no other kinds: the group of a CustomResourceDefinition needs a dot (Kubernetes,
`ValidateCustomResourceDefinition`: "should be a domain with at least one dot"), and those that end in `.k8s.io` are
reserved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koreo_analyzer.schemas.kinds import KindName
from koreo_analyzer.suggest import closest

if TYPE_CHECKING:
    from collections.abc import Collection

    from koreo_analyzer.schemas.kinds import SchemaSource

_VERSION: Final = re.compile(r"v(\d+)(?:(alpha|beta)(\d+))?")
_BUILT_IN: Final = KindName("v1", "ConfigMap")
"""Who knows it knows the kinds of Kubernetes."""
_PULL: Final = "run `koreo schema pull` to read it from a cluster that has it"
_DEFINE: Final = "put it into the workspace or a folder of `crds` in koreo.toml, or run `koreo schema pull`"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Why the type of a kind is `any`: a sentence, and what to do about it.

    `meant` is the kind that was most likely meant, `certain` tells that hardly any API server has the one that is
    named, and `defined` that a CustomResourceDefinition of the workspace has it in other versions.
    """

    reason: str
    advice: str
    meant: KindName | None = None
    certain: bool = False
    defined: bool = False


def malformed(name: KindName) -> Unknown | None:
    """Say what is wrong with an `apiVersion` that no API server has, whichever kinds are known."""
    version = name.api_version
    if version.count("/") < 2 and not version.startswith("/") and not version.endswith("/"):
        return None
    group, _, rest = version.partition("/")
    number = next((part for part in rest.split("/") if _VERSION.fullmatch(part)), None)
    meant = None if number is None else KindName(f"{group}/{number}" if group else number, name.kind)
    return Unknown(
        f"`{version}` is no API version",
        "it is a group, `/` and a version, or `v1` alone",
        meant,
        certain=True,
    )


def why_unknown(name: KindName, source: SchemaSource, defined: Collection[KindName] = ()) -> Unknown:
    """Say why no source knows a kind, and how to get its schema.

    `defined` are the kinds that the CustomResourceDefinitions of a workspace define.
    """
    known = frozenset(source.names())
    names = known.union(defined)
    same_kind = sorted(other for other in names if other.kind == name.kind)
    versions = [other for other in same_kind if other.group == name.group]
    if versions:
        return Unknown(
            f"{name.kind} has no schema for version `{name.version}` of {_titled(name.group)}",
            f"known: {', '.join(other.api_version for other in versions)}",
            _preferred(versions, name.version),
            certain=True,
            defined=not known.issuperset(versions),
        )
    fixed = _BUILT_IN in known and _is_fixed(name.group, known)
    slip = _slip(name, names)
    if slip is not None:
        return Unknown(_reason(name, fixed=fixed), f"did you mean `{slip.kind}`?", slip, certain=True)
    if same_kind:
        groups = {other.group for other in same_kind}
        return Unknown(
            _reason(name, fixed=True) if fixed else f"no schema for kind {name.kind} of `{name.api_version}`",
            f"{name.kind} is known in {', '.join(other.api_version for other in same_kind)}",
            _preferred(same_kind, name.version) if fixed and len(groups) == 1 else None,
            certain=fixed,
        )
    if fixed:
        same_group = [other for other in known if other.group == name.group]
        guess = closest(name.kind, {other.kind for other in same_group})
        meant = [other for other in same_group if other.kind == guess]
        return Unknown(
            _reason(name, fixed=True), _PULL, _preferred(meant, name.version) if meant else None, certain=True
        )
    return Unknown(
        _reason(name, fixed=_is_reserved(name.group)), _PULL if _is_reserved(name.group) else _DEFINE
    )


def _reason(name: KindName, *, fixed: bool) -> str:
    if fixed:
        return f"Kubernetes has no kind {name.kind} in `{name.api_version}`, as far as is known"
    return f"no CustomResourceDefinition for kind {name.kind} of `{name.group}`"


def _titled(group: str) -> str:
    return f"`{group}`" if group else "the core group"


def _is_reserved(group: str) -> bool:
    return "." not in group or group.endswith(".k8s.io")


def _is_fixed(group: str, known: Collection[KindName]) -> bool:
    """Whether all kinds of a group are known, since it is one of Kubernetes, or can be nobody's."""
    return "." not in group or (group.endswith(".k8s.io") and any(other.group == group for other in known))


def _preferred(names: Collection[KindName], version: str) -> KindName:
    """Return the kind with the version that is wanted, or else the most stable and newest one."""
    return max(names, key=lambda name: (name.version == version, stability(name.version), name))


def stability(version: str) -> tuple[int, int, int]:
    """Return what orders versions as Kubernetes does: stable before beta before alpha, then the newest first."""
    parts = _VERSION.match(version)
    if parts is None:
        return (-1, 0, 0)
    stage = {None: 2, "beta": 1, "alpha": 0}[parts[2]]
    return stage, int(parts[1]), int(parts[3] or 0)


def _slip(name: KindName, known: Collection[KindName]) -> KindName | None:
    """Return the known kind that a name differs from in a misspelt kind or group; None if it may be its own."""
    same_group = [other for other in known if other.group == name.group]
    kind = closest(name.kind, {other.kind for other in same_group})
    if kind is not None and _is_slip(name.kind, kind):
        return _preferred([other for other in same_group if other.kind == kind], name.version)
    same_kind = [other for other in known if other.kind == name.kind]
    group = closest(name.group, {other.group for other in same_kind})
    if group is None or not _is_same_domain(name.group, group):
        return None
    return _preferred([other for other in same_kind if other.group == group], name.version)


def _is_slip(kind: str, known: str) -> bool:
    """Whether a kind is hardly one of its own: of `Route` and `Router` both may be there."""
    longer, shorter = (kind, known) if len(kind) > len(known) else (known, kind)
    return kind.lower() == known.lower() or not longer.startswith(shorter)


def _is_same_domain(group: str, known: str) -> bool:
    """Whether a group differs in its domain alone: names below one are those of other services."""
    return group.split(".")[:-2] == known.split(".")[:-2]
