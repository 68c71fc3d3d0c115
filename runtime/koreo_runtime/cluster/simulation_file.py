"""Reading the rules of `koreo render --simulate`: what stands in for other controllers (docs/render.md).

The file is written by people: everything that is wrong with it is reported at once, with its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.cel import CelError, compile_tree, parse, to_plain
from koreo_analyzer.language.tree import get
from koreo_analyzer.suggest import did_you_mean, in_code
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, resolve_alias
from koreo_analyzer.yaml.parse import parse as parse_yaml
from koreo_analyzer.yaml.resolve import TooLarge, key_text, plain, value
from koreo_analyzer.yaml.scalars import source_map
from koreo_analyzer.yaml.stream import split

from koreo_runtime.cluster.simulation_presets import PRESETS
from koreo_runtime.cluster.simulation_rules import Match, Rule, RuleError, SimulationProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from koreo_runtime.effects import KubeObject

_FILE_KEYS: Final = ("builtin", "rules")
_RULE_KEYS: Final = ("match", "after", "when", "set")
_MATCH_KEYS: Final = ("apiVersion", "kind", "name", "namespace", "labels", "deleting")
_FIXED: Final = ("apiVersion", "kind")
_MOST_PASSES: Final = 1000


def parse_simulation(text: str) -> tuple[tuple[Rule, ...], tuple[SimulationProblem, ...]]:
    """Return the rules of a file, presets included, and everything that is wrong with it. Never raises.

    A rule with a problem is left out.
    """
    reader = _Reader()
    rules: list[Rule] = []
    for document in split(text):
        if not document.empty:
            rules += reader.document(text[document.start : document.end], document.start)
    return tuple(rules), tuple(sorted(reader.problems, key=lambda problem: problem.span))


def preset_rules(name: str) -> tuple[Rule, ...]:
    """Return the rules of a preset by its name (see `PRESETS`)."""
    rules = _Reader(preset=name).document(PRESETS[name], 0)
    return tuple(rules)


class _Reader:
    """Reads documents and collects problems."""

    def __init__(self, preset: str | None = None) -> None:
        self.problems: list[SimulationProblem] = []
        self._preset = preset
        self._text = ""
        self._start = 0

    def document(self, text: str, start: int) -> list[Rule]:
        self._text, self._start = text, start
        tree = parse_yaml(text)
        for problem in tree.problems:
            self._report(problem.span, problem.message, problem.hint)
        if tree.root is None:
            return []
        kind = get(tree.root, "kind")
        if kind is not None and get(tree.root, "apiVersion") is not None:
            hint = "known in a file of rules are `builtin` and `rules`; objects are for `--objects`"
            self._report(kind.span, "this is an object, and no rules", hint)
            return []
        found = self._entries(tree.root, _FILE_KEYS, "the file")
        rules: list[Rule] = []
        for item in self._items(found.get("builtin"), "builtin"):
            rules += self._preset_of(item)
        for index, item in enumerate(self._items(found.get("rules"), "rules")):
            rule = self._rule(item, index)
            if rule is not None:
                rules.append(rule)
        root = resolve_alias(tree.root)
        if isinstance(root, Mapping) and not root.entries:
            self._report(tree.root.span, "no rules", "name some under `builtin` or write some under `rules`")
        return rules

    def _preset_of(self, node: Node) -> Iterable[Rule]:
        name = self._scalar(node, str, "a name", "builtin")
        if name is None:
            return ()
        if name not in PRESETS:
            hint = did_you_mean(name, PRESETS) or f"there are {', '.join(PRESETS)}"
            self._report(node.span, f"unknown preset `{name}`", hint)
            return ()
        return preset_rules(name)

    def _rule(self, node: Node, index: int) -> Rule | None:
        known = len(self.problems)
        place = f"rules[{index}]"
        found = self._entries(node, _RULE_KEYS, "a rule")
        for key in ("match", "set"):
            if key not in found and isinstance(node, Mapping):
                self._report(Span(node.start, node.start + 1), f"{place} has no `{key}`")
        match = self._match(found["match"], place) if "match" in found else None
        after = self._after(found.get("after"))
        when = self._when(found["when"]) if "when" in found else None
        change = self._set(found["set"], place) if "set" in found else None
        if match is None or change is None or len(self.problems) > known:
            return None
        title = f"preset {self._preset}" if self._preset else place
        span = None if self._preset else self._span(node.span)
        return Rule(title, span, match, after, when, change)

    def _match(self, node: Node, place: str) -> Match | None:
        found = self._entries(node, _MATCH_KEYS, f"`match` of {place}")
        texts = {
            key: self._scalar(found[key], str, "a text", key)
            for key in ("apiVersion", "kind", "name", "namespace")
            if key in found
        }
        labels = plain(found["labels"]) if "labels" in found else {}
        if not isinstance(labels, dict) or not all(isinstance(each, str) for each in labels.values()):
            self._report(found["labels"].span, "`labels` must be a mapping of texts")
            return None
        deleting = (
            self._scalar(found["deleting"], bool, "true or false", "deleting")
            if "deleting" in found
            else False
        )
        kind = texts.get("kind")
        if "kind" not in found and isinstance(node, Mapping):
            self._report(node.span, f"`match` of {place} names no `kind`")
        if not kind:
            return None
        return Match(
            texts.get("apiVersion"),
            kind,
            texts.get("name"),
            texts.get("namespace"),
            {key: str(each) for key, each in labels.items()},
            deleting is True,
        )

    def _after(self, node: Node | None) -> int:
        if node is None:
            return 1
        passes = self._scalar(node, int, "a number of passes", "after")
        if passes is not None and not 1 <= passes <= _MOST_PASSES:
            self._report(node.span, f"`after` must be from 1 to {_MOST_PASSES}, but is {passes}")
        return passes or 1

    def _when(self, node: Node) -> Callable[[KubeObject], bool] | None:
        if not isinstance(node, Scalar) or not node.text.startswith("="):
            self._report(node.span, "`when` must be an expression, as `=object.spec.replicas > 0`")
            return None
        evaluate, span = self._expression(node), self._span(node.span)

        def when(item: KubeObject) -> bool:
            decided = evaluate(item)
            if not isinstance(decided, bool):
                raise RuleError(span, "`when` must be true or false")
            return decided

        return when

    def _set(self, node: Node, place: str) -> Callable[[KubeObject], KubeObject] | None:
        found = resolve_alias(node)
        if not isinstance(found, Mapping) or not found.entries:
            self._report(
                node.span, f"`set` of {place} must be a mapping of what to change, as `status: {{…}}`"
            )
            return None
        for entry in found.entries:
            if (key := key_text(entry.key)) in _FIXED:
                self._report(entry.key.span, f"`{key}` of an object cannot be changed")
        return self._block(found)

    def _block(self, node: Node) -> Callable[[KubeObject], Any]:
        """Return what builds the value of a node whose scalars may be expressions."""
        node = resolve_alias(node)
        if isinstance(node, Mapping):
            entries = [
                (key, self._block(entry.value))
                for entry in node.entries
                if (key := key_text(entry.key)) is not None
            ]
            return lambda item: {key: build(item) for key, build in entries}
        if isinstance(node, Sequence):
            items = [self._block(each) for each in node.items]
            return lambda item: [build(item) for build in items]
        if isinstance(node, Scalar) and isinstance(value(node), str) and node.text.startswith("="):
            return self._expression(node)
        literal = plain(node)
        if isinstance(literal, TooLarge):
            self._report(node.span, f"too large: {literal}")
        return lambda _: literal

    def _expression(self, node: Scalar) -> Callable[[KubeObject], Any]:
        places = source_map(self._text, node)
        parsed = parse(node.text[1:])
        for problem in parsed.problems:
            if problem.code != "escape":
                span = places.span(problem.span.start + 1, problem.span.end + 1)
                self._report(span, problem.message, problem.hint)
        program, whole, start = compile_tree(parsed.root), self._span(node.span), self._start

        def evaluate(item: KubeObject) -> Any:
            try:
                return to_plain(program.evaluate({"object": item}))
            except CelError as error:
                at = error.span
                inner = None if at is None else places.span(at.start + 1, at.end + 1)
                span = whole if inner is None else Span(inner.start + start, inner.end + start)
                raise RuleError(span, error.message) from error

        return evaluate

    # Parts

    def _entries(self, node: Node, known: tuple[str, ...], what: str) -> dict[str, Node]:
        node = resolve_alias(node)
        if not isinstance(node, Mapping):
            self._report(node.span, f"{what} must be a mapping with {in_code(known)}")
            return {}
        found: dict[str, Node] = {}
        for entry in node.entries:
            key = key_text(entry.key)
            if key in known:
                found[key] = resolve_alias(entry.value)
            else:
                hint = did_you_mean(key or "", known) or f"known are {in_code(known)}"
                self._report(entry.key.span, f"unknown key `{key}` in {what}", hint)
        return found

    def _items(self, node: Node | None, key: str) -> Iterator[Node]:
        if node is None:
            return
        if not isinstance(node, Sequence):
            self._report(node.span, f"`{key}` must be a list")
            return
        yield from map(resolve_alias, node.items)

    def _scalar(self, node: Node, kind: type, expected: str, key: str) -> Any:
        found = value(node) if isinstance(node, Scalar) else None
        if type(found) is not kind or found == "":
            self._report(node.span, f"`{key}` must be {expected}")
            return None
        return found

    def _report(self, span: Span, message: str, hint: str | None = None) -> None:
        self.problems.append(SimulationProblem(self._span(span), message, hint))

    def _span(self, span: Span) -> Span:
        return Span(span.start + self._start, span.end + self._start)
