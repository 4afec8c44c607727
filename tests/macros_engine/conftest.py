"""Every test of the engine macros needs a server."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_project import project

__all__ = ["project"]

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.database)
