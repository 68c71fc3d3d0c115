"""Compiles ValueFunctions, ResourceFunctions and ResourceTemplates. The documents are known to be usable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from koreo_analyzer.language.tree import entries, find_entry, get, get_flag, get_items, get_mapping, get_text
from koreo_analyzer.yaml.nodes import Scalar
from koreo_analyzer.yaml.resolve import plain, value

from koreo_runtime.outcomes import Cause, Location, PermFail
from koreo_runtime.programs.compiler import program_id
from koreo_runtime.programs.model import (
    ApiConfig,
    BrokenOverlay,
    CreatePolicy,
    FunctionOverlay,
    InlineOverlay,
    Overlay,
    ResourceFunctionProgram,
    TemplateProgram,
    UpdatePolicy,
    ValueFunctionProgram,
)
from koreo_runtime.programs.predicates import VERDICTS, Predicate, Predicates

if TYPE_CHECKING:
    from koreo_analyzer.language.document import KoreoDocument, Path
    from koreo_analyzer.yaml.nodes import Node

    from koreo_runtime.programs.blocks import Block
    from koreo_runtime.programs.compiler import Compiler
    from koreo_runtime.programs.model import Value

_DELAY = 30
"""Seconds, where a policy names none (language section 7)."""
_INLINE_KEYS = frozenset({"overlay", "skipIf"})


def compile_value_function(compiler: Compiler, document: KoreoDocument) -> ValueFunctionProgram:
    """Compile a ValueFunction."""
    parts = _Parts(compiler, document)
    return ValueFunctionProgram(
        id=program_id(document),
        document=document,
        preconditions=parts.predicates("preconditions"),
        locals=parts.block("locals"),
        returns=parts.returns(),
    )


def compile_template(document: KoreoDocument) -> TemplateProgram:
    """Compile a ResourceTemplate."""
    node = get_mapping(document.spec, "template")
    template = plain(node) if node is not None else {}
    return TemplateProgram(program_id(document), document, cast("dict[str, Any]", template))


def compile_resource_function(compiler: Compiler, document: KoreoDocument) -> ResourceFunctionProgram:
    """Compile a ResourceFunction."""
    parts = _Parts(compiler, document)
    return ResourceFunctionProgram(
        id=program_id(document),
        document=document,
        preconditions=parts.predicates("preconditions"),
        locals=parts.block("locals"),
        api=parts.api_config(),
        resource=parts.block("resource"),
        template=parts.value("resourceTemplateRef", "name"),
        overlays=parts.overlays(),
        create=parts.create_policy(),
        update=parts.update_policy(),
        delete="abandon" if get(document.spec, "delete", "destroy") is None else "destroy",
        postconditions=parts.predicates("postconditions"),
        returns=parts.returns(),
    )


class _Parts:
    """The parts of the `spec` of a function, by their keys."""

    def __init__(self, compiler: Compiler, document: KoreoDocument) -> None:
        self._compiler = compiler
        self._document = document
        self._spec = document.spec

    def _location(self, path: Path) -> Location:
        return Location(*program_id(self._document), path)

    def block(self, *keys: str) -> Block | None:
        node = get_mapping(self._spec, *keys)
        return None if node is None else self._compiler.block(self._document, node, ("spec", *keys))

    def returns(self) -> Block | None:
        """Return `return`, None without content (language section 5)."""
        block = self.block("return")
        return None if block is None or block.is_empty else block

    def value(self, *keys: str) -> Value | None:
        node = get(self._spec, *keys)
        return None if node is None else self._compiler.value(self._document, node, ("spec", *keys))

    def predicates(self, key: str) -> Predicates | None:
        items = get_items(self._spec, key)
        if not items:
            return None
        return Predicates(
            tuple(self._predicate(item, ("spec", key, index)) for index, item in enumerate(items))
        )

    def _predicate(self, node: Node, path: Path) -> Predicate:
        verdict = next(word for word in VERDICTS if find_entry(node, word) is not None)
        compiler, document = self._compiler, self._document
        condition = get(node, "assert")
        message = get(node, verdict, "message")
        if condition is None:
            raise ValueError("a predicate without `assert` is not usable")
        return Predicate(
            condition=compiler.value(document, condition, (*path, "assert")),
            verdict=verdict,
            message=None
            if message is None
            else compiler.value(document, message, (*path, verdict, "message")),
            delay=_whole_number(get(node, verdict, "delay"), 0),
            location=self._location(path),
            mark=compiler.mark(document, path),
        )

    def api_config(self) -> ApiConfig:
        node = get(self._spec, "apiConfig")
        name = self.value("apiConfig", "name")
        if name is None:
            raise ValueError("a ResourceFunction without `apiConfig.name` is not usable")
        namespaced = get_flag(node, "namespaced", default=True)
        return ApiConfig(
            api_version=get_text(node, "apiVersion") or "",
            kind=get_text(node, "kind") or "",
            plural=get_text(node, "plural") or None,
            name=name,
            namespace=self.value("apiConfig", "namespace") if namespaced else None,
            owned=get_flag(node, "owned", default=True),
            readonly=get_flag(node, "readonly", default=False),
            delete_if_exists=get_flag(node, "deleteIfExists", default=False),
        )

    def overlays(self) -> tuple[Overlay, ...]:
        items = get_items(self._spec, "overlays")
        return tuple(self._overlay(item, ("spec", "overlays", index)) for index, item in enumerate(items))

    def _overlay(self, node: Node, path: Path) -> Overlay:
        compiler, document = self._compiler, self._document
        condition = get(node, "skipIf")
        skip_if = None if condition is None else compiler.value(document, condition, (*path, "skipIf"))
        mark = compiler.mark(document, path)
        inputs = get_mapping(node, "inputs")
        inline = get_mapping(node, "overlay")
        if inline is not None:
            other = next((key for key, _ in entries(node) if key not in _INLINE_KEYS), None)
            if other is not None:
                message = f"`{other}` has no meaning beside `overlay`"
                return BrokenOverlay(
                    PermFail(message, self._location((*path, other)), Cause.DEFINITION), skip_if
                )
            return InlineOverlay(compiler.block(document, inline, (*path, "overlay")), skip_if, mark)
        return FunctionOverlay(
            function=get_text(node, "overlayRef", "name") or "",
            inputs=None if inputs is None else compiler.block(document, inputs, (*path, "inputs")),
            skip_if=skip_if,
            location=self._location((*path, "overlayRef")),
            mark=mark,
        )

    def create_policy(self) -> CreatePolicy:
        overlay = self.block("create", "overlay")
        if overlay is not None and overlay.is_empty:
            overlay = None
        path = ("spec", "create", "overlay")
        return CreatePolicy(
            enabled=get_flag(self._spec, "create", "enabled", default=True),
            delay=_whole_number(get(self._spec, "create", "delay"), _DELAY),
            overlay=overlay,
            mark=None if overlay is None else self._compiler.mark(self._document, path),
        )

    def update_policy(self) -> UpdatePolicy:
        if get(self._spec, "update", "never") is not None:
            return UpdatePolicy("never", _DELAY)
        if get(self._spec, "update", "recreate") is not None:
            return UpdatePolicy(
                "recreate", _whole_number(get(self._spec, "update", "recreate", "delay"), _DELAY)
            )
        return UpdatePolicy("patch", _whole_number(get(self._spec, "update", "patch", "delay"), _DELAY))


def _whole_number(node: Node | None, default: int) -> int:
    found = value(node) if isinstance(node, Scalar) else None
    return int(found) if isinstance(found, int | float) else default
