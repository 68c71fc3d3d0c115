"""Definitions and the references between them: unknown, duplicate, unused, inactive."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from koreo_analyzer.checks.examples import CALLER, GREETING
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.edit import respelled
from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Function, KoreoDocument, Reference, Workflow
from koreo_analyzer.language.file_names import NAMES, file_name, renamed
from koreo_analyzer.language.patterns import name_pattern
from koreo_analyzer.problems import Fix, Problem, Related, Severity, Tag
from koreo_analyzer.suggest import closest, in_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from koreo_analyzer.checks.world import Site, World

_MOST_PLACES: Final = 5
"""How many other places of a problem are named."""

_MOST_COUNTED: Final = 1000
"""So many other places are counted at most, as each of them asks for all of them."""

_MOST_GUESSES: Final = 3
"""How many names are looked at before none is proposed."""

_GOOD = GREETING + CALLER
_CRD = """\
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: guests.example.com
spec:
  group: example.com
  scope: Namespaced
  names: {{kind: Guest, plural: guests}}
  versions:
  - name: {version}
    served: true
    storage: true
    schema:
      openAPIV3Schema: {{type: object}}
"""

UNKNOWN_REFERENCE = Rule(
    "unknown-reference",
    Severity.ERROR,
    "a reference to a document that is not there",
    "Documents are referred to by kind and name. The workspace has no active document of this kind and "
    "name, so what refers to it cannot run. Of several templates that a computed name can name, those that are not "
    "there are a warning.",
    wrong=_GOOD.replace("name: greeting}", "name: greting}"),
    right=_GOOD,
)

DUPLICATE_DEFINITION = Rule(
    "duplicate-definition",
    Severity.ERROR,
    "two documents of one kind and name",
    "Kind and name must be unique in a workspace: a reference could mean either. The original runtime "
    "silently keeps the one that it loads last.",
    wrong=_GOOD + "---\n" + GREETING,
    right=_GOOD,
)

UNUSED_DEFINITION = Rule(
    "unused-definition",
    Severity.INFO,
    "a function, template or sub-Workflow that nothing uses",
    "No Workflow or function of the workspace refers to the document; tests do not count. A library of "
    'functions may mean it so: set `unused-definition = "off"` in its `koreo.toml`.',
    wrong=GREETING,
    right=_GOOD,
)

INACTIVE_DEFINITION = Rule(
    "inactive-definition",
    Severity.INFO,
    "a document that the controller does not load",
    "The label `koreo.dev/active` has another value than `true`, so the document is not loaded. The "
    "original ignores the label.",
    wrong=GREETING.replace(
        "  name: greeting\n", '  name: greeting\n  labels:\n    koreo.dev/active: "false"\n'
    ),
    right=_GOOD,
)

DUPLICATE_TRIGGER = Rule(
    "duplicate-trigger",
    Severity.WARNING,
    "two Workflows for one kind of trigger",
    "A trigger is run by the one Workflow whose `crdRef` fits it. With several, it runs only if it is "
    "annotated with `koreo.dev/workflow`, and otherwise is `Ready: False` with reason `MultipleWorkflows`.",
    wrong=_GOOD + CALLER.replace("name: greetings", "name: other-greetings"),
    right=_GOOD,
)

UNSERVED_VERSION = Rule(
    "unserved-version",
    Severity.WARNING,
    "a `crdRef` with a version that the CustomResourceDefinition does not serve",
    "The CustomResourceDefinition of the trigger is in the workspace, and has no served version of this "
    "name. If the cluster holds the same definition, nothing triggers the Workflow.",
    wrong=_GOOD + _CRD.format(version="v2"),
    right=_GOOD + _CRD.format(version="v1"),
)

RULES = (
    UNKNOWN_REFERENCE,
    DUPLICATE_DEFINITION,
    UNUSED_DEFINITION,
    INACTIVE_DEFINITION,
    DUPLICATE_TRIGGER,
    UNSERVED_VERSION,
)

_COMPUTED_HINTS = {"ref": "the name cannot be an expression: use `refSwitch` to choose between several"}
_ROOT_KINDS = frozenset({kinds.FUNCTION_TEST})


def check_definition(document: KoreoDocument, path: str, index: int, world: World) -> Iterator[Problem]:
    """Yield the problems of a document's own name: duplicate, unused, inactive, and of its trigger."""
    if document.name is None:
        return
    if not document.active:
        yield INACTIVE_DEFINITION.problem(
            document.active_label or document.name.span,
            f"{document.title} is not loaded: its label `{kinds.ACTIVE_LABEL}` is not `true`",
            tags=(Tag.UNNECESSARY,),
        )
        return
    sites = world.sites(document.kind, document.name.text)
    yield from _duplicates(document, _others((site for site in sites if site.active), path, index))
    triggered = isinstance(document.body, Workflow) and document.body.has_trigger
    if (
        document.kind not in _ROOT_KINDS
        and not triggered
        and not world.is_used(document.kind, document.name.text)
    ):
        users = world.misnamed_users(document.kind, document.name.text)
        yield UNUSED_DEFINITION.problem(
            document.name.span,
            f"nothing uses {document.title}",
            hint=_rename(users[0], "refers to it") if users else None,
            tags=(Tag.UNNECESSARY,),
        )
    yield from _check_trigger(document, path, index, world)


def _duplicates(document: KoreoDocument, others: list[Site]) -> Iterator[Problem]:
    if others and document.name is not None:
        related = _places("also defined here", others)
        times = "twice" if len(others) == 1 else f"{_count(others, 1)} times"
        yield DUPLICATE_DEFINITION.problem(
            document.name.span, f"{document.title} is defined {times}", related=related
        )


def _places(message: str, sites: list[Site]) -> tuple[Related, ...]:
    """Return the first of many places; the last one says how many more there are."""
    shown = [Related(message, site.span, site.path, site.index) for site in sites[:_MOST_PLACES]]
    if len(sites) > len(shown):
        shown[-1] = replace(shown[-1], message=f"{message}, and at {_count(sites, -len(shown))} more places")
    return tuple(shown)


def _others(sites: Iterable[Site], path: str, index: int) -> list[Site]:
    """Return the places that are not the one asked from, or as many as are counted and one more."""
    others = (site for site in sites if site.index != index or site.path != path)
    return list(islice(others, _MOST_COUNTED + 1))


def _count(others: list[Site], more: int) -> str:
    if len(others) > _MOST_COUNTED:
        return f"more than {_MOST_COUNTED + more}"
    return str(len(others) + more)


def _check_trigger(document: KoreoDocument, path: str, index: int, world: World) -> Iterator[Problem]:
    if not isinstance(document.body, Workflow) or document.body.trigger is None:
        return
    trigger = document.body.trigger
    key = (trigger.group.text, trigger.version.text, trigger.kind.text)
    others = _others(world.triggered(key), path, index)
    if others:
        related = _places("another Workflow for it", others)
        yield DUPLICATE_TRIGGER.problem(
            trigger.kind.span,
            f"another Workflow is for `{key[2]}` in `{key[0]}/{key[1]}` as well",
            hint="each trigger then needs the annotation `koreo.dev/workflow`, or fails with `MultipleWorkflows`",
            related=related,
        )
    versions = world.served_versions(key[0], key[2])
    if versions is not None and key[1] not in versions and "/" not in key[1]:
        guess = closest(key[1], versions) or (versions[0] if len(versions) == 1 else None)
        listed = in_code(versions) or "none"
        yield UNSERVED_VERSION.problem(
            trigger.version.span,
            f"the CustomResourceDefinition of `{key[2]}` does not serve version `{key[1]}`",
            hint=f"it serves {listed}",
            fixes=(Fix(f"Change to `{guess}`", (respelled(document.text, trigger.version.span, guess),)),)
            if guess
            else (),
        )


def check_references(document: KoreoDocument, world: World) -> Iterator[Problem]:
    """Yield a problem for each reference to a document that is not there or not loaded.

    Of one that is there, but for its header, which is a problem itself, nothing more is said.
    """
    for reference in document.references:
        name = reference.name.text
        if not world.is_defined(reference.kind, name) and not world.is_misspelt(reference.kind, name):
            yield _unknown(document, reference, world)
    computed = document.body.computed_template if isinstance(document.body, Function) else None
    if computed is not None and not computed.facts.broken:
        pattern = name_pattern(computed.facts.root)
        if not world.matching(kinds.RESOURCE_TEMPLATE, pattern):
            yield UNKNOWN_REFERENCE.problem(
                computed.span(computed.facts.root.span),
                "no ResourceTemplate has a name that this expression can give",
            )


def _unknown(document: KoreoDocument, reference: Reference, world: World) -> Problem:
    name = reference.name
    title = f"{reference.kind} `{name.text}`"
    inactive = world.sites(reference.kind, name.text)
    if inactive:
        site = inactive[0]
        return UNKNOWN_REFERENCE.problem(
            name.span,
            f"{title} is not loaded",
            hint=f"its label `{kinds.ACTIVE_LABEL}` is not `true`",
            related=(Related("it is defined here", site.span, site.path, site.index),),
        )
    misnamed = world.misnamed(reference.kind, name.text)
    if misnamed:
        site = misnamed[0]
        return UNKNOWN_REFERENCE.problem(
            name.span,
            f"there is no {title}",
            hint=_rename(site.path, "defines it"),
            related=(Related("it is defined here", site.span, site.path, site.index),),
        )
    foreign = world.foreign(reference.kind, name.text)
    if foreign:
        site = foreign[0]
        return UNKNOWN_REFERENCE.problem(
            name.span,
            f"there is no {title}",
            hint=f"one stands in `{file_name(site.path)}`, but its `apiVersion` is not `{kinds.API_VERSION}`",
            related=(Related("it has this `apiVersion`", site.span, site.path, site.index),),
        )
    for other in kinds.KINDS:
        if other not in (reference.kind, kinds.FUNCTION_TEST) and world.is_defined(other, name.text):
            return UNKNOWN_REFERENCE.problem(
                name.span, f"there is no {title}", hint=f"`{name.text}` is a {other}"
            )
    guess = _guess(document, reference, world)
    hint = f"did you mean `{guess}`?" if guess else None
    if name.text.startswith("="):
        hint = _COMPUTED_HINTS.get(reference.role, "the name cannot be an expression")
    return UNKNOWN_REFERENCE.problem(
        name.span,
        f"there is no {title}",
        hint=hint,
        fixes=(Fix(f"Change to `{guess}`", (respelled(document.text, name.span, guess),)),) if guess else (),
    )


def _rename(path: str, what: str) -> str:
    """Return what to do with a file that does something, but is not read because of its name."""
    name = file_name(path)
    return f"`{name}` {what}, but only files named {NAMES} are read; rename it to `{renamed(name)}`"


def _guess(document: KoreoDocument, reference: Reference, world: World) -> str | None:
    """Return the name that was most likely meant, of those that make no Workflow run itself."""
    names = frozenset(world.names(reference.kind))
    for _ in range(_MOST_GUESSES):
        guess = closest(reference.name.text, names)
        if guess is None or not _would_reach_itself(document, reference.kind, guess, world):
            return guess
        names -= {guess}
    return None


def _would_reach_itself(document: KoreoDocument, kind: str, name: str, world: World) -> bool:
    """Whether a Workflow would run itself if it referred to a document."""
    if document.name is None or not document.kind == kind == kinds.WORKFLOW:
        return False
    own = document.name.text
    return name == own or world.reaches(name, own)
