"""Problems of files and documents as such: YAML syntax, kinds, suppressions, configuration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from koreo_analyzer.checks.examples import GREETING, RETURN, greeting
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.language import kinds
from koreo_analyzer.language.tree import get, get_text, is_boolean_key
from koreo_analyzer.problems import Edit, Fix, Problem, Severity
from koreo_analyzer.suggest import closest
from koreo_analyzer.yaml import problem
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, Style
from koreo_analyzer.yaml.problem import MAX_DEPTH, MAX_EXPANDED
from koreo_analyzer.yaml.resolve import is_merge, key_text, pyyaml_differs, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.yaml.parse import Tree

_GOOD = greeting(RETURN)

YAML_SYNTAX = Rule(
    "yaml-syntax",
    Severity.ERROR,
    "a document that is not YAML",
    "The document cannot be read as YAML. Other documents of the file are not affected.",
    wrong=greeting("  return:\n    text: =has(inputs.name) ? inputs.name : {}\n"),
    right=greeting("  return:\n    text: '=has(inputs.name) ? inputs.name : {}'\n"),
)

DUPLICATE_KEY = Rule(
    "duplicate-key",
    Severity.ERROR,
    "a key that stands twice in one mapping",
    "The last value wins silently, and everything under the first is lost.",
    wrong=greeting(RETURN + "    text: =inputs.name\n"),
    right=_GOOD,
)

YAML_LIMIT = Rule(
    "yaml-limit",
    Severity.ERROR,
    "a document that is nested too deeply or expands too far",
    f"Collections may be nested {MAX_DEPTH} deep, and the aliases of a document may stand for "
    f"{MAX_EXPANDED:,} nodes. More is a mistake or an attack, and no API server takes it.",
    wrong=greeting(RETURN + "    deep: " + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1) + "\n"),
    right=_GOOD,
)

YAML_ALIAS = Rule(
    "yaml-alias",
    Severity.ERROR,
    "an alias without its anchor",
    "`*name` stands for the value that is marked `&name` earlier in the same document, and cannot contain "
    "itself.",
    wrong=greeting(RETURN + "    again: *text\n"),
    right=greeting(RETURN.replace("text: =", "text: &text =") + "    again: *text\n"),
)

YAML_VALUE = Rule(
    "yaml-value",
    Severity.ERROR,
    "YAML that has no form in JSON",
    "Kubernetes turns YAML into JSON: a key must be a text, a number or a boolean, a number must be finite, "
    "tags other than those of plain JSON types are unknown, and `<<` merges mappings only.",
    wrong=greeting(RETURN + "    limit: .inf\n"),
    right=greeting(RETURN + "    limit: 1000000\n"),
)

YAML_READING = Rule(
    "yaml-reading",
    Severity.INFO,
    "a scalar that Kubernetes and PyYAML read differently",
    "Kubernetes reads `y` and `on` as true, `1e3` as 1000, `012` as 10, and dates as strings. PyYAML, which "
    "the original's offline tools use, reads `y` and `1e3` as strings, `1:30` as 90, and dates as objects. "
    "Koreo follows Kubernetes. Put a text in quotes, or write the number or boolean plainly, to mean the "
    "same everywhere.",
    wrong=greeting(RETURN + "    confirm: y\n"),
    right=greeting(RETURN + "    confirm: true\n"),
)

BOOLEAN_KEY = Rule(
    "boolean-key",
    Severity.WARNING,
    "a key that YAML reads as true or false",
    "`on`, `off`, `yes`, `no`, `y` and `n` without quotes are booleans, as keys too: Kubernetes makes the key "
    "`true` or `false` of them.",
    wrong=greeting(RETURN + "    on: {}\n"),
    right=greeting(RETURN + '    "on": {}\n'),
)

UNKNOWN_KIND = Rule(
    "unknown-kind",
    Severity.ERROR,
    "a Koreo document of a kind that does not exist",
    "The five kinds are ValueFunction, ResourceFunction, ResourceTemplate, Workflow and FunctionTest. "
    "Triggers and other objects of the group koreo.dev may stand beside them, and are not reported unless "
    "their name is nearly one of the five.",
    wrong=GREETING.replace("ValueFunction", "ValueFuntion"),
    right=_GOOD,
)

UNREADABLE_FILE = Rule(
    "unreadable-file",
    Severity.ERROR,
    "a Koreo file that cannot be read",
    "The file is not text in UTF-8, or its permissions or its disk keep it from being read.",
    wrong="",
    right=_GOOD,
)

CONFIG = Rule(
    "config",
    Severity.ERROR,
    "a mistake in `koreo.toml`",
    "An option that does not exist, a value of the wrong type, a code that no rule has. The rest of the "
    "file counts.",
    wrong="",
    right=_GOOD,
)

UNUSED_IGNORE = Rule(
    "unused-ignore",
    Severity.WARNING,
    "a `# koreo: ignore[…]` that hides nothing",
    "The comment hides problems of the given codes on its own line, or, standing alone, on the next line; "
    "`# koreo: ignore-document[…]` hides them in the whole document. "
    "There is none to hide, or the code does not exist.",
    wrong=greeting(RETURN.replace("inputs.name\n", "inputs.name  # koreo: ignore[unknown-name]\n")),
    right=_GOOD,
)

RULES = (
    YAML_SYNTAX,
    DUPLICATE_KEY,
    YAML_LIMIT,
    YAML_ALIAS,
    YAML_VALUE,
    YAML_READING,
    BOOLEAN_KEY,
    UNKNOWN_KIND,
    UNREADABLE_FILE,
    CONFIG,
    UNUSED_IGNORE,
)


_YAML_RULES: Final = {
    problem.SYNTAX: YAML_SYNTAX,
    problem.DUPLICATE: DUPLICATE_KEY,
    problem.TOO_DEEP: YAML_LIMIT,
    problem.TOO_LARGE: YAML_LIMIT,
    problem.ALIAS: YAML_ALIAS,
    problem.KEY: YAML_VALUE,
    problem.MERGE: YAML_VALUE,
    problem.TAG: YAML_VALUE,
    problem.VALUE: YAML_VALUE,
}


def check_yaml(tree: Tree) -> Iterator[Problem]:
    """Yield the YAML problems of a document."""
    for found in tree.problems:
        yield _YAML_RULES[found.code].problem(
            found.span, found.message, hint=found.hint, related=found.related
        )


def check_readings(root: Node) -> Iterator[Problem]:
    """Yield an information for each plain scalar that PyYAML reads as something else than Kubernetes.

    Both read the key `<<` as the one that merges mappings.
    """
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Scalar) and node.style is Style.PLAIN:
            other = pyyaml_differs(node)
            if other is not None:
                hint, fixes = _ways_to_write(node)
                yield YAML_READING.problem(
                    node.span,
                    f"Kubernetes reads `{node.text}` as {_in_json(node)}, PyYAML as {other}",
                    hint=hint,
                    fixes=fixes,
                )
        elif isinstance(node, Mapping):
            for entry in node.entries:
                stack.append(entry.value)
                if not is_merge(entry.key):
                    stack.append(entry.key)
        elif isinstance(node, Sequence):
            stack.extend(node.items)


def check_boolean_keys(root: Node) -> Iterator[Problem]:
    """Yield a problem for each key that is a word for true or false, other than `true` and `false`."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Sequence):
            stack.extend(node.items)
        elif isinstance(node, Mapping):
            for entry in node.entries:
                key = entry.key
                if not isinstance(entry.value, Scalar):
                    stack.append(entry.value)
                if isinstance(key, Scalar) and is_boolean_key(key):
                    quoted = f'"{key.text}"'
                    yield BOOLEAN_KEY.problem(
                        key.span,
                        f"the key `{key.text}` is read as `{key_text(key)}`",
                        hint=f"put it in quotes: `{quoted}`",
                        fixes=(Fix("Put it in quotes", (Edit(key.span, quoted),)),),
                    )


def _ways_to_write(scalar: Scalar) -> tuple[str, tuple[Fix, ...]]:
    """Return how a plain scalar is written for all to read the same, as a hint and as fixes.

    A number in quotes is no fix: the original takes such a text for a number again where it evaluates.
    """
    quoted = json.dumps(scalar.text, ensure_ascii=False)
    quote = Fix("Put it in quotes", (Edit(scalar.span, quoted),))
    found = value(scalar)
    if found is None or isinstance(found, str):
        return f"put it in quotes: `{quoted}`", (quote,)
    plain = json.dumps(found)
    write = Fix(f"Change to `{plain}`", (Edit(scalar.span, plain),))
    if isinstance(found, bool):
        return f"write `{quoted}` for the text, `{plain}` for the boolean", (quote, write)
    return f"write `{quoted}` for the text, `{plain}` for the number", (write,)


def _in_json(scalar: Scalar) -> str:
    found = value(scalar)
    return f'the text "{found}"' if isinstance(found, str) else f"`{json.dumps(found)}`"


def check_kind(root: Node) -> Iterator[Problem]:
    """Yield a problem for a kind of the group koreo.dev that is nearly one of the five."""
    kind = get(root, "kind")
    name = get_text(kind)
    if (
        get_text(root, "apiVersion") != kinds.API_VERSION
        or kind is None
        or name is None
        or name in kinds.KINDS
    ):
        return
    guess = closest(name, kinds.KINDS)
    if guess is not None:
        yield UNKNOWN_KIND.problem(
            kind.span,
            f"`{name}` is no kind of Koreo",
            hint=f"did you mean `{guess}`?",
            fixes=(Fix(f"Change to `{guess}`", (Edit(kind.span, guess),)),),
        )
