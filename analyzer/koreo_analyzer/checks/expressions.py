"""Expressions: their syntax, and the names that they use."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from koreo_analyzer.checks import constants, function_calls, literals, patterns
from koreo_analyzer.checks.bracketing import bracket, bracket_unreadable, quoted
from koreo_analyzer.checks.constants import check_constants
from koreo_analyzer.checks.cut_expressions import cut_by_yaml
from koreo_analyzer.checks.examples import greeting, settings_test
from koreo_analyzer.checks.function_calls import check_call
from koreo_analyzer.checks.literals import check_literal
from koreo_analyzer.checks.patterns import check_pattern
from koreo_analyzer.checks.removal import remove_entry
from koreo_analyzer.checks.renaming import change_member
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.checks.slips import find_slip, macro_slip, mend
from koreo_analyzer.language.document import Expression, FunctionTest, KoreoDocument, Workflow
from koreo_analyzer.language.document import Function as FunctionBody
from koreo_analyzer.language.shapes import NAMES_IN_SCOPE, Place
from koreo_analyzer.problems import Edit, Fix, Problem, Severity, Tag
from koreo_analyzer.suggest import Vocabulary, closest
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.foreign import INVISIBLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Name
    from koreo_analyzer.language.expressions import Use


EXPRESSION_SYNTAX = Rule(
    "expression-syntax",
    Severity.ERROR,
    "an expression that is not CEL",
    "What follows the `=` must be one expression of the Common Expression Language. The document cannot be "
    "prepared.",
    wrong=greeting('  return:\n    text: =("Hello " + inputs.name\n'),
    right=greeting('  return:\n    text: =("Hello " + inputs.name)\n'),
)

STRING_ESCAPE = Rule(
    "string-escape",
    Severity.WARNING,
    "an escape that CEL does not know",
    "CEL knows `\\\\ \\\" \\' \\` \\? \\a \\b \\f \\n \\r \\t \\v`, `\\xHH`, `\\uHHHH`, `\\UHHHHHHHH` and "
    "three octal digits. Koreo keeps the backslash of any other escape, because published files rely on it; "
    'CEL itself rejects the expression. Write `\\\\` for a backslash, or a raw string `r"…"` for a '
    "pattern.",
    wrong=greeting('  return:\n    valid: =inputs.name.matches("^[a-z]+\\.com$")\n'),
    right=greeting('  return:\n    valid: =inputs.name.matches(r"^[a-z]+\\.com$")\n'),
)

UNKNOWN_NAME = Rule(
    "unknown-name",
    Severity.ERROR,
    "a name that is not in scope",
    "Which names an expression can use depends on its place: `inputs` in a function, `locals` after the "
    "locals, `resource` from the overlays on, `steps` and `parent` in a Workflow, `value` in the `state` of "
    "a step. The evaluation of any other name fails.",
    wrong=greeting('  return:\n    text: ="Hello " + input.name\n'),
    right=greeting('  return:\n    text: ="Hello " + inputs.name\n'),
)

UNKNOWN_LOCAL = Rule(
    "unknown-local",
    Severity.ERROR,
    "a local that the function does not define",
    "`locals.x` reads the key `x` of the function's `locals`. A key that is not there makes the evaluation "
    "fail.",
    wrong=greeting('  locals:\n    prefix: ="Hello " + inputs.name\n  return:\n    text: =locals.prefx\n'),
    right=greeting('  locals:\n    prefix: ="Hello " + inputs.name\n  return:\n    text: =locals.prefix\n'),
)

UNUSED_LOCAL = Rule(
    "unused-local",
    Severity.WARNING,
    "a local that nothing reads",
    "The local is evaluated at every run, and fails the run if it fails, but no expression reads it.",
    wrong=greeting('  locals:\n    prefix: ="Hello " + inputs.name\n  return:\n    text: =inputs.name\n'),
    right=greeting("  return:\n    text: =inputs.name\n"),
)


_OVERLAY_CASE = """\
  currentResource:
    apiVersion: v1
    kind: ConfigMap
    metadata: {{name: blue, namespace: default}}
  testCases:
  - overlayResource:
      data:
        color: {color}
    expectOutcome:
      retry: {{message: Patching, delay: 30}}
"""

BARE_INPUT = Rule(
    "bare-input",
    Severity.INFO,
    "an input used without `inputs.` in `overlayResource`",
    "The original puts the keys of `inputs` into scope as names of their own here, and nowhere else. It "
    "works, but `inputs.name` says what is meant and works everywhere.",
    wrong=settings_test(_OVERLAY_CASE.format(color="=name")),
    right=settings_test(_OVERLAY_CASE.format(color="=inputs.name")),
)

RULES = (
    EXPRESSION_SYNTAX,
    STRING_ESCAPE,
    UNKNOWN_NAME,
    UNKNOWN_LOCAL,
    UNUSED_LOCAL,
    *function_calls.RULES,
    *patterns.RULES,
    *constants.RULES,
    *literals.RULES,
    BARE_INPUT,
)


_MOST_GUESSES: Final = 50
"""How many unknown names of one document are compared with the known ones."""
MAX_PROBLEMS: Final = 20
"""How many problems of one expression are reported: more of them say no more than that it is no expression."""

_VALUE_PLACES = frozenset({Place.VALUE_PRECONDITION, Place.VALUE_LOCALS, Place.VALUE_RETURN})
_DASHED = re.compile(r"\.[A-Za-z_]\w*(?:-[A-Za-z_]\w*)+", re.ASCII)
"""A field with dashes, written as if they were a part of its name."""
_FALSE_BLANKS = frozenset(INVISIBLE)
_LITERAL_NAMES = frozenset({"true", "false", "null"})


def check_expressions(document: KoreoDocument) -> Iterator[Problem]:
    """Yield the problems of every expression and literal of a document, each scalar once."""
    checked: set[tuple[int, Place]] = set()
    known = _known_names(document)
    for expression in document.expressions:
        if (id(expression.scalar), expression.place) in checked:
            continue
        checked.add((id(expression.scalar), expression.place))
        yield from check_expression(document, expression, known)
    for literal in document.literals:
        if literal.scalar.text[:1] not in _FALSE_BLANKS:  # which YAML's problems are about
            yield from check_literal(document, literal)
    if isinstance(document.body, FunctionBody):
        yield from _check_unused_locals(document, document.body)


def _known_names(document: KoreoDocument) -> Vocabulary:
    """Return the names of the document's own: the locals of a function, the inputs of a test."""
    body = document.body
    names: list[Name] = []
    if isinstance(body, FunctionBody):
        names += body.locals
    elif isinstance(body, FunctionTest):
        names += (supplied.name for supplied in body.inputs or ())
        names += (supplied.name for case in body.cases for supplied in case.overrides)
    return Vocabulary((name.text for name in names), _MOST_GUESSES)


def check_expression(document: KoreoDocument, expression: Expression, known: Vocabulary) -> Iterator[Problem]:
    """Yield the problems of one expression: syntax, names, functions; at most `MAX_PROBLEMS` of them.

    Follow-ups of a syntax error are left out.
    """
    yield from islice(_expression_problems(document, expression, known), MAX_PROBLEMS)


def _expression_problems(
    document: KoreoDocument, expression: Expression, known: Vocabulary
) -> Iterator[Problem]:
    if expression.facts.broken and (cut := cut_by_yaml(document, expression)) is not None:
        yield EXPRESSION_SYNTAX.problem(cut.span, cut.message, hint=cut.hint)
        return
    slip = find_slip(expression.facts.source) if expression.facts.broken else None
    if slip is not None and slip.message is not None:
        fixes = mend(document, expression, slip)
        yield EXPRESSION_SYNTAX.problem(expression.span(slip.span), slip.message, hint=slip.hint, fixes=fixes)
        return
    for problem in expression.facts.parsed.problems:
        rule = STRING_ESCAPE if problem.code == "escape" else EXPRESSION_SYNTAX
        told_once = slip is not None and rule is EXPRESSION_SYNTAX
        yield rule.problem(
            expression.span(problem.span),
            problem.message,
            hint=slip.hint if told_once and slip is not None else problem.hint,
            fixes=mend(document, expression, slip)
            if told_once and slip is not None
            else _without_equals(expression, problem.span.start)
            or bracket_unreadable(document, expression, problem.span),
        )
        if told_once:
            return
    broken = expression.facts.broken
    readable = _readable(expression)
    told: set[int] = set()
    for use in expression.facts.uses:
        if use.span.start >= readable:
            continue
        meant = None if use.root in NAMES_IN_SCOPE[expression.place] else macro_slip(expression, use)
        if meant is None:
            yield from _check_use(document, expression, use, known)
        elif meant[0].start not in told:
            told.add(meant[0].start)
            message = f"`{use.root}` is not in scope in {expression.place.value}"
            yield UNKNOWN_NAME.problem(expression.span(use.span), message, hint=meant[1], fixes=meant[2])
    for call in expression.facts.calls:
        if call.name_start < readable and (not broken or call.args):
            yield from check_call(expression, call)
            yield from check_pattern(expression, call)
    yield from check_constants(expression)


def _without_equals(expression: Expression, start: int) -> tuple[Fix, ...]:
    """Return the fix of a problem at `start` that is a second `=` before the expression."""
    source = expression.facts.source
    if source[: start + 1].strip() != "=":
        return ()
    spare = Span(0, len(source) - len(source.lstrip("= ")))
    return (Fix("Remove the second `=`", (Edit(expression.span(spare), ""),)),)


def _readable(expression: Expression) -> int:
    """Return how far into the source the reader could certainly follow: to the first syntax error."""
    starts = (problem.span.start for problem in expression.facts.parsed.problems if problem.code != "escape")
    return min(starts, default=len(expression.facts.source))


def _check_use(
    document: KoreoDocument, expression: Expression, use: Use, known: Vocabulary
) -> Iterator[Problem]:
    place = expression.place
    names = NAMES_IN_SCOPE[place]
    if use.root in names:
        if use.root == "locals" and isinstance(document.body, FunctionBody):
            yield from _check_local(document, expression, use, known)
        return
    if place is Place.TEST_OVERLAY:
        yield from _check_bare_input(document, expression, use, known)
        return
    if use.root in _LITERAL_NAMES or not use.root:
        return
    guess = closest(use.root, names)
    span = expression.span(use.span)
    hint: str | None = None
    fixes: tuple[Fix, ...] = ()
    if _is_map_key(expression, use):
        hint, fixes = (
            f'put the key in quotes: `"{use.root}"`',
            (Fix("Put the key in quotes", (Edit(span, quoted(use.root, expression)),)),),
        )
    elif (dashed := _dashed_field(expression, use)) is not None:
        name = expression.facts.source[dashed.start + 1 : dashed.end]
        hint = f"for the field write `[{quoted(name, expression)}]`: `-` subtracts"
        fixes = (bracket(document, expression, dashed, name),)
    elif use.root.lower() in _LITERAL_NAMES or use.root == "None":
        word = "null" if use.root == "None" else use.root.lower()
        hint, fixes = f"CEL writes `{word}`", (Fix(f"Change to `{word}`", (Edit(span, word),)),)
    elif guess:
        hint, fixes = f"did you mean `{guess}`?", (Fix(f"Change to `{guess}`", (Edit(span, guess),)),)
    elif use.root == "locals" and place in (Place.LOCALS, Place.VALUE_LOCALS):
        hint = "a local cannot use another local; repeat the expression, or move it into a function"
    elif use.root == "resource" and place is Place.STEP_STATE:
        hint = "the state of a step reads its result as `value`"
    elif use.root == "inputs" and isinstance(document.body, Workflow):
        hint = "a Workflow reads its trigger, or its caller's inputs, as `parent`"
    elif use.root in ("parent", "steps") and document.is_function:
        hint = "a function only sees its `inputs`; pass the value in the step's `inputs`"
    else:
        hint = _names_hint(place)
    yield UNKNOWN_NAME.problem(span, f"`{use.root}` is not in scope in {place.value}", hint=hint, fixes=fixes)


def _is_map_key(expression: Expression, use: Use) -> bool:
    """Whether a name stands as the key of a map: `{name: 1}`."""
    source = expression.facts.source
    before, after = source[: use.span.start].rstrip(), source[use.span.end :].lstrip()
    return before[-1:] in {"{", ","} and after[:1] == ":"


def _dashed_field(expression: Expression, use: Use) -> Span | None:
    """Return where `.field-with-dashes` stands in the source, if the name is a part of it behind a dash."""
    for found in _DASHED.finditer(expression.facts.source):
        if found.start() < use.span.start < found.end():
            return Span(*found.span())
    return None


def _names_hint(place: Place) -> str:
    names = NAMES_IN_SCOPE[place]
    if place in _VALUE_PLACES:
        listed = ", ".join(f"`{name}`" for name in names if name != "resource")
        return f"in scope here: {listed}, and `resource` when an `overlayRef` runs the function"
    return f"in scope here: {', '.join(f'`{name}`' for name in names)}"


def _check_local(
    document: KoreoDocument, expression: Expression, use: Use, known: Vocabulary
) -> Iterator[Problem]:
    if not use.members or not use.members[0].name:
        return
    member = use.members[0]
    if member.name in known:
        return
    if not known and not document.complete:
        return
    guess = known.closest(member.name)
    yield UNKNOWN_LOCAL.problem(
        expression.span(member.span),
        f"`{member.name}` is not among the function's locals",
        hint=f"did you mean `{guess}`?"
        if guess
        else f"defined: {known.listed()}"
        if known
        else "the function has none",
        fixes=change_member(expression, member, guess) if guess else (),
    )


def _check_unused_locals(document: KoreoDocument, body: FunctionBody) -> Iterator[Problem]:
    if not document.complete:
        return
    read: set[str] = set()
    for expression in document.expressions:
        for use in expression.facts.uses:
            if use.root == "locals":
                if not use.members:
                    return
                read.add(use.members[0].name)
        read.update(member for root, member in expression.facts.tests if root == "locals")
        if expression.facts.broken:
            return
    for use in (use for text in document.literals for meant in text.meant for use in meant.facts.uses):
        if use.root == "locals":
            read.update(member.name for member in use.members[:1])
    misspelt = Vocabulary(sorted(read - {local.text for local in body.locals}), _MOST_GUESSES)
    for local in body.locals:
        if local.text not in read and not misspelt.closest(local.text):
            yield UNUSED_LOCAL.problem(
                local.span,
                f"the local `{local.text}` is never used",
                fixes=remove_entry(document, local),
                tags=(Tag.UNNECESSARY,),
            )


def _check_bare_input(
    document: KoreoDocument, expression: Expression, use: Use, known: Vocabulary
) -> Iterator[Problem]:
    if not isinstance(document.body, FunctionTest):
        return
    span = expression.span(use.span)
    if use.root in known:
        yield BARE_INPUT.problem(
            span,
            f"the input `{use.root}` is used without `inputs.`",
            fixes=(Fix(f"Change to `inputs.{use.root}`", (Edit(span, f"inputs.{use.root}"),)),),
        )
        return
    guess = closest(use.root, NAMES_IN_SCOPE[Place.TEST_OVERLAY]) or known.closest(use.root)
    yield UNKNOWN_NAME.problem(
        span,
        f"`{use.root}` is not in scope in {expression.place.value}",
        hint=f"did you mean `{guess}`?"
        if guess
        else "in scope here: `inputs`, `resource`, `template`, the test's inputs",
    )
