"""Hostile and huge documents: bounded depth, time and memory."""

from __future__ import annotations

import cProfile
import subprocess
import sys

import pytest
from koreo_analyzer.yaml.nodes import Mapping, Node, Sequence, resolve_alias
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.problem import MAX_DEPTH, MAX_EXPANDED

BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 10)
)
CHAIN = "a0: &a0 [x]\n" + "".join(f"a{level}: &a{level} [*a{level - 1}]\n" for level in range(1, 1000))

HOSTILE = {
    "brackets": "[" * 100_000,
    "closed brackets": "[" * 100_000 + "]" * 100_000,
    "braces": "a: " + "{" * 100_000,
    "dashes": "- " * 50_000 + "x",
    "nested mappings": "".join(" " * level + "a:\n" for level in range(2_000)),
    "stairs that break": "".join(" " * level + "a\n" for level in range(1_000)) + "b: [",
    "questions": "? " * 50_000,
    "colons": ": " * 50_000,
    "anchors": "&a " * 50_000,
    "tags": "! " * 50_000,
    "open quotes": 'a: "\n' * 20_001,
    "open brackets in lines": "a: [\n" * 20_000,
    "lone words": "foo\n" * 20_000 + "a: 1",
    "blanks": "a: 'x" + " " * 200_000 + "y: z",
    "comments": "# x\n" * 50_000 + "a: [",
    "tabs": "a:\n" + "\tb: 1\n" * 20_000,
    "commas": "a: [" + ", " * 50_000,
    "calls in brackets": "a: [" + "=(, " * 50_000,
    "expression over lines": "a: =(x :\n" + "  (b\n" * 20_000,
    "block text losing indentation": "a: |\n    b\n" + "  c\n" * 20_000,
    "templates": "{{ a }}\n" * 20_000 + "a: 1",
    "open templates": "a: 1\n" + "{{" * 50_000,
    "blanks that are none": "a: 1\nb\n" + "\u00a0" * 50_000,
    "bomb": BOMB,
    "chain of aliases": CHAIN,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.timeout(30)
def test_hostile_texts_give_a_bounded_tree(text: str) -> None:
    tree = parse(text)
    assert tree.problems
    if tree.root is not None:
        budget = [MAX_EXPANDED * 2 + len(text)]
        assert _depth(tree.root, budget) <= MAX_DEPTH


def _depth(node: Node, budget: list[int]) -> int:
    """Return the number of levels below a node, every alias followed; fails when there are too many nodes."""
    budget[0] -= 1
    assert budget[0] >= 0
    node = resolve_alias(node)
    if isinstance(node, Mapping):
        parts = [part for entry in node.entries for part in (entry.key, entry.value)]
    elif isinstance(node, Sequence):
        parts = node.items
    else:
        return 0
    return 1 + max((_depth(part, budget) for part in parts), default=0)


@pytest.mark.parametrize(("depth", "codes"), [(MAX_DEPTH, set()), (MAX_DEPTH + 1, {"yaml-too-deep"})])
@pytest.mark.parametrize("style", ["flow", "block"])
def test_the_depth_limit_is_exact(depth: int, codes: set[str], style: str) -> None:
    text = "[" * depth + "]" * depth if style == "flow" else "- " * depth + "x"
    assert {problem.code for problem in parse(text).problems} == codes


def test_aliases_that_expand_too_far_are_replaced() -> None:
    problems = parse(BOMB).problems
    assert {problem.code for problem in problems} == {"yaml-too-large"}
    assert all(BOMB[slice(*problem.span)].startswith("*a") for problem in problems)


SCRIPT = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
from koreo_analyzer.yaml.parse import parse
for text in ("[" * 100_000, "{" * 100_000, "- " * 100_000, "a: " + "[{" * 100_000, "? " * 100_000):
    tree = parse(text)
    assert not tree.sound and any(problem.code == "yaml-too-deep" for problem in tree.problems), text[:9]
print("fine")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are set in the POSIX way")
def test_nesting_needs_little_stack_and_memory() -> None:
    """In a process of its own, because an overflow of the C stack cannot be caught."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == "fine\n", done.stderr


def test_a_long_broken_document_is_read_with_linear_work() -> None:
    """Four times the text takes about four times the calls, counted by the interpreter."""
    part = "key:\n  a: [1, 2\n  b: 'x\n  c: |\n    y\n  d: e: f\n"
    small, large = (_calls(part * size) for size in (200, 800))
    assert large < small * 5


def _calls(text: str) -> int:
    """Return how many Python and C functions reading a text calls."""
    profile = cProfile.Profile()
    profile.runcall(parse, text)
    return sum(entry.callcount for entry in profile.getstats())
