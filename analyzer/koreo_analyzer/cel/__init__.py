"""The expression language: reading and evaluating CEL as Koreo uses it (language section 2)."""

from koreo_analyzer.cel.depth import MAX_DEPTH
from koreo_analyzer.cel.engine import (
    ENGINES,
    Engine,
    EngineMissingError,
    Evaluator,
    NativeEngine,
    compile,
    engine_named,
)
from koreo_analyzer.cel.errors import CelError, ErrorKind
from koreo_analyzer.cel.limits import DEFAULT_LIMITS, Limits
from koreo_analyzer.cel.parser import Parsed, parse
from koreo_analyzer.cel.plain import to_plain, to_text
from koreo_analyzer.cel.problem import SyntaxCode, SyntaxProblem
from koreo_analyzer.cel.program import Program, compile_expression, compile_tree
from koreo_analyzer.cel.trace import Record, Trace, TracingProgram, compile_tracing
from koreo_analyzer.cel.values import from_python

__all__ = [
    "DEFAULT_LIMITS",
    "ENGINES",
    "MAX_DEPTH",
    "CelError",
    "Engine",
    "EngineMissingError",
    "ErrorKind",
    "Evaluator",
    "Limits",
    "NativeEngine",
    "Parsed",
    "Program",
    "Record",
    "SyntaxCode",
    "SyntaxProblem",
    "Trace",
    "TracingProgram",
    "compile",
    "compile_expression",
    "compile_tracing",
    "compile_tree",
    "engine_named",
    "from_python",
    "parse",
    "to_plain",
    "to_text",
]
