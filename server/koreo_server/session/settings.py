"""What the user has set in the editor. What belongs to a project stands in koreo.toml, not here."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

_KEYS = {
    "tests_on_edit": ("tests", "runOnEdit"),
    "inlay_hints_types": ("inlayHints", "types"),
    "inlay_hints_tests": ("inlayHints", "tests"),
    "inlay_hints_values": ("inlayHints", "values"),
    "code_lenses": ("codeLens", "enabled"),
    "fade_untested": ("fadeUntested",),
}
"""Field to the names by which an editor says it, below `koreo`."""


@dataclass(frozen=True, slots=True)
class EditorSettings:
    """The settings of one client.

    * `tests_on_edit` (`koreo.tests.runOnEdit`): run the affected FunctionTests after each edit.
    * `inlay_hints_types` (`koreo.inlayHints.types`), `inlay_hints_tests` (`….tests`) and `inlay_hints_values`
      (`….values`): which inlay hints are shown.
    * `code_lenses` (`koreo.codeLens.enabled`).
    * `fade_untested` (`koreo.fadeUntested`): show what no test of a tested function reached as unnecessary.
    """

    tests_on_edit: bool = True
    inlay_hints_types: bool = True
    inlay_hints_tests: bool = True
    inlay_hints_values: bool = False
    code_lenses: bool = True
    fade_untested: bool = False


def read_settings(
    given: object, defaults: EditorSettings = EditorSettings()
) -> tuple[EditorSettings, list[str]]:
    """Read what a client says of `koreo`: `{"tests": {"runOnEdit": true}}` or `{"tests.runOnEdit": true}`.

    Returns the settings, `defaults` for what is not said or wrong, and what is wrong, as sentences. Names that are not
    known are left alone, because an editor's own settings stand beside them.
    """
    if given is None:
        return defaults, []
    if not isinstance(given, dict):
        return defaults, [f"the settings of `koreo` must be an object, not {given!r}"]
    values: dict[str, bool] = {}
    wrong: list[str] = []
    for field in fields(EditorSettings):
        names = _KEYS[field.name]
        value = _find(given, names)
        if isinstance(value, bool):
            values[field.name] = value
        elif value is not None:
            wrong.append(f"`koreo.{'.'.join(names)}` must be true or false, not {value!r}")
    return replace(defaults, **values), wrong


def _find(given: dict[Any, Any], names: tuple[str, ...]) -> object:
    dotted = ".".join(names)
    for key in (dotted, f"koreo.{dotted}"):
        if key in given:
            return given[key]
    value: object = given
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
