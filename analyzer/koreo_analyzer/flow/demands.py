"""What a function or Workflow asks of its inputs, found from what it does with them (language sections 2.3 and 4 to 8).

The opposite direction of the rest of `flow`: from uses back to where a value comes from. What a caller asks of a result
is asked of the expressions that make it, what Logic asks of its inputs of the expressions that a step gives it, and
what the schema of a resource says of whatever is written into it. The end are the inputs, or the trigger, of the
caller.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel.narrowing import NOTHING, Facts, facts_of
from koreo_analyzer.flow.analysis import analyse
from koreo_analyzer.flow.asking import NOTHING_ASKED, WHOLE, Demand, one_of, together
from koreo_analyzer.flow.model import NOTHING_GIVEN
from koreo_analyzer.flow.prepared import ByScalar
from koreo_analyzer.flow.uses import Asked
from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Function, Workflow
from koreo_analyzer.language.tree import entries, find_entry, get, get_items, get_text, node_at
from koreo_analyzer.schemas import KindName
from koreo_analyzer.types import ANY, BOOL, DOUBLE, INT, STRING, ListType, StringType, join
from koreo_analyzer.yaml.nodes import Mapping, Node, Sequence, resolve_alias

if TYPE_CHECKING:
    from koreo_analyzer.flow.blocks import Typed
    from koreo_analyzer.flow.model import LogicName, World
    from koreo_analyzer.language.document import Expression, KoreoDocument, Path, Step
    from koreo_analyzer.types import Type

_LARGEST: Final = 20_000
"""How many values one block may have, aliases expanded."""

_NAME: Final = Demand((join(STRING, INT, DOUBLE, BOOL),), (STRING,))
_TEXT: Final = Demand(hints=(STRING,))
_CONDITION: Final = Demand((BOOL,))
_LIST: Final = Demand((ListType(ANY),))
_OUTCOMES: Final = ("skip", "depSkip", "retry", "permFail")


class Demands:
    """The demands of the documents that a world knows, each found once for what is asked of its result."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[tuple[LogicName, Demand], Demand] = {}
        self._running: set[LogicName] = set()

    def of(self, target: LogicName, returned: Demand = WHOLE) -> Demand:
        """Return what a function or Workflow asks of its inputs when `returned` is asked of its value.

        Of one that is not defined, or that is being looked at already, nothing is known.
        """
        key = (target, returned)
        known = self._known.get(key)
        if known is not None:
            return known
        document = self._world.document(*target)
        if document is None or target in self._running:
            return WHOLE
        self._running.add(target)
        found = self.of_document(document, returned)
        self._running.discard(target)
        self._known[key] = found
        return found

    def of_document(self, document: KoreoDocument, returned: Demand = WHOLE) -> Demand:
        """Return what a document asks of its inputs; a FunctionTest or a template has none."""
        if isinstance(document.body, Workflow):
            return _Workflow(document, document.body, self, self._world).run(returned)
        if isinstance(document.body, Function):
            return _Function(document, self, self._world).run(returned)
        return NOTHING_ASKED


class _Document:
    """One document while its expressions are asked."""

    def __init__(
        self, document: KoreoDocument, names: tuple[str, ...], demands: Demands, world: World
    ) -> None:
        self._spec = document.spec
        self._demands = demands
        self._world = world
        self._asked = Asked((document.kind, document.name.text if document.name else ""), names)
        self._expressions = ByScalar(document)
        self._at: Path = ()
        self._left = _LARGEST
        typed: list[Typed] = []
        analyse(document, NOTHING_GIVEN, world, typed)
        self._types = {id(one.expression): one.checked.types for one in typed}

    def _node(self, *path: str | int) -> Node | None:
        return node_at(self._spec, path)[1]

    def _expression(self, *path: str | int) -> Expression | None:
        return self._expressions.within(self._node(*path), ("spec", *path))

    def _ask(self, expression: Expression | None, demand: Demand, facts: Facts = NOTHING) -> None:
        if expression is not None:
            types = self._types.get(id(expression), {})
            self._asked.ask(expression, types, demand, facts)

    def _block(self, path: Path, demand: Demand, facts: Facts = NOTHING) -> None:
        """Ask something of the block at a path below `spec`."""
        self._at = ("spec", *path)
        self._data(self._node(*path), demand, facts)

    def _data(self, node: Node | None, demand: Demand, facts: Facts = NOTHING) -> None:
        """Ask of the parts of a block what is asked of the fields and items."""
        self._left -= 1
        if node is None or self._left < 0:
            return
        node = resolve_alias(node)
        if isinstance(node, Mapping):
            for key, entry in entries(node):
                self._data(entry.value, demand.field(key), facts)
        elif isinstance(node, Sequence):
            for item in node.items:
                self._data(item, demand.each(), facts)
        else:
            self._ask(self._expressions.within(node, self._at), demand, facts)

    def _type_of(self, expression: Expression, node: object) -> Type:
        return self._types.get(id(expression), {}).get(id(node), ANY)


class _Function(_Document):
    """A ValueFunction or ResourceFunction, in the order in which it runs; its locals last, when all uses are known."""

    def __init__(self, document: KoreoDocument, demands: Demands, world: World) -> None:
        super().__init__(document, ("inputs", "locals"), demands, world)
        self._kind = document.kind

    def run(self, returned: Demand) -> Demand:
        before = after = self._predicates("preconditions", NOTHING)
        if self._kind == kinds.RESOURCE_FUNCTION:
            self._resource(before)
            after = self._predicates("postconditions", before)
        self._block(("return",), returned, after)
        self._block(("locals",), self._asked.of("locals"), before)
        return self._asked.of("inputs")

    def _predicates(self, block: str, facts: Facts) -> Facts:
        """Ask the predicates of a block; return what is known after them."""
        end: Facts | None = None
        for index, item in enumerate(get_items(self._spec, block)):
            if find_entry(item, "ok") is not None and end is None:
                end = facts
            assertion = self._expression(block, index, "assert")
            failed = passed = facts
            if assertion is not None:
                self._ask(assertion, _CONDITION, facts)
                failed = facts.and_also(self._facts(assertion, outcome=False))
                passed = facts.and_also(self._facts(assertion, outcome=True))
                if end is None and any(find_entry(item, word) is not None for word in ("retry", "permFail")):
                    self._restrict(self._facts(assertion, outcome=True))
            for outcome in _OUTCOMES:
                self._ask(self._expression(block, index, outcome, "message"), _TEXT, failed)
            facts = passed
        return end if end is not None else facts

    def _facts(self, expression: Expression, *, outcome: bool) -> Facts:
        return facts_of(expression.facts.root, lambda node: self._type_of(expression, node), outcome=outcome)

    def _restrict(self, facts: Facts) -> None:
        """Take in the texts that are the only ones to get past a predicate."""
        for (root, *names), type_ in facts.types.items():
            if root != "inputs" or not isinstance(type_, StringType) or type_.literals is None:
                continue
            demand = Demand((type_,))
            for name in reversed(names):
                demand = Demand(item=demand) if name.startswith("[") else Demand(fields=((name, demand),))
            self._asked.add(root, demand)

    def _resource(self, facts: Facts) -> None:
        for key in ("name", "namespace"):
            self._ask(self._expression("apiConfig", key), _NAME, facts)
        self._ask(self._expression("resourceTemplateRef", "name"), Demand((STRING,)), facts)
        target = self._target()
        self._block(("resource",), target, facts)
        for index, _ in enumerate(get_items(self._spec, "overlays")):
            self._ask(self._expression("overlays", index, "skipIf"), _CONDITION, facts)
            self._block(
                (
                    "overlays",
                    index,
                    "overlay",
                ),
                target,
                facts,
            )
            name = get_text(self._node("overlays", index, "overlayRef", "name"))
            if name is not None:
                asked = self._demands.of((kinds.VALUE_FUNCTION, name), target)
                if self._node("overlays", index, "skipIf") is not None:
                    asked = asked.softened()
                self._block(
                    (
                        "overlays",
                        index,
                        "inputs",
                    ),
                    asked,
                    facts,
                )
        self._block(
            (
                "create",
                "overlay",
            ),
            target,
            facts,
        )

    def _target(self) -> Demand:
        """Return what the schema of the kind asks of the target specification."""
        config = get(self._spec, "apiConfig")
        version, kind = get_text(config, "apiVersion"), get_text(config, "kind")
        schema = (
            self._world.schema(KindName(version, kind)) if version is not None and kind is not None else None
        )
        return WHOLE if schema is None or schema.written == ANY else Demand((schema.written,))


class _Workflow(_Document):
    """A Workflow, its last step first: what is asked of a step's value is known when its turn comes."""

    def __init__(self, document: KoreoDocument, body: Workflow, demands: Demands, world: World) -> None:
        super().__init__(document, ("parent", "steps"), demands, world)
        self._body = body

    def run(self, returned: Demand) -> Demand:
        for step in reversed(self._body.steps):
            self._step(step, returned)
        return self._asked.of("parent")

    def _step(self, step: Step, returned: Demand) -> None:
        at: Path = ("steps", step.index)
        self._asked.declare("value")
        self._block((*at, "state"), returned)
        value = self._asked.of("value")
        if step.label is not None:
            value = together((value, self._asked.of("steps").field(step.label.text)))
        wanted = value.each() if step.input_key is not None else value
        asked = one_of(self._demands.of((one.kind, one.name.text), wanted) for one in step.call.targets)
        skip = self._expression(*at, "skipIf")
        if skip is not None:
            asked = asked.softened()
        if not step.call.complete:
            asked = together((asked.softened(), WHOLE))
        asked = together((asked, self._choice(step)))
        self._block((*at, "inputs"), asked)
        if step.input_key is not None:
            item = asked.field(step.input_key.text).of_value()
            self._ask(self._expression(*at, "forEach", "itemIn"), replace(_LIST, item=item))
        self._ask(skip, _CONDITION)

    def _choice(self, step: Step) -> Demand:
        """Return what `switchOn` asks of the inputs of the step."""
        self._asked.declare("inputs")
        texts = frozenset(case.case.text for case in step.cases if case.case is not None)
        closed = step.call.complete and bool(texts) and all(case.default is None for case in step.cases)
        wanted = StringType(texts) if closed else STRING
        number = any(text.lstrip("-").isdigit() for text in texts)
        demand = Demand((join(wanted, INT) if number else wanted,), (), texts)
        self._ask(self._expression("steps", step.index, "refSwitch", "switchOn"), demand)
        return self._asked.of("inputs")
