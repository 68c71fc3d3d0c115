"""koreo.toml: which files belong to a workspace, how bad each problem is, where further CRDs are.

    [files]
    include = ["platform/", "apps/"]   # patterns as in .gitignore; without them, every file
    exclude = ["*.draft.k.yaml"]

    [severity]
    unused-input = "off"               # error, warning, info or off, for any code that `koreo explain` lists

    [schemas]
    crds = ["../crds"]                 # folders of CustomResourceDefinitions, from the folder of koreo.toml

Everything wrong is reported at once, at its token, and a bad option leaves the others in force.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from koreo_analyzer.problems import Severity
from koreo_analyzer.suggest import closest, did_you_mean
from koreo_analyzer.text import Span

from koreo_project.ignore import compile_patterns, is_pattern, matchable
from koreo_project.toml_document import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from koreo_project.toml_spans import KeyPath, Place

CODE = "config"
_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "files": ("include", "exclude"),
    "severity": (),
    "schemas": ("crds",),
}
_SEVERITIES: Mapping[str, Severity | None] = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "info": Severity.INFO,
    "off": None,
}
_OTHER_WORDS = {"warn": "warning", "information": "info", "hint": "info", "none": "off", "ignore": "off"}


@dataclass(frozen=True, slots=True)
class Config:
    """What a koreo.toml says; the defaults are those of a workspace without one.

    `include` and `exclude` are gitignore patterns relative to the workspace; an empty `include` takes all.
    `severities` maps codes to what they count as, None being off. `crd_folders` are absolute, with `/`.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    crd_folders: tuple[str, ...] = ()

    def file_filter(self) -> Callable[[str], bool]:
        """Return whether a file, by its path relative to the workspace, belongs to it."""
        include = compile_patterns(list(self.include)) if self.include else None
        exclude = compile_patterns(list(self.exclude))

        def accepts(relative: str) -> bool:
            path = matchable(relative)
            return (include is None or include.match_file(path)) and not exclude.match_file(path)

        return accepts


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """Something wrong in koreo.toml; `span` counts characters of its text."""

    path: str
    span: Span
    message: str
    hint: str | None = None
    code: str = CODE
    severity: Severity = Severity.ERROR


def load(text: str, path: PurePath, known_codes: Collection[str]) -> tuple[Config, tuple[ConfigProblem, ...]]:
    """Return what a koreo.toml says and everything that is wrong with it, in the order of the text.

    `path` is the file's absolute path, from which folders count; they are looked up on the disk. After a
    syntax error what can be understood stays in force, but no guesses are made about what is below it.
    """
    file = path.as_posix()
    document = parse(text)
    reader = _Reader(file, known_codes, document.places)
    config = reader.read(document.values)
    problems = [problem for problem in reader.problems if problem.span.start < document.certain]
    if document.error is not None:
        problems.append(ConfigProblem(file, *document.error))
    return config, tuple(sorted(problems, key=lambda problem: problem.span))


class _Reader:
    """Reads the options out of the parsed document and collects what is wrong with them."""

    __slots__ = ("_codes", "_file", "_places", "problems")

    def __init__(self, file: str, codes: Collection[str], places: Mapping[KeyPath, Place]) -> None:
        self._file = file
        self._codes = codes
        self._places = places
        self.problems: list[ConfigProblem] = []

    def read(self, document: Mapping[str, Any]) -> Config:
        """Return the configuration; what is wrong is left out."""
        for name, value in document.items():
            if name not in _OPTIONS:
                self._unknown_table(name, value)
        files = self._table(document, "files")
        schemas = self._table(document, "schemas")
        return Config(
            include=tuple(self._patterns(files, "include")),
            exclude=tuple(self._patterns(files, "exclude")),
            severities=dict(self._severities(self._table(document, "severity"))),
            crd_folders=tuple(self._folders(schemas)),
        )

    def _key_problem(self, path: KeyPath, message: str, hint: str | None) -> None:
        self._report(self._places[path].key if path in self._places else Span(0, 1), message, hint)

    def _value_problem(self, path: KeyPath, message: str, hint: str | None) -> None:
        self._report(self._places[path].value if path in self._places else Span(0, 1), message, hint)

    def _report(self, span: Span, message: str, hint: str | None) -> None:
        self.problems.append(ConfigProblem(self._file, span, message, hint))

    def _unknown_table(self, name: str, value: object) -> None:
        is_array_of_tables = isinstance(value, list) and any(isinstance(element, dict) for element in value)
        if isinstance(value, dict) or is_array_of_tables:
            hint = did_you_mean(name, _OPTIONS) or f"the tables are {_listed(_OPTIONS)}"
            self._key_problem((name,), f"unknown table `{name}`", hint)
            return
        home = next((table for table, options in _OPTIONS.items() if name in options), None)
        if home is None and name in self._codes:
            home = "severity"
        hint = f"the tables are {_listed(_OPTIONS)}" if home is None else f"put it below a line `[{home}]`"
        self._key_problem((name,), f"option `{name}` stands outside of any table", hint)

    def _table(self, document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """Return a table of known name, its unknown options reported; empty if it is absent or no table."""
        table = document.get(name, {})
        if not isinstance(table, dict):
            self._value_problem((name,), f"`{name}` is {_kind(table)}, expected a table", f"write `[{name}]`")
            return {}
        options = _OPTIONS[name]
        if options:
            for option in table:
                if option not in options:
                    hint = did_you_mean(option, options) or f"`[{name}]` has {_listed(options)}"
                    self._key_problem((name, option), f"unknown option `{option}` in `[{name}]`", hint)
        return table

    def _texts(self, table: Mapping[str, Any], path: tuple[str, str]) -> list[tuple[KeyPath, str]]:
        """Return the texts of a list option with their places; what is no text is reported."""
        value = table.get(path[1], [])
        if not isinstance(value, list):
            hint = f'write `{path[1]} = ["{value}"]`' if isinstance(value, str) else None
            self._value_problem(path, f"`{path[1]}` is {_kind(value)}, expected a list of strings", hint)
            return []
        texts: list[tuple[KeyPath, str]] = []
        for index, element in enumerate(value):
            if isinstance(element, str):
                texts.append(((*path, index), element))
            else:
                message = f"an element of `{path[1]}` is {_kind(element)}, expected a string"
                self._value_problem((*path, index), message, None)
        return texts

    def _patterns(self, table: Mapping[str, Any], option: str) -> list[str]:
        patterns = []
        for path, pattern in self._texts(table, ("files", option)):
            hint = None
            if not pattern.strip():
                message = "empty pattern"
            elif pattern.startswith("./") or ".." in pattern.split("/"):
                message = f"pattern `{pattern}` can match nothing"
                hint = "patterns are relative to the folder of koreo.toml, without `./` and `..`"
            elif not is_pattern(pattern):
                message = f"`{pattern}` is not a valid pattern"
                hint = "patterns are written as in .gitignore"
            else:
                patterns.append(pattern)
                continue
            self._value_problem(path, message, hint)
        return patterns

    def _severities(self, table: Mapping[str, Any]) -> list[tuple[str, Severity | None]]:
        severities = []
        for code, word in table.items():
            path = ("severity", code)
            if code not in self._codes:
                hint = did_you_mean(code, self._codes) or "`koreo explain` lists all codes"
                self._key_problem(path, f"unknown code `{code}`", hint)
            if not isinstance(word, str) or word not in _SEVERITIES:
                self._value_problem(path, *_severity_advice(word))
            elif code in self._codes:
                severities.append((code, _SEVERITIES[word]))
        return severities

    def _folders(self, table: Mapping[str, Any]) -> list[str]:
        folders = []
        base = PurePath(self._file).parent.as_posix()
        for path, name in self._texts(table, ("schemas", "crds")):
            folder = os.path.normpath(os.path.join(base, name)).replace(os.sep, "/")
            if os.path.isdir(folder):
                folders.append(folder)
            elif os.path.exists(folder):
                self._value_problem(path, f"`{name}` is a file, expected a folder", None)
            else:
                hint = did_you_mean(os.path.basename(folder), _folders_in(os.path.dirname(folder)))
                looked = f"looked for {folder}"
                self._value_problem(path, f"folder `{name}` does not exist", hint or looked)
        return folders


def _severity_advice(word: object) -> tuple[str, str]:
    """Return message and hint for what is no severity."""
    words = _listed([f'"{known}"' for known in _SEVERITIES])
    if not isinstance(word, str):
        hint = 'to switch it off, write "off"' if word is False else f"expected {words}"
        return f"a severity is a string, not {_kind(word)}", hint
    near = _OTHER_WORDS.get(word.lower()) or closest(word, _SEVERITIES)
    return f"unknown severity `{word}`", f'did you mean "{near}"?' if near else f"expected {words}"


def _kind(value: object) -> str:
    """Name the type of a TOML value, with its article."""
    match value:
        case bool():
            return "a boolean"
        case int():
            return "an integer"
        case float():
            return "a float"
        case str():
            return "a string"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "a date or time"


def _listed(words: Collection[str]) -> str:
    *most, last = [word if word.startswith('"') else f"`{word}`" for word in words]
    return f"{', '.join(most)} or {last}" if most else last


def _folders_in(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries if entry.is_dir()]
    except OSError:
        return []
