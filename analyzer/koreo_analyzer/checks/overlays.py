"""Overlays that a ValueFunction computes: it must have a value to merge (language section 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.checks.examples import settings
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.language.document import Function, KoreoDocument
from koreo_analyzer.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.checks.world import World

_OVERLAY = """\
  resource:
    data:
      mode: fast
  overlays:
  - overlayRef: {kind: ValueFunction, name: labels}
"""
_LABELS = """\
---
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: labels
spec:
"""

OVERLAY_WITHOUT_RETURN = Rule(
    "overlay-without-return",
    Severity.ERROR,
    "an `overlayRef` to a function that returns nothing",
    "What the function returns is merged over the target specification. One without `return`, or with an "
    "empty one, has no value, and the ResourceFunction fails with `PermFail`.",
    wrong=settings(_OVERLAY)
    + _LABELS
    + "  preconditions:\n  - assert: =has(resource.data)\n    permFail:\n      message: no data\n",
    right=settings(_OVERLAY) + _LABELS + "  return:\n    metadata:\n      labels: {team: blue}\n",
)

RULES = (OVERLAY_WITHOUT_RETURN,)


def check_overlays(document: KoreoDocument, world: World) -> Iterator[Problem]:
    """Yield a problem for each overlay of a ResourceFunction whose function has no value."""
    if not isinstance(document.body, Function):
        return
    for overlay in document.body.overlays:
        for target in overlay.targets:
            signature = world.signature(target.kind, target.name.text)
            if signature is not None and not signature.returns:
                yield OVERLAY_WITHOUT_RETURN.problem(
                    target.name.span,
                    f"{target.kind} `{target.name.text}` returns nothing to overlay",
                    hint="give it a `return`",
                )
