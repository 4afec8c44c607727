"""A rule that somebody changes, removes or adds decides from then on, not about the past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from lode.comply import CHANNELS, contact_of, explain_contact, utc_moment
from lode.db import connect
from lode.errors import LodeError
from lode.evidence import collect
from lode.list_validity import validity_at
from lode.pipeline import run_pipeline
from lode.settings import Settings
from tests.models.decided_numbers import learn
from tests.models.raw_rows import insert_import, table_rows
from tests.models.reference_decision import Fact, History, Stay
from tests.models.rule_files import Change, RuleFiles, with_cells, with_row, without

pytestmark = pytest.mark.database

PHONE = contact_of("512-555-0101", None)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Of Texas at night, by any clock there, in summer and winter.
NIGHT = timedelta(hours=9)
INCIDENTS = (
    "select touchpoint_id, reason_code, rule_id, citation, minimum_usd, maximum_usd,"
    " penalty_citation, is_counted, made_at from contact_incidents order by 1, 2, 3"
)
# A flipped rule, a corrected value, one that is taken out, and one with a date in the past.
CHANGES: dict[str, Change] = {
    "line_type_policies": with_cells("rule_id", "line_voip_call", enforcement="enforce"),
    "compliance_rules": with_cells("rule_id", "ebr_purchase_us", value="12"),
    "calling_windows": without("rule_id", "us_hours"),
    "frequency_caps": with_row(
        "cap_id", "call_day", cap_id="strict", max_contacts="1", window_hours="200",
        rule="One call in 200 hours", valid_from="2020-01-01",
    ),
    "violation_penalties": with_cells("reason_code", "CALLING_WINDOW", minimum_usd="7"),
    # Of which no copy was ever loaded; that of the national registry is of this month.
    "dnc_list_policies": with_cells(
        "list_kind", "litigator", channels="sms", must_be_current="1"
    ),
    "request_statements": with_cells("statement", "wrong number", enforcement="enforce"),
    "opt_out_reach": with_cells("requested_channel", "all", citation="Corrected"),
}  # fmt: skip
Said = set[str]


@dataclass
class Past:
    """What was said of the number as of some moments, and of the contacts, before the change."""

    settings: Settings
    rules: RuleFiles
    moments: list[datetime]
    said: dict[datetime, Said]
    incidents: list[tuple[object, ...]]
    evidence: list[dict[str, Any]]
    changed_at: datetime


def said_at(settings: Settings, at: datetime) -> Said:
    """Every reason that explain gives of the number, with its rule and what it does."""
    verdicts = explain_contact(settings, PHONE, at, CHANNELS["phone"])
    return {
        f"{one.channel} {why.code} {why.rule_id} {why.enforcement} {why.citation}"
        f" {why.blocks_until} {one.next_allowed_at}"
        for one in verdicts
        for why in one.reasons
    }


def contacts_of(settings: Settings) -> list[dict[str, Any]]:
    """The contacts in the evidence about the number, each with its decision and its incidents."""
    pack = collect(settings, PHONE, None, utc_moment(None, ""), "ann")
    return pack.sections["contacts"]


@pytest.fixture(scope="module")
def past(warehouse_module: Settings, tmp_path_factory: pytest.TempPathFactory) -> Past:
    """A number of the internet that is on lists, bought 15 months ago, and was called at night."""
    settings = warehouse_module
    now = utc_moment(None, "")
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    called = [midnight - DAY * 9 + NIGHT, midnight - DAY * 2 + NIGHT, midnight - DAY + NIGHT * 2]
    person = {"first_name": "Ann", "last_name": "Ash", "phone_1": "512-555-0101",
              "phone_1_type": "voip", "state": "TX", "zip": "78701"}  # fmt: skip
    insert_import(settings, 1, "people", [person])
    insert_import(settings, 2, "touchpoints", made(called))
    bought = Fact("purchase", None, now - DAY * 456, None, now - DAY * 455)
    listed = [Stay("national", now - DAY * 20, None), Stay("litigator", now - DAY * 20, None)]
    learn(settings, [History(5125550101, [], [bought], listed)],
          [(0, (now - DAY * 12).date(), now - DAY * 12)])  # fmt: skip
    run_pipeline(settings)
    moments = [*called, *(one - HOUR for one in called), utc_moment(None, "")]
    said = {at: said_at(settings, at) for at in moments}
    incidents = table_rows(settings, "canonical", INCIDENTS)
    evidence = contacts_of(settings)
    rules = RuleFiles(tmp_path_factory.mktemp("rules") / "project", settings)
    rules.change(CHANGES)
    return Past(settings, rules, moments, said, incidents, evidence, utc_moment(None, ""))


def made(called: list[datetime], begin: int = 0) -> list[dict[str, str | None]]:
    """Touchpoints of calls to the number; the first of all says that it is a wrong one."""
    return [
        {"touchpoint_type": "call", "touchpoint_date": at.isoformat(), "phone": "512-555-0101",
         "status": "wrong number" if begin == place == 0 else "answered",
         "source_record_id": f"c{begin + place}"}
        for place, at in enumerate(called)
    ]  # fmt: skip


def check_past(past: Past) -> None:
    """What was said of the past is said again: by explain, the evidence and the register."""
    for at in past.moments:
        assert said_at(past.settings, at) == past.said[at], at
    before = [
        row for row in contacts_of(past.settings) if row["made_at"] < past.changed_at.isoformat()
    ]
    assert before == past.evidence
    found = table_rows(past.settings, "canonical", INCIDENTS)
    assert [row for row in found if row[-1] < past.changed_at] == past.incidents  # type: ignore[operator]


def test_the_past_is_as_it_was_and_now_is_new(past: Past) -> None:
    before = past.said[past.moments[-1]]
    # At night: no other hours hold in Texas that are enforced.
    later = said_at(past.settings, utc_moment(None, "").replace(hour=9) + DAY)
    assert past.incidents
    assert any("CALLING_WINDOW us_hours" in one for one in past.said[past.moments[0]])
    check_past(past)

    def has(said: Said, word: str) -> bool:
        return any(word in one for one in said)

    for word, then, since in (
        ("call VOIP line_voip_call advise", True, False),
        ("call VOIP line_voip_call enforce", False, True),
        ("call EBR_VALID ebr_purchase", False, False),
        ("call EBR_STATE_SHORT ebr_purchase", True, False),
        ("call EBR_EXPIRED ebr_purchase", False, True),
        ("NATIONAL_DNC list_national exempt", True, False),
        ("call NATIONAL_DNC list_national enforce", False, True),
        ("call LITIGATOR", True, False),
        ("sms LITIGATOR", True, True),
        ("sms REGISTRY_NOT_CURRENT", False, True),
        ("call REGISTRY_NOT_CURRENT", False, False),
        ("FREQUENCY_CAP strict", False, True),
        ("call OPT_OUT opt_out_call advise", True, False),
        ("call OPT_OUT opt_out_call enforce", False, True),
    ):
        assert has(before, word) == then, (word, before)
        assert has(later, word) == since, (word, later)
    assert not has(later, "us_hours")


def test_a_day_that_is_made_a_holiday_was_none_before(past: Past) -> None:
    known = {row["holiday_date"] for row in past.rules.rows("holidays")}
    utah = contact_of("801-555-0101", None)
    noon = utc_moment(None, "").replace(hour=19)
    then, later = (
        next(at for n in range(1, 30) if f"{(at := noon + DAY * n * sign).date()}" not in known)
        for sign in (-1, 1)
    )

    def is_holiday(at: datetime) -> bool:
        (verdict,) = explain_contact(past.settings, utah, at, ("call",))
        return any(why.rule_id == "ut_holiday" for why in verdict.reasons)

    assert not is_holiday(then)
    assert not is_holiday(later)
    added = [
        {"jurisdiction": "UT", "holiday_date": f"{at.date()}", "holiday_name": "Made one"}
        for at in (then, later)
    ]
    past.rules.change({"holidays": lambda rows: [*rows, *added]})
    assert not is_holiday(then)
    assert is_holiday(later)


def test_no_list_leaves_without_a_copy_of_each_kind_that_has_to_be_current(past: Past) -> None:
    with connect("auditor", past.settings, schema="canonical") as reader:
        at = utc_moment(None, "")
        assert validity_at(reader, past.settings, "call", at).until > at
        with pytest.raises(LodeError, match="copy of the litigator list is missing, and no list"):
            validity_at(reader, past.settings, "sms", at)
        before = past.moments[-1]
        assert validity_at(reader, past.settings, "sms", before).until > before


def test_a_run_and_a_full_refresh_keep_it_and_judge_new_contacts_by_new_rules(past: Past) -> None:
    settings = past.settings
    called = [utc_moment(None, "")]
    insert_import(settings, 3, "touchpoints", made(called, begin=3))
    run_pipeline(settings)
    query = "select reason_code, rule_id from contact_incidents where made_at >= %s order by 1, 2"
    found = table_rows(settings, "canonical", query, [past.changed_at])
    assert ("FREQUENCY_CAP", "strict") in found
    assert ("VOIP", "line_voip_call") in found
    assert "LITIGATOR" not in {code for code, _ in found}
    check_past(past)
    whole = table_rows(settings, "canonical", INCIDENTS)
    verdicts = table_rows(settings, "marts", "select * from contact_points order by 1, 2, 3, 4")
    past.rules.change({}, "frequency_caps", "compliance_rules", "--full-refresh")
    run_pipeline(settings, is_full_refresh=True)
    check_past(past)
    assert table_rows(settings, "canonical", INCIDENTS) == whole
    again = table_rows(settings, "marts", "select * from contact_points order by 1, 2, 3, 4")
    assert [row[:6] for row in again] == [row[:6] for row in verdicts]


def test_rules_as_they_were_before_decide_as_before(past: Past) -> None:
    """The digest of the rules is that of the files, not of how they came about."""
    files = RuleFiles(past.rules.seeds.parent.parent / "before", past.settings)
    files.change({seed: lambda rows: rows for seed in CHANGES})
    said = said_at(past.settings, utc_moment(None, ""))
    assert any("call VOIP line_voip_call advise" in one for one in said)
    assert not any("FREQUENCY_CAP strict" in one for one in said)
    check_past(past)
