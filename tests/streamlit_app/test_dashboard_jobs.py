"""A page follows the job that it asked for, however many newer ones of its kind there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from made_lists import add_job
from made_marts import ASHA
from opened_page import OpenPage
from streamlit.testing.v1 import AppTest
from test_dashboard_pages import texts

from lode.db import connect
from lode.list_definitions import define, definition_of
from lode.settings import Settings
from streamlit_app.queries.jobs import MAXIMUM_JOBS
from streamlit_app.ui.live import POLL_FLAG

pytestmark = pytest.mark.database


def newest_number(settings: Settings) -> int:
    with connect("auditor", settings, schema="raw") as connection:
        cursor = connection.cursor()
        cursor.execute("select max(id) from app_jobs")
        return int((cursor.fetchone() or (0,))[0])


def end_job(settings: Settings, number: int, message: str) -> None:
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        connection.cursor().execute(
            "update app_jobs set state = 'DONE', message = %s where id = %s", (message, number)
        )


def ask_export(app: AppTest) -> None:
    app.text_input(key="export_reason_mine").set_value("spring letter")
    next(one for one in app.button if one.label == "Export version 1").click().run()


def ask_verify(app: AppTest) -> None:
    app.button(key="verify_all").click().run()


def ask_cap(app: AppTest) -> None:
    next(one for one in app.button if one.label == "Look back").click().run()


def ask_past(app: AppTest) -> None:
    next(one for one in app.button if one.label == "Decide as of that day").click().run()


CASES: list[tuple[str, dict[str, str], Callable[[AppTest], None], str, dict[str, Any]]] = [
    ("lists", {"list": "mine"}, ask_export, "list_export", {"name": "mine"}),
    ("audit", {}, ask_verify, "audit_verify", {}),
    ("risk", {"view": "caps"}, ask_cap, "risk_cap", {}),
    (
        "timeline",
        {"person": str(ASHA), "view": "points", "asof": "2026-01-31"},
        ask_past,
        "person_explain",
        {"person": ASHA},
    ),
]


@pytest.mark.parametrize(
    ("page", "query", "ask", "kind", "about"), CASES, ids=[c[0] for c in CASES]
)
def test_a_page_follows_its_own_job(
    open_page: OpenPage,
    seeded: Settings,
    page: str,
    query: dict[str, str],
    ask: Callable[[AppTest], None],
    kind: str,
    about: dict[str, Any],
) -> None:
    define(seeded, "mine", definition_of("call", ["TX"], [], []), "ada")
    app = open_page(page, seeded, **query)
    before = newest_number(seeded)
    ask(app)
    own = newest_number(seeded)
    assert own == before + 1
    for _ in range(MAXIMUM_JOBS + 5):
        add_job(seeded, kind, about, {})
    app.run()
    assert not app.exception
    assert "Waiting" in texts(app)
    assert app.session_state[POLL_FLAG] is True
    # Another tab, as after a reload: what is open is still followed.
    other = open_page(page, seeded, **query)
    assert "Waiting" in texts(other)
    assert other.session_state[POLL_FLAG] is True
    end_job(seeded, own, "My own came to this.")
    app.run()
    assert "Waiting" not in texts(app)
    assert "My own came to this" in texts(app)
    assert app.session_state[POLL_FLAG] is False


def test_what_the_address_asks_for_is_watched(open_page: OpenPage, seeded: Settings) -> None:
    number = add_job(seeded, "risk_cap", {"channel": "call"}, {}, "WAITING")
    for _ in range(MAXIMUM_JOBS + 5):
        add_job(seeded, "risk_cap", {"channel": "call"}, {})
    app = open_page("risk", seeded, view="caps", look=str(number))
    assert not app.exception
    assert "Waiting" in texts(app)
    assert app.session_state[POLL_FLAG] is True
