"""The imports that need attention: counted and listed however old, by the words' own rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from made_marts import BUILT_AT, add_imports, insert
from opened_page import OpenPage
from sqlalchemy import Engine

from lode.db import connect
from lode.settings import Settings
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.queries.imports import (
    MAXIMUM_IMPORTS,
    MAXIMUM_RUNNING,
    page_of_imports,
    page_of_open_imports,
    running_imports,
)
from streamlit_app.ui.accounting import STUCK_AFTER, attention, is_at_work
from streamlit_app.ui.format import utc_now
from streamlit_app.ui.words import STATUSES

pytestmark = pytest.mark.database

PARTS = ("inserted", "updated", "unchanged", "collapsed", "rejected")
COUNTS = [f"{part}_count" for part in PARTS]


@pytest.fixture
def empty_engine(empty: Settings) -> Iterator[Engine]:
    """The dashboard's own engine over an empty warehouse."""
    engine = create_app_engine(empty)
    yield engine
    engine.dispose()


def test_old_imports_that_need_attention_are_counted_and_listed(
    open_page: OpenPage, empty: Settings
) -> None:
    """However many came after them: the tile, its rows, and the list on the overview."""
    with connect("transformer", empty, schema="marts", autocommit=True) as connection:
        insert(connection.cursor(), "warehouse_version", [{"version": "v", "built_at": BUILT_AT}])
    done = {"status": "COMPLETE", "row_count": 0, **dict.fromkeys(COUNTS, 0)}
    rows = [
        {"id": n, "import_id": f"imp_{n:03d}", "filename": f"{n}.csv", **done}
        for n in range(1, 160)
    ]
    rows[0]["status"] = "FAILED"
    add_imports(empty, rows)

    def tile() -> str:
        app = open_page("overview", empty)
        return {one.label: one.value for one in app.metric}["Imports to look at"]

    assert tile() == "1"
    app = open_page("imports", empty, show="open")
    assert list(app.dataframe[0].value["Import"]) == ["imp_001"]
    with connect("loader", empty, schema="raw", autocommit=True) as connection:
        connection.cursor().execute("update import_metadata set status = 'FAILED'")
    assert tile() == f"{MAXIMUM_IMPORTS}+"
    app = open_page("imports", empty, show="open")
    newest = list(app.dataframe[0].value["Import"])
    app.button(key="older").click().run()
    older = list(app.dataframe[0].value["Import"])
    assert newest + older == [f"imp_{n:03d}" for n in range(159, 0, -1)]
    with connect("loader", empty, schema="raw", autocommit=True) as connection:
        connection.cursor().execute("update import_metadata set status = 'COMPLETE'")
    app = open_page("imports", empty, show="open")
    assert "No import needs attention." in app.success[0].value


def test_what_is_listed_is_what_attention_has_a_word_for(
    empty: Settings, empty_engine: Engine
) -> None:
    """The statement and the words are two places for one rule: each state, count and age."""
    now = utc_now()
    rows: list[dict[str, object]] = []
    for status in STATUSES:
        for age in (timedelta(hours=1), timedelta(days=1)):
            for row_count, counts in (
                (None, (None,) * 5), (9, (None,) * 5), (9, (9, 0, 0, 0, 0)), (9, (8, 0, 0, 0, 0)),
                (9, (9, None, None, None, None)), (None, (1, 1, 1, 1, 1)),
            ):  # fmt: skip
                number = len(rows) + 1
                rows.append({
                    "id": number, "import_id": f"imp_{number}", "filename": "a.csv",
                    "status": status, "uploaded_at": now - age, "row_count": row_count,
                    **dict(zip(COUNTS, counts, strict=True)),
                })  # fmt: skip
    add_imports(empty, rows)
    every, _ = page_of_imports(empty_engine, None)
    found, _ = page_of_open_imports(empty_engine, None, now - STUCK_AFTER)
    assert len(every) == len(rows)
    assert found == [one for one in every if attention(one)]
    assert (
        running_imports(empty_engine, now - STUCK_AFTER)
        == [one for one in every if is_at_work(one)][:MAXIMUM_RUNNING]
    )
