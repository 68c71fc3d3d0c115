"""The expression language: lexer, parser, tree and functions of CEL as Koreo uses it (language section 2)."""

from koreo_analyzer.cel.depth import MAX_DEPTH
from koreo_analyzer.cel.parser import Parsed, parse
from koreo_analyzer.cel.problem import SyntaxCode, SyntaxProblem

__all__ = ["MAX_DEPTH", "Parsed", "SyntaxCode", "SyntaxProblem", "parse"]
