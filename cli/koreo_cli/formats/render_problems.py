"""What is wrong with the input of a rendering, for people: place, message, the line, a hint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_cli.formats.text_report import gutter_width, indented, location, problem_text, snippet
from koreo_cli.report import ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from koreo_analyzer.text import Span

    from koreo_cli.formats.text_report import Style
    from koreo_cli.rendering.documents import InputProblem
    from koreo_cli.rendering.inputs import Inputs
    from koreo_cli.report import Sources


def render_problems(inputs: Inputs, sources: Sources, style: Style) -> str:
    """Return all problems, a blank line after each; those of Koreo documents as `koreo check` shows them."""
    texts = _all(inputs.warnings, "warning", sources, style) + _all(inputs.problems, "error", sources, style)
    texts += [problem_text(problem, sources, style) for problem in ordered(set(inputs.checked), sources)]
    return "".join(f"{text}\n\n" for text in texts)


def _all(problems: Iterable[InputProblem], word: str, sources: Sources, style: Style) -> list[str]:
    found = sorted(set(problems), key=lambda each: (each.path or "", each.span, each.message))
    return ["\n".join(_lines(problem, word, sources, style)) for problem in found]


def _lines(problem: InputProblem, word: str, sources: Sources, style: Style) -> Iterator[str]:
    if problem.path is not None:
        yield from marked(problem.path, problem.span, word, problem.message, sources, style, problem.hint)
        return
    yield f"{style.paint(word, 'red', bold=True)}: {style.paint(indented(problem.message), bold=True)}"
    if problem.hint:
        yield f"  {style.paint('=', 'blue', bold=True)} help: {indented(problem.hint)}"


def marked(
    path: str, span: Span, word: str, message: str, sources: Sources, style: Style, hint: str | None = None
) -> Iterator[str]:
    """Yield the lines of a message about a part of a file. `word` is `error` or `warning`."""
    color = "red" if word == "error" else "yellow"
    head = style.paint(word, color, bold=True)
    yield f"{location(path, span, sources)}: {head}: {style.paint(indented(message), bold=True)}"
    yield from snippet(path, span, sources, style, color)
    if hint:
        gutter = " " * gutter_width(path, span, sources)
        yield f"{gutter} {style.paint('=', 'blue', bold=True)} help: {indented(hint)}"
