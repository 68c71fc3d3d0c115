"""How strongly operators bind (cel-spec langdef, "Syntax"): what follows an operand, by its rank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.cel.recovery import FOLLOWERS

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_RANK, ANY_RANK, OR, AND, RELATION, SUM, PRODUCT = range(-1, 6)
RANKS: Mapping[str, int] = {
    "||": OR, "&&": AND,
    "==": RELATION, "!=": RELATION, "<": RELATION, "<=": RELATION, ">": RELATION, ">=": RELATION,
    "in": RELATION,
    "+": SUM, "-": SUM,
    "*": PRODUCT, "/": PRODUCT, "%": PRODUCT,
    **dict.fromkeys(FOLLOWERS, NO_RANK),
}  # fmt: skip
