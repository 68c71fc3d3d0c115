"""Inputs: what a step, an overlay or a test gives, against what the function or sub-Workflow reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.checks.examples import CALLER, GREETING
from koreo_analyzer.checks.removal import remove_entry
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.edit import respelled
from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import (
    Call,
    Function,
    FunctionTest,
    KoreoDocument,
    Name,
    Signature,
    Step,
    Workflow,
)
from koreo_analyzer.language.shapes import NAMES_IN_SCOPE, Place
from koreo_analyzer.problems import Fix, Problem, Related, Severity, Tag
from koreo_analyzer.suggest import Vocabulary, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.checks.world import World
    from koreo_analyzer.text import Span

_MOST_GUESSES: Final = 50
"""How many unknown names of one document are compared with the known ones."""
_MOST_TITLES: Final = 8

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
    "The value is computed and passed, and no expression of the function reads it, or the item of `forEach` "
    "replaces it.",
    wrong=_GOOD + "      color: blue\n",
    right=_GOOD,
)

RULES = (UNKNOWN_INPUT, MISSING_INPUT, UNUSED_INPUT)


def check_calls(document: KoreoDocument, world: World) -> Iterator[Problem]:
    """Yield the problems of inputs of a document's steps, overlays or test."""
    match document.body:
        case Workflow():
            for step in document.body.steps:
                yield from _check_replaced(document, step.call, step.input_key)
                yield from _check_call(document, step.call, step.input_key, _read_by_switch(step), world)
                yield from _check_switch(step)
        case Function():
            for overlay in document.body.overlays:
                yield from _check_call(document, overlay, None, frozenset(), world)
        case FunctionTest():
            yield from _check_test(document, document.body, world)


def _check_call(
    document: KoreoDocument, call: Call, item: Name | None, own: frozenset[str] | None, world: World
) -> Iterator[Problem]:
    """Check one call against every Logic that it may run; an input is unused when none of them reads it.

    `own` are the inputs that the caller reads itself, None when it may be any. Of a call to something
    unknown nothing is said: that it is unknown is problem enough.
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
        given = [*(name for name in given if name.text != item.text), item]
    yield from _compare(document, call, given, signatures, own)


def _read_by_switch(step: Step) -> frozenset[str] | None:
    """Return the inputs that a step's `switchOn` reads (language section 2.3); None when it may be any."""
    read: set[str] = set()
    for expression in step.expressions:
        if expression.place is not Place.STEP_SWITCH:
            continue
        if expression.facts.broken:
            return None
        for use in expression.facts.uses:
            if use.root == "inputs" and not use.members:
                return None
            if use.root == "inputs":
                read.add(use.members[0].name)
        read.update(name for root, name in expression.facts.tests if root == "inputs")
    return frozenset(read)


def _check_switch(step: Step) -> Iterator[Problem]:
    """Report inputs that `switchOn` cannot do without, and that the step does not give itself."""
    if not step.call.complete:
        return
    given = Vocabulary((supplied.name.text for supplied in step.call.inputs or ()), _MOST_GUESSES)
    item = step.input_key.text if step.input_key is not None else None
    for expression in step.expressions:
        if expression.place is not Place.STEP_SWITCH:
            continue
        for use in expression.facts.uses:
            member = use.members[0] if use.root == "inputs" and use.members else None
            if (
                member is None
                or member.name in given
                or member.name == item
                or ("inputs", member.name) not in expression.facts.needs - expression.facts.tests
            ):
                continue
            guess = given.closest(member.name)
            yield MISSING_INPUT.problem(
                expression.span(member.span),
                f"`switchOn` reads the input `{member.name}`, which {step.call.label} does not give",
                hint=f"did you mean `{guess}`?" if guess else "it sees the `inputs` of its own step",
            )


def _check_replaced(document: KoreoDocument, call: Call, item: Name | None) -> Iterator[Problem]:
    """Report an input that the item of `forEach` replaces (language section 8)."""
    for supplied in call.inputs or ():
        if item is not None and supplied.name.text == item.text:
            yield UNUSED_INPUT.problem(
                supplied.name.span,
                f"the item of `forEach` replaces the input `{item.text}`",
                related=(Related("`inputKey` is here", item.span),),
                fixes=remove_entry(document, supplied.name),
                tags=(Tag.UNNECESSARY,),
            )


def _compare(
    document: KoreoDocument,
    call: Call,
    given: list[Name],
    signatures: list[Signature],
    own: frozenset[str] | None,
) -> Iterator[Problem]:
    names = {name.text for name in given}
    read = {name for signature in signatures for name, _ in signature.inputs}
    anything = not call.complete or own is None or any(signature.any_input for signature in signatures)
    missing = {
        name: signature
        for signature in signatures
        for name, required in signature.inputs
        if call.complete and required and name not in names
    }
    needed = Vocabulary(sorted(missing), _MOST_GUESSES)
    free = Vocabulary(sorted(read - names), _MOST_GUESSES)
    titles = _titles(signatures)
    for name in given:
        if anything or name.text in read or (own is not None and name.text in own):
            continue
        guess = needed.closest(name.text) or free.closest(name.text)
        if guess is not None:
            missing.pop(guess, None)
            yield _misspelt(document, name, guess, titles, Severity.ERROR)
        else:
            yield _unused(document, name, titles, free)
    for wanted, signature in sorted(missing.items()):
        yield MISSING_INPUT.problem(
            call.anchor,
            f"{call.label} does not give the input `{wanted}` that {_title(signature)} needs",
            hint=_missing_hint(signature, wanted),
        )


def _title(signature: Signature) -> str:
    return f"{signature.kind} `{signature.name}`"


def _titles(signatures: list[Signature]) -> list[str]:
    return list(dict.fromkeys(_title(signature) for signature in signatures))


def _missing_hint(signature: Signature, name: str) -> str:
    root = "parent" if signature.kind == kinds.WORKFLOW else "inputs"
    return f"it reads `{root}.{name}`"


def _misspelt(
    document: KoreoDocument, name: Name, guess: str, titles: list[str], severity: Severity
) -> Problem:
    shown = " or ".join(titles) if len(titles) <= _MOST_TITLES else f"any of {len(titles)} functions"
    return UNKNOWN_INPUT.problem(
        name.span,
        f"`{name.text}` is no input of {shown}",
        severity=severity,
        hint=f"did you mean `{guess}`?",
        fixes=(Fix(f"Change to `{guess}`", (respelled(document.text, name.span, guess),)),),
    )


def _unused(document: KoreoDocument, name: Name, titles: list[str], free: Vocabulary) -> Problem:
    hint = f"not given here: {free.listed()}" if free else None
    message = f"{titles[0]} does not read the input `{name.text}`"
    if len(titles) > 1:
        message = f"none of {listed(titles)} reads the input `{name.text}`"
    return UNUSED_INPUT.problem(
        name.span, message, hint=hint, fixes=remove_entry(document, name), tags=(Tag.UNNECESSARY,)
    )


def _check_test(document: KoreoDocument, test: FunctionTest, world: World) -> Iterator[Problem]:
    if document.complete:
        yield from _check_overlay_inputs(document, test)
    if test.function is None:
        return
    signature = world.signature(test.function.kind, test.function.name.text)
    if signature is None:
        return
    given = [supplied.name for supplied in test.inputs or ()]
    given += [supplied.name for case in test.cases for supplied in case.overrides]
    uses = [use for expression in document.expressions for use in expression.facts.uses]
    names = {name.text for name in given}
    read = {name for name, _ in signature.inputs}
    read.update(use.members[0].name for use in uses if use.root == "inputs" and use.members)
    read.update(names.intersection(use.root for use in uses).difference(NAMES_IN_SCOPE[Place.TEST_OVERLAY]))
    whole = any(use.root == "inputs" and not use.members for use in uses)
    missing = _missing_in_test(test, signature) if document.complete else set()
    if not signature.any_input and not whole and document.complete:
        needed = Vocabulary(sorted(missing), _MOST_GUESSES)
        free = Vocabulary(sorted(read - names), _MOST_GUESSES)
        for name in given:
            if name.text in read:
                continue
            guess = needed.closest(name.text) or free.closest(name.text)
            if guess is not None:
                missing.discard(guess)
                yield _misspelt(document, name, guess, [_title(signature)], Severity.WARNING)
            else:
                yield _unused(document, name, [_title(signature)], free)
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
    known = Vocabulary(sorted(names), _MOST_GUESSES)
    for expression in document.expressions:
        needs = expression.facts.needs
        for use in expression.facts.uses:
            if use.root != "inputs" or not use.members or ("inputs", use.members[0].name) not in needs:
                continue
            member = use.members[0]
            if member.name not in names:
                guess = known.closest(member.name)
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
