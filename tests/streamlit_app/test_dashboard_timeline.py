"""The timeline: paging by key, filters, a past day, masks; seeded, empty, hostile, huge."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest
from made_life import ASHA, BUSY, BUSY_EVENTS, FORMER, HOSTILE, MARKUP, event
from made_marts import BUILT_AT, EMAIL, LI, PHONE, ZOE, person
from opened_page import VIEWER_ZONE, OpenPage
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest
from test_dashboard_pages import fill, texts, whole_tree

from lode.settings import Settings
from streamlit_app.queries import fields, timeline
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.ui.format import local_time, zone_of
from streamlit_app.ui.life_charts import MAXIMUM_YEARS, years_shown

pytestmark = pytest.mark.database


def titles(app: AppTest) -> list[str]:
    """Return the headline of each card, without its icon."""
    found = [str(one.value) for one in app.markdown if str(one.value).startswith(":material/")]
    return [one.split("**")[1].replace("\\", "") for one in found]


# ------------------------------------------------------------------ queries


def test_pages_follow_each_other_without_gap_or_repeat(seeded_engine: Engine) -> None:
    """Several events share an instant: the id decides, also at the edge of a page."""
    seen: list[tuple[datetime, str]] = []
    before = None
    sizes = []
    while True:
        page = timeline.read_events(seeded_engine, BUSY, before=before)
        seen += [one.position for one in page.events]
        sizes.append(len(page.events))
        if not page.has_more:
            break
        before = page.events[-1].position
    assert sizes == [50, 50, 20]
    assert len(set(seen)) == BUSY_EVENTS
    assert seen == sorted(seen, reverse=True)


def test_a_filter_goes_on_over_the_pages(seeded_engine: Engine) -> None:
    first = timeline.read_events(seeded_engine, BUSY, ["sms"])
    then = timeline.read_events(seeded_engine, BUSY, ["sms"], before=first.events[-1].position)
    assert {one.kind for one in (*first.events, *then.events)} == {"sms"}
    assert (len(first.events), first.has_more) == (50, True)
    assert (len(then.events), then.has_more) == (BUSY_EVENTS // 2 - 50, False)


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (date(2024, 2, 29), 0),
        (date(2024, 3, 1), 1),
        (date(2026, 2, 17), 6),
        (date.max, 7),
        (None, 7),
    ],
)
def test_as_of_a_day_is_what_was_known_at_its_end(
    seeded_engine: Engine, day: date | None, count: int
) -> None:
    """The call of November was learnt in February: on the 17th nobody knew of it."""
    assert len(timeline.read_events(seeded_engine, ASHA, as_of=day).events) == count
    assert sum(one.count for one in timeline.read_years(seeded_engine, ASHA, day).counts) == count


def test_years_count_what_the_pages_show(seeded_engine: Engine) -> None:
    years = {
        (one.year, one.kind): one.count for one in timeline.read_years(seeded_engine, ASHA).counts
    }
    assert years == {
        (2024, "import"): 1, (2025, "call"): 1, (2025, "consent"): 1, (2026, "opt_out"): 1,
        (2026, "dnc"): 1, (2026, "merge"): 1, (2026, "decision"): 1,
    }  # fmt: skip


def test_a_picture_of_too_many_years_says_where_it_begins(
    open_page: OpenPage, seeded: Settings
) -> None:
    """Every kind in each of 13 years: whole years are left out, the oldest, and that is said."""
    events = [
        event(ZOE, f"{year}-{kind}", kind, datetime(year, 3, 1))
        for year in range(2013, 2026)
        for kind in timeline.KINDS
    ]
    fill(seeded, "person_events", *events)
    app = open_page("timeline", seeded, person=str(ZOE))
    assert not app.exception
    first = 2025 - 148 // len(timeline.KINDS) + 1
    assert f"The picture begins with {first}; the events below go back further." in texts(app)
    assert f"events from {first} to 2025" in texts(app)


@pytest.mark.parametrize(
    ("table", "field", "value", "shown"),
    [
        ("persons", "last_name", "Miller", "Miller"),
        ("persons", "birth_date", "1984-07-09", "1984••••"),
        ("phone_numbers", "phone_raw", "(217) 555-0143", "21••••••43"),
        ("phone_numbers", "phone_type", "mobile", "mobile"),
        ("email_addresses", "email", "jo@example.com", "j•••@e•••.com"),
        ("addresses", "street", "12 N OAK ST", "••••••••"),
        ("addresses", "zip", "62701", "627••"),
        ("addresses", "city", "ERIE", "ERIE"),
        ("addresses", "primary_address", "12 OAK ST, ERIE, PA 16501", "•••, ERIE, PA 165••"),
        ("new_table", "new_field", "secret", "••••••"),
        ("persons", "birth_date", "", "••"),
    ],
)
def test_values_are_masked_by_where_they_stand(
    table: str, field: str, value: str, shown: str
) -> None:
    assert fields.mask_field(table, field, value) == shown


def test_an_event_of_a_wrong_year_hides_no_other() -> None:
    assert years_shown([2024, 2026]) == [2024, 2025, 2026]
    assert years_shown([1900, 2024, 2026, 9999]) == [1900, 2024, 2026, 9999]
    assert len(years_shown(list(range(1900, 2027)))) == MAXIMUM_YEARS


# ------------------------------------------------------------------ the page


def test_a_life_newest_first_with_both_clocks(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("timeline", seeded, person=str(ASHA))
    assert not app.exception
    assert app.title[0].value == "Timeline"
    assert app.subheader[0].value == "Asha Nakamura\\-O\\'Neil"
    assert titles(app) == [
        "A value was decided by hand",
        f"Person {FORMER} was put behind this golden person",
        "Put on the do-not-call list national",
        "Asked not to be contacted by text",
        "Consent by call",
        "Call: No answer",
        "1 record of the file campaign_leads_q1.csv",
    ]
    said = texts(app)
    zone = zone_of(VIEWER_ZONE)
    happened, known = datetime(2025, 11, 3, 15), datetime(2026, 2, 18, 9)
    assert f"Happened {local_time(happened, zone)} · known since {local_time(known, zone)}" in said
    assert "\\+1••••••••43 · campaign Spring · import imp\\_2026\\_02\\_18\\_001" in said
    assert "last\\_name&#58;\u2060 asked by phone · by ops" in said
    assert "— 612 days without an event —" in said
    assert "Happened 2026-01-12 · known since" in said, "the list has days, not times"
    assert (
        "7 events from 2024 to 2026: Imports 1, Calls 1, Consents 1, Decisions by hand 1,"
        " Do-not-call lists 1, Merges and splits 1, Opt-outs 1." in said
    )
    assert PHONE[2:] not in whole_tree(app)


def test_filters_are_in_the_address_and_come_from_it(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("timeline", seeded, person=str(ASHA), kind="opt_out", asof="2026-01-31")
    assert titles(app) == ["Asked not to be contacted by text"]
    assert "Only what was known at the end of 2026-01-31 (UTC)" in app.warning[0].value
    app.multiselect(key="kinds").set_value(["call"]).run()
    assert "There is no such event." in app.info[0].value, "the call was learnt later"
    app.date_input[0].set_value(None).run()
    assert titles(app) == ["Call: No answer"]
    assert "asof" not in app.query_params
    assert app.query_params["kind"] == "call"
    app.multiselect(key="kinds").set_value(["import", "consent"]).run()
    assert "— 640 days without such an event —" in texts(app), "there was a call meanwhile"


def test_older_and_newer(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("timeline", seeded, person=str(BUSY))
    assert len(titles(app)) == 50
    assert "Page 1, 50 events." in texts(app)
    assert [app.button(key=key).disabled for key in ("newer", "older")] == [True, False]
    app.button(key="older").click().run()
    app.button(key="older").click().run()
    assert len(titles(app)) == 20
    assert "Page 3, 20 events." in texts(app)
    assert [app.button(key=key).disabled for key in ("newer", "older")] == [False, True]
    app.button(key="newer").click().run()
    assert "Page 2, 50 events." in texts(app)
    app.multiselect(key="kinds").set_value(["sms"]).run()
    assert "Page 1, 50 events." in texts(app), "other kinds begin anew"
    assert set(app.query_params) == {"person", "kind"}, "no position and no value is in the address"


def test_verdicts_and_caps(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("timeline", seeded, person=str(ASHA), view="points")
    table = app.dataframe[0].value
    rows = {(row["Contact point"], row["Channel"]): row for _, row in table.iterrows()}
    text = rows["+1••••••••43", "Text"]
    assert text["Verdict"] == "✕ Blocked"
    assert text["Why"] == "asked not to be contacted here; on the national do-not-call registry"
    assert rows["+1••••••••43", "Call"]["Verdict"] == "✓ Allowed"
    assert rows["•••, SPRINGFIELD, IL 627••", "Mail"]["Verdict"] == "✓ Allowed"
    said = texts(app)
    free = local_time(datetime(2026, 2, 19, 12), zone_of(VIEWER_ZONE))
    assert f"✕ Used up] **Call**: 3 of 3 in 24 hours; the next is allowed {free}." in said
    until = local_time(datetime(2026, 2, 18, 20), zone_of(VIEWER_ZONE))
    assert f"⚠ Used up] **Call**: 1 of 1 in 8 hours; it only warns, until {until}." in said
    assert "✓ Free] **Text**: 2 of 3 in 7 days; another is allowed." in said
    for clear in (PHONE[2:], EMAIL, "OAK"):
        assert clear not in whole_tree(app)


def test_the_view_is_in_the_address(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("timeline", seeded, person=str(ASHA), kind="sms")
    for view in ("points", "fields", ""):
        app.radio(key="chosen_view").set_value(view).run()
        assert app.query_params.get("view", "") == view
        assert app.query_params["kind"] == "sms", "what else is asked for stays"
    other = open_page("timeline", seeded, person=str(ASHA), view="verdicts")
    assert "verdicts is not offered here. What is shown is Events." in other.warning[0].value


def test_fields_say_who_gave_them(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("timeline", seeded, person=str(ASHA), view="fields")
    assert "is made of 2 persons" in texts(app), "a retired id is none"
    table = app.dataframe[0].value
    rows = [tuple(row) for row in table[["Field", "Value", "State", "Rule"]].to_numpy()]
    assert ("Last name", "Nakamura-O'Neil", "✓ In use", "manual override") in rows
    assert ("Last name", "Nakamura", "– Outranked", "outranked") in rows
    assert ("Primary phone", "+1••••••••43", "✓ In use", "verified") in rows
    assert ("Zip", "627••", "✓ In use", "newest record") in rows
    assert ("Birth date", "1984••••", "✓ In use", "only value") in rows
    for clear in (PHONE[2:], EMAIL, "OAK", "1984-07", "62701"):
        assert clear not in whole_tree(app)
    app.selectbox[0].set_value(FORMER).run()
    assert "No value of this person is known." in app.info[0].value


def test_fields_as_of_a_past_day(open_page: OpenPage, seeded: Settings) -> None:
    """What was decided later is not there, and what it outranked was in use; both clocks."""
    states = {}
    for day in ("2026-02-17", "2026-02-18", "2026-02-19"):
        app = open_page("timeline", seeded, person=str(ASHA), view="fields", asof=day)
        assert f"known at the end of {day}" in texts(app)
        table = app.dataframe[0].value if app.dataframe else pd.DataFrame({"Field": []})
        of_name = table[table["Field"] == "Last name"]
        states[day] = [tuple(row) for row in of_name.iloc[:, 1:3].to_numpy()]
    assert states == {
        "2026-02-17": [],
        "2026-02-18": [("Nakamura", "✓ In use then")],
        "2026-02-19": [("Nakamura-O'Neil", "✓ In use then"), ("Nakamura", "– Outranked")],
    }
    last = table[table["Value"] == "Nakamura-O'Neil"].iloc[0]
    assert (last["Of"], last["Known since"]) == ("2026-02-17 02:00 CST", "2026-02-19 03:00 CST")
    app.date_input(key="as_of").set_value(None).run()
    assert "asof" not in app.query_params
    assert "✓ In use" in list(app.dataframe[0].value["State"])


@pytest.mark.parametrize(("page", "title"), [("timeline", "Timeline"), ("people", "Card")])
def test_a_former_id_leads_on(open_page: OpenPage, seeded: Settings, page: str, title: str) -> None:
    app = open_page(page, seeded, person=str(FORMER))
    (said,) = (one.value for one in app.info if str(FORMER) in one.value)
    assert said == f"Person {FORMER} is now a part of golden person {ASHA}."
    assert f"{title} of golden person {ASHA}" in [one.proto.label for one in app.get("page_link")]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (None, "Nobody is chosen yet."),
        ("99999999999", "There is no golden person 99999999999."),
        ("abc", "abc is not the id of a person."),
        ("9" * 5_000, "is not the id of a person."),
        ("0" * 30 + "1" * 4_400, "is not the id of a person."),
    ],
)
def test_nobody_is_a_sentence(
    open_page: OpenPage, seeded: Settings, given: str | None, sentence: str
) -> None:
    query = {} if given is None else {"person": given}
    app = open_page("timeline", seeded, **query)
    assert not app.exception
    assert not app.error
    assert sentence in app.info[0].value


def test_a_life_without_events(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("timeline", seeded, person=str(LI), kind="nonsense", asof="yesterday")
    assert "Nothing is known of this person's life." in app.info[0].value
    app = open_page("timeline", seeded, person=str(LI), view="points")
    said = [one.value for one in app.info]
    assert said == [
        "No phone, e-mail or postal address is known of this person.",
        "Nobody was contacted within the window of a cap.",
    ]


@pytest.mark.parametrize("view", ["", "points", "fields"])
@pytest.mark.parametrize("day", ["1999-12-31", "0001-01-01", "9999-12-31", "yesterday"])
def test_what_is_no_past_day_is_said(
    open_page: OpenPage, seeded: Settings, view: str, day: str
) -> None:
    """Nobody takes today's life for the one of a day that can't be shown."""
    app = open_page("timeline", seeded, person=str(ASHA), asof=day, view=view)
    assert not app.error
    said = next(one.value for one in app.warning if "is no day from" in one.value)
    assert said.replace("\\", "").startswith(f"{day} is no day from 2000-01-01 to today")
    assert len(app.date_input) == 1
    assert app.date_input[0].value is None


def test_the_address_decides_what_is_shown_of_a_life(open_page: OpenPage, seeded: Settings) -> None:
    """The back button changes the address of a page that is open; what is shown follows it."""
    app = open_page("timeline", seeded, person=str(ASHA))
    app.date_input(key="as_of").set_value(date(2026, 1, 31)).run()
    app.multiselect(key="kinds").set_value(["opt_out", "call"]).run()
    assert (app.query_params["asof"], app.query_params["kind"]) == (
        "2026-01-31",
        ["opt_out", "call"],
    )
    app.query_params.clear()
    app.query_params["person"] = str(ASHA)
    app.run()
    assert (app.date_input(key="as_of").value, app.multiselect(key="kinds").value) == (None, [])
    assert len(titles(app)) == 7
    app.query_params["kind"] = ["opt_out", "nonsense"]
    app.run()
    assert app.multiselect(key="kinds").value == ["opt_out"]
    assert "No kind of event is called nonsense." in texts(app)


def test_hostile_events_are_shown_as_text(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("timeline", seeded, person=str(HOSTILE))
    assert not app.exception
    shown = texts(app)
    assert "![x]" not in shown
    assert "<b>" not in shown.replace("\\<b\\>", "")
    assert ":red[" not in shown
    assert MARKUP not in whole_tree(app)
    assert len(titles(app)) == 7, "a kind that is not known here is shown as well"


def test_the_best_of_a_part_is_not_said_to_be_in_use(empty: Settings) -> None:
    """Of more values than are read the one that survives may be another."""
    fill(empty, "field_origins", *(
        {"person_id": 1, "table_name": "persons", "field_name": "first_name", "cell_of": "",
         "preference": 2 + n, "cell_value": "Ann", "rule": "outranked", "record_id": n,
         "effective_at": BUILT_AT, "known_at": BUILT_AT}
        for n in range(fields.MAXIMUM_FIELD_ROWS + 1)
    ))  # fmt: skip
    engine = create_app_engine(empty)
    origins, has_more = fields.read_fields(engine, 1)
    engine.dispose()
    assert has_more
    assert not any(one.is_used for one in origins)


def test_huge_numbers_are_whole(open_page: OpenPage, empty: Settings) -> None:
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    fill(empty, "golden_persons", person(2**64 - 1, "Ann", "Huge"))
    huge = {"record_count": 4_294_967_295, "detail": "x" * 255}
    fill(empty, "person_events", event(2**64 - 1, "import-1", "import", BUILT_AT, **huge))
    app = open_page("timeline", empty, person=str(2**64 - 1))
    assert not app.exception
    assert titles(app)[0].startswith("4,294,967,295 records of the file xxx")
