"""A view asks little: at most 6 statements and 200 rows, whatever the tables behind it have.

Counted where the driver is called, while the real page runs with nothing kept. What stands around
every page (version, registry, roles) is kept for seconds and shared by all tabs: it is not counted.
"""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st
from made_life import BUSY
from made_marts import ASHA, BEN
from made_pairs import GROUP
from opened_page import OpenPage
from sqlalchemy import Engine, event

from lode.settings import Settings
from streamlit_app.navigation import PAGES

pytestmark = pytest.mark.database
MAXIMUM_STATEMENTS, MAXIMUM_ROWS = 6, 200
AROUND = ("from warehouse_version", "count(*) as area_codes", ".app_roles")
VIEWS: list[tuple[str, dict[str, str]]] = [
    ("overview", {}),
    ("imports", {}),
    ("imports", {"imp": "imp_2026_02_18_001"}),
    ("people", {}),
    ("people", {"person": str(ASHA)}),
    ("people", {"channel": "call"}),
    ("lists", {"list": "tx_call"}),
    ("lists", {"list": "tx_call", "view": "before"}),
    ("lists", {"list": "tx_call", "view": "define"}),
    ("timeline", {"person": str(BUSY)}),
    ("timeline", {"person": str(ASHA), "asof": "2026-01-31", "kind": "opt_out"}),
    ("review", {}),
    ("review", {"pair": f"{ASHA}-{BEN}"}),
    ("review", {"second": f"{ASHA}-{BEN}"}),
    ("review", {"group": str(GROUP[0])}),
    ("risk", {"from": "2025-10-27", "to": "2025-11-16"}),
    ("risk", {"view": "hours", "from": "2025-10-27", "to": "2025-11-16"}),
    ("risk", {"view": "caps"}),
    ("risk", {"view": "caps", "rows": "made"}),
    ("risk", {"view": "requests", "from": "2025-10-27", "to": "2025-11-16"}),
    ("risk", {"view": "requests", "followed": "late", "from": "2025-10-27", "to": "2025-11-16"}),
    ("lists", {"view": "held"}),
    ("health", {"nodes": "failed"}),
    ("health", {"view": "registry"}),
    ("audit", {}),
    ("health", {}),
]


def test_every_page_has_a_view() -> None:
    assert {name for name, _ in VIEWS} == {page.name for page in PAGES}


@pytest.mark.parametrize(("name", "query"), VIEWS, ids=[f"{one[0]}{one[1]}" for one in VIEWS])
def test_a_view_asks_little(
    open_page: OpenPage, seeded: Settings, name: str, query: dict[str, str]
) -> None:
    app = open_page(name, seeded, **query)
    st.cache_data.clear()
    asked: list[tuple[str, int]] = []

    def note(_connection: object, cursor: Any, sql: str, *_: object) -> None:
        if not any(part in sql for part in AROUND):
            asked.append((" ".join(sql.split())[:200], cursor.rowcount))

    event.listen(Engine, "after_cursor_execute", note)
    try:
        app.run()
    finally:
        event.remove(Engine, "after_cursor_execute", note)
    assert not app.exception
    assert 1 <= len(asked) <= MAXIMUM_STATEMENTS, asked
    assert sum(rows for _, rows in asked) <= MAXIMUM_ROWS, asked
