"""Every item that completion offers in an expression can be accepted: the text stays YAML of the same shape."""

from __future__ import annotations

import pytest
from koreo_analyzer.workspace import Workspace
from koreo_analyzer.yaml.nodes import Node, children
from koreo_analyzer.yaml.parse import parse
from koreo_server.ide.completion.complete import complete

HEAD = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: f}
spec:
  locals:
    port: {name: web, number: 80, "is-open": true, "it's": 1, "say \\"hi\\"": 2, "a: b": 3, "x #y": 4}
    mode: '=inputs.live ? "on" : "off"'
    list: [{a: 1}]
  return:
"""
"""Fields whose names are hard to write in the quotes of CEL, of YAML, or of both."""
EXPRESSIONS = (
    "=locals.port.$0", '=locals["$0', '=locals["$0"]', "=locals['$0']", '=locals.port["$0"]', "=locals.port[$0]",
    "=locals.mode == $0", '=locals.mode == "$0"', "=locals.$0", "=loc$0", "=locals.port.name $0", "=locals.list.$0",
    "=inputs.live $0", "=inputs.live ? $0", "=[$0", "={$0", "=has($0", "=inputs.$0",
)  # fmt: skip
WRAPS = (
    "    a: %s\n", '    a: "%s"\n', "    a: '%s'\n", "    a: {b: %s, c: 1}\n", '    a: {b: "%s"}\n',
    "    a: {b: '%s'}\n", "    a: [%s, 1]\n", "    a: |\n      %s\n", "    a:\n    - %s\n",
)  # fmt: skip


def _quoted(expression: str, wrap: str) -> str:
    if '"%s"' in wrap:
        return expression.replace('"', '\\"')
    return expression.replace("'", "''") if "'%s'" in wrap else expression


def _size(node: Node | None) -> int:
    return 0 if node is None else 1 + sum(map(_size, children(node)))


@pytest.mark.parametrize("wrap", WRAPS)
def test_what_is_accepted_leaves_the_same_yaml(wrap: str) -> None:
    offered = 0
    for expression in EXPRESSIONS:
        marked = HEAD + wrap % _quoted(expression, wrap)
        offset = marked.index("$0")
        text = marked.replace("$0", "")
        before = parse(text)
        if not before.sound:
            continue
        for item in complete(Workspace().apply({"a.k.yaml": text}), "a.k.yaml", offset).items:
            offered += 1
            accepted = text[: item.span.start] + item.insert + text[item.span.end :]
            after = parse(accepted)
            assert after.sound, accepted
            assert _size(after.root) == _size(before.root), accepted
    assert offered > 100
