"""Numbers agree: a tile, the SQL behind it, and the rows on the page that it leads to."""

from __future__ import annotations

import random
import re

import pytest
from made_marts import BUILT_AT, IMPORTS, add_imports, add_profiles, insert, person
from made_pairs import pair
from opened_page import HAS_CONTEXT, OpenPage, own_links
from streamlit.testing.v1 import AppTest
from test_dashboard_access import login
from test_dashboard_pages import texts

from lode import access, reviews
from lode.db import connect
from lode.rights import Principal
from lode.settings import Settings
from streamlit_app.queries.person_statements import MAXIMUM_HITS

pytestmark = pytest.mark.database
CHANNELS = {
    "Callable": ("call", "is_callable"),
    "Textable": ("sms", "is_textable"),
    "Mailable": ("mail", "is_mailable"),
    "E-mailable": ("email", "is_emailable"),
}
PEOPLE = 130


def summary_sql(settings: Settings) -> str:
    """Return the model of the summary over the tables of this test."""
    path = settings.root / "models" / "marts" / "operations" / "warehouse_summary.sql"
    sql = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for name, table in (("persons", "person_members"), ("import_results", "import_results")):
        sql = sql.replace(f"{{{{ ref('{name}') }}}}", table)
    sql = sql.replace("{{ ref('contactability_cube') }}", "contactability_cube")
    sql = sql.replace("{{ utc_now() }}", "utc_timestamp(6)")
    assert "{{" not in sql, "the model needs more than this test renders"
    return sql


@pytest.fixture
def counted(empty: Settings) -> Settings:
    """A warehouse of people by chance whose summary the model itself has counted."""
    chance = random.Random(5)
    flags = [column for _, column in CHANNELS.values()]
    people = [
        person(n, "Ann", f"Lee{n}", **{flag: chance.randrange(2) for flag in flags})
        for n in range(1, PEOPLE + 1)
    ]
    with connect("transformer", empty, schema="marts", autocommit=True) as connection:
        cursor = connection.cursor()
        insert(cursor, "golden_persons", people)
        add_profiles(cursor)
        for channel, _ in CHANNELS.values():
            cursor.execute(
                "insert into contactability_cube (channel, state, sources, is_business, score_band,"
                " reasons, first_reason, person_count)"
                f" select '{channel}', '', '', 0, 0, {channel}_reasons, {channel}_reasons,"
                " sum(person_count) from contactability_profiles where golden_person_id = 0"
                f" group by {channel}_reasons"
            )
        insert(cursor, "warehouse_version", [{"version": "v", "built_at": BUILT_AT}])
        insert(
            cursor,
            "person_members",
            [
                {"person_id": n, "golden_person_id": n, "record_count": 1, "is_original": 1}
                for n in range(1, PEOPLE + 1)
            ],
        )
        insert(cursor, "review_pairs", [pair(n, n + 1, n / 10) for n in range(1, 13)])
        cursor.execute(
            "create table import_results as"
            " select 'people' as feed, 130 as record_count, 0 as rejected_count"
        )
        cursor.execute(f"insert into warehouse_summary {_columns(summary_sql(empty))}")
    add_imports(empty, IMPORTS)
    return empty


def _columns(sql: str) -> str:
    names = "records, rejected, persons, golden_persons, callable, textable, emailable, mailable"
    return sql.replace("select * from final", f"select {names}, built_at from final")


def tiles(app: AppTest) -> dict[str, str]:
    """Return what each tile says, exactly where it says so."""
    found = {}
    for one in app.metric:
        exact = re.match(r"Exactly ([\d,]+)", one.help or "")
        found[one.label] = (exact.group(1) if exact else one.value).replace(",", "")
    return found


def one_number(settings: Settings, sql: str) -> int:
    with connect("transformer", settings, schema="marts") as connection:
        cursor = connection.cursor()
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def people_listed(app: AppTest) -> list[str]:
    """Return the ids on all pages of the list of people."""
    ids = list(app.dataframe[0].value["Person id"])
    while not app.button(key="older").disabled:
        app.button(key="older").click().run()
        page = list(app.dataframe[0].value["Person id"])
        assert len(page) <= MAXIMUM_HITS
        ids += page
    return ids


def test_each_tile_is_its_sql_and_its_rows(open_page: OpenPage, counted: Settings) -> None:
    overview = open_page("overview", counted)
    assert not overview.exception
    said = tiles(overview)
    expected = {"Golden persons": ("all", "1 = 1"), **CHANNELS}
    for label, (channel, condition) in expected.items():
        counted_here = one_number(counted, f"select count(*) from golden_persons where {condition}")
        assert int(said[label]) == counted_here > MAXIMUM_HITS / 2, label
        listed = people_listed(open_page("people", counted, channel=channel))
        assert len(listed) == len(set(listed)) == counted_here, label
        links = [one.proto for one in overview.get("page_link")]
        assert any(one.query_string == f"channel={channel}" for one in links), label


def test_what_waits_is_what_its_page_lists(open_page: OpenPage, counted: Settings) -> None:
    said = tiles(open_page("overview", counted))
    review = open_page("review", counted)
    pairs = one_number(counted, "select count(*) from review_pairs")
    assert int(said["Pairs to review"]) == pairs == len(review.dataframe[0].value)
    assert f"{pairs} pairs wait." in texts(review)
    imports = open_page("imports", counted, show="open")
    assert int(said["Imports to look at"]) == len(imports.dataframe[0].value) == 4
    assert len(open_page("imports", counted).dataframe[0].value) == len(IMPORTS)


@pytest.mark.skipif(not HAS_CONTEXT, reason="a test can't log in before Streamlit 1.67")
def test_a_tile_counts_for_who_looks(open_page: OpenPage, counted: Settings) -> None:
    """What another steward holds is in neither number, and who may see no rows gets no link."""
    for name, role in (("ada", "steward"), ("bob", "steward"), ("eve", "viewer")):
        access.grant(counted, f"{name}@example.com", role, by="chief", reason="test")
    ada = Principal("ada@example.com", frozenset({"steward"}))
    with connect("app", counted, schema="marts", autocommit=True) as connection:
        reviews.take(connection, counted, ada, (1, 2))
    found = {
        name: tiles(open_page("overview", counted, login(name)))["Pairs to review"]
        for name in ("ada", "bob")
    }
    assert found == {"ada": "12", "bob": "11"}
    assert len(open_page("review", counted, login("bob")).dataframe[0].value) == 11
    viewer = open_page("overview", counted, login("eve"))
    assert list(tiles(viewer)) == ["Golden persons", *CHANNELS]
    assert not own_links(viewer)


@pytest.mark.parametrize("channel", ["nothing", "' or 1=1", "<b>"])
def test_no_channel_lists_nobody(open_page: OpenPage, counted: Settings, channel: str) -> None:
    app = open_page("people", counted, channel=channel)
    assert not app.exception
    assert not app.dataframe
