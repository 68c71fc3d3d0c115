"""The door to the YAML layer: the text of one document in, its tree and its problems out.

libyaml decides whether a text is YAML. If it is, the tree is exactly what the text says; if not, the
tolerant parser gives a tree that is good enough to go on with, and says what is wrong. Nothing raises on
what a user typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.yaml.anchors import Anchors
from koreo_analyzer.yaml.build import BrokenError, build
from koreo_analyzer.yaml.examine import examine
from koreo_analyzer.yaml.problem import ALIAS, DUPLICATE, KEY, TOO_DEEP, TOO_LARGE, YamlProblem
from koreo_analyzer.yaml.tolerant import read

if TYPE_CHECKING:
    from koreo_analyzer.yaml.nodes import Node

# Problems for which a part of the tree was replaced.
_REPLACED = frozenset({ALIAS, TOO_DEEP, TOO_LARGE})


@dataclass(frozen=True, slots=True)
class Tree:
    """One document.

    `root` is None for a document without content. `sound`: the text is YAML, and `root` is exactly what it
    says; otherwise `root` is a guess, and what is missing in it may have been meant to be there. `problems`
    are in the order of the text. Collections are nested at most `MAX_DEPTH` deep with aliases expanded, and
    aliases expand to at most `MAX_EXPANDED` nodes.
    """

    root: Node | None
    problems: tuple[YamlProblem, ...]
    sound: bool


def parse(text: str) -> Tree:
    """Parse the text of one document (as cut by `stream.split`); never raises.

    Offsets in the result count from the start of `text`.
    """
    anchors = Anchors()
    try:
        root = build(text, anchors)
    except BrokenError as error:
        return _broken(text, error.problem)
    if root is None:
        return Tree(None, (), sound=True)
    anchors.limit(root)
    sound = all(problem.code not in _REPLACED for problem in anchors.problems)
    return Tree(root, _ordered(anchors.problems + examine(root, text)), sound)


def _broken(text: str, libyaml: YamlProblem) -> Tree:
    anchors = Anchors()
    root, syntax = read(text, anchors)
    if all(problem.code != libyaml.code for problem in syntax):
        syntax.append(libyaml)
    found: list[YamlProblem] = []
    if root is not None:
        anchors.limit(root)
        found = _believable(examine(root, text), syntax)
    return Tree(root, _ordered(syntax + anchors.problems + found), sound=False)


def _believable(found: list[YamlProblem], syntax: list[YamlProblem]) -> list[YamlProblem]:
    """Leave out what comes from the guess: duplicate keys around a syntax problem, missing keys."""
    places = [problem.span.start for problem in syntax]
    return [
        problem
        for problem in found
        if not (problem.code == KEY and problem.span.start in places)
        and not (
            problem.code == DUPLICATE
            and any(problem.related[0].span.start <= place <= problem.span.end for place in places)
        )
    ]


def _ordered(problems: list[YamlProblem]) -> tuple[YamlProblem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.span))
