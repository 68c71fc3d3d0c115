"""Real editors are started by `make test-editors`, one after the other, not beside the other tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out the tests of this folder unless they are asked for."""
    if os.environ.get("KOREO_EDITOR_TESTS"):
        return
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.skip("real editors: `make test-editors` runs these"))
