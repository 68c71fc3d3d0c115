"""Types: from what the analysis of a document finds to problems at the tokens that are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from koreo_analyzer.checks.definitions import UNKNOWN_REFERENCE
from koreo_analyzer.checks.removal import remove_entry
from koreo_analyzer.checks.types_fixes import addition, guard, spelling
from koreo_analyzer.checks.types_places import Places, span_of
from koreo_analyzer.checks.types_rules import (
    CONSTANT_ASSERTION,
    FORCED_IDENTITY,
    MISSING_CASE,
    NEVER_EQUAL,
    NEVER_RETURNED,
    NO_SCHEMA,
    OPTIONAL_FIELD,
    RESOURCE_FIELD,
    RESOURCE_MISSING,
    RESOURCE_VALUE,
    RULES,
    UNKNOWN_FIELD,
    UNREACHABLE_CASE,
    WRONG_INPUT,
    WRONG_OPERAND,
    WRONG_RESULT,
)
from koreo_analyzer.checks.world import Basis
from koreo_analyzer.language.document import FunctionTest, Name, Workflow
from koreo_analyzer.language.tree import BOOLEAN_WORDS, node_at
from koreo_analyzer.problems import Fix, Problem, Severity
from koreo_analyzer.suggest import guess_in
from koreo_analyzer.yaml.nodes import Mapping as YamlMapping
from koreo_analyzer.yaml.nodes import Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from koreo_analyzer.checks.rules import Rule
    from koreo_analyzer.checks.world import World
    from koreo_analyzer.flow import FlowCode, FlowProblem
    from koreo_analyzer.language.document import KoreoDocument

__all__ = ["RULES", "check_types"]

_RULES: Final[Mapping[FlowCode, Rule]] = {
    "unknown-field": UNKNOWN_FIELD,
    "wrong-operand": WRONG_OPERAND,
    "not-boolean": WRONG_OPERAND,
    "wrong-index": WRONG_OPERAND,
    "never-equal": NEVER_EQUAL,
    "optional-field": OPTIONAL_FIELD,
    "wrong-result": WRONG_RESULT,
    "wrong-input": WRONG_INPUT,
    "constant-assertion": CONSTANT_ASSERTION,
    "unreachable-case": UNREACHABLE_CASE,
    "missing-case": MISSING_CASE,
    "missing-key": MISSING_CASE,
    "resource-field": RESOURCE_FIELD,
    "resource-missing": RESOURCE_MISSING,
    "target-missing": RESOURCE_MISSING,
    "variant-missing": RESOURCE_MISSING,
    "template-missing": UNKNOWN_REFERENCE,
    "no-template": UNKNOWN_REFERENCE,
    "resource-value": RESOURCE_VALUE,
    "no-schema": NO_SCHEMA,
    "no-kind": NO_SCHEMA,
    "forced-identity": FORCED_IDENTITY,
    "template-identity": FORCED_IDENTITY,
    "wrong-scope": RESOURCE_VALUE,
    "never-returned": NEVER_RETURNED,
}
_FROM_ALL_CALLS: Final[frozenset[FlowCode]] = frozenset(
    {
        "never-equal",
        "optional-field",
        "unreachable-case",
        "missing-case",
        "missing-key",
        "target-missing",
        "variant-missing",
        "template-missing",
        "template-identity",
    }
)
"""What is said of a function because of what all its callers give together; the rest is said to each caller."""
_NOT_FROM_TESTS: Final[frozenset[FlowCode]] = frozenset(
    {"constant-assertion", "forced-identity", "template-identity", "missing-key"}
)
"""What the few inputs of some tests do not show."""
_ABOUT_FIELDS: Final[frozenset[FlowCode]] = frozenset({"unknown-field", "optional-field"})
_OF_RESOURCES: Final[frozenset[FlowCode]] = frozenset({"resource-field", "resource-value"})
_SOMETIMES: Final[frozenset[FlowCode]] = frozenset({"variant-missing", "template-missing"})
"""What is wrong only with some of the templates that a computed name can name."""
_SHORT: Final = 4


def check_types(document: KoreoDocument, path: str, index: int, world: World) -> Iterator[Problem]:
    """Yield the problems that types show: those that a document has whoever runs it, and with what it is run with."""
    if document.spec is None:
        return
    faults = world.faults((path, index))
    found = [problem for problem in _relevant(document, faults.own) if not _is_callees(problem, world)]
    mild = set(map(id, found)) if isinstance(document.body, FunctionTest) else set()
    if faults.basis is not Basis.NOTHING:
        known = {problem.place for problem in faults.own}
        if faults.basis is Basis.CALLS:
            found += (
                problem
                for problem in faults.usual
                if problem.place not in known
                and (
                    problem.place in faults.agreed
                    or _is_misspelt(document, problem)
                    or _is_mistaken(document, problem)
                )
                and not _is_callees(problem, world)
            )
            # That all callers lack it is an error there; here it is what they may have been right about.
            mild.update(id(problem) for problem in found if _is_needed_input(document, problem))
            mild.update(id(one) for one in found if one.place in faults.agreed and not one.certain)
        for problem in _relevant(document, faults.usual):
            if problem.place in known or problem.constant:
                continue
            if faults.basis is Basis.TESTS and problem.code in _NOT_FROM_TESTS:
                continue
            if problem.code in _FROM_ALL_CALLS and not _is_named_by_caller(document, problem, world):
                found.append(problem)
            elif faults.basis is Basis.TESTS and not problem.asked:
                found.append(problem)
                mild.add(id(problem))
    placer = _Placer(document, world)
    own = set(map(id, faults.own))
    for problem in _once(found):
        yield placer.problem(
            problem,
            at_most=Severity.WARNING if id(problem) in mild else Severity.ERROR,
            is_callers=faults.basis is Basis.CALLS and id(problem) not in own,
        )


def _is_named_by_caller(document: KoreoDocument, problem: FlowProblem, world: World) -> bool:
    """Whether each template that is not there is the only one that some call names, which is told there."""
    if problem.code != "template-missing" or document.name is None:
        return False
    told: set[str] = set()
    target = (document.kind, document.name.text)
    for call in world.calls(*target):
        result = world.result(target, call.flow.given)
        for one in result.problems if result is not None else ():
            if one.code == "no-template":
                told.update(one.templates)
    return told.issuperset(problem.templates)


def _is_misspelt(document: KoreoDocument, problem: FlowProblem) -> bool:
    """Whether a field that no caller gives is one that they give, but for its spelling: then it is wrong here."""
    if problem.code != "unknown-field" or problem.chain is None:
        return False
    if problem.hint is None or guess_in(problem.hint) is None:
        return False
    name = problem.chain[-1]
    if problem.asked and (
        len(name) < _SHORT or f"`{name}s`" in problem.hint or f"`{name[:-1]}`" in problem.hint
    ):
        return False
    if not _is_needed_input(document, problem):
        return True
    # All callers may misspell it; but not if the document reads what they give, too.
    inputs = document.signature.inputs if document.signature is not None else ()
    return any(name == guess_in(problem.hint) for name, _ in inputs)


def _is_needed_input(document: KoreoDocument, problem: FlowProblem) -> bool:
    """Whether a problem is about an input that the document cannot do without: it is missed at each call, too."""
    chain, signature = problem.chain, document.signature
    return (
        problem.code == "unknown-field"
        and chain is not None
        and len(chain) == 2
        and signature is not None
        and (chain[-1], True) in signature.inputs
    )


def _is_mistaken(document: KoreoDocument, problem: FlowProblem) -> bool:
    """Whether a document gives a wrong input by itself: not if it only passes on what it gets by the same name."""
    if problem.code != "wrong-input":
        return False
    expression = next((one for one in document.expressions if one.path == problem.path), None)
    uses = expression.facts.uses if expression is not None else ()
    return not any(use.members and use.members[-1].name == problem.path[-1] for use in uses)


def _is_callees(problem: FlowProblem, world: World) -> bool:
    """Whether a wrong input is reported by what is called, or by what that calls.

    It is if it fails for all callers there, and the fault is nearer to it: several agree on what they give, or a field
    is misspelt, or another value than its name says is given to a call of its own.
    """
    while problem.callee is not None and problem.use is not None:
        kind, name = problem.callee
        use = problem.use
        document = world.document(kind, name)
        site = next((site for site in world.sites(kind, name) if site.active), None)
        if document is None or site is None:
            return False
        if use.code in _OF_RESOURCES and any(
            one.place == use.place for one in world.faults((site.path, site.index)).own
        ):
            return True
        faults = world.faults((site.path, site.index))
        if use.place in faults.agreed:
            return True
        is_nearer = _is_misspelt(document, use) or _is_mistaken(document, use)
        if is_nearer and faults.basis is Basis.CALLS and any(one.place == use.place for one in faults.usual):
            return True
        problem = use
    return False


def _relevant(document: KoreoDocument, problems: Iterable[FlowProblem]) -> Iterator[FlowProblem]:
    body = document.body
    root = "inputs"
    if isinstance(body, Workflow):
        root = "" if body.has_trigger else "parent"
    for problem in problems:
        if problem.asked and problem.code == "unknown-field" and problem.owner is None:
            continue  # what a function asks for, some other caller may give
        is_input = problem.chain is not None and len(problem.chain) == 2 and problem.chain[0] == root
        if is_input and problem.code in _ABOUT_FIELDS:
            continue  # an input that is not given is another rule's
        if problem.code == "no-template":
            continue  # the rule about references tells it, or the caller
        yield problem


def _once(problems: list[FlowProblem]) -> Iterator[FlowProblem]:
    """Yield one problem for a place: the first, which is the most specific; an optional field at its first use.

    Of the optional fields on one way only the last is asked for, which answers for all of them.
    """
    seen: set[tuple[object, ...]] = set()
    chains = {
        (problem.path, problem.chain[:end])
        for problem in problems
        if problem.code == "optional-field" and problem.chain is not None
        for end in range(1, len(problem.chain))
    }
    for problem in problems:
        key: tuple[object, ...] = (problem.path, problem.span, problem.at)
        if problem.code == "optional-field" and problem.chain is not None:
            if (problem.path, problem.chain) in chains:
                continue
            key = problem.chain
        if key not in seen:
            seen.add(key)
            yield problem


class _Placer:
    """Puts problems at their places in the text."""

    def __init__(self, document: KoreoDocument, world: World) -> None:
        self._document = document
        self._places = Places(document, world)

    def problem(self, problem: FlowProblem, at_most: Severity, *, is_callers: bool) -> Problem:
        """Return a problem with its place in the document. `is_callers`: it follows from what callers give."""
        rule = _RULES[problem.code]
        return rule.problem(
            span_of(self._document, problem),
            problem.message,
            hint=_hint(self._document, problem, self._places),
            severity=min(_severity(rule, problem), at_most),
            related=self._places.of(problem, is_callers=is_callers),
            fixes=_fixes(self._document, problem),
            lacks=tuple(lack.path for lack in problem.lacks if lack.path is not None),
        )


def _hint(document: KoreoDocument, problem: FlowProblem, places: Places) -> str | None:
    """Return how to mend a problem; where a step's `skipIf` asks for the field, that it does so too late.

    Inputs are evaluated before it (language section 8). A field that the workspace itself declares may be required
    there.
    """
    match problem.path:
        case ("spec", "steps", int() as index, "inputs", *_) if problem.code == "optional-field":
            skip = ("spec", "steps", index, "skipIf")
            asked = next((one for one in document.expressions if one.path == skip), None)
            uses = asked.facts.uses if asked is not None else ()
            if any((use.root, *(member.name for member in use.members)) == problem.chain for use in uses):
                return "`inputs` are evaluated before `skipIf`, so ask for it here, too: `has(…) ? … : …`"
    name = problem.chain[-1] if problem.chain is not None else ""
    if problem.code == "unknown-field" and problem.hint is None and name in BOOLEAN_WORDS:
        read = "true" if name.lower() in ("y", "yes", "on") else "false"
        return f"a key `{name}` is read as `{read}`, unless it is in quotes where it is given"
    if problem.code == "optional-field" and problem.origin is not None and places.can_require(problem.origin):
        return f"{problem.hint}, or require it where it is declared"
    return problem.hint


def _fixes(document: KoreoDocument, problem: FlowProblem) -> tuple[Fix, ...]:
    if problem.code == "optional-field":
        # Whoever asks for a field that another document misspells hides the slip.
        return guard(document, problem) if problem.use is None else ()
    if problem.added is not None:
        return addition(document, problem)
    spelt = spelling(document, problem)
    if spelt or problem.code != "resource-field" or problem.at != "key":
        return spelt
    if isinstance(node_at(document.spec, problem.path[1:])[1], YamlMapping | Sequence):
        return ()  # most likely it stands in the wrong place, and much would be lost with it
    return remove_entry(document, Name(str(problem.path[-1]), span_of(document, problem)))


def _severity(rule: Rule, problem: FlowProblem) -> Severity:
    if problem.code in _SOMETIMES:
        return Severity.WARNING
    if problem.asked or problem.alternative:
        return min(rule.severity, Severity.WARNING)
    if problem.code == "resource-field" and problem.path[1] == "steps":
        return Severity.WARNING  # a key of the state: it is lost, and all else works
    if problem.code == "wrong-input" and not problem.certain:
        return Severity.WARNING
    if problem.code in ("no-kind", "wrong-scope"):
        return Severity.WARNING
    return rule.severity
