"""From a definition to what can be run of it: the door to compiling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.language import kinds

from koreo_runtime.programs.functions import (
    compile_resource_function,
    compile_template,
    compile_value_function,
)
from koreo_runtime.programs.usable import check_usable
from koreo_runtime.programs.workflow import compile_workflow

if TYPE_CHECKING:
    from koreo_analyzer.workspace.documents import ParsedDocument

    from koreo_runtime.programs.compiler import Compiler
    from koreo_runtime.programs.model import Program, Unusable


def compile_definition(compiler: Compiler, parsed: ParsedDocument) -> Program | Unusable | None:
    """Compile a document; None for a kind that is not run: a FunctionTest, or what is not Koreo's."""
    document = parsed.model
    if document is None or document.kind == kinds.FUNCTION_TEST:
        return None
    unusable = check_usable(parsed, document)
    if unusable is not None:
        return unusable
    match document.kind:
        case kinds.VALUE_FUNCTION:
            return compile_value_function(compiler, document)
        case kinds.RESOURCE_FUNCTION:
            return compile_resource_function(compiler, document)
        case kinds.RESOURCE_TEMPLATE:
            return compile_template(document)
        case _:
            return compile_workflow(compiler, document)
