"""Which plain YAML files hold objects of a kind."""

import pytest
from koreo_analyzer.schemas.kinds import KindName
from koreo_project.objects import ObjectFiles, objects_in

THING, OTHER = KindName("a.example.com/v1", "Thing"), KindName("v1", "ConfigMap")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("apiVersion: a.example.com/v1\nkind: Thing\nmetadata: {name: a}\n", (THING,)),
        ("kind: 'Thing' # one\r\nmetadata:\r\n  name: a\r\napiVersion: \"a.example.com/v1\"\r\n", (THING,)),
        (
            "---\napiVersion: v1\nkind: ConfigMap\n---\napiVersion: a.example.com/v1\nkind: Thing\n",
            (OTHER, THING),
        ),
        ("apiVersion: v1\n---\nkind: ConfigMap\n", ()),
        ("spec:\n  apiVersion: v1\n  kind: ConfigMap\n", ()),
        ("apiVersion: {{ .version }}\nkind: {{ .kind }}\n", ()),
        ("", ()),
        ("{apiVersion: a.example.com/v1, kind: Thing, metadata: {name: a}}\n", (THING,)),
        (
            "--- {apiVersion: v1, kind: ConfigMap}\n--- # one\n{kind: 'Thing', apiVersion: 'a.example.com/v1'}\n",
            (OTHER, THING),
        ),
        (
            """{\n"spec": {"kind": "No", "apiVersion": "x"}, "a": ["kind", {"kind": "b"}],
"apiVersion": "v1", # {kind: Z\n"kind": "ConfigMap"}""",
            (OTHER,),
        ),
        ("{a: it's, b: 'it''s: }', c: a:b, apiVersion: v1, kind: ConfigMap}\n", (OTHER,)),
        ("apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    {apiVersion: v2, kind: Thing}\n", (OTHER,)),
        ("{apiVersion: v1, kind: {a: b}}\n", ()),
        ("{apiVersion: v1, kind", ()),
    ],
)
def test_kinds_are_told_by_lines(text: str, kinds: tuple[KindName, ...]) -> None:
    assert objects_in(text).kinds == kinds


def test_files_are_found_by_kind_as_long_as_they_have_it() -> None:
    files = ObjectFiles()
    thing = objects_in("apiVersion: a.example.com/v1\nkind: Thing\n")
    files.set("/b.yaml", thing)
    files.set("/a.yaml", thing)
    assert files.paths(THING) == ["/a.yaml", "/b.yaml"]
    before = files.mark("/a.yaml")
    files.set("/a.yaml", objects_in("apiVersion: v1\nkind: ConfigMap\n"))
    assert (files.paths(THING), files.paths(OTHER)) == (["/b.yaml"], ["/a.yaml"])
    assert files.mark("/a.yaml") != before
    files.set("/b.yaml", None)
    files.set("/a.yaml", objects_in("a: 1\n"))
    assert (files.paths(THING), files.paths(OTHER), files.mark("/a.yaml")) == ([], [], None)
