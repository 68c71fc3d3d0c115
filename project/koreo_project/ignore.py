"""What git ignores, without asking git.

Rules are those of gitignore(5): patterns of a deeper .gitignore win over those further up, the last matching
pattern of one file wins, `!` takes a path back, and what lies in an ignored folder cannot be taken back.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from pathspec import GitIgnoreSpec

from koreo_project.read import Unreadable, read_text

IGNORE_NAME = ".gitignore"
_NO_TEXT = re.compile("[\ud800-\udfff]")
"""What stands in a path for the bytes of a name that is not UTF-8 (PEP 383)."""


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """The patterns that hold below `folder`, on top of those that hold around it."""

    folder: str
    patterns: GitIgnoreSpec
    outer: IgnoreRules | None = None

    def ignores(self, path: str) -> bool:
        """Whether git ignores `path`, an absolute path below `folder`; that of a folder ends with `/`."""
        rules: IgnoreRules | None = self
        while rules is not None:
            verdict = rules.patterns.check_file(matchable(path[len(rules.folder) + 1 :])).include
            if verdict is not None:
                return verdict
            rules = rules.outer
        return False


def matchable(path: str) -> str:
    """Return a path as patterns can be matched with it: U+FFFD, which only wildcards match, for what is no text."""
    return path if path.isascii() else _NO_TEXT.sub("\ufffd", path)


def compile_patterns(lines: list[str]) -> GitIgnoreSpec:
    """Return the patterns of a .gitignore; like git, pass over lines that are no pattern."""
    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:
        return GitIgnoreSpec.from_lines(line for line in lines if is_pattern(line))


def is_pattern(line: str) -> bool:
    """Whether a line is a valid gitignore pattern."""
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def extend(outer: IgnoreRules | None, folder: str, file: str) -> IgnoreRules | None:
    """Return `outer` with the patterns of `file`, which hold below `folder`; `outer` alone if it has none."""
    text = read_text(file)
    if isinstance(text, Unreadable) or not text.strip():
        return outer
    return IgnoreRules(folder.rstrip("/"), compile_patterns(text.splitlines()), outer)


def around(folder: str) -> IgnoreRules | None:
    """Return the rules of the repository around `folder`, without those of `folder`'s own .gitignore.

    None if there is no repository, if it has no rules, or if it ignores the folder itself: whoever names an
    ignored folder wants to see what is in it.
    """
    above = []
    current = folder
    while not os.path.exists(f"{current}/.git"):
        parent = os.path.dirname(current)
        if parent == current:
            return None
        above.append(parent)
        current = parent
    rules = extend(None, current, f"{current}/.git/info/exclude")
    for place in reversed(above):
        rules = extend(rules, place, f"{place}/{IGNORE_NAME}")
    return None if rules is not None and rules.ignores(f"{folder}/") else rules
