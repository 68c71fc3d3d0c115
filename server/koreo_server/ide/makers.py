"""Which part of a function made a part of its object or of its value.

That follows from the texts: of the layers of a target (language section 7), the last that has the part made it. An
overlay that was skipped, and a template whose name is computed, are told from what the expressions gave.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.language import kinds
from koreo_analyzer.language.document import Function
from koreo_analyzer.language.tree import get_items, get_text, node_at
from koreo_analyzer.yaml.nodes import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as AnyMapping

    from koreo_analyzer.language.document import Path
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition, Snapshot
    from koreo_runtime.programs.model import ProgramId
    from koreo_runtime.testing.values import Given

    Values = AnyMapping[ProgramId, AnyMapping[Path, Given]]

_FORCED: Final[dict[Path, str]] = {
    ("apiVersion",): "apiVersion",
    ("kind",): "kind",
    ("metadata", "name"): "name",
    ("metadata", "namespace"): "namespace",
}
"""What `apiConfig` forces over every layer, with its key there."""


@dataclass(frozen=True, slots=True)
class Maker:
    """The text that made a part: a span of a file."""

    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class _Layer:
    definition: Definition
    base: Path


class Makers:
    """Finds makers in one function; `values` are what its expressions gave, as far as that is known."""

    def __init__(self, snapshot: Snapshot, function: Definition, values: Values) -> None:
        self._snapshot = snapshot
        self._function = function
        document = function.document
        name = document.name.text if document.name is not None else ""
        self._given = values.get((document.kind, name), {})
        self._layers = tuple(self._target_layers())

    def of_value(self, path: Path) -> Maker | None:
        """Return what made a part of the returned value."""
        return _maker(_Layer(self._function, ("spec", "return")), path)

    def of_object(self, path: Path) -> Maker | None:
        """Return what made a part of the managed object; None for what the function does not say."""
        forced = _FORCED.get(path)
        if forced is not None:
            return _maker(_Layer(self._function, ("spec", "apiConfig")), (forced,))
        for layer in self._layers:
            found = _maker(layer, path)
            if found is not None:
                return found
        return None

    def _target_layers(self) -> Iterator[_Layer]:
        """Yield the layers of the target, the last and strongest first."""
        function = self._function
        body = function.document.body
        if not isinstance(body, Function):
            return
        yield _Layer(function, ("spec", "create", "overlay"))
        overlays = get_items(function.document.spec, "overlays")
        for index in reversed(range(len(overlays))):
            base: Path = ("spec", "overlays", index)
            if self._value((*base, "skipIf")) is True:
                continue
            yield _Layer(function, (*base, "overlay"))
            called = get_text(overlays[index], "overlayRef", "name")
            found = self._snapshot.active_definition(kinds.VALUE_FUNCTION, called) if called else None
            if found is not None:
                yield _Layer(found, ("spec", "return"))
        yield _Layer(function, ("spec", "resource"))
        name = body.template.name.text if body.template is not None else None
        if body.computed_template is not None:
            computed = self._value(body.computed_template.path)
            name = computed if isinstance(computed, str) else None
        template = self._snapshot.active_definition(kinds.RESOURCE_TEMPLATE, name) if name else None
        if template is not None:
            yield _Layer(template, ("spec", "template"))

    def _value(self, path: Path) -> Any:
        given = self._given.get(path)
        return given.value if given is not None else None


def _maker(layer: _Layer, path: Path) -> Maker | None:
    """Return what a layer has for a path: the expression or text at it, or at the nearest parent that is one."""
    spec = layer.definition.document.spec
    for length in range(len(path) + 1):
        _, node = node_at(spec, (*layer.base, *path[:length])[1:])
        if node is None:
            return None
        is_whole = length == len(path)
        if isinstance(node, Scalar) or (is_whole and isinstance(node, Mapping | Sequence)):
            if not is_whole and not node_is_expression(node):
                return None
            return Maker(layer.definition.path, node.span.shift(layer.definition.start))
    return None


def node_is_expression(node: Scalar | Mapping | Sequence) -> bool:
    """Whether a scalar holds an expression, which may give more than a scalar."""
    return isinstance(node, Scalar) and node.text.lstrip().startswith("=")
