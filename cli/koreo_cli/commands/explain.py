"""`koreo explain`: what a code means, with an example of it broken and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from koreo_analyzer.checks import RULES, Origin
from koreo_analyzer.suggest import did_you_mean

from koreo_cli.formats.json_report import dump
from koreo_cli.terminal import note, write

if TYPE_CHECKING:
    from koreo_analyzer.checks import Rule

EPILOG = """\b
Examples:
  koreo explain                                 all codes
  koreo explain unknown-input                   one of them
  koreo explain unknown-input unused-input --format json
"""

_FOUND = f"Found by `{Origin.RUNNING.value}`.\n\n"


@click.command(epilog=EPILOG, short_help="Explain what a problem's code means.")
@click.argument("codes", metavar="[CODE]...", nargs=-1)
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the rules.",
)
def command(codes: tuple[str, ...], output: str) -> None:
    """Explain what a problem's code means; without CODE, list all codes."""
    codes = tuple(code.lower() for code in codes)
    unknown = [code for code in codes if code not in RULES]
    if unknown:
        for code in unknown:
            note(advice_on_code(code))
        raise click.exceptions.Exit(2)
    rules = [RULES[code] for code in (dict.fromkeys(codes) or sorted(RULES))]
    if output == "json":
        write(dump({"version": 1, "rules": [_plain(rule) for rule in rules]}))
    elif codes:
        write("\n".join(map(_explained, rules)))
    else:
        write(_listed(rules))


def advice_on_code(code: str) -> str:
    """Return what to say about a code that no rule has."""
    return f"unknown code `{code}`; {did_you_mean(code, RULES) or '`koreo explain` lists all codes'}"


def _listed(rules: list[Rule]) -> str:
    width = max((len(rule.code) for rule in rules), default=0)
    return "".join(f"{rule.code:<{width}}  {rule.severity.word:<7}  {rule.summary}\n" for rule in rules)


def _explained(rule: Rule) -> str:
    return (
        f"{rule.code} ({rule.severity.word}): {rule.summary}\n\n"
        f"{rule.explanation.strip()}\n\n"
        f"{_FOUND if rule.origin is Origin.RUNNING else ''}"
        f"Wrong:\n\n{_indented(rule.wrong)}\n"
        f"Right:\n\n{_indented(rule.right)}"
    )


def _indented(example: str) -> str:
    return "".join(f"    {line}".rstrip() + "\n" for line in example.strip("\n").splitlines())


def _plain(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "severity": rule.severity.word,
        "summary": rule.summary,
        "explanation": rule.explanation,
        "foundBy": rule.origin.value,
        "wrong": rule.wrong,
        "right": rule.right,
    }
