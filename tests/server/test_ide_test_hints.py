"""Times behind tests, as people read them."""

from __future__ import annotations

import pytest
from koreo_server.ide.test_hints import duration


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.0, "<0.1 ms"),
        (0.00004, "<0.1 ms"),
        (0.00006, "0.1 ms"),
        (0.0004, "0.4 ms"),
        (0.0123, "12 ms"),
        (1.24, "1.2 s"),
    ],
)
def test_a_duration(seconds: float, told: str) -> None:
    assert duration(seconds) == told
