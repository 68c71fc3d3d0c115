"""Inputs: what a step, an overlay or a test gives, against what the function or sub-Workflow reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.checks.examples import CALLER, GREETING
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import (
    Call,
    Function,
    FunctionTest,
    KoreoDocument,
    Name,
    Signature,
    Workflow,
)
from koreo_analyzer.problems import Edit, Fix, Problem, Severity, Tag
from koreo_analyzer.suggest import closest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.checks.world import World
    from koreo_analyzer.text import Span

_GOOD = GREETING + CALLER

UNKNOWN_INPUT = Rule(
    "unknown-input",
    Severity.ERROR,
    "a misspelt input",
    "The function does not read an input of this name, but one with a similar name that the caller does not "
    "give. In a FunctionTest this is a warning.",
    wrong=GREETING + CALLER.replace("name: =parent", "nmae: =parent"),
    right=_GOOD,
)

MISSING_INPUT = Rule(
    "missing-input",
    Severity.ERROR,
    "an input that the function cannot do without is not given",
    "The function reads the input whatever the data, so its evaluation fails. An input is optional when the "
    "function asks for it with `has(inputs.x)`, or reads it only in one branch of `?:`. In a FunctionTest "
    "this is a warning, and only given when no case that expects a result has the input.",
    wrong=GREETING + CALLER.replace(":\n      name: =parent.spec.name", ": {}"),
    right=_GOOD,
)

UNUSED_INPUT = Rule(
    "unused-input",
    Severity.WARNING,
    "an input that the function does not read",
    "The value is computed and passed, and no expression of the function reads it.",
    wrong=_GOOD + "      color: blue\n",
    right=_GOOD,
)

RULES = (UNKNOWN_INPUT, MISSING_INPUT, UNUSED_INPUT)


def check_calls(document: KoreoDocument, world: World) -> Iterator[Problem]:
    """Yield the problems of inputs of a document's steps, overlays or test."""
    match document.body:
        case Workflow():
            for step in document.body.steps:
                yield from _check_call(step.call, step.input_key, world)
        case Function():
            for overlay in document.body.overlays:
                yield from _check_call(overlay, None, world)
        case FunctionTest():
            yield from _check_test(document, document.body, world)


def _check_call(call: Call, item: Name | None, world: World) -> Iterator[Problem]:
    """Check one call against every Logic that it may run; an input is unused when none of them reads it.

    Of a call to something unknown nothing is said: that it is unknown is problem enough.
    """
    signatures: list[Signature] = []
    for target in call.targets:
        signature = world.signature(target.kind, target.name.text)
        if signature is None:
            return
        signatures.append(signature)
    if not signatures:
        return
    given = [supplied.name for supplied in call.inputs or ()]
    if item is not None:
        given.append(item)
    yield from _compare(call, given, signatures)


def _compare(call: Call, given: list[Name], signatures: list[Signature]) -> Iterator[Problem]:
    names = {name.text for name in given}
    read = {name for signature in signatures for name, _ in signature.inputs}
    anything = not call.complete or any(signature.any_input for signature in signatures)
    missing = {
        name: signature
        for signature in signatures
        for name, required in signature.inputs
        if call.complete and required and name not in names
    }
    for name in given:
        if name.text in read or anything:
            continue
        guess = closest(name.text, sorted(missing)) or closest(name.text, sorted(read - names))
        if guess is not None:
            missing.pop(guess, None)
            yield _misspelt(name, guess, signatures, Severity.ERROR)
        else:
            yield _unused(name, signatures, read - names)
    for wanted, signature in sorted(missing.items()):
        yield MISSING_INPUT.problem(
            call.anchor,
            f"{call.label} does not give the input `{wanted}` that {_title(signature)} needs",
            hint=_missing_hint(signature, wanted),
        )


def _title(signature: Signature) -> str:
    return f"{signature.kind} `{signature.name}`"


def _titles(signatures: list[Signature]) -> str:
    return " or ".join(dict.fromkeys(_title(signature) for signature in signatures))


def _missing_hint(signature: Signature, name: str) -> str:
    root = "parent" if signature.kind == kinds.WORKFLOW else "inputs"
    return f"it reads `{root}.{name}`"


def _misspelt(name: Name, guess: str, signatures: list[Signature], severity: Severity) -> Problem:
    return UNKNOWN_INPUT.problem(
        name.span,
        f"`{name.text}` is no input of {_titles(signatures)}",
        severity=severity,
        hint=f"did you mean `{guess}`?",
        fixes=(Fix(f"Change to `{guess}`", (Edit(name.span, guess),)),),
    )


def _unused(name: Name, signatures: list[Signature], free: set[str]) -> Problem:
    hint = f"not given here: {', '.join(sorted(free))}" if free else None
    titles = list(dict.fromkeys(_title(signature) for signature in signatures))
    message = f"{titles[0]} does not read the input `{name.text}`"
    if len(titles) > 1:
        message = f"none of {', '.join(titles)} reads the input `{name.text}`"
    return UNUSED_INPUT.problem(name.span, message, hint=hint, tags=(Tag.UNNECESSARY,))


def _check_test(document: KoreoDocument, test: FunctionTest, world: World) -> Iterator[Problem]:
    yield from _check_overlay_inputs(document, test)
    if test.function is None:
        return
    signature = world.signature(test.function.kind, test.function.name.text)
    if signature is None:
        return
    given = [supplied.name for supplied in test.inputs or ()]
    given += [supplied.name for case in test.cases for supplied in case.overrides]
    uses = [use for expression in document.expressions for use in expression.facts.uses]
    read = {name for name, _ in signature.inputs}
    read.update(use.members[0].name if use.root == "inputs" and use.members else use.root for use in uses)
    whole = any(use.root == "inputs" and not use.members for use in uses)
    names = {name.text for name in given}
    missing = _missing_in_test(test, signature)
    if not signature.any_input and not whole and document.complete:
        for name in given:
            if name.text in read:
                continue
            guess = closest(name.text, sorted(missing)) or closest(name.text, sorted(read - names))
            if guess is not None:
                missing.discard(guess)
                yield _misspelt(name, guess, [signature], Severity.WARNING)
            else:
                yield _unused(name, [signature], read - names)
    anchor: Span = test.inputs_key or test.function.name.span
    for wanted in sorted(missing):
        yield MISSING_INPUT.problem(
            anchor,
            f"no case that expects a result has the input `{wanted}` that {_title(signature)} needs",
            severity=Severity.WARNING,
            hint=_missing_hint(signature, wanted),
        )


def _check_overlay_inputs(document: KoreoDocument, test: FunctionTest) -> Iterator[Problem]:
    """Report inputs that an `overlayResource` reads and no case gives."""
    if not test.inputs_complete:
        return
    names = {supplied.name.text for supplied in test.inputs or ()}
    names.update(supplied.name.text for case in test.cases for supplied in case.overrides)
    for expression in document.expressions:
        needs = expression.facts.needs
        for use in expression.facts.uses:
            if use.root != "inputs" or not use.members or ("inputs", use.members[0].name) not in needs:
                continue
            member = use.members[0]
            if member.name not in names:
                guess = closest(member.name, sorted(names))
                span = expression.span(member.span)
                yield MISSING_INPUT.problem(
                    span,
                    f"this test has no input `{member.name}`",
                    severity=Severity.WARNING,
                    hint=f"did you mean `{guess}`?" if guess else None,
                )


def _missing_in_test(test: FunctionTest, signature: Signature) -> set[str]:
    """Return the required inputs that every case which expects a result lacks; none without such a case."""
    carried = {supplied.name.text for supplied in test.inputs or ()}
    missing: set[str] | None = None
    if not test.inputs_complete:
        return set()
    for case in test.cases:
        if case.skipped:
            continue
        present = carried | {supplied.name.text for supplied in case.overrides}
        if not case.variant:
            carried = present
        if case.succeeds:
            absent = {name for name, required in signature.inputs if required and name not in present}
            missing = absent if missing is None else missing & absent
    return missing or set()
