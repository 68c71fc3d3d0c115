"""What FunctionTests reach: counted while they run, told per document, to reports and editors alike."""

from koreo_runtime.testing.coverage.gaps import find_gaps
from koreo_runtime.testing.coverage.measure import measure, measure_only
from koreo_runtime.testing.coverage.model import (
    Coverage,
    DocumentCoverage,
    Execution,
    Gap,
    Point,
    PointKind,
    Side,
    percentage,
)

__all__ = [
    "Coverage",
    "DocumentCoverage",
    "Execution",
    "Gap",
    "Point",
    "PointKind",
    "Side",
    "find_gaps",
    "measure",
    "measure_only",
    "percentage",
]
