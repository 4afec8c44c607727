"""Writing down a request not to be contacted: by whom, about what, and what is never shown."""

from __future__ import annotations

import json

import pytest
from made_marts import ADDRESS, ASHA, EMAIL, PHONE
from opened_page import HAS_CONTEXT, OpenPage
from streamlit.testing.v1 import AppTest
from test_dashboard_access import login
from test_dashboard_pages import texts, whole_tree

from lode import access, audit
from lode.comply import Contact
from lode.db import connect
from lode.errors import LodeError
from lode.rights import AccessDeniedError, Principal
from lode.settings import Settings
from lode.told_requests import tell_request
from tests.models.raw_rows import table_rows

pytestmark = pytest.mark.database

ROWS = (
    "select phone_e164, email, person_id, channel, origin, reason from opt_out_requests order by id"
)
OPERATOR = Principal("op@example.com", frozenset({"operator"}))
WHY = "asked by letter of 5 January"


def opened(open_page: OpenPage, settings: Settings, **given: object) -> AppTest:
    return open_page("timeline", settings, person=str(ASHA), view="points", **given)


def write_down(app: AppTest, point: str, channels: list[str], reason: str) -> AppTest:
    app.selectbox(key=f"request_point_{ASHA}").set_value(point)
    app.multiselect(key=f"request_channels_{ASHA}").set_value(channels)
    app.text_input(key=f"request_reason_{ASHA}").set_value(reason)
    return next(one for one in app.button if one.label == "Write it down").click().run()


def tell(settings: Settings, who: Principal, point: str | None, *channels: str) -> list[int]:
    with connect("app", settings, schema="marts") as connection:
        return tell_request(connection, settings, who, ASHA, point, channels, WHY)


def test_a_request_is_written_down_at_once_and_once(open_page: OpenPage, seeded: Settings) -> None:
    before = len(table_rows(seeded, "raw", ROWS))
    phone = Contact("phone", PHONE).digest
    app = opened(open_page, seeded)
    options = app.selectbox(key=f"request_point_{ASHA}").options
    assert "The person, at every contact point" in options
    for _ in range(2):
        write_down(app, phone, ["call", "sms"], WHY)
        assert "are written down and hold at once" in app.success[0].value
    assert not any(one in whole_tree(app) for one in (PHONE[2:], EMAIL, phone))
    assert not any(one in str(app.query_params) for one in (PHONE[2:], phone))
    asked = [(PHONE, None, None, channel, "dashboard", WHY) for channel in ("call", "sms")]
    assert table_rows(seeded, "raw", ROWS)[before:] == asked, "the second click is the first one"
    entries = audit.newest(seeded, 2, "request.add", None)
    said = [json.loads(one.payload) for one in entries]
    assert [(one["channel"], one["origin"]) for one in said] == [
        ("call", "dashboard"), ("sms", "dashboard"),
    ]  # fmt: skip
    assert "•" in said[0]["contact"]
    assert entries[0].account.split("@")[0].endswith("app")

    write_down(app, "", ["all", "call"], WHY)
    assert table_rows(seeded, "raw", ROWS)[-1] == (None, None, ASHA, "all", "dashboard", WHY)


@pytest.mark.parametrize(
    ("point", "channels", "reason", "sentence"),
    [
        (Contact("phone", PHONE).digest, ["email"], WHY, "does not go to a telephone number"),
        (Contact("email", EMAIL).digest, ["email", "call"], WHY, "does not go to a mailbox"),
        ("", [], WHY, "Say which channels"),
        ("", ["call"], "no", "Say what they asked"),
    ],
)
def test_what_cannot_be_a_request_is_a_sentence(
    open_page: OpenPage,
    seeded: Settings,
    point: str,
    channels: list[str],
    reason: str,
    sentence: str,
) -> None:
    before = table_rows(seeded, "raw", ROWS)
    app = write_down(opened(open_page, seeded), point, channels, reason)
    assert sentence in app.error[0].value
    assert table_rows(seeded, "raw", ROWS) == before


def test_no_more_letters_to_an_address(open_page: OpenPage, seeded: Settings) -> None:
    home = Contact("address", ADDRESS).digest
    app = opened(open_page, seeded)
    assert not any(
        ADDRESS.split(",")[0] in one for one in app.selectbox(key=f"request_point_{ASHA}").options
    )
    write_down(app, home, ["mail"], WHY)
    assert "is written down and holds at once" in app.success[0].value
    query = "select address, phone_e164, channel from opt_out_requests order by id desc limit 1"
    assert table_rows(seeded, "raw", query) == [(ADDRESS, None, "mail")]
    number = table_rows(seeded, "raw", "select max(id) from opt_out_requests")
    assert tell(seeded, Principal("local:ops", OPERATOR.roles), home, "mail")[0] >= number[0][0]
    with pytest.raises(LodeError, match="does not go to a postal address"):
        tell(seeded, OPERATOR, home, "call")


@pytest.mark.skipif(not HAS_CONTEXT, reason="a test can't log in before Streamlit 1.67")
@pytest.mark.parametrize("role", ["operator", "steward"])
def test_only_who_may_is_asked(open_page: OpenPage, seeded: Settings, role: str) -> None:
    access.grant(seeded, f"{role}9@example.com", role, by="chief", reason="test")
    app = opened(open_page, seeded, login=login(f"{role}9"))
    assert not app.exception
    assert ("Write it down" in {one.label for one in app.button}) is (role == "operator")
    assert "You may not" not in texts(app)


def test_the_service_asks_for_the_right_and_for_a_point_of_the_person(seeded: Settings) -> None:
    before = table_rows(seeded, "raw", ROWS)
    steward = Principal("s@example.com", frozenset({"steward", "auditor"}))
    with pytest.raises(AccessDeniedError, match="write down requests"):
        tell(seeded, steward, None, "all")
    with pytest.raises(LodeError, match="has that contact point no more"):
        tell(seeded, OPERATOR, Contact("phone", "+12025550199").digest, "call")
    with pytest.raises(LodeError, match="Say which channels"):
        tell(seeded, OPERATOR, None, "fax")
    assert table_rows(seeded, "raw", ROWS) == before
