"""What is offered inside expressions: which items, what they write, and where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cursor_fixtures import read
from koreo_analyzer.workspace import Workspace
from koreo_server.ide.completion.complete import complete
from koreo_server.ide.completion.expressions import complete_expression

if TYPE_CHECKING:
    from koreo_server.ide.completion.items import Item

HEAD = """\
@ValueFunction f
spec:
  locals:
    port: {name: web, number: 80, "is-open": true}
    mode: '=inputs.live ? "on" : "off"'
    list: [{a: 1}]
  return:
"""


def _offered(line: str) -> dict[str, Item]:
    found = complete_expression(*read(f"{HEAD}    a: {line}\n").at_cursor())
    assert found is not None
    return {item.label: item for item in found.items}


def _accepted(line: str, label: str) -> str:
    """Return the line once an item is accepted."""
    fixture = read(f"{HEAD}    a: {line}\n")
    snapshot, path, offset = fixture.at_cursor()
    item = next(one for one in complete(snapshot, path, offset).items if one.label == label)
    text = fixture.texts[path]
    changed = text[: item.span.start] + item.insert + text[item.span.end :]
    return changed[len(read(HEAD).texts[path]) :].removeprefix("    a: ").rstrip("\n")


@pytest.mark.parametrize(
    ("line", "label", "after"),
    [
        ("=inp$0", "inputs", "=inputs"),
        ("=locals.$0port", "mode", "=locals.mode"),
        ("=true && locals.$0", "port", "=true && locals.port"),
        ("=[locals.port.n$0", "name", "=[locals.port.name"),
        ("'=locals.po$0'", "port", "'=locals.port'"),
        ("=locals.port.is$0", "is-open", '=locals.port["is-open"]'),
        ('"=locals.port.$0"', "is-open", "\"=locals.port['is-open']\""),
        ('=locals["$0', "mode", '=locals["mode"]'),
        ("=locals['$0']", "mode", "=locals['mode']"),
        ('=locals["$0"]', "mode", '=locals["mode"]'),
        ("=locals[$0]", "mode", '=locals["mode"]'),
        ("=locals.mode == $0", "on", '=locals.mode == "on"'),
        ('=locals.mode == "$0', "on", '=locals.mode == "on"'),
        ('"=locals.mode == \'$0"', "on", "\"=locals.mode == 'on'\""),
        ('"=locals.mode == \\"$0"', "on", '"=locals.mode == \\"on\\""'),
        ("=locals.list.fil$0", "filter", "=locals.list.filter("),
        ("=locals.list.fil$0(x, true)", "filter", "=locals.list.filter(x, true)"),
        ("=locals.port.name $0", "==", "=locals.port.name == "),
    ],
)
def test_writes(line: str, label: str, after: str) -> None:
    assert _accepted(line, label) == after


@pytest.mark.parametrize(
    ("line", "snippet"),
    [
        ("=locals.list.map$0", "map(${1:item}, $0)"),
        ("=locals.list.reduce$0", "reduce(${1:result}, ${2:item}, ${3:start}, $0)"),
        ("=locals.port.map$0", "map(${1:key}, $0)"),
        ("=has$0", "has($0)"),
        ("=locals.mode.replace$0", "replace(${1:old}, ${2:new})"),
    ],
)
def test_calls_are_snippets(line: str, snippet: str) -> None:
    name = snippet.partition("(")[0]
    assert _offered(line)[name].snippet == snippet


@pytest.mark.parametrize(
    ("line", "there", "absent"),
    [
        ("=locals.mode.$0", ["startsWith", "size"], ["map", "number"]),
        ("=locals.list.$0", ["map", "size", "contains"], ["startsWith", "a"]),
        ("=locals.list[0].$0", ["a"], ["b64encode", "optMap"]),
        ("=locals.list.first().$0", ["value", "optMap"], ["startsWith", "keys"]),
        ("=math.$0", ["abs", "greatest"], ["inputs", "size"]),
        ("=$0", ["inputs", "locals", "math", "has", "true", "timestamp"], ["parent", "steps", "filter"]),
        ("=locals.list.map(item, $0)", ["item", "inputs"], []),
        ("=locals.mode in ['on', '$0", ["off"], ["on"]),
        ("=locals.port.name $0", ["in", "=="], ["inputs"]),
        (
            "=inputs.$0",
            ["live", "keys", "size", "map"],
            ["startsWith", "getDate", "unwrapOpt", "min", "orValue"],
        ),
        ("=inputs.owner.$0\n    b: =inputs.owner.team", ["team", "keys"], ["startsWith", "getDate", "min"]),
    ],
)
def test_offers(line: str, there: list[str], absent: list[str]) -> None:
    offered = _offered(line)
    assert ([one for one in there if one not in offered], [one for one in absent if one in offered]) == (
        [],
        [],
    )


@pytest.mark.parametrize(
    "line", ['="foo$0"', "=inputs.a // in$0", "=12$0", "=locals.mode.matches(r'$0", '="a"$0']
)
def test_offers_nothing_within(line: str) -> None:
    assert _offered(line) == {}


@pytest.mark.parametrize("text", ["$0", "@ValueFunction f\nspec: {$0", "kind: $0\n", f"{HEAD}    $0a: =1\n"])
def test_is_not_concerned_outside_of_expressions(text: str) -> None:
    assert complete_expression(*read(text).at_cursor()) is None


@pytest.mark.parametrize(
    ("use", "there", "absent"),
    [
        ("=inputs.x + 'a'", ["startsWith", "size"], ["getDate", "keys", "map", "self_ref"]),
        ("=inputs.x.map(i, i)", ["map", "size"], ["getDate", "startsWith", "keys"]),
        ("=inputs.x.y", ["y", "keys", "map"], ["getDate", "startsWith"]),
        ("=inputs.x > 1", ["to_json"], ["getDate", "startsWith", "keys", "map", "optMap"]),
        ("=inputs.y", ["startsWith", "getDate", "keys", "map", "optMap"], []),
    ],
)
def test_how_an_input_is_used_tells_what_it_has(use: str, there: list[str], absent: list[str]) -> None:
    text = f'@ValueFunction f\nspec:\n  locals:\n    a: "{use}"\n  return:\n    b: =inputs.x.$0\n'
    found = complete_expression(*read(text).at_cursor())
    assert found is not None
    labels = {item.label for item in found.items}
    assert (set(there) - labels, set(absent) & labels) == (set(), set())


def _labels(text: str) -> list[str]:
    return [item.label for item in complete(*read(text).at_cursor()).items]


TEMPLATES = "@ResourceTemplate base-{0}\nspec: {{template: {{apiVersion: v1, kind: ConfigMap}}}}\n---\n"


@pytest.mark.parametrize("name", ['="$0', '="base-o$0"', '=inputs.small ? "$0'])
def test_offers_templates_where_one_is_named(name: str) -> None:
    text = f"{TEMPLATES.format('one')}@ResourceFunction f\nspec:\n  resourceTemplateRef:\n    name: {name}\n"
    assert _labels(text) == ["base-one"]


def test_a_text_is_offered_for_one_part_of_an_alternative_only() -> None:
    head = '@ValueFunction f\nspec:\n  locals: {a: \'=inputs.mode in ["on", "off"]\'}\n  return:\n'
    assert _labels(f'{head}    a: =inputs.mode == "$0') == ["off", "on"]
    assert _labels(f'{head}    a: =inputs.mode == "on" || inputs.mode == "$0') == ["off"]
    assert _labels(f'{head}    a: =inputs.other == "on" || inputs.mode == "$0') == ["off", "on"]


@pytest.mark.parametrize("value", ["$0", "=$0"])
def test_the_first_step_has_no_steps(value: str) -> None:
    step = "    - label: {}\n      ref: {{kind: ValueFunction, name: f}}\n      inputs:\n        a: {}\n"
    head = "@Workflow w\nspec:\n  steps:\n"
    assert not {"steps", "=steps"} & set(_labels(f"{head}{step.format('one', value)}"))
    assert {"steps", "=steps"} & set(_labels(f"{head}{step.format('one', 1)}{step.format('two', value)}"))


@pytest.mark.parametrize("value", ["locals.mode", "inputs.other"])
def test_letters_fit_from_the_beginning_of_a_word_on(value: str) -> None:
    items = complete(*read(f"{HEAD}    a: ={value}.up$0\n").at_cursor()).items
    assert {item.label for item in items} - {"unwrapOpt"} == {"upper", "upperAscii", "toUpper"}
    assert items[0].label == "upper"


@pytest.mark.parametrize("value", ["$0", "=$0", "=inputs.a + $0"])
def test_offers_no_locals_where_there_are_none(value: str) -> None:
    for spec, there in (("", False), ("  locals: {b: 1}\n", True)):
        text = f"@ValueFunction f\nspec:\n{spec}  return:\n    a: {value}\n"
        labels = {item.label for item in complete(*read(text).at_cursor()).items}
        assert bool(labels & {"=locals", "locals"}) is there


def test_of_what_is_unknown_only_functions_that_begin_so_are_offered() -> None:
    head = "@ValueFunction f\nspec:\n  return:\n    b: "
    for typed, labels in (("foo", []), ("js", ["from_json", "to_json"]), ("siz", ["size"])):
        found = complete(*read(f"{head}=inputs.x.{typed}$0\n").at_cursor())
        assert sorted(item.label for item in found.items) == labels


def test_what_gives_the_wanted_type_comes_first() -> None:
    text = "@ResourceFunction f\nspec:\n  locals: {m: {number: 1, s: x}}\n  apiConfig:\n    name: ={}.$0\n"
    labels = [item.label for item in complete(*read(text.replace("{}", "inputs.x")).at_cursor()).items]
    fit, other = (
        ("trim", "join", "replace"),
        ("transformMap", "keys", "self_ref", "getDate", "size", "optMap"),
    )
    assert max(map(labels.index, fit)) < min(map(labels.index, other))
    labels = [item.label for item in complete(*read(text.replace("{}", "locals.m")).at_cursor()).items]
    assert labels[0] == "s"
    assert labels.index("number") < labels.index("transformMap")


def test_tells_types_and_what_is_optional() -> None:
    found = _offered("=locals.$0")
    assert found["port"].detail == '{name: "web", number: int, is-open: bool}'
    signature = _offered("=locals.mode.$0")["startsWith"]
    assert signature.detail == "string.startsWith(prefix: string) -> bool"
    assert signature.doc is not None
    assert "Example" in signature.doc


def test_offers_earlier_steps_only() -> None:
    fixture = read(
        "@Workflow w\nspec:\n  steps:\n    - {label: one, ref: {kind: ValueFunction, name: f}}\n"
        "    - {label: two, ref: {kind: ValueFunction, name: f}, inputs: {a: =steps.$0}}\n"
        "    - {label: three, ref: {kind: ValueFunction, name: f}}\n"
    )
    found = complete_expression(*fixture.at_cursor())
    assert found is not None
    assert [item.label for item in found.items] == ["one"]


def test_offers_what_callers_and_tests_give() -> None:
    fixture = read(
        "@ValueFunction f\nspec: {return: {a: =inputs.$0}}\n---\n"
        "@Workflow w\nspec:\n  steps:\n"
        "    - {label: one, ref: {kind: ValueFunction, name: f}, inputs: {called: 1}}\n---\n"
        "@FunctionTest t\nspec:\n  functionRef: {kind: ValueFunction, name: f}\n  inputs: {tested: 1}\n"
        "  testCases: [{inputOverrides: {overridden: 1}, expectReturn: {a: 1}}]\n"
    )
    found = complete_expression(*fixture.at_cursor())
    assert found is not None
    assert {"called", "tested", "overridden"} <= {item.label for item in found.items}


def test_answers_everywhere_however_the_text_ends() -> None:
    text = read(
        '@ValueFunction f\nspec:\n  locals:\n    a: \'=inputs.b.map(x, x.c == "d" ? [1, 2u] : {"e": 1.5})\'\n'
        "    b: |\n      =inputs.x // why\n      + r'y' + `z`.?w[?0]\n"
        '  return: {a: =locals.a[0], b: "=!has(inputs.c)"}\n'
    ).texts["main.k.yaml"]
    workspace = Workspace()
    for offset in range(len(text)):
        for rest in ("", text[offset:], '"', "' ]\n"):
            snapshot = workspace.apply({"main.k.yaml": text[:offset] + rest})
            for item in complete(snapshot, "main.k.yaml", offset).items:
                assert item.span.start <= offset <= item.span.end


@pytest.mark.parametrize("name", ["greeting-text", "greeting-config", "hello"])
def test_windows_line_endings_change_nothing(name: str) -> None:
    text = (Path(__file__).parents[2] / "fixtures" / "hello" / f"{name}.k.yaml").read_text(encoding="utf-8")
    unix = Workspace().apply({"a.k.yaml": text})
    windows = Workspace().apply({"a.k.yaml": text.replace("\n", "\r\n")})
    for offset in range(0, len(text), 3):
        there = offset + text.count("\n", 0, offset)
        assert [item.label for item in complete(windows, "a.k.yaml", there).items] == [
            item.label for item in complete(unix, "a.k.yaml", offset).items
        ], text[:offset][-30:]


@pytest.mark.parametrize(
    ("line", "labels"),
    [
        ("=has(locals.port.$0)", {"name", "number"}),
        ("=has(locals.port.na$0", {"name", "number"}),
        ("=!has(locals.port.$0) ? 1 : 2", {"name", "number"}),
        ("=has($0)", {"inputs", "locals", "resource"}),
        ("=has(lo$0", {"inputs", "locals", "resource"}),
        ("=locals.list.exists(one, has($0))", {"inputs", "locals", "resource", "one"}),
        ("=has(math.$0)", set()),
    ],
)
def test_only_names_and_fields_can_be_asked_for(line: str, labels: set[str]) -> None:
    assert set(_offered(line)) == labels


@pytest.mark.parametrize(
    ("value", "is_offered"),
    [
        ("|\n      =locals.mode ==\n      $0\n      inputs.a", True),
        ("|\n      =locals.mode ==\n       $0\n      inputs.a", True),
        ("|\n      =locals.mode ==\n     $0\n      inputs.a", False),
        ("|\n      =locals.mode ==\n$0\n      inputs.a", False),
        (">-\n      =locals.mode ==\n$0\n\n      inputs.a", False),
        ("=locals.mode ==\n$0\n      inputs.a", False),
        ("=locals.mode ==\n    $0\n      inputs.a", False),
        ("=locals.mode ==\n     $0\n      inputs.a", True),
        ('"=locals.mode ==\n  $0\n      inputs.a"', False),
        ('"=locals.mode ==\n     $0\n      inputs.a"', True),
    ],
)
def test_nothing_is_offered_where_it_would_end_the_text(value: str, is_offered: bool) -> None:
    assert ("locals" in _offered(value)) is is_offered


AWKWARD = """\
@ValueFunction f
spec:
  locals:
    is-open: 1
    "it's": 2
    'say "hi"': 3
    "a: b": 4
    plain: 5
  return:
"""
ALL = {"is-open", "it's", "a: b", "plain"}


@pytest.mark.parametrize(
    ("line", "labels"),
    [
        ("a: =locals.$0", ALL - {"a: b"}),
        ("a: '=locals.$0'", ALL - {"it's"}),
        ('a: "=locals.$0"', ALL - {"it's"}),
        ("a: |\n      =locals.$0", ALL),
        ("a: {b: =locals.$0, c: 1}", {"plain"}),
        ("a: {b: '=locals.$0', c: 1}", ALL - {"it's"}),
        ("a: [=locals.$0]", {"plain"}),
        ("is-open: =$0", {"locals"}),
        ("is-open: $0", {"=locals"}),
        ("plain: $0", {"=locals", "=locals.plain"}),
    ],
)
def test_what_is_accepted_leaves_the_document_whole(line: str, labels: set[str]) -> None:
    fixture = read(f"{AWKWARD}    {line}\n    used: =locals.plain\n")
    snapshot, path, offset = fixture.at_cursor()
    text = fixture.texts[path]
    found: set[str] = set()
    for item in complete(snapshot, path, offset).items:
        if item.label.removeprefix("=").partition(".")[0] in {*ALL, "locals", 'say "hi"'}:
            found.add(item.label)
        accepted = text[: item.span.start] + item.insert + text[item.span.end :]
        problems = [one.code for one in Workspace().apply({path: accepted}).problems(path)]
        assert "yaml-syntax" not in problems
        assert "expression-syntax" not in problems or not item.insert.endswith(("]", '"', "'"))
    assert found == labels
