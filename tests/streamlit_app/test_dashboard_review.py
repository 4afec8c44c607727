"""The duplicate review: queue, side by side, effect, decisions as jobs, leases, undo."""

from __future__ import annotations

import getpass
import json
from datetime import datetime

import pytest
from made_lists import add_job
from made_marts import BUILT_AT
from made_pairs import (
    ASHA,
    ASHA_TWO,
    BEN,
    BENS_OLDER,
    GROUP,
    HOSTILE,
    LI,
    MARKUP,
    ZOE,
    decision,
    pair,
)
from opened_page import HAS_CONTEXT, OpenPage
from sqlalchemy import Engine
from test_dashboard_access import login
from test_dashboard_pages import fill, texts, whole_tree

from dedup.jobs import JOB_KINDS
from lode import access, reviews
from lode.db import connect
from lode.rights import LOCAL_PREFIX, Principal
from lode.settings import Settings
from streamlit_app.queries import comparison, groups, review
from streamlit_app.queries.jobs import MAXIMUM_JOBS
from streamlit_app.queries.second_looks import MAXIMUM_WAITING
from streamlit_app.ui import group_charts, review_charts
from streamlit_app.ui.decisions_panel import JOB_WORDS
from streamlit_app.ui.review_data import DECISION_KINDS

pytestmark = [
    pytest.mark.database,
    pytest.mark.skipif(not HAS_CONTEXT, reason="a test can't log in before Streamlit 1.67"),
]
CLEAR = ("5550143", "ben@example.com", "asha@example.com", "1984-07")


def raw_rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with connect("loader", settings, schema="raw") as connection:
        cursor = connection.cursor()
        cursor.execute(query)
        return list(cursor.fetchall())


def free_all(settings: Settings) -> None:
    """Let all leases run out, and all jobs be of long ago."""
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        connection.cursor().execute("update app_reviews set expires_at = '2026-01-01'")
        connection.cursor().execute("update app_jobs set state = 'DONE', asked_at = '2026-01-01'")


@pytest.fixture
def free(seeded: Settings) -> Settings:
    """The seeded warehouse, no pair held by anybody."""
    free_all(seeded)
    return seeded


# ------------------------------------------------------------------ queries


def test_risky_pairs_come_first_then_the_likeliest(free: Settings, seeded_engine: Engine) -> None:
    pairs, has_more = review.read_queue(seeded_engine, "ada@example.com")
    assert [(one.first, one.second) for one in pairs] == [(ASHA, BEN), (ZOE, LI), (HOSTILE, LI)]
    assert [one.is_risky for one in pairs] == [True, False, False]
    assert not has_more


def test_what_others_hold_is_not_in_the_queue(free: Settings, seeded_engine: Engine) -> None:
    ada = Principal("ada@example.com", frozenset({"steward"}))
    with connect("app", free, schema="marts", autocommit=True) as connection:
        reviews.take(connection, free, ada, (ASHA, BEN))
        reviews.put(connection, free, ada, (ZOE, LI), reviews.DEFERRED)
    queues = {
        who: [(one.first, one.second) for one in review.read_queue(seeded_engine, who)[0]]
        for who in ("ada@example.com", "bob@example.com")
    }
    assert queues == {
        "ada@example.com": [(ASHA, BEN), (HOSTILE, LI)],
        "bob@example.com": [(HOSTILE, LI)],
    }


def compare(engine: Engine) -> comparison.Comparison:
    pair = review.read_pair(engine, ASHA, BEN)
    assert pair is not None
    return comparison.read_comparison(engine, ASHA, BEN, pair.proposed)


def test_values_are_compared_clear_and_shown_masked(seeded_engine: Engine) -> None:
    read = compare(seeded_engine)
    fields = {one.label: one for one in read.fields}
    first, phones = fields["First name"], fields["Phones"]
    assert (first.first, first.second, first.sign) == ("Asha", "Benjamín", "different")
    assert first.merged == "Asha", "as the mart of proposals says"
    assert fields["Birth date"].merged == "1984••••", "masked as everywhere"
    assert (phones.merged, fields["E-mails"].merged) == ("all 2", "all 2")
    assert (phones.sign, phones.second) == ("in part", "+1••••••••43; +1••••••••77")
    assert fields["E-mails"].sign == "different"
    assert fields["Birth date"].sign == "different", "compared before it was masked"
    assert not any(clear in repr(read) for clear in CLEAR)


def test_each_value_of_the_golden_record_says_where_it_comes_from(seeded_engine: Engine) -> None:
    """Whose value, of which record, by which rule; a decision has no record."""
    winners = {one.label: one.winner for one in compare(seeded_engine).fields}
    first, birth, last = winners["First name"], winners["Birth date"], winners["Last name"]
    assert first is not None
    assert birth is not None
    assert last is not None
    assert (first.person_id, first.source_file, first.source_row, first.rule) == (
        ASHA, "campaign_leads_q1.csv", 7, "newest source date",
    )  # fmt: skip
    assert (birth.person_id, birth.source_row, birth.rule) == (BEN, 12, "most complete record")
    assert (last.decided_by, last.source_row, last.rule) == ("ops", None, "manual override")
    assert winners["Phones"] is None, "the golden record keeps all"


def test_records_stand_side_by_side_newest_first(seeded_engine: Engine) -> None:
    read = compare(seeded_engine)
    assert [(one.record_id, one.person_id, one.source_row) for one in read.records] == [
        (ASHA, ASHA, 7), (BEN, BEN, 2), (BENS_OLDER, BEN, 12),
    ]  # fmt: skip
    newest, of_ben, older = read.records
    assert newest.effective_at == datetime(2026, 2, 17, 8)
    assert [(one.field, one.shown_value, one.is_winner) for one in newest.values] == [
        ("first_name", "Asha", True),
        ("last_name", "Nakamura", False),
        ("birth_date", "1984••••", False),
        ("primary_phone", "+1••••••••43", False),
        ("primary_email", "a•••@e•••.com", False),
    ]
    phones = [one for one in of_ben.values if one.field == "primary_phone"]
    assert [(one.shown_value, one.position) for one in phones] == [
        ("+1••••••••43", 0), ("+1••••••••77", 1),
    ]  # fmt: skip
    assert [(one.field, one.is_winner) for one in older.values] == [
        ("first_name", False), ("birth_date", True),
    ]  # fmt: skip
    assert not read.is_cut


def test_the_waterfall_adds_up(seeded_engine: Engine) -> None:
    found = review.read_pair(seeded_engine, ASHA, BEN)
    assert found is not None
    frame = review_charts.waterfall_frame(found)
    assert list(frame["Step"]) == ["Prior", "Email", "First name", "Match weight"]
    assert frame["end"].iloc[-2] == pytest.approx(found.pair.weight)
    assert frame["end"].iloc[-1] == found.pair.weight
    assert review_charts.sentence_of(found) == (
        "Match weight -1.5 (about 3 : 1 against it); linked from +2.0 on, left to review from -3.0"
        " on; most for it: email +9.5."
    )
    assert review.read_pair(seeded_engine, BEN, ASHA) is None


def test_a_merge_says_whose_requests_count_for_both(seeded_engine: Engine) -> None:
    found = review.read_pair(seeded_engine, ASHA, BEN)
    assert found is not None
    effect = review.read_effect(seeded_engine, found.pair)
    names = [side.full_name for side in effect.sides]
    assert names == ["Asha Nakamura-O'Neil", "Benjamín De La Cruz"]
    assert (effect.golden_id, effect.retired_id) == (ASHA, BEN)
    assert (effect.records, effect.persons) == (5, 3)
    assert effect.inherited == ("email", "sms")
    assert (effect.redirected, effect.is_chosen) == ((BEN,), False)


def test_a_merge_keeps_whom_people_chose(free: Settings, seeded_engine: Engine) -> None:
    """A member that was chosen stays; all other ids of both groups lead to it, retired ones too."""
    found = review.read_pair(seeded_engine, ASHA, BEN)
    assert found is not None
    fill(free, "identity_decisions", decision(50, "golden", BEN, None))
    fill(free, "identity_decisions", decision(51, "golden", ASHA_TWO, None))
    effect = review.read_effect(seeded_engine, found.pair)
    with connect("transformer", free, schema="marts", autocommit=True) as connection:
        connection.cursor().execute("delete from identity_decisions where decision_id >= 50")
    assert (effect.golden_id, effect.retired_id, effect.is_chosen) == (ASHA_TWO, BEN, True)
    assert effect.redirected == (ASHA, BEN, 10_000_000_778), "retired ids too"


# ------------------------------------------------------------------ the group


def group_of(engine: Engine) -> groups.Group:
    found = groups.read_group(engine, GROUP[0])
    assert found is not None
    return found


def test_a_group_knows_what_holds_it_together(seeded_engine: Engine) -> None:
    group = group_of(seeded_engine)
    assert [(one.number, one.records, one.is_golden) for one in group.members] == [
        (1, 1, True), (2, 2, False), (3, 3, False), (4, 4, False),
    ]  # fmt: skip
    assert [one.second for one in group.links if one.is_bridge] == [GROUP[3]]
    assert group_charts.sentence_of(group) == (
        "4 persons, 4 links; the weakest +2.3 between 3 and 4; held together by one link only: 3–4."
    )
    assert list(group_charts.links_frame(group)["Link"]) == [
        "linked by the model", "linked by the model", "linked by the model", "its only link",
    ]  # fmt: skip
    assert groups.read_group(seeded_engine, 1) is None


def test_a_split_shows_what_the_next_run_makes_of_it(seeded_engine: Engine) -> None:
    group = group_of(seeded_engine)
    first, second, third, last = GROUP
    stays, goes = groups.parts_without(group, [last])
    assert (stays.golden_id, stays.persons, stays.records) == (first, (first, second, third), 6)
    assert (goes.golden_id, goes.persons, goes.records, goes.is_new) == (last, (last,), 4, True)
    parts = groups.parts_without(group, [third])
    assert [one.persons for one in parts] == [(first, second), (third,), (last,)]
    parts = groups.parts_without(group, [first, last])
    assert [one.persons for one in parts] == [(first,), (second, third), (last,)]
    assert sum(one.records for one in parts) == 10, "no record is lost"


def test_the_group_page_shows_and_asks(open_page: OpenPage, free: Settings) -> None:
    app = open_page("review", free, group=str(GROUP[2]))
    assert not app.exception
    said = texts(app)
    assert f"Group of golden person {GROUP[0]}" in said
    assert f"Person {GROUP[2]} is one with it." in said
    assert "4 persons, 4 links" in said
    assert f"Decision 41: {GROUP[0]} stands for the group." in said
    table = app.dataframe[1].value
    assert list(table["Stands for the group"]) == ["✓ Golden", "–", "–", "–"]
    assert list(table["Person"]) == [str(one) for one in GROUP]
    assert MARKUP not in said
    app.selectbox(key="pin_person").set_value(GROUP[1]).run()
    assert f"Golden person {GROUP[0]} becomes golden person {GROUP[1]}" in texts(app)
    app.text_input(key=f"group_reason_{GROUP[0]}").set_value("her own card")
    app.button(key="pin").click().run()
    assert newest_job(free) == ("choose_golden", {"person": GROUP[1], "reason": "her own card"})
    assert "It waits for `lode worker`" in app.info[0].value


def test_persons_are_taken_out_after_a_look_at_what_is_left(
    open_page: OpenPage, free: Settings
) -> None:
    app = open_page("review", free, group=str(GROUP[0]))
    assert app.button(key="split").disabled
    app.multiselect(key="split_persons").set_value([GROUP[3]]).run()
    said = texts(app)
    assert f"Golden person **{GROUP[0]}** keeps its id" in said
    assert f"A person of its own, as **{GROUP[3]}** or an id it had before" in said
    assert "3 pairs are kept apart" in said
    before = raw_rows(free, "select count(*) from app_jobs")
    app.text_input(key=f"group_reason_{GROUP[0]}").set_value("  ")
    app.button(key="split").click().run()
    assert "Say why" in app.error[0].value
    assert raw_rows(free, "select count(*) from app_jobs") == before
    app.text_input(key=f"group_reason_{GROUP[0]}").set_value("another Rosa")
    app.button(key="split").click().run()
    kind, given = newest_job(free)
    assert kind == "split_group"
    assert given == {"taken": [GROUP[3]], "left": list(GROUP[:3]), "reason": "another Rosa"}
    app.multiselect(key="split_persons").set_value(list(GROUP)).run()
    assert "all of them are no split" in app.warning[0].value


@pytest.mark.parametrize("given", ["1", "x", MARKUP, "9" * 400, "0" * 30 + "1" * 4_400])
def test_no_group_is_a_sentence(open_page: OpenPage, free: Settings, given: str) -> None:
    app = open_page("review", free, group=given)
    assert not app.exception
    assert not app.error
    assert "is nobody's id" in app.info[0].value
    assert MARKUP not in whole_tree(app)


def test_a_reason_is_of_one_group(open_page: OpenPage, free: Settings) -> None:
    app = open_page("review", free, group=str(GROUP[0]))
    reason = next(one for one in app.main.text_input if one.label == "Reason")
    reason.set_value("asked all of them").run()
    app.query_params["group"] = str(ASHA)
    app.run()
    reason = next(one for one in app.main.text_input if one.label == "Reason")
    assert reason.value == "looked at the group"


def newest_job(settings: Settings) -> tuple[object, object]:
    query = "select kind, parameters from app_jobs order by id desc limit 1"
    ((kind, parameters),) = raw_rows(settings, query)
    return kind, json.loads(str(parameters))


# ------------------------------------------------------------------ the page


def test_the_queue_leads_to_a_pair(open_page: OpenPage, free: Settings) -> None:
    app = open_page("review", free)
    assert not app.exception
    assert app.title[0].value == "Duplicate review"
    assert "3 pairs wait." in texts(app)
    table = app.dataframe[0].value
    assert list(table["Risk"]) == ["▲ Changes contact", "– None", "– None"]
    assert list(table["Weight"]) == [-1.5, 1.2, -1.0]
    app.button(key="next_pair").click().run()
    assert app.query_params["pair"] == f"{ASHA}-{BEN}"
    assert "It is yours until" in texts(app)


def test_a_pair_side_by_side_masked(open_page: OpenPage, free: Settings) -> None:
    app = open_page("review", free, pair=f"{ASHA}-{BEN}")
    assert not app.exception
    table = app.dataframe[0].value.set_index("Field")
    assert list(table.loc["First name"]) == [
        "Asha", "Benjamín", "≠ Different", "Asha",
        "newest source date", f"person {ASHA}, campaign_leads_q1.csv row 7",
    ]  # fmt: skip
    assert list(table.loc["Middle name"]) == [
        "", "", "– Others of their groups", "Q", "only value", f"person {ASHA_TWO}",
    ]  # fmt: skip
    assert table.loc["Last name", "From"] == f"person {ASHA}, decided by ops"
    assert table.loc["Phones", "Compared"] == "≈ Some in common"
    assert list(app.dataframe[2].value["Weight"]) == [-12.0, 9.5, 1.0, -1.5]
    said = texts(app)
    assert "Match weight \\-1\\.5 \\(about 3 &#58;" in said
    assert f"They become golden person **{ASHA}** of 5 records and 3 persons; {BEN} leads" in said
    assert "merged, it counts for both." in app.warning[0].value
    assert not any(clear in whole_tree(app) for clear in CLEAR)


def test_the_records_of_a_pair_are_a_table_masked(open_page: OpenPage, free: Settings) -> None:
    app = open_page("review", free, pair=f"{ASHA}-{BEN}")
    table = app.dataframe[1].value.set_index("Field")
    assert list(table.columns) == [f"Record {one}" for one in (ASHA, BEN, BENS_OLDER)]
    assert list(table.loc["Person"]) == [str(ASHA), str(BEN), str(BEN)]
    assert list(table.loc["Row"]) == ["7", "2", "12"]
    assert table.loc["Of", f"Record {BENS_OLDER}"] == "2025-03-01"
    assert list(table.loc["First name"]) == ["✓ Asha", "Benjamín", "Ben"]
    assert list(table.loc["Birth date"]) == ["1984••••", "", "✓ 1984••••"]
    assert table.loc["Phones", f"Record {BEN}"] == "+1••••••••43; +1••••••••77"
    assert "Company" not in table.index, "a field that nobody gives is left out"


def test_a_value_is_pinned_by_its_record_and_taken_back(
    open_page: OpenPage, free: Settings
) -> None:
    """The job says which record and which of its values; the value itself goes nowhere."""
    app = open_page("review", free, pair=f"{ASHA}-{BEN}")
    app.selectbox(key="pin_field").set_value("primary_phone").run()
    assert app.selectbox(key="pin_value_primary_phone").options[2] == (
        f"+1••••••••77 · person {BEN}, campaign_leads_q1.csv row 2"
    )
    app.main.text_input[0].set_value("her new number").run()
    app.selectbox(key="pin_value_primary_phone").set_value(2).run()
    app.button(key="pin_it").click().run()
    assert not app.exception
    where = {"persons": [ASHA, BEN], "field": "primary_phone", "reason": "her new number"}
    assert newest_job(free) == ("pin_value", {**where, "record": BEN, "position": 1})
    assert "Phones pinned" in app.info[0].value
    assert app.query_params["pair"] == f"{ASHA}-{BEN}", "the pair is still to be decided"
    app.button(key="unpin_it").click().run()
    assert newest_job(free) == ("unpin_value", where)
    app.main.text_input[0].set_value(" ").run()
    assert app.button(key="pin_it").disabled
    assert not any(clear in whole_tree(app) for clear in CLEAR)


@pytest.mark.parametrize("verdict", ["same", "different", "household"])
def test_a_decision_is_a_job_and_leaves_the_queue(
    open_page: OpenPage, free: Settings, verdict: str
) -> None:
    app = open_page("review", free, pair=f"{ZOE}-{LI}")
    app.main.text_input[0].set_value("asked both by phone")
    app.button(key=verdict).click().run()
    assert not app.exception
    assert "pair" not in app.query_params
    newest = "select id, kind, parameters, asked_by, state from app_jobs order by id desc limit 1"
    ((number, kind, parameters, asked_by, state),) = raw_rows(free, newest)
    assert (kind, state) == ("decide_pair", "WAITING")
    assert str(asked_by).startswith("local:")
    assert json.loads(str(parameters)) == {
        "first": ZOE, "second": LI, "verdict": verdict, "reason": "asked both by phone",
    }  # fmt: skip
    assert f"It waits for `lode worker` (job {number})." in app.info[0].value
    assert len(app.dataframe[0].value) == 2, "it is in nobody's queue while it waits"
    assert app.session_state["jobs_are_running"], "the page looks again by itself"
    with connect("loader", free, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute("update app_jobs set state = 'RUNNING'")
        app.run()
        assert f"It is being applied (job {number})." in app.info[0].value
        cursor.execute("update app_jobs set state = 'FAILED', message = 'They are one: <b>no</b>.'")
    app.run()
    assert not app.session_state["jobs_are_running"]
    assert "They are one&#58;" in app.error[0].value
    assert "<b>" not in app.error[0].value.replace("\\<b\\>", "")


def test_each_decision_is_followed_not_the_last_alone(open_page: OpenPage, free: Settings) -> None:
    """One that could not be written down is said, after others too, and after a reload."""
    app = open_page("review", free, pair=f"{ZOE}-{LI}")
    app.button(key="same").click().run()
    app.query_params["pair"] = f"{ASHA}-{BEN}"
    app.run()
    app.button(key="different").click().run()
    assert not app.exception
    asked = "select id from app_jobs where kind = 'decide_pair' and state = 'WAITING' order by id"
    first, last = (int(str(number)) for (number,) in raw_rows(free, asked))
    said = [one.value for one in app.info if "lode worker" in one.value]
    assert [f"(job {number})" in one for number, one in zip((last, first), said, strict=True)] == [
        True, True,
    ]  # fmt: skip
    # Nobody waits for the newest twenty of all stewards.
    for _ in range(MAXIMUM_JOBS + 5):
        add_job(free, "decide_pair", {"first": 1, "second": 2, "verdict": "same"}, {})
    with connect("loader", free, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        end = "update app_jobs set state = %s, message = %s where id = %s"
        cursor.execute(end, ("FAILED", "Decision 7 says something else.", first))
        cursor.execute(end, ("DONE", "Decision 8 is written down.", last))
        app.run()
        assert [one.value for one in app.error] == [
            f"Same person&#58;\u2060 {ZOE} and {LI}\\. Decision 7 says something else\\."
        ]
        assert "Decision 8 is written down" in app.success[0].value
        assert not app.session_state["jobs_are_running"]
        app.run()
        assert len(app.error) == 1, "it stays until the tab is closed"
        cursor.execute("delete from app_jobs where kind = 'decide_pair' and id > %s", (last,))
        reloaded = open_page("review", free)
        (error,) = reloaded.error
        assert "The decision about a pair, less than a minute ago" in error.value
        cursor.execute("update app_jobs set asked_at = asked_at - interval 2 hour")
        assert not open_page("review", free).error


def test_every_kind_of_decision_has_its_words() -> None:
    assert set(DECISION_KINDS) == set(JOB_WORDS) == {kind.name for kind in JOB_KINDS}


def test_not_sure_puts_it_aside(open_page: OpenPage, free: Settings) -> None:
    before = raw_rows(free, "select count(*) from app_jobs")
    app = open_page("review", free, pair=f"{ZOE}-{LI}")
    app.button(key="defer").click().run()
    assert len(app.dataframe[0].value) == 2
    assert raw_rows(free, "select count(*) from app_jobs") == before
    held = f"select state from app_reviews where person_id_l = {ZOE} order by number desc limit 1"
    assert raw_rows(free, held) == [("deferred",)]


def test_without_a_reason_there_is_no_decision(open_page: OpenPage, free: Settings) -> None:
    app = open_page("review", free, pair=f"{ZOE}-{LI}")
    app.main.text_input[0].set_value("  ").run()
    assert [app.button(key=key).disabled for key in ("same", "different", "household")] == [
        True
    ] * 3
    assert "Say why" in app.warning[-1].value


def test_a_pair_of_another_steward_is_a_sentence(open_page: OpenPage, free: Settings) -> None:
    """Two people, two tabs: the second is told who has it, also if it was lost meanwhile."""
    access.grant(free, "ada@example.com", "steward", by="chief", reason="test")
    ada = open_page("review", free, login("ada"), pair=f"{ZOE}-{LI}")
    assert "It is yours until" in texts(ada)
    bob = open_page("review", free, pair=f"{ZOE}-{LI}")
    assert "ada\\@example\\.com has this pair until" in bob.error[0].value
    assert not bob.dataframe
    free_all(free)
    bob = open_page("review", free, pair=f"{ZOE}-{LI}")
    assert "It is yours until" in texts(bob)
    before = raw_rows(free, "select count(*) from app_jobs")
    with connect("loader", free, schema="raw", autocommit=True) as connection:
        connection.cursor().execute(
            "update app_reviews set actor = 'ada@example.com' where person_id_l = %s", (ZOE,)
        )
    bob.button(key="same").click().run()
    assert "has this pair until" in " ".join(one.value for one in bob.error)
    assert raw_rows(free, "select count(*) from app_jobs") == before


def test_a_second_tab_does_not_decide_what_was_decided(open_page: OpenPage, free: Settings) -> None:
    first = open_page("review", free, pair=f"{ZOE}-{LI}")
    second = open_page("review", free, pair=f"{ZOE}-{LI}")
    first.button(key="same").click().run()
    assert newest_job(free)[1]["verdict"] == "same"  # type: ignore[index]
    before = raw_rows(free, "select count(*) from app_jobs")
    second.button(key="different").click().run()
    assert "was decided meanwhile, in another tab perhaps" in second.error[0].value
    assert raw_rows(free, "select count(*) from app_jobs") == before


def test_a_decided_pair_that_is_opened_again_says_so(open_page: OpenPage, free: Settings) -> None:
    """The back button leads to it; when the decision ends, the pair waits for somebody again."""
    app = open_page("review", free, pair=f"{ZOE}-{LI}")
    assert "It was decided" not in texts(app)
    app.button(key="same").click().run()
    again = open_page("review", free, pair=f"{ZOE}-{LI}")
    assert "no run has honoured that yet" in texts(again)
    assert "3 pairs wait." not in texts(open_page("review", free))
    with connect("loader", free, schema="raw", autocommit=True) as connection:
        reviews.wait_again(connection, free, (ZOE, LI))
    assert "3 pairs wait." in texts(open_page("review", free))
    assert "It was decided" not in texts(open_page("review", free, pair=f"{ZOE}-{LI}"))


def test_decisions_can_be_taken_back(open_page: OpenPage, free: Settings) -> None:
    with connect("loader", free, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        for values in (("link", None), ("apart", None), ("revoke", 1)):
            cursor.execute(
                "insert into dedup_decisions (kind, revokes_id, decided_by, reason, decided_at)"
                " values (%s, %s, 'ops', '<b>why</b>', %s)",
                (*values, datetime(2026, 2, 1)),
            )
    app = open_page("review", free)
    said = texts(app)
    assert "**2** two persons · \\<b\\>why" in said
    assert "**1** one person (ended)" in said
    assert app.selectbox[0].options == ["2"]
    app.button(key="undo").click().run()
    assert newest_job(free) == (
        "end_decision",
        {"number": 2, "reason": "taken back in the dashboard"},
    )
    raw = free.schema("raw")
    with connect("loader", free, schema="raw", autocommit=True) as connection:
        connection.cursor().execute(f"update `{raw}`.app_jobs set state = 'FAILED'")
    app.button(key="undo").click().run()
    asked = raw_rows(free, "select state from app_jobs order by id")
    assert asked[-2:] == [("FAILED",), ("WAITING",)], "a failure is not for ever"


def test_my_last_decision_is_taken_back_by_one_key(open_page: OpenPage, free: Settings) -> None:
    """A split counts as one, and what others decided later is not mine."""
    who = f"{LOCAL_PREFIX}{getpass.getuser()}"
    with connect("loader", free, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        for number, split, by in ((70, None, who), (71, 70, who), (72, 70, who), (73, None, "eve")):
            cursor.execute(
                "insert into dedup_decisions (id, kind, split_id, decided_by, reason, decided_at)"
                " values (%s, 'apart', %s, %s, 'two men', '2026-02-03')",
                (number, split, by),
            )
    app = open_page("review", free)
    assert "**70** a group taken apart, 3 pairs · two men" in texts(app)
    app.button(key="undo_mine").click().run()
    assert newest_job(free)[1] == {"number": 70, "reason": "taken back in the dashboard"}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("1-2", "The pair 1 and 2 does not wait for a decision."),
        ("2-1", "2\\-1 is not a pair of persons."),
        ("x", "x is not a pair of persons."),
        (f"{MARKUP}-1", "is not a pair of persons."),
        ("9" * 400 + "-1", "is not a pair of persons."),
    ],
)
@pytest.mark.parametrize("name", ["pair", "second"])
def test_no_pair_is_a_sentence(
    open_page: OpenPage, free: Settings, given: str, sentence: str, name: str
) -> None:
    if name == "second":
        sentence = sentence.replace(
            "does not wait for a decision.", "waits for no second look of yours."
        )
    app = open_page("review", free, **{name: given})
    assert not app.exception
    assert not app.error
    assert sentence in app.info[0].value
    assert MARKUP not in whole_tree(app)


def test_a_hostile_pair_is_shown_as_text(open_page: OpenPage, free: Settings) -> None:
    app = open_page("review", free, pair=f"{HOSTILE}-{LI}")
    assert not app.exception
    shown = texts(app)
    assert "![x]" not in shown
    assert "<b>" not in shown
    assert ":red[" not in shown


def test_an_empty_queue_and_huge_numbers(open_page: OpenPage, empty: Settings) -> None:
    fill(empty, "warehouse_version", {"version": "v", "built_at": BUILT_AT})
    app = open_page("review", empty)
    assert [one.value for one in app.info] == [
        "No pair waits for you. `lode dedup run` finds new ones.",
        "Nobody has decided anything yet.",
    ]
    largest = 2**64 - 1
    fill(empty, "review_pairs", pair(largest - 1, largest, 1e9), *crowd(30))
    app = open_page("review", empty, pair=f"{largest - 1}-{largest}")
    assert not app.exception
    assert "No values of these persons are known." in app.info[0].value
    app = open_page("review", empty)
    assert "31 pairs wait. The next 25 are listed." in texts(app)


def crowd(count: int) -> list[object]:
    return [pair(n, n + 1, 0.1) for n in range(1, count + 1)]


# ------------------------------------------------------------------ second looks


def test_a_second_look_shows_no_verdict_and_says_if_both_agree(
    open_page: OpenPage, seeded: Settings
) -> None:
    with connect("loader", seeded, schema="raw", autocommit=True) as connection:
        connection.cursor().execute(
            "insert into app_verdicts values (%s, %s, 1, 'bob@example.com', 'household',"
            " utc_timestamp(6))",
            (ASHA, BEN),
        )
    app = open_page("review", seeded)
    assert "1 pair that somebody else decided waits for your look" in texts(app)
    app.button(key="second_look").click().run()
    assert app.query_params["second"] in (f"{ASHA}-{BEN}", [f"{ASHA}-{BEN}"])
    said = whole_tree(app)
    assert "bob@example.com" not in said
    assert not any(value in said for value in CLEAR)
    assert len(app.dataframe[0].value) > 3
    app.button(key="second_same").click().run()
    assert not app.exception
    said = texts(app)
    assert "noted, but the first verdict differs." in said
    assert "Of 1 second look **0** (0.0 %) agree with the first verdict." in said
    different = next(one.value for one in app.dataframe if "Second verdict" in one.value)
    assert different.iloc[0][["First verdict", "Second verdict"]].tolist() == [
        "One household",
        "Same person",
    ]
    assert "waits for no second look of yours" in texts(
        open_page("review", seeded, second=f"{ASHA}-{BEN}")
    )


def test_a_link_to_a_pair_far_behind_in_the_line_is_opened(
    open_page: OpenPage, free: Settings
) -> None:
    """Only the first that wait are listed; the last of them waits all the same."""
    pairs = [(1_000 + n, 2_000 + n) for n in range(MAXIMUM_WAITING + 2)]
    with connect("loader", free, schema="raw", autocommit=True) as connection:
        connection.cursor().executemany(
            "insert into app_verdicts values (%s, %s, 1, 'bob@example.com', 'household',"
            " utc_timestamp(6) - interval %s hour)",
            [(*pair, 50 - place) for place, pair in enumerate([*pairs, (ZOE, LI)])],
        )
    app = open_page("review", free, second=f"{ZOE}-{LI}")
    assert not any("waits for no second look" in one.value for one in app.info)
    assert app.button(key="second_same")
    app = open_page("review", free, second="1000-2001")
    assert "waits for no second look of yours" in texts(app)
