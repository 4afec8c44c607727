"""The definition of a list on its page: filters as pickers, in the address, saved as a version."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opened_page import OpenPage
from streamlit.testing.v1 import AppTest
from test_dashboard_pages import texts

from lode import audit
from lode.db import connect
from lode.settings import Settings
from lode.worker import work
from streamlit_app.ui.list_address import is_addressable, normal

pytestmark = pytest.mark.database
NEXT = {"list": "tx_call", "view": "define"}
NEW = {**NEXT, "of": "new"}
# What stands in the address, and what the fields then show.
ADDRESS = {
    "draft": "0", "channel": "mail", "state": "CA", "source": "campaign_leads",
    "segment": "business", "score": "75", "touched": "90", "untouched": "7",
    "where": "zip >= 78700",
}  # fmt: skip


def press(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label).click().run()


def filters_shown(app: AppTest, place: str) -> dict[str, object]:
    return {
        "state": app.multiselect(key=f"states_{place}").value,
        "source": app.multiselect(key=f"sources_{place}").value,
        "segment": app.selectbox(key=f"segment_{place}").value,
        "score": app.number_input(key=f"score_{place}").value,
        "touched": app.number_input(key=f"touched_{place}").value,
        "untouched": app.number_input(key=f"untouched_{place}").value,
        "where": app.text_area(key=f"where_{place}").value,
    }


def said_of(app: AppTest) -> dict[str, object]:
    """What the address says of filters."""
    return {name: value for name, value in app.query_params.items() if name not in NEW}


def test_what_may_be_chosen_is_what_people_have(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("lists", seeded, **NEW)
    assert not app.exception
    assert app.multiselect(key="states_new").options == ["CA", "TX"]
    with connect("transformer", seeded, schema="marts") as connection:
        cursor = connection.cursor()
        cursor.execute("select distinct source_type from import_health where feed = 'people'")
        sources = sorted(row[0] for row in cursor.fetchall())
    assert app.multiselect(key="sources_new").options == sources
    # Of a version the values that nobody has any more are offered all the same.
    assert "crm" in open_page("lists", seeded, **NEXT).multiselect(key="sources_tx_call").options


def test_the_address_gives_the_filters_and_gets_them(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("lists", seeded, **NEW, **ADDRESS)
    assert not app.exception
    assert app.selectbox(key="channel_new").value == "mail"
    assert filters_shown(app, "new") == {
        "state": ["CA"], "source": ["campaign_leads"], "segment": "business", "score": 75,
        "touched": 90, "untouched": 7, "where": "zip >= 78700",
    }  # fmt: skip
    app.number_input(key="score_new").set_value(50)
    app.multiselect(key="states_new").set_value(["TX", "CA"])
    press(app, "Show what it comes to")
    assert said_of(app) == {**ADDRESS, "score": "50", "state": ["CA", "TX"]}
    # What it says opens the same form again, in another session too.
    given_again = {name: value for name, value in said_of(app).items() if isinstance(value, str)}
    again = open_page("lists", seeded, **NEW, **given_again)
    assert again.number_input(key="score_new").value == 50


def test_a_draft_is_counted_before_it_is_saved(open_page: OpenPage, seeded: Settings) -> None:
    """The last build's numbers of what the form asks for, and in what it differs from the list."""
    app = open_page("lists", seeded, **NEXT)
    assert "Not saved" not in texts(app)
    app.text_area(key="where_tx_call").set_value("")
    app.multiselect(key="sources_tx_call").set_value([])
    press(app, "Show what it comes to")
    assert "Not saved: Sources, Conditions differ from version 2." in texts(app)
    steps = {row["Step"]: row["People"] for row in app.dataframe[-1].value.to_dict("records")}
    assert (steps["In the list"], steps["In the file"]) == (980, 730)
    assert said_of(app) == {"draft": "2", "state": "TX"}
    # Numbers are written as the file needs them, which leaves nobody out.
    app.selectbox(key="phones_tx_call").set_value("digits")
    press(app, "Show what it comes to")
    assert said_of(app) == {"draft": "2", "state": "TX", "phones": "digits"}
    press(app, "Back to version 2")
    assert said_of(app) == {}
    assert app.text_area(key="where_tx_call").value == "zip >= 78700"
    assert "Not saved" not in texts(app)


def test_no_name_gets_into_the_address(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("lists", seeded, **NEW)
    app.text_area(key="where_new").set_value(
        "last_name=Nakamura\nbirth_date=1970-01-05\ncity=ann@example.com\ncompany_name=Lee Ltd\n"
        "zip=2175550143\nrecord_count>1"
    )
    app.text_area(key="campaigns_new").set_value("For Asha Nakamura")
    press(app, "Show what it comes to")
    assert not app.exception
    assert said_of(app) == {"draft": "0", "channel": "call", "where": "record_count > 1"}
    # It stays where it was typed, through another click on the page.
    assert app.text_area(key="campaigns_new").value == "For Asha Nakamura"
    app.multiselect(key="states_new").set_value(["TX"])
    press(app, "Show what it comes to")
    assert "last_name=Nakamura" in app.text_area(key="where_new").value


@given(st.text(max_size=40))
def test_what_is_typed_freely_stays_out_of_the_address(text: str) -> None:
    for column in ("last_name", "company_name", "birth_date", "city", "county"):
        assert not is_addressable(f"{column}={text}")
    for column in ("zip", "state", "country", "record_count", "updated_at"):
        if is_addressable(condition := f"{column} = {text}"):
            assert len(normal(condition)) < 32
            assert "@" not in condition
            assert sum(letter.isalpha() for letter in text.strip()) <= 3


@pytest.mark.parametrize("address", [
    {"draft": "x"}, {"draft": "2", "state": "<b>"}, {"draft": "2", "source": "' or 1=1"},
    {"draft": "2", "score": "-1", "touched": "99999999", "untouched": "x", "segment": "?"},
    {"draft": "2", "phones": "x"}, {"draft": "2", "channel": "mail", "where": "last_name=Nakamura"},
    {"draft": "2", "where": "1=1; drop table x"},
])  # fmt: skip
def test_what_cannot_be_right_in_the_address_is_left_out(
    open_page: OpenPage, seeded: Settings, address: dict[str, str]
) -> None:
    app = open_page("lists", seeded, **NEXT, **address)
    assert not app.exception
    assert not app.error
    shown = filters_shown(app, "tx_call")
    assert (shown["state"], shown["score"], shown["touched"]) == ([], None, None)
    assert shown["where"] == ""
    assert "Channel: Call. A list keeps it" in texts(app)
    odd = len(set(address) - {"draft"})
    said = f"{odd} of the filters in the address can't be used here: left out."
    assert (said in texts(app)) == bool(odd)


def test_a_definition_is_saved_as_the_next_version(open_page: OpenPage, seeded: Settings) -> None:
    app = open_page("lists", seeded, **NEXT)
    assert "Channel: Call. A list keeps it" in texts(app)
    app.multiselect(key="states_tx_call").set_value(["TX", "CA"])
    app.number_input(key="untouched_tx_call").set_value(30)
    app.selectbox(key="segment_tx_call").set_value("business")
    app.number_input(key="score_tx_call").set_value(50)
    app.text_area(key="where_tx_call").set_value("zip>=78700\nrecord_count>1")
    app.text_area(key="campaigns_tx_call").set_value("Spring")
    app.selectbox(key="phones_tx_call").set_value("dashes")
    press(app, "Save version 3")
    assert "is asked for" in app.success[0].value
    work(seeded, is_once=True)
    app = open_page("lists", seeded, **NEXT)
    assert "is saved as version 3" in texts(app)
    newest_version = app.dataframe[0].value.to_dict("records")[0]
    assert {key: newest_version[key] for key in ("States", "Conditions", "Last contact")} == {
        "States": "CA, TX",
        "Conditions": "record_count > 1; zip >= 78700",
        "Last contact": "not in the last 30 days",
    }
    assert newest_version["Campaigns"] == "Spring"
    assert (newest_version["Segment"], newest_version["Score"]) == ("Business", "50 or more")
    assert newest_version["Numbers"] == "512-555-0134"
    assert app.selectbox(key="phones_tx_call").value == "dashes"
    assert app.selectbox(key="segment_tx_call").value == "business"
    assert app.text_area(key="where_tx_call").value == "record_count > 1\nzip >= 78700"
    (entry,) = audit.newest(seeded, 1, "list.define", "list tx_call")
    assert entry.actor.startswith("local:")


def test_what_cannot_be_a_list_is_a_sentence(open_page: OpenPage, seeded: Settings) -> None:
    for field, value, sentence in (
        ("define_name", "No Name", "small letters"),
        ("where_new", "1=1 or zip=3", "a column, a comparison and a value"),
    ):
        app = open_page("lists", seeded, **NEW)
        app.text_input(key="define_name").set_value("fine")
        area = app.text_area if field.startswith("where") else app.text_input
        area(key=field).set_value(value)
        press(app, "Save a new list")
        assert not app.exception
        assert sentence in app.error[0].value
        assert area(key=field).value == value
    with connect("auditor", seeded, schema="raw") as connection:
        cursor = connection.cursor()
        cursor.execute("select count(*) from app_jobs where parameters like '%%\"fine\"%%'")
        assert cursor.fetchone() == (0,)


def test_before_anything_is_built_nothing_can_be_chosen(
    open_page: OpenPage, emptied: Settings
) -> None:
    app = open_page("lists", emptied, view="define")
    assert not app.exception
    assert app.multiselect(key="states_new").options == []
