"""Runs `koreo schema`: finds the workspace and its sources of schemas, and prints what they know."""

from __future__ import annotations

import importlib
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koreo_analyzer.language import KINDS, crd_definitions, json_schema
from koreo_analyzer.schemas import (
    Catalogue,
    Field,
    KindName,
    KindSchema,
    SchemaList,
    SchemaSource,
    fields,
    schemas_in_data,
    stability,
    type_text,
    why_unknown,
    write_pack,
)
from koreo_analyzer.suggest import closest, did_you_mean
from koreo_analyzer.types import ITEM, VALUE, ListType, MapType, ObjectType, Type, members
from koreo_project.discover import find
from koreo_project.load import load
from koreo_project.read import Unreadable
from koreo_project.schemas import pulled, save_pulled

from koreo_cli.formats.json_report import dump
from koreo_cli.formats.text_report import Style
from koreo_cli.progress import Progress
from koreo_cli.terminal import note, printable, wants_color, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_cli.commands.schema import PullOptions, ShowOptions

DONE, COULD_NOT_RUN = 0, 2
_WIDTH = 100


def show(options: ShowOptions) -> int:
    """Print the fields of a kind; return the exit status."""
    own = _koreo_kind(options.kind) if options.api_version is None else None
    if own is not None and options.output in (None, "json-schema"):
        write(dump(json_schema(own)))
        return DONE
    if options.output == "json-schema":
        note("only Koreo's own kinds have a JSON Schema: " + ", ".join(KINDS))
        return COULD_NOT_RUN
    source = _sources(options.workspace)
    if source is None:
        return COULD_NOT_RUN
    schema = _find(source, options)
    if schema is None:
        return COULD_NOT_RUN
    type_ = _at(schema, options.field)
    if type_ is None:
        return COULD_NOT_RUN
    write(_json(schema, type_, options) if options.output == "json" else _text(schema, type_, options))
    return DONE


def list_kinds(workspace: str, output: str) -> int:
    """Print the kinds that are known and where from; return the exit status."""
    source = _sources(workspace)
    if source is None:
        return COULD_NOT_RUN
    rows = [
        (name, schema.source.title) for name in source.names() if (schema := source.find(name)) is not None
    ]
    if output == "json":
        listed = [
            {"apiVersion": name.api_version, "kind": name.kind, "source": title} for name, title in rows
        ]
        write(dump({"version": 1, "kinds": listed}))
        return DONE
    width = max((len(name.kind) for name, _ in rows), default=0)
    middle = max((len(name.api_version) for name, _ in rows), default=0)
    lines = (f"{name.kind:{width}}  {name.api_version:{middle}}  {title}" for name, title in rows)
    write("".join(f"{printable(line)}\n" for line in lines))
    return DONE


def pull(options: PullOptions) -> int:
    """Read the schemas of a cluster into the workspace; return the exit status."""
    folder = _folder(options.workspace)
    if folder is None:
        return COULD_NOT_RUN
    reader = importlib.import_module("koreo_cli.pull_schemas")
    try:
        with Progress(sys.stderr) as progress:
            found = reader.pull(options.kubeconfig, options.context, progress.stage("reading schemas"))
    except reader.PullError as error:
        note(str(error))
        return COULD_NOT_RUN
    path = save_pulled(folder, write_pack(found.title, found.definitions))
    note(f"{len(found.definitions.kinds)} kinds of {found.title} written to {path}")
    return DONE


def _koreo_kind(kind: str) -> str | None:
    kinds = {name.lower(): name for name in KINDS}
    return kinds.get(kind.lower()) or kinds.get(kind.lower().removesuffix("s"))


def _folder(workspace: str) -> str | None:
    roots = find([Path(workspace)])
    if not roots:
        note(f"{workspace} does not exist")
        return None
    return roots[0].path


def _sources(workspace: str) -> SchemaSource | None:
    """Return everything that a workspace knows, Koreo's own kinds included; None if there is no such workspace."""
    roots = find([Path(workspace)])
    if not roots:
        note(f"{workspace} does not exist")
        return None
    loaded = load(roots[0])
    unusable = pulled(roots[0].path)
    if isinstance(unusable, Unreadable):
        note(f"cannot use {unusable.path}: {unusable.reason}")
    own = [schema for crd in crd_definitions() for schema in schemas_in_data(crd, "Koreo")]
    return Catalogue((loaded.workspace.snapshot.schemas, SchemaList("Koreo", own)))


def _find(source: SchemaSource, options: ShowOptions) -> KindSchema | None:
    """Return the kind that was asked for; without a version the most stable and newest one."""
    word = options.kind.lower()
    known = list(source.names())
    for spelling in (word, word.removesuffix("s"), word.removesuffix("es")):
        found = [name for name in known if name.kind.lower() == spelling]
        if found:
            return _choose(source, found, options.api_version)
    if options.api_version is not None:
        unknown = why_unknown(KindName(options.api_version, options.kind), source)
        note(f"{unknown.reason}; {unknown.advice}")
        return None
    hint = (
        did_you_mean(options.kind, {name.kind for name in known})
        or _longer(word, known)
        or "`koreo schema list` lists those that are known"
    )
    note(f"unknown kind `{options.kind}`; {hint}")
    return None


def _longer(word: str, known: list[KindName]) -> str | None:
    """Return the hint with the shortest kind that begins with a word, as `deploy` begins `Deployment`."""
    found = sorted({name.kind for name in known if name.kind.lower().startswith(word)}, key=len)
    return f"did you mean `{found[0]}`?" if found else None


def _choose(source: SchemaSource, found: list[KindName], version: str | None) -> KindSchema | None:
    if version is not None:
        name = KindName(version, found[0].kind)
        schema = source.find(name)
        if schema is None:
            unknown = why_unknown(name, source)
            note(f"{unknown.reason}; {unknown.advice}")
        return schema
    first = max(found, key=lambda name: stability(name.version))
    others = sorted(name.api_version for name in found if name != first)
    if others:
        note(f"showing {first.api_version}; there is also {', '.join(others)}")
    return source.find(first)


def _at(schema: KindSchema, path: str | None) -> Type | None:
    """Return the type of a field, lists and maps on the way looked into; None, said why, if there is none."""
    type_ = schema.written
    for step in path.split(".") if path else ():
        name = step.removesuffix(ITEM).removesuffix(VALUE)
        objects = [one for one in _objects(type_) if name in one.properties]
        if not objects:
            names = {known for one in _objects(type_) for known in one.properties}
            guess = closest(name, names)
            note(f"{schema.name} has no field `{path}`" + (f"; did you mean `{guess}`?" if guess else ""))
            return None
        type_ = objects[0].properties[name].type
    return type_


def _objects(type_: Type) -> Iterator[ObjectType]:
    for one in members(type_):
        if isinstance(one, ObjectType):
            yield one
        elif isinstance(one, ListType):
            yield from _objects(one.item)
        elif isinstance(one, MapType):
            yield from _objects(one.value)


def _text(schema: KindSchema, type_: Type, options: ShowOptions) -> str:
    style = Style(wants_color(options.color, sys.stdout))
    title = f"{schema.name}{f', field {options.field}' if options.field else ''}: {type_text(type_)}"
    lines = [style.paint(title, bold=True), f"from {schema.source.title}", ""]
    for one in fields(type_, options.depth):
        if options.field is not None or one.path[0] != "metadata" or len(one.path) == 1:
            lines += _field_lines(one, style)
    return printable("\n".join(lines)) + "\n"


def _field_lines(one: Field, style: Style) -> list[str]:
    """Return a line with name and type, and one with the first sentence of the documentation."""
    depth = sum(step not in (ITEM, VALUE) for step in one.path) - 1
    margin = "  " * depth
    mark = "" if one.schema.required else "?"
    limits = f"  ({'; '.join(one.limits_text)})" if one.limits_text else ""
    again = "  (as above)" if one.repeats else ""
    lines = [f"{margin}{style.paint(one.path[-1], bold=True)}{mark}: {one.type_text}{limits}{again}"]
    doc = " ".join((one.schema.doc or "").split())
    if doc:
        room = max(40, _WIDTH - len(margin) - 4)
        lines.append(style.paint(f"{margin}    {textwrap.shorten(doc, room, placeholder=' …')}", "blue"))
    return lines


def _json(schema: KindSchema, type_: Type, options: ShowOptions) -> str:
    facts = schema.facts
    return dump(
        {
            "version": 1,
            "apiVersion": schema.name.api_version,
            "kind": schema.name.kind,
            "source": schema.source.title,
            "namespaced": facts.namespaced,
            "plural": facts.plural,
            "fields": [_json_field(one) for one in fields(type_, options.depth)],
        }
    )


def _json_field(one: Field) -> dict[str, Any]:
    return {
        "path": list(one.path),
        "type": one.type_text,
        "required": one.schema.required,
        "limits": one.limits_text,
        "documentation": one.schema.doc,
        "repeats": one.repeats,
    }
