"""Expressions: their syntax, the names and functions they use, and text that is read otherwise than it looks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.functions import MACROS, NAMESPACES, FormKind, Function, MacroShape, all_names, lookup
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Expression, FunctionTest, KoreoDocument, Literal, Workflow
from koreo_analyzer.language.document import Function as FunctionBody
from koreo_analyzer.language.expressions import Use, is_namespaced
from koreo_analyzer.language.shapes import NAMES_IN_SCOPE, Place
from koreo_analyzer.problems import Edit, Fix, Problem, Severity, Tag
from koreo_analyzer.suggest import closest
from koreo_analyzer.yaml.nodes import Style
from koreo_analyzer.yaml.resolve import value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.text import Span

_HEAD = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: greeting
spec:
"""

_TEST = (
    _HEAD
    + """\
  return:
    text: ="Hello " + inputs.name
---
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata:
  name: greeting
spec:
  functionRef:
    kind: ValueFunction
    name: greeting
  inputs:
    name: {name}
  testCases:
  - expectReturn:
      text: Hello World
"""
)

EXPRESSION_SYNTAX = Rule(
    "expression-syntax",
    Severity.ERROR,
    "an expression that is not CEL",
    "What follows the `=` must be one expression of the Common Expression Language. The document cannot be "
    "prepared.",
    wrong=_HEAD + '  return:\n    text: =("Hello " + inputs.name\n',
    right=_HEAD + '  return:\n    text: =("Hello " + inputs.name)\n',
)

STRING_ESCAPE = Rule(
    "string-escape",
    Severity.WARNING,
    "an escape that CEL does not know",
    "CEL knows `\\\\ \\\" \\' \\` \\? \\a \\b \\f \\n \\r \\t \\v`, `\\xHH`, `\\uHHHH`, `\\UHHHHHHHH` and "
    "three octal digits. Koreo keeps the backslash of any other escape, because published files rely on it; "
    'CEL itself rejects the expression. Write `\\\\` for a backslash, or a raw string `r"…"` for a '
    "pattern.",
    wrong=_HEAD + '  return:\n    valid: =inputs.name.matches("^[a-z]+\\.com$")\n',
    right=_HEAD + '  return:\n    valid: =inputs.name.matches(r"^[a-z]+\\.com$")\n',
)

UNKNOWN_NAME = Rule(
    "unknown-name",
    Severity.ERROR,
    "a name that is not in scope",
    "Which names an expression can use depends on its place: `inputs` in a function, `locals` after the "
    "locals, `resource` from the overlays on, `steps` and `parent` in a Workflow, `value` in the `state` of "
    "a step. The evaluation of any other name fails.",
    wrong=_HEAD + '  return:\n    text: ="Hello " + input.name\n',
    right=_HEAD + '  return:\n    text: ="Hello " + inputs.name\n',
)

UNKNOWN_LOCAL = Rule(
    "unknown-local",
    Severity.ERROR,
    "a local that the function does not define",
    "`locals.x` reads the key `x` of the function's `locals`. A key that is not there makes the evaluation "
    "fail.",
    wrong=_HEAD + '  locals:\n    prefix: ="Hello " + inputs.title\n  return:\n    text: =locals.prefx\n',
    right=_HEAD + '  locals:\n    prefix: ="Hello " + inputs.title\n  return:\n    text: =locals.prefix\n',
)

UNUSED_LOCAL = Rule(
    "unused-local",
    Severity.WARNING,
    "a local that nothing reads",
    "The local is evaluated at every run, and fails the run if it fails, but no expression reads it.",
    wrong=_HEAD + '  locals:\n    prefix: ="Hello " + inputs.title\n  return:\n    text: =inputs.name\n',
    right=_HEAD + "  return:\n    text: =inputs.name\n",
)

UNKNOWN_FUNCTION = Rule(
    "unknown-function",
    Severity.ERROR,
    "a function that does not exist",
    "Neither CEL, nor its extension libraries, nor Koreo has a function of this name in this form (`f(x)` "
    "or `x.f()`).",
    wrong=_HEAD + "  return:\n    text: =inputs.name.lowercase()\n",
    right=_HEAD + "  return:\n    text: =inputs.name.lower()\n",
)

WRONG_ARGUMENTS = Rule(
    "wrong-arguments",
    Severity.ERROR,
    "a function called with a wrong number of arguments",
    "The function exists, but takes another number of arguments in this form. In `x.f(a)` the value `x` is "
    "not counted.",
    wrong=_HEAD + "  return:\n    first: =inputs.name.split_first()\n",
    right=_HEAD + '  return:\n    first: =inputs.name.split_first("-")\n',
)

EXPRESSION_IN_LITERAL = Rule(
    "expression-in-literal",
    Severity.WARNING,
    "an expression where only literals are read",
    "Test inputs, expectations and templates are data: a text that begins with `=` stays that text. It is "
    "nearly always a mistake. Put `# koreo: ignore[expression-in-literal]` above a line that really means "
    "the text.",
    wrong=_TEST.format(name='="Wor" + "ld"'),
    right=_TEST.format(name="World"),
)

READ_DIFFERENTLY = Rule(
    "read-differently",
    Severity.INFO,
    "a text that the original runtime reads as something else",
    "The original pastes a whole block together as CEL source. A static text that Python's `int()` or "
    "`float()` accepts "
    'becomes a number there (`"1.10"` is 1.1), backslashes in a one-line text begin an escape, a key with '
    '`"` breaks the '
    'block. Here strings stay strings. Write an expression to mean the same in both: `="1.10"`.',
    wrong=_HEAD + '  return:\n    version: "1.10"\n',
    right=_HEAD + '  return:\n    version: ="1.10"\n',
)

BARE_INPUT = Rule(
    "bare-input",
    Severity.INFO,
    "an input used without `inputs.` in `overlayResource`",
    "The original puts the keys of `inputs` into scope as names of their own here, and nowhere else. It "
    "works, but `inputs.name` says what is meant and works everywhere.",
    wrong="""\
apiVersion: koreo.dev/v1beta1
kind: ResourceFunction
metadata:
  name: settings
spec:
  apiConfig:
    apiVersion: v1
    kind: ConfigMap
    name: =inputs.name
    namespace: default
  resource:
    data:
      mode: fast
---
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata:
  name: settings
spec:
  functionRef:
    kind: ResourceFunction
    name: settings
  inputs:
    name: blue
  currentResource:
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: blue
      namespace: default
  testCases:
  - overlayResource:
      data:
        color: =name
    expectOutcome:
      retry:
        message: ''
        delay: 0
""",
    right="""\
apiVersion: koreo.dev/v1beta1
kind: ResourceFunction
metadata:
  name: settings
spec:
  apiConfig:
    apiVersion: v1
    kind: ConfigMap
    name: =inputs.name
    namespace: default
  resource:
    data:
      mode: fast
---
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata:
  name: settings
spec:
  functionRef:
    kind: ResourceFunction
    name: settings
  inputs:
    name: blue
  currentResource:
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: blue
      namespace: default
  testCases:
  - overlayResource:
      data:
        color: =inputs.name
    expectOutcome:
      retry:
        message: ''
        delay: 0
""",
)

RULES = (
    EXPRESSION_SYNTAX,
    STRING_ESCAPE,
    UNKNOWN_NAME,
    UNKNOWN_LOCAL,
    UNUSED_LOCAL,
    UNKNOWN_FUNCTION,
    WRONG_ARGUMENTS,
    EXPRESSION_IN_LITERAL,
    READ_DIFFERENTLY,
    BARE_INPUT,
)

_LITERAL_NAMES = frozenset({"true", "false", "null"})


def check_expressions(document: KoreoDocument) -> Iterator[Problem]:
    """Yield the problems of every expression and literal of a document, each scalar once."""
    checked: set[tuple[int, Place]] = set()
    for expression in document.expressions:
        if (id(expression.scalar), expression.place) in checked:
            continue
        checked.add((id(expression.scalar), expression.place))
        yield from check_expression(document, expression)
    for literal in document.literals:
        yield from _check_literal(document, literal)
    if isinstance(document.body, FunctionBody):
        yield from _check_unused_locals(document, document.body)


def check_expression(document: KoreoDocument, expression: Expression) -> Iterator[Problem]:
    """Yield the problems of one expression: syntax, names, functions. Follow-ups of a syntax error are left out."""
    broken = False
    for problem in expression.facts.parsed.problems:
        if problem.code == "escape":
            rule = STRING_ESCAPE
        else:
            rule = EXPRESSION_SYNTAX
            broken = True
        yield rule.problem(expression.span(problem.span), problem.message, hint=problem.hint)
    for use in expression.facts.uses:
        yield from _check_use(document, expression, use)
    for call in expression.facts.calls:
        if not broken or call.args:
            yield from _check_call(expression, call)


def _check_use(document: KoreoDocument, expression: Expression, use: Use) -> Iterator[Problem]:
    place = expression.place
    names = NAMES_IN_SCOPE[place]
    if use.root in names:
        if use.root == "locals" and isinstance(document.body, FunctionBody):
            yield from _check_local(document.body, expression, use)
        return
    if place is Place.TEST_OVERLAY:
        yield from _check_bare_input(document, expression, use)
        return
    if use.root in _LITERAL_NAMES or not use.root:
        return
    guess = closest(use.root, names)
    span = expression.span(use.span)
    hint: str | None = None
    fixes: tuple[Fix, ...] = ()
    if use.root.lower() in _LITERAL_NAMES or use.root == "None":
        word = "null" if use.root == "None" else use.root.lower()
        hint, fixes = f"CEL writes `{word}`", (Fix(f"Change to `{word}`", (Edit(span, word),)),)
    elif guess:
        hint, fixes = f"did you mean `{guess}`?", (Fix(f"Change to `{guess}`", (Edit(span, guess),)),)
    elif use.root == "locals" and place in (Place.LOCALS, Place.VALUE_LOCALS):
        hint = "a local cannot use another local; repeat the expression, or move it into a function"
    elif use.root == "resource" and isinstance(document.body, Workflow):
        hint = "the state of a step reads its result as `value`" if place is Place.STEP_STATE else None
    elif use.root == "inputs" and isinstance(document.body, Workflow):
        hint = "a Workflow reads its trigger, or its caller's inputs, as `parent`"
    elif use.root in ("parent", "steps") and document.is_function:
        hint = "a function only sees its `inputs`; pass the value in the step's `inputs`"
    else:
        hint = f"in scope here: {', '.join(f'`{name}`' for name in names)}"
    yield UNKNOWN_NAME.problem(span, f"`{use.root}` is not in scope in {place.value}", hint=hint, fixes=fixes)


def _check_local(body: FunctionBody, expression: Expression, use: Use) -> Iterator[Problem]:
    if not use.members or not use.members[0].name:
        return
    member = use.members[0]
    known = [local.text for local in body.locals]
    if member.name in known or ("locals", member.name) in expression.facts.tests:
        return
    span = expression.span(member.span)
    guess = closest(member.name, known)
    yield UNKNOWN_LOCAL.problem(
        span,
        f"`{member.name}` is not among the function's locals",
        hint=f"did you mean `{guess}`?"
        if guess
        else f"defined: {', '.join(known)}"
        if known
        else "the function has none",
        fixes=(Fix(f"Change to `{guess}`", (Edit(span, guess),)),) if guess and _is_plain(guess) else (),
    )


def _is_plain(name: str) -> bool:
    return name.isidentifier() and name.isascii()


def _check_unused_locals(document: KoreoDocument, body: FunctionBody) -> Iterator[Problem]:
    read: set[str] = set()
    for expression in document.expressions:
        for use in expression.facts.uses:
            if use.root == "locals":
                if not use.members:
                    return
                read.add(use.members[0].name)
        read.update(member for root, member in expression.facts.tests if root == "locals")
        if any(problem.code != "escape" for problem in expression.facts.parsed.problems):
            return
    for local in body.locals:
        if local.text not in read and not closest(local.text, read - {other.text for other in body.locals}):
            yield UNUSED_LOCAL.problem(
                local.span, f"the local `{local.text}` is never used", tags=(Tag.UNNECESSARY,)
            )


def _check_bare_input(document: KoreoDocument, expression: Expression, use: Use) -> Iterator[Problem]:
    body = document.body
    if not isinstance(body, FunctionTest):
        return
    known = {supplied.name.text for supplied in body.inputs or ()}
    known.update(supplied.name.text for case in body.cases for supplied in case.overrides)
    span = expression.span(use.span)
    if use.root in known:
        yield BARE_INPUT.problem(
            span,
            f"the input `{use.root}` is used without `inputs.`",
            fixes=(Fix(f"Change to `inputs.{use.root}`", (Edit(span, f"inputs.{use.root}"),)),),
        )
        return
    guess = closest(use.root, ["inputs", "resource", "template", *known])
    yield UNKNOWN_NAME.problem(
        span,
        f"`{use.root}` is not in scope in {expression.place.value}",
        hint=f"did you mean `{guess}`?"
        if guess
        else "in scope here: `inputs`, `resource`, `template`, the test's inputs",
    )


def _check_call(expression: Expression, call: ast.Call) -> Iterator[Problem]:
    if not call.name:
        return
    span = expression.span(call.name_span)
    if isinstance(call.target, ast.Ident) and is_namespaced(call):
        function = lookup(call.name, call.target.name)
        title = f"{call.target.name}.{call.name}"
        form = FormKind.GLOBAL
    else:
        function = lookup(call.name)
        title = call.name
        form = FormKind.MEMBER if call.target is not None else FormKind.GLOBAL
    macro = MACROS.get(call.name)
    if function is None and macro is not None:
        yield WRONG_ARGUMENTS.problem(
            span, f"`{call.name}` is called with {_count(len(call.args))}", hint=_macro_usage(macro)
        )
        return
    if function is None:
        yield _unknown_function(call, span)
        return
    forms = function.forms_of(form)
    if not forms:
        yield _wrong_form(function, call, span, title)
    elif not any(f.accepts(len(call.args)) for f in forms):
        expected = " or ".join(dict.fromkeys(_range(f.min_args, f.max_args) for f in forms))
        yield WRONG_ARGUMENTS.problem(
            span, f"`{title}` is called with {_count(len(call.args))}", hint=f"here it takes {expected}"
        )


def _macro_usage(macro: MacroShape) -> str:
    """Say with how many arguments a macro is called."""
    counts = " or ".join(_count(number) for number in sorted(macro.variables))
    return f"the macro `{macro.name}` takes {counts}"


def _unknown_function(call: ast.Call, span: Span) -> Problem:
    if isinstance(call.target, ast.Ident) and call.target.name in NAMESPACES:
        space = call.target.name
        guess = closest(call.name, all_names(FormKind.GLOBAL, space))
        message = f"`{space}.{call.name}` is not a function"
    else:
        forms = (
            (FormKind.MEMBER, FormKind.GLOBAL)
            if call.target is not None
            else (FormKind.GLOBAL, FormKind.MEMBER)
        )
        guess = closest(call.name, all_names(forms[0])) or closest(call.name, all_names(forms[1]))
        message = f"`{call.name}` is not a function"
    fixes = (Fix(f"Change to `{guess}`", (Edit(span, guess),)),) if guess else ()
    return UNKNOWN_FUNCTION.problem(
        span, message, hint=f"did you mean `{guess}`?" if guess else None, fixes=fixes
    )


def _wrong_form(function: Function, call: ast.Call, span: Span, title: str) -> Problem:
    other = function.forms[0]
    if call.target is None:
        usage = f"value.{call.name}({'…' if other.min_args else ''})"
        return UNKNOWN_FUNCTION.problem(span, f"`{title}` is a method of a value", hint=f"write `{usage}`")
    return UNKNOWN_FUNCTION.problem(
        span, f"`{title}` is not a method of a value", hint=f"write `{title}(value)`"
    )


def _count(number: int) -> str:
    return {0: "no arguments", 1: "one argument"}.get(number, f"{number} arguments")


def _range(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {_count(least)}"
    return _count(least) if least == most else f"{least} to {most} arguments"


def _check_literal(document: KoreoDocument, literal: Literal) -> Iterator[Problem]:
    scalar = literal.scalar
    text = scalar.text
    if literal.place is Place.LITERAL:
        if (
            text[:1] == "="
            and len(text) > 1
            and value(scalar) == text
            and not _is_reported_by_schema(literal)
        ):
            yield EXPRESSION_IN_LITERAL.problem(
                scalar.span,
                "this expression is not evaluated: only literals are read here",
                hint=_literal_hint(document),
            )
        return
    reason = original_reading(scalar.text, style=scalar.style) if isinstance(value(scalar), str) else None
    if reason is not None:
        yield READ_DIFFERENTLY.problem(
            scalar.span,
            f"the original runtime reads this text as {reason}",
            hint="write an expression to mean the same in both",
        )


def _literal_hint(document: KoreoDocument) -> str | None:
    if document.kind == kinds.FUNCTION_TEST:
        return "write the value itself"
    if document.kind == kinds.RESOURCE_TEMPLATE:
        return "templates are static: compute the value in an overlay of the ResourceFunction"
    return None


def _is_reported_by_schema(literal: Literal) -> bool:
    """Whether `case` or `condition.name` holds the text, whose pattern already excludes a leading `=`."""
    return literal.path[-1] == "case" or literal.path[-2:] in (
        ("condition", "name"),
        ("condition", "type"),
        ("label",),
    )


def original_reading(text: str, *, style: Style) -> str | None:
    """Say what the original makes of a static text of an evaluated block; None when it stays this text.

    See language section 2, "strings stay strings".
    """
    stripped = text.strip()
    if stripped[:1] in "0123456789+-.nNiI" and stripped:
        for convert, word in ((int, "the number"), (float, "the number")):
            try:
                number = convert(text)
            except ValueError:
                continue
            if not math.isfinite(number):
                return f"the unknown name `{stripped}`"
            return f"{word} {number}"
    if "\\" in text and "\n" not in text and style is not Style.LITERAL:
        return "one with its backslashes interpreted"
    return None
