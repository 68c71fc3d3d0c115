"""The index of a workspace: which input cells a file contributes to, so that no lookup scans other files.

Every cell holds a persistent map from file to what that file contributes. When a file changes, only the cells
whose contribution really differs are written, which is what keeps an edit from reaching documents that it
does not concern.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import immutables

from koreo_analyzer.checks.world import Site
from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Function, Workflow
from koreo_analyzer.language.patterns import name_pattern
from koreo_analyzer.language.tree import get, get_text
from koreo_analyzer.suggest import closest

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from koreo_analyzer.language.crds import CrdHeader
    from koreo_analyzer.workspace.documents import ParsedDocument, SourceFile
    from koreo_analyzer.workspace.queries import Cell

Contributions: TypeAlias = "dict[Cell, Hashable]"

SETTINGS: Final = ("settings",)
TEMPLATE_PATTERNS: Final = ("template patterns",)
CRDS: Final = ("crds",)
"""The cell of all documents that may be CustomResourceDefinitions: path to a tuple of `ParsedDocument`."""
MISNAMED_FILES: Final = ("misnamed files",)
"""The cell of all files that hold Koreo and are not read, for their names: path to the kinds of their documents."""

_GROUP: Final = f"{kinds.API_GROUP}/"
_NAME: Final = re.compile(r"[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?")
_REFERRING: Final = frozenset({kinds.WORKFLOW, kinds.RESOURCE_FUNCTION})


def file_cell(path: str) -> Cell:
    """Name the cell that holds a `SourceFile`."""
    return ("file", path)


def sites_cell(kind: str, name: str) -> Cell:
    """Name the cell of the definitions of a kind and name: path to a tuple of `Site`."""
    return ("sites", kind, name)


def users_cell(kind: str, name: str) -> Cell:
    """Name the cell of the files that refer to a kind and name: path to whether something but tests does."""
    return ("users", kind, name)


def unread_cell(name: str) -> Cell:
    """Name the cell of files in which a name stands in a document that could not be read in full: path to True."""
    return ("unread", name)


def mentions_cell(kind: str) -> Cell:
    """Name the cell of all names by which documents refer to a kind: path to a frozenset of names."""
    return ("mentions", kind)


def names_cell(kind: str) -> Cell:
    """Name the cell of all active names of a kind: path to a frozenset of names."""
    return ("names", kind)


def runs_cell(name: str) -> Cell:
    """Name the cell of what a Workflow's steps run: path to a tuple of names of Workflows."""
    return ("runs", name)


def trigger_cell(group: str, version: str, kind: str) -> Cell:
    """Name the cell of the active Workflows for a trigger: path to a tuple of `Site`."""
    return ("trigger", group, version, kind)


def crd_cell(word: str) -> Cell:
    """Name the cell of documents that may define a kind: path to a tuple of (index, `ParsedDocument`)."""
    return ("crd", word)


def misnamed_cell(kind: str, name: str) -> Cell:
    """Name the cell of definitions in files that are not read, for their names: path to a tuple of `Site`."""
    return ("misnamed", kind, name)


def misnamed_users_cell(kind: str, name: str) -> Cell:
    """Name the cell of the files that refer to a kind and name, and are not read for their names: path to True."""
    return ("misnamed users", kind, name)


def misspelt_cell(kind: str, name: str) -> Cell:
    """Name the cell of the files with a document that would be this definition if its header were right: to True."""
    return ("misspelt", kind, name)


def foreign_cell(kind: str, name: str) -> Cell:
    """Name the cell of objects with one of Koreo's kinds and another `apiVersion`: path to a tuple of `Site`."""
    return ("foreign", kind, name)


def contributions(file: SourceFile) -> Contributions:
    """Return what a file contributes to each cell of the index."""
    found: defaultdict[Cell, list[Any]] = defaultdict(list)
    for index, placed in enumerate(file.documents):
        if file.is_koreo:
            _add_document(found, file.path, index, placed.document)
        elif _GROUP in placed.document.text:
            _add_misnamed(found, file.path, index, placed.document)
        _add_crd(found, index, placed.document)
    result: Contributions = {}
    for cell, values in found.items():
        if cell[0] in {"users", "unread", "misnamed users", "misspelt"}:
            result[cell] = any(values)
        elif cell[0] in {"names", "mentions"}:
            result[cell] = frozenset(values)
        elif values:
            result[cell] = tuple(values)
    return result


def _add_document(
    found: defaultdict[Cell, list[Any]], path: str, index: int, document: ParsedDocument
) -> None:
    model = document.model
    if model is None:
        if not document.tree.sound:
            _add_unread(found, document.text)
        elif document.problems:
            _add_misspelt(found, document)
        else:
            _add_foreign(found, path, index, document)
        return
    if model.kind in _REFERRING and not model.complete:
        _add_unread(found, document.text)
    if model.name is None:
        return
    site = Site(path, index, model.name.span, model.active)
    found[sites_cell(model.kind, model.name.text)].append(site)
    if not model.active:
        return
    found[names_cell(model.kind)].append(model.name.text)
    for reference in model.references:
        found[users_cell(reference.kind, reference.name.text)].append(model.kind != kinds.FUNCTION_TEST)
        found[mentions_cell(reference.kind)].append(reference.name.text)
    if isinstance(model.body, Function) and model.body.computed_template is not None:
        found[TEMPLATE_PATTERNS].append(name_pattern(model.body.computed_template.facts.root))
    if isinstance(model.body, Workflow):
        runs = (reference.name.text for reference in model.references if reference.kind == kinds.WORKFLOW)
        found[runs_cell(model.name.text)].extend(runs)
    if isinstance(model.body, Workflow) and model.body.trigger is not None:
        trigger = model.body.trigger
        cell = trigger_cell(trigger.group.text, trigger.version.text, trigger.kind.text)
        found[cell].append(Site(path, index, trigger.kind.span, active=True))


def _add_misspelt(found: defaultdict[Cell, list[Any]], document: ParsedDocument) -> None:
    """Add a document that was meant to be Koreo's, and is none because of its header: what it defines and mentions."""
    root = document.tree.root
    kind, name = get_text(root, "kind"), get_text(root, "metadata", "name")
    _add_unread(found, document.text)
    if name is not None:
        meant = kind if kind is None or kind in kinds.KINDS else closest(kind, kinds.KINDS)
        for one in kinds.KINDS if meant is None else (meant,):
            found[misspelt_cell(one, name)].append(True)


def _add_foreign(
    found: defaultdict[Cell, list[Any]], path: str, index: int, document: ParsedDocument
) -> None:
    """Add an object with a kind that Koreo has, too, at its `apiVersion`."""
    root = document.tree.root
    kind, name, version = get_text(root, "kind"), get_text(root, "metadata", "name"), get(root, "apiVersion")
    if kind is not None and kind in kinds.KINDS and name is not None and version is not None:
        found[foreign_cell(kind, name)].append(Site(path, index, version.span, active=True))


def _add_misnamed(
    found: defaultdict[Cell, list[Any]], path: str, index: int, document: ParsedDocument
) -> None:
    model = document.model
    if model is None or model.name is None:
        return
    site = Site(path, index, model.name.span, model.active)
    found[misnamed_cell(model.kind, model.name.text)].append(site)
    found[MISNAMED_FILES].append(model.kind)
    if model.kind != kinds.FUNCTION_TEST:
        for reference in model.references:
            found[misnamed_users_cell(reference.kind, reference.name.text)].append(True)


def _add_unread(found: defaultdict[Cell, list[Any]], text: str) -> None:
    for word in _NAME.findall(text):
        found[unread_cell(word)].append(True)


def _add_crd(found: defaultdict[Cell, list[Any]], index: int, document: ParsedDocument) -> None:
    if document.crd_words:
        found[CRDS].append(document)
    for word in document.crd_words:
        found[crd_cell(word)].append((index, document))


def changed_cells(
    inputs: Mapping[Cell, Any], path: str, before: Mapping[Cell, Hashable], after: Mapping[Cell, Hashable]
) -> dict[Cell, immutables.Map[str, Hashable] | None]:
    """Return the new values of the cells in which the contribution of `path` differs; None for an emptied cell."""
    changes: dict[Cell, immutables.Map[str, Hashable] | None] = {}
    for cell in {**before, **after}:
        if before.get(cell) == after.get(cell):
            continue
        value: immutables.Map[str, Hashable] = inputs.get(cell) or immutables.Map()
        if cell in after:
            changes[cell] = value.set(path, after[cell])
        else:
            value = value.delete(path)
            changes[cell] = value if len(value) else None
    return changes


def all_names(value: immutables.Map[str, frozenset[str]] | None) -> frozenset[str]:
    """Return the names in a cell of names or mentions."""
    return frozenset().union(*value.values()) if value is not None else frozenset()


def all_sites(value: immutables.Map[str, tuple[Site, ...]] | None) -> tuple[Site, ...]:
    """Return the sites in a cell, ordered by path and position."""
    return tuple(site for _, sites in sorted(value.items()) for site in sites) if value is not None else ()


def all_crds(
    value: immutables.Map[str, tuple[tuple[int, ParsedDocument], ...]] | None, group: str, kind: str
) -> Iterator[tuple[str, int, CrdHeader]]:
    """Yield the CustomResourceDefinitions of a kind in a cell: path, number in the file, header."""
    for path, documents in sorted(value.items()) if value is not None else ():
        for number, document in documents:
            crd = document.crd
            if crd is not None and (crd.group, crd.kind) == (group, kind):
                yield path, number, crd


Patterns: TypeAlias = "immutables.Map[str, tuple[re.Pattern[str], ...]]"
