"""The SQL macros agree with the libraries of the field, but for classes that the docs explain."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lode.dbt import DbtResult
from lode.settings import Settings
from tests.standardize.agreement import measure

FLOORS = {"telephone numbers": 0.97, "names": 0.97, "US streets": 0.95}
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "standardization.md"


@pytest.mark.database
def test_agreement_with_the_libraries_of_the_field(
    dbt: Callable[..., DbtResult], warehouse: Settings
) -> None:
    """On few generated records and all real ones; the module by itself takes 20,000."""
    agreements, records = measure(dbt, warehouse, 1_500)
    assert records >= 1_200
    explained = DOCUMENT.read_text(encoding="utf-8")
    for agreement in agreements:
        assert agreement.compared >= 500, agreement.name
        assert agreement.share >= FLOORS[agreement.name], "\n".join(agreement.report())
        for reason in agreement.classes:
            assert f"| {reason} |" in explained, f"not explained: {reason}"
