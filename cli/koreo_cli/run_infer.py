"""Runs `koreo crd infer`: prints the definition that a Workflow needs, or in what the known one differs from it."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import click
import yaml
from koreo_analyzer.flow import LACKS

from koreo_cli.formats.json_report import dump
from koreo_cli.formats.text_report import Style
from koreo_cli.opened import Opened, open_workspace
from koreo_cli.terminal import note, printable, wants_color, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from koreo_analyzer.flow import Difference, DifferenceCode, Inference

    from koreo_cli.commands.crd import InferOptions

DONE, LACKING, COULD_NOT_RUN = 0, 1, 2
_WORKFLOW: Final = ("Workflow",)
_MOST_USES: Final = 4
_COLORS: Final = {"missing-field": "red", "wrong-type": "red", "unused-field": "cyan"}
_COUNTED: Final[Mapping[DifferenceCode, str]] = {
    "missing-field": "not declared",
    "wrong-type": "of another type",
    "unused-field": "never used",
}


def run(options: InferOptions) -> int:
    """Print what was asked for; return the exit status. Raises `click.UsageError` for options that make no sense."""
    opened = open_workspace(options.workspace)
    inference = _inference(opened, options.workflow) if opened is not None else None
    if opened is None or inference is None:
        return COULD_NOT_RUN
    if not inference.trigger.group:
        note(
            f"{inference.trigger} belongs to Kubernetes itself, and no CustomResourceDefinition can define it"
        )
        return COULD_NOT_RUN
    show = options.show or ("crd" if inference.existing is None else "differences")
    output = options.output or ("yaml" if show == "crd" else "text")
    if (show, output) in (("crd", "text"), ("differences", "yaml")):
        raise click.UsageError(f"--show {show} has no --format {output}")
    if show == "crd":
        write(dump(inference.crd) if output == "json" else _yaml(inference, options.workflow))
        return DONE
    if inference.existing is None:
        note(
            f"no definition of {inference.trigger} is known, so there is nothing to compare; leave `--show` out"
        )
        return COULD_NOT_RUN
    if output == "json":
        write(dump(_json(opened, inference, options.workflow)))
    else:
        style = Style(wants_color(options.color, sys.stdout))
        write(printable("\n".join(_text(opened, inference, options.workflow, style))) + "\n")
    return LACKING if any(one.code in LACKS for one in inference.differences) else DONE


def _inference(opened: Opened, name: str) -> Inference | None:
    """Return what is inferred for a Workflow; None, said why, if that cannot be done."""
    found = opened.definitions(name, _WORKFLOW)
    if not found:
        note(opened.advice_on(name, _WORKFLOW))
        return None
    inference = opened.snapshot.inference(found[0])
    if inference is None:
        note(f"Workflow `{name}` has no `crdRef` with apiGroup, version and kind, so nothing triggers it")
    return inference


def _file_of(opened: Opened, workflow: str) -> str:
    return opened.definitions(workflow, _WORKFLOW)[0].path


def _yaml(inference: Inference, workflow: str) -> str:
    head = f"# Inferred from what Workflow `{workflow}` uses; what nothing asks for a type of lets in anything.\n"
    return printable(head) + yaml.safe_dump(inference.crd, sort_keys=False, allow_unicode=True, width=100)


def _text(opened: Opened, inference: Inference, workflow: str, style: Style) -> Iterator[str]:
    source = inference.existing.source.title if inference.existing is not None else ""
    yield style.paint(
        f"{inference.trigger} in {source}, compared with what Workflow `{workflow}` uses", bold=True
    )
    first = _file_of(opened, workflow)
    for one in inference.differences:
        yield f"{style.paint(one.code, _COLORS[one.code])} {style.paint(one.name, bold=True)}: {one.message}"
        if one.hint is not None:
            yield f"    {one.hint}"
        declared = opened.snapshot.place_of(one.origin) if one.origin is not None else None
        if declared is not None:
            yield style.paint(f"    declared at {opened.place_text(declared.path, declared.span)}", "blue")
        uses = opened.uses(one.uses, first)
        if uses:
            yield style.paint(f"    used at {opened.places_text(uses, _MOST_USES)}", "blue")
    counts = Counter(one.code for one in inference.differences)
    said = ", ".join(f"{counts[code]} {words}" for code, words in _COUNTED.items() if counts[code])
    yield f"fields: {said}" if said else style.paint("no differences", "green", bold=True)


def _json(opened: Opened, inference: Inference, workflow: str) -> dict[str, Any]:
    first = _file_of(opened, workflow)
    return {
        "version": 1,
        "workflow": workflow,
        "apiVersion": inference.trigger.api_version,
        "kind": inference.trigger.kind,
        "source": inference.existing.source.title if inference.existing is not None else None,
        "differences": [_json_difference(opened, one, first) for one in inference.differences],
    }


def _json_difference(opened: Opened, one: Difference, first: str) -> dict[str, Any]:
    declared = opened.snapshot.place_of(one.origin) if one.origin is not None else None
    return {
        "code": one.code,
        "path": list(one.path),
        "message": one.message,
        "hint": one.hint,
        "declared": opened.place(declared.path, declared.span) if declared is not None else None,
        "uses": [opened.place(use.path, use.span) for use in opened.uses(one.uses, first)],
    }
