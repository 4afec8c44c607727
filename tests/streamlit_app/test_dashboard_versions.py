"""Versions of a list: what differs between two of them."""

from __future__ import annotations

import pytest
from opened_page import OpenPage

from lode.settings import Settings

pytestmark = pytest.mark.database


def test_two_versions_of_a_list_are_compared(open_page: OpenPage, seeded: Settings) -> None:
    """The newest with the one before it unless others are chosen; of the first, with the next."""
    asked = {"list": "tx_call", "view": "define"}
    app = open_page("lists", seeded, **asked)
    table = next(one.value for one in app.dataframe if "Filter" in one.value)
    assert table.to_dict("records") == [
        {"Filter": "Sources", "Version 1": "all", "Version 2": "crm"},
        {"Filter": "Conditions", "Version 1": "none", "Version 2": "zip >= 78700"},
    ]
    app = open_page("lists", seeded, version="1", **asked)
    table = next(one.value for one in app.dataframe if "Filter" in one.value)
    assert list(table.columns) == ["Filter", "Version 2", "Version 1"]
    assert list(table["Version 1"]) == ["all", "none"]
    assert not open_page("lists", seeded, version="9", than="x", **asked).exception
