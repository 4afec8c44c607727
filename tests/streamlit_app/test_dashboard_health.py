"""The health page: runs and tests, sources, open imports, sizes; failures first, and in words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from made_life import MARKUP
from made_marts import BUILT_AT, add_imports
from opened_page import OpenPage, own_links
from sqlalchemy import Engine
from test_dashboard_pages import fill, texts, whole_tree

from lode.dbt import DbtResult
from lode.run_history import note_run
from lode.server import PrivateServer
from lode.settings import Settings
from lode.warehouse import HOSTS
from streamlit_app.queries import health, timings
from streamlit_app.queries.errors import QueryFailedError
from streamlit_app.queries.statement import Statement, fetch

pytestmark = pytest.mark.database


def node(kind: str, name: str, status: str, seconds: float, message: str = "") -> dict[str, Any]:
    return {
        "unique_id": f"{kind}.motherlode.{name}",
        "status": status,
        "execution_time": seconds,
        "message": message,
    }


def size(layer: str, table: str, rows: int, data: int) -> dict[str, Any]:
    return {
        "layer": layer,
        "table_name": table,
        "row_estimate": rows,
        "data_bytes": data,
        "index_bytes": 0,
        "measured_at": BUILT_AT,
    }


@pytest.fixture(scope="module")
def watched(seeded: Settings) -> Settings:
    """The seeded warehouse with a bad run, a good one after it, and sizes."""
    bad = [
        node("model", "persons", "success", 9.5),
        node("test", "unique_persons_id", "fail", 0.2, f"Got 2 results {MARKUP}"),
        node("model", "golden_persons", "skipped", 0.0),
    ]
    note_run(seeded, DbtResult(1, bad), datetime(2026, 2, 18, 4))
    good = [node("model", f"model_{n:03d}", "success", n / 10) for n in range(140)]
    note_run(seeded, DbtResult(0, good), datetime(2026, 2, 19, 4))
    fill(
        seeded,
        "table_sizes",
        size("raw", "staging_raw_import", 84_000_000, 61_000_000_000),
        size("canonical", "persons", 61_000_000, 9_000_000_000),
    )
    return seeded


def test_failures_come_first_then_the_slowest(watched: Settings, seeded_engine: Engine) -> None:
    good, bad = health.read_runs(seeded_engine)
    assert [run.is_good for run in (good, bad)] == [True, False]
    assert (bad.nodes, bad.bad) == (3, 2)
    states = [one.state for one in health.read_nodes(seeded_engine, bad.number)]
    assert states == ["fail", "skipped", "success"]
    slowest = health.read_nodes(seeded_engine, good.number)
    assert (len(slowest), slowest[0].name) == (health.MAXIMUM_NODES, "model_139")


def test_the_newest_run_is_shown_and_an_older_one_on_demand(
    open_page: OpenPage, watched: Settings
) -> None:
    app = open_page("health", watched)
    assert not app.exception
    assert app.title[0].value == "Warehouse health"
    assert "140 models and tests, all well" in app.success[0].value
    assert any("the slowest are listed" in one.value for one in app.warning)
    older = health_run_numbers(app)[1]
    app.selectbox(key="chosen_run").set_value(str(older)).run()
    assert "2 of 3 models and tests failed or were skipped" in app.error[0].value
    table = app.dataframe[0].value
    assert list(table["State"]) == ["✕ Fail", "✕ Skipped", "✓ Success"]
    assert list(table["Name"]) == ["unique_persons_id", "golden_persons", "persons"]
    assert "![x]" not in texts(app)


def health_run_numbers(app: Any) -> list[int]:
    """Return the numbers of the runs in the choice, newest first."""
    return [
        int(option.split()[1].rstrip(",")) for option in app.selectbox(key="chosen_run").options
    ]


def test_a_run_older_than_those_offered_opens_by_its_address(
    open_page: OpenPage, empty: Settings
) -> None:
    for n in range(health.RUNS.row_cap + 2):
        note_run(empty, DbtResult(0, [node("model", f"model_{n}", "success", 1.0)]), BUILT_AT)
    numbers = health_run_numbers(open_page("health", empty))
    assert numbers == list(range(health.RUNS.row_cap + 2, 2, -1))
    app = open_page("health", empty, run="1")
    assert health_run_numbers(app) == [*numbers, 1]
    assert list(app.dataframe[0].value["Name"]) == ["model_0"]
    lost = open_page("health", empty, run="77")
    assert "77 is not offered here. What is shown is Run 42" in lost.warning[0].value


def test_sources_open_imports_and_sizes(open_page: OpenPage, watched: Settings) -> None:
    app = open_page("health", watched)
    links = [link.label for link in own_links(app)]
    assert links[0].startswith("◑ web\\_signups\\.csv: Loaded, uploaded 2026-02-")
    assert links[1].startswith("✕ crm\\.sqlite: Not balanced, uploaded"), "7 are missing"
    assert len(links) == 2
    _, sources, tables, *_ = (one.value for one in app.dataframe)
    (source,) = sources.to_dict("records")
    assert (source["Source"], source["Imports"], source["Failed"]) == ("campaign_leads", 5, 1)
    assert source["In time"] == "✕ Late"
    assert "1 of 1 source was silent for more than 7 days" in app.warning[-1].value
    sizes = tables.to_dict("records")
    assert [row["Table"] for row in sizes] == ["staging_raw_import", "persons"]
    assert (sizes[0]["About rows"], sizes[0]["Data"]) == (84_000_000, "61.0 GB")
    assert "hold about 70.0 GB" in texts(app)


def test_nothing_was_run_and_nothing_came(open_page: OpenPage, empty: Settings) -> None:
    app = open_page("health", empty)
    assert not app.error
    assert not app.exception
    said = texts(app)
    assert "No run is kept yet." in said
    assert "No file has been imported yet." in said
    assert "Every processed record is accounted for." in said


def test_an_import_under_way_is_open(open_page: OpenPage, empty: Settings) -> None:
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    states = ["PENDING", "LOADING", "LOADED", "PROCESSING", "UNDOING", "COMPLETE", "UNDONE"]
    add_imports(
        empty,
        [
            {
                "id": n,
                "import_id": f"imp_{n}",
                "filename": "f",
                "status": one,
                "completed_at": BUILT_AT,
            }
            for n, one in enumerate(states, start=1)
        ],
    )
    links = [one.label for one in own_links(open_page("health", empty))]
    words = [re.findall(r"f: ([\w ]+), uploaded", one)[0] for one in links]
    assert words == ["To be undone", "Processing", "Loaded", "Loading", "Waiting"]


def test_hostile_files_and_huge_numbers(open_page: OpenPage, empty: Settings) -> None:
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    fill(empty, "table_sizes", size("raw", "t", 2**64 - 1, 2**62))
    note_run(empty, DbtResult(1, [node("model", MARKUP, "error", 1e9, MARKUP * 90)]), BUILT_AT)
    add_imports(
        empty,
        [
            {"id": n, "import_id": f"imp_{n}", "filename": MARKUP, "status": "LOADED"}
            for n in range(1, 26)
        ],
    )
    app = open_page("health", empty)
    assert not app.exception
    assert "![x]" not in texts(app) + " ".join(one.proto.label for one in app.get("page_link"))
    assert len(own_links(app)) == 20
    assert "There are more" in texts(app)
    assert "18446744073709551615" in whole_tree(app)


# ------------------------------------------------------------------ the server


def test_own_statements_are_timed_those_that_fail_too(seeded_engine: Engine) -> None:
    slow = Statement(
        name="test sleeps",
        sql="select /*+ time limit */ sleep(0.3) as done from warehouse_version limit :row_cap",
        tables=(),
        index="",
        row_cap=1,
        timeout_milliseconds=5_000,
    )
    fetch(seeded_engine, slow)
    broken = replace(slow, name="test is refused", sql=slow.sql.replace("sleep(0.3)", "nothing"))
    with pytest.raises(QueryFailedError):
        fetch(seeded_engine, broken)
    seen = {one.name: one for one in timings.slowest(1_000)}
    assert seen["test sleeps"].count == 1
    assert seen["test sleeps"].most_seconds >= 0.3
    assert seen["test is refused"].count == 1
    assert [one.most_seconds for one in timings.slowest(3)] == sorted(
        (one.most_seconds for one in timings.slowest(3)), reverse=True
    )


def test_the_server_is_asked_on_demand_and_says_what_it_may(
    open_page: OpenPage, watched: Settings
) -> None:
    """Sessions are those of the own account; without a right statements are a sentence."""
    app = open_page("health", watched)
    assert "warehouse version" in list(app.dataframe[3].value["Statement"])
    assert len(app.dataframe) == 4, "the server is not asked unless somebody wants it"
    app.toggle(key="server").set_value(True).run()
    assert not app.exception
    assert not app.error
    sessions = app.dataframe[-1].value
    assert set(sessions["Account"]) == {watched.account("app").user}
    assert re.search(r"sessions? of the dashboard's own account", texts(app))
    assert "at work, the longest for" in texts(app)
    said = [one.value for one in app.info]
    assert any("may not see the server's statistics of statements" in one for one in said), said


def test_an_account_with_the_right_sees_statements_without_values(
    seeded: Settings, open_page: OpenPage
) -> None:
    """Where performance_schema is off, as MariaDB has it, the page says that instead."""
    user = seeded.account("app").user
    table = "performance_schema.events_statements_summary_by_digest"
    with PrivateServer(seeded).admin() as connection, connection.cursor() as cursor:
        for host in HOSTS:
            cursor.execute(f"grant select on {table} to %s@%s", (user, host))
        cursor.execute("select @@performance_schema")
        is_on = bool(int(cursor.fetchone()[0]))
        app = open_page("health", seeded)
        app.toggle(key="server").set_value(True).run()
        for host in HOSTS:
            cursor.execute(f"revoke select on {table} from %s@%s", (user, host))
    assert not app.error
    if not is_on:
        assert any("has no statistics of statements" in one.value for one in app.info)
        return
    found = [one.value for one in app.dataframe if "Statement" in one.value][-1]
    assert any("warehouse_version" in one for one in found["Statement"])
    assert not any("2026" in one for one in found["Statement"]), "values are marks"


def test_a_source_is_in_time_within_the_limit(
    open_page: OpenPage, empty: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is a setting; whoever sent nothing within it is late."""
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    known = {"status": "COMPLETE", "filename": "a.csv"}
    add_imports(empty, [
        {**known, "id": 1, "import_id": "imp_a", "source_type": "crm",
         "uploaded_at": BUILT_AT - timedelta(days=3)},
        {**known, "id": 2, "import_id": "imp_b", "source_type": "web", "uploaded_at": BUILT_AT},
    ])  # fmt: skip
    app = open_page("health", empty)
    assert "Every source was heard of in the last 7 days" in texts(app)
    monkeypatch.setenv("LODE_FRESH_WITHIN_DAYS", "2")
    app = open_page("health", empty)
    table = next(one.value for one in app.dataframe if "In time" in one.value)
    assert list(zip(table["Source"], table["In time"], strict=True)) == [
        ("crm", "✕ Late"), ("web", "✓ In time"),
    ]  # fmt: skip
    assert "1 of 2 sources was silent for more than 2 days" in app.warning[-1].value
