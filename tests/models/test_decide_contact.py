"""The decision against a reference written apart: boundaries, random histories, past moments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from decided_numbers import Copies, ask_about, decided, digest, learn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from raw_rows import insert_import, table_rows
from reference_decision import STATES, Fact, History, Request, Stay, decide, last_day

from loaders.dnc.load import DncRequest, load_registry
from lode.comply import Contact, contact_of, explain_contact, explain_person, utc_moment
from lode.db import connect
from lode.dbt import DbtResult
from lode.errors import LodeError
from lode.phone_lines import add_lines, lines_in
from lode.replies import decide_reply, take_reply, waiting_replies
from lode.settings import Settings
from lode.suppression import OptOut, add_consents, add_opt_out, consent_of, consents_in
from tests.standardize.rendered_macros import evaluate, render

pytestmark = pytest.mark.database

START = datetime(2026, 1, 5, 12)
AREA_CODES = [int(code) for code in STATES]
FRESH: Copies = [(0, date(2026, 1, 5), datetime(2026, 1, 5, 1))]
LISTED = Stay("national", datetime(2020, 1, 1), None)
CHANNELS = ("call", "sms", "email", "mail")
MART = (
    "select golden_person_id, contact_value, channel, is_allowed, reasons, advice"
    " from contact_points order by 1, 2, 3"
)
INCIDENTS = (
    "select coalesce(made.phone_e164, made.email), made.touchpoint_date, found.reason_code,"
    " found.minimum_usd, found.maximum_usd, found.is_counted from contact_incidents as found"
    " inner join touchpoints as made on found.touchpoint_id = made.id order by made.id, 3"
)
SECOND = timedelta(seconds=1)
# Of a number of Los Angeles whose holder lives in Texas: from 8 there to 9 p.m. here, in winter and
# in summer; whether each moment is within. Midnight sharp is a day without a time.
HOURS = {
    datetime(2026, 1, 6, 15, 59, 59): False, datetime(2026, 1, 6, 16): True,
    datetime(2026, 1, 7, 2, 59, 59): True, datetime(2026, 1, 7, 3): False,
    datetime(2026, 7, 7, 14, 59, 59): False, datetime(2026, 7, 7, 15): True,
    datetime(2026, 7, 8, 1, 59, 59): True, datetime(2026, 7, 8, 2): False,
    datetime(2026, 7, 9): True,
}  # fmt: skip
BEST = (
    "select is_call_allowed, call_contact from contactability where golden_person_id ="
    " (select golden_person_id from contact_points where contact_value = '+15125550101' limit 1)"
)
BUILT = (
    "+contactability", "+compliance_risk", "+decision_statements", "decision_facts", "reply_phrases"
)  # fmt: skip
FOLLOWED = ("stg_opt_outs", "opt_outs", "opt_outs_followed", "opt_outs_applied")
# What takes the touchpoints of one more file into the register.
LATE = (
    "stg_imports", "import_batch", "stg_touchpoints", "int_touchpoints_touched",
    "int_touchpoint_owners", "touchpoints", "int_contacts_made", "contact_incidents",
)  # fmt: skip
PEOPLE: list[dict[str, str | None]] = [
    {"first_name": "Ann", "last_name": f"Ash{n}", "phone_1": f"512-555-01{n:02d}",
     "phone_2": f"213-555-01{n:02d}", "email_1": f"ann{n}@example.com", "phone_1_type": kind,
     "street_1": f"{n + 10} Main St", "city": "Austin", "state": "TX", "zip": "78701"}
    for n, kind in [
        *enumerate(["mobile", "landline", "voip", None, "mobile", "mobile"] * 2),
        # Whom no history is about.
        (88, "mobile"),
    ]
]  # fmt: skip


@dataclass(frozen=True)
class Built:
    """A warehouse of a dozen people: rendered statements, its mart, what explain said then."""

    now: datetime
    incidents: list[tuple[object, ...]]
    reasons_then: dict[str, set[str]]
    statement: str
    reply: str
    last_day: str
    mart: list[tuple[object, ...]]
    asked: list[tuple[object, ...]]
    best: list[tuple[object, ...]]


@pytest.fixture(scope="module")
def built(warehouse_module: Settings, dbt: Callable[..., DbtResult]) -> Built:
    """Facts about a dozen people, one build, and the answers of the mart and of explain."""
    insert_import(warehouse_module, 1, "people", PEOPLE)
    # Noon in Texas: all contacts around it are within the hours of calling.
    now = utc_moment(None, "").replace(hour=18, minute=0, second=0, microsecond=0)
    now -= timedelta(days=2)
    bought = Fact("purchase", None, now, None, now)
    insert_import(warehouse_module, 2, "touchpoints", made(now))
    listed = [
        History(5125550101, stays=[Stay("national", now, None)]),
        History(2135550102, stays=[Stay("litigator", now, None)]),
        History(5125550103, stays=[Stay("national", now, None)], facts=[bought]),
        History(5125550109, [Request("all", now, now)], stays=[Stay("state_tx", now, None)]),
    ]
    learn(warehouse_module, listed, [(0, now.date(), now)])
    phone, email = contact_of("512-555-0104", None), contact_of(None, "Ann5@example.com")
    add_opt_out(warehouse_module, OptOut(phone, None, "sms", "text", "STOP", now))
    add_opt_out(warehouse_module, OptOut(email, None, "email", "other", None, now))
    kinds = ["--resource-type", "seed", "--resource-type", "model"]
    done = dbt(["build", *kinds, "--select", *BUILT], warehouse_module)
    assert done.returncode == 0, done.output[-2000:]
    table = f"{warehouse_module.schema('staging')}.test_points"
    decision = f"decide_contact('{table}', \"cast('lode:at' as datetime(6))\")"
    moment = "cast(macro_values.value as datetime(6))"
    statement, reply, last = render(
        dbt, warehouse_module,
        [
            decision,
            "reply_meaning('value', fold_accents('value'))",
            f"last_day_of_rule('rules', '{moment}')",
        ],
    )  # fmt: skip
    mart = table_rows(warehouse_module, "marts", MART)
    people = sorted({int(str(row[0])) for row in mart})
    asked = [row for person in people for row in explained(warehouse_module, person)]
    then = {value: enforced_then(warehouse_module, value, at) for value, at in contacts(now)}
    incidents = table_rows(warehouse_module, "canonical", INCIDENTS)
    best = table_rows(warehouse_module, "marts", BEST)
    return Built(now, incidents, then, statement, reply, last, mart, asked, best)


def contacts(now: datetime) -> list[tuple[str, datetime]]:
    """Numbers and mailboxes that were contacted once, and when, around what was learnt `now`."""
    hour = timedelta(hours=1)
    return [
        ("+15125550101", now + hour), ("+12135550102", now - hour),
        ("+15125550103", now + hour), ("+15125550105", now + hour),
        ("+15125550107", now - hour), ("ann5@example.com", now + hour),
        ("+15125550109", now + hour), ("+13035550199", now + hour),
    ]  # fmt: skip


def made(now: datetime) -> list[dict[str, str | None]]:
    """The touchpoints of these contacts, and five calls of somebody else within a day."""
    days = timedelta(days=1)
    moments = [now - days, now - days * 5 / 6, now, now, now + SECOND]
    rows = contacts(now) + [("+15125550108", moment) for moment in moments]
    rows += [("+12135550188", at) for at in HOURS]
    return [
        {"touchpoint_type": "email" if "@" in value else "call", "touchpoint_date": at.isoformat(),
         "email" if "@" in value else "phone": value, "source_record_id": f"c{number}"}
        for number, (value, at) in enumerate(rows)
    ]  # fmt: skip


def enforced_then(warehouse: Settings, value: str, at: datetime) -> set[str]:
    """What explain says stood against a call or a mail a moment before it was made."""
    contact = contact_of(None, value) if "@" in value else contact_of(value, None)
    moment = at - timedelta(microseconds=1)
    (verdict,) = explain_contact(warehouse, contact, moment, ("call", "email"), used_at=at)
    return {why.code for why in verdict.reasons if why.enforcement == "enforce"}


def explained(warehouse: Settings, person: int) -> list[tuple[object, ...]]:
    """What explain says of a person, as the mart would have it."""
    found: list[tuple[object, ...]] = []
    for one in explain_person(warehouse, person, utc_moment(None, ""), CHANNELS, with_hours=False):
        against, advice = (
            ",".join(dict.fromkeys(why.code for why in one.reasons if why.enforcement == kind))
            for kind in ("enforce", "advise")
        )
        found.append((person, one.contact.value, one.channel, int(one.is_allowed), against, advice))
    return found


def check(
    warehouse: Settings,
    statement: str,
    histories: Sequence[History],
    copies: Copies,
    moments: Sequence[datetime],
) -> None:
    """Compare the macro with the reference for every history, channel and moment."""
    learn(warehouse, histories, copies)
    ask_about(warehouse, histories)
    for at in moments:
        found = decided(warehouse, statement, at)
        for one in histories:
            for channel in ("call", "sms"):
                wanted = decide(one, channel, at, list(copies))
                got = found.get((digest(one.phone), channel), set())
                assert got == wanted, (one, channel, at)


def test_registry_day_31_and_32(warehouse_module: Settings, built: Built) -> None:
    """Day 31 passes, day 32 blocks; a copy of the area code or of all, once we had it."""
    copies: Copies = [
        (512, date(2026, 1, 5), datetime(2026, 1, 5, 10)),
        (0, date(2025, 12, 1), datetime(2025, 12, 3)),
    ]
    histories = [History(5125550100), History(2135550100)]
    days = [START + timedelta(days=n) for n in (-40, -33, -4, -3, -2, 0, 1, 30, 31, 32)]
    days += [datetime(2026, 2, 5, 23, 59, 59), datetime(2026, 2, 6), datetime(2026, 1, 5, 9, 59)]
    check(warehouse_module, built.statement, histories, copies, days)
    blocked = {at: decided(warehouse_module, built.statement, at) for at in days[-3:-1]}
    key = (digest(5125550100), "call")
    assert [("REGISTRY_NOT_CURRENT", "enforce") in found[key] for found in blocked.values()] == [
        False, True,
    ]  # fmt: skip


BEGINNINGS = [date(2024, 2, 29), date(2024, 8, 30), date(2024, 8, 31), date(2025, 1, 31),
              date(2025, 11, 30)]  # fmt: skip
LENGTHS = {"purchase": (6, 12, 18), "inquiry": (3,), "consent": (60,)}


def test_ends_of_relationships_at_month_ends_and_leap_days(
    warehouse_module: Settings, built: Built
) -> None:
    """The last second of the last day, and the day after, by every rule that could end it."""
    histories, moments = [], set()
    for number, day in enumerate(BEGINNINGS):
        begun = datetime(day.year, day.month, day.day, 15)
        for kind, lengths in LENGTHS.items():
            fact = Fact(kind, "call" if kind == "consent" else None, begun, None, begun)
            for area in AREA_CODES[:5]:
                place = list(LENGTHS).index(kind)
                phone = area * 10**7 + 5550100 + number * 3 + place
                histories.append(History(phone, [], [fact], [LISTED]))
            for months in lengths:
                end = last_day(day, months, "months")
                moments.add(datetime(end.year, end.month, end.day, 23, 59, 59))
                moments.add(datetime(end.year, end.month, end.day) + timedelta(days=1))
    check(warehouse_module, built.statement, histories, FRESH, sorted(moments))


def test_business_of_before_the_rules_exempts_from_nothing(
    warehouse_module: Settings, built: Built
) -> None:
    """As of a CRM that writes 1970-01-01 for no date: no rule held then that could end it."""
    histories, days = [], [date(1970, 1, 1), date(1999, 5, 5), date(2003, 9, 30)]
    for number, day in enumerate(days):
        for place, kind in enumerate(LENGTHS):
            begun = datetime(day.year, day.month, day.day, 15)
            fact = Fact(kind, "call" if kind == "consent" else None, begun, None, begun)
            histories.append(History(5125550100 + number * 3 + place, [], [fact], [LISTED]))
    check(warehouse_module, built.statement, histories, FRESH, [datetime(2026, 1, 6, 15)])


# Thanksgiving, Christmas and New Year; a holiday on a Saturday (observed on the Friday before) and
# on a Sunday (on the Monday after); a request on a weekend and on a holiday; no holiday at all.
ASKED = {
    date(2026, 11, 16): date(2026, 12, 1), date(2026, 12, 21): date(2027, 1, 6),
    date(2026, 6, 22): date(2026, 7, 7), date(2027, 7, 2): date(2027, 7, 19),
    date(2026, 11, 14): date(2026, 11, 30), date(2026, 11, 26): date(2026, 12, 10),
    date(2026, 8, 3): date(2026, 8, 17),
    # Of these years no holidays are known: only weekends are left out.
    date(2023, 12, 20): date(2024, 1, 3), date(2033, 12, 23): date(2034, 1, 6),
}  # fmt: skip
ROW = "(select {value} as value, '{unit}' as unit)"


def test_business_days_are_counted_as_python_counts_them(
    warehouse_module: Settings, built: Built
) -> None:
    """Every day of eleven years, and the boundaries that somebody counted by hand."""
    days = [date(2023, 7, 1) + timedelta(days=number) for number in range(11 * 365)]
    text = [f"{day} 23:59:59.999999" for day in days]
    for count in (10, 30):
        rule = ROW.format(value=count, unit="business_days")
        sql = f"(select {built.last_day} from {rule} as rules)"
        found = evaluate(warehouse_module, sql, text)
        for day, last in zip(days, found, strict=True):
            assert last == last_day(day, count, "business_days").isoformat(), (day, count)
    assert {day: last_day(day, 10, "business_days") for day in ASKED} == ASKED


def test_an_inquiry_of_california_ends_after_thirty_business_days(
    warehouse_module: Settings, built: Built
) -> None:
    """The last second of the thirtieth counts, the next one does not."""
    histories, moments = [], set()
    for number, day in enumerate(ASKED):
        begun = datetime(day.year, day.month, day.day, 15)
        fact = Fact("inquiry", None, begun, None, begun)
        histories.append(History(2135550100 + number, [], [fact], [LISTED]))
        end = last_day(day, 30, "business_days")
        moments.add(datetime(end.year, end.month, end.day, 23, 59, 59))
        moments.add(datetime(end.year, end.month, end.day) + timedelta(days=1))
    check(warehouse_module, built.statement, histories, FRESH, sorted(moments))
    end = last_day(next(iter(ASKED)), 30, "business_days")
    midnight = datetime(end.year, end.month, end.day) + timedelta(days=1)
    for at, code in ((midnight - SECOND, "EBR_VALID"), (midnight, "EBR_STATE_SHORT")):
        found = decided(warehouse_module, built.statement, at)[digest(2135550100), "call"]
        assert code in {one for one, _ in found}


OFFSETS = st.integers(-30 * 24 * 60, 700 * 24 * 60).map(lambda m: START + timedelta(minutes=m))


@st.composite
def histories_of(draw: st.DrawFn) -> History:
    """What may ever be learnt of one number, of whatever date, in whatever order."""

    def known_after(moment: datetime) -> datetime:
        return moment + timedelta(minutes=draw(st.integers(0, 60 * 24 * 90)))

    history = History(0)
    for _ in range(draw(st.integers(0, 3))):
        said = draw(OFFSETS)
        channel = draw(st.sampled_from(["call", "sms", "all", "email", "mail"]))
        history.requests.append(Request(channel, said, known_after(said)))
    for _ in range(draw(st.integers(0, 3))):
        happened = draw(OFFSETS)
        kind = draw(st.sampled_from(["consent", "purchase", "inquiry"]))
        wanted = draw(st.sampled_from(["call", "sms"])) if kind == "consent" else None
        length = timedelta(minutes=draw(st.integers(1, 60 * 24 * 400)))
        expires = happened + length if draw(st.booleans()) else None
        history.facts.append(Fact(kind, wanted, happened, expires, known_after(happened)))
    for name in draw(st.sets(st.sampled_from(["national", "state_tx", "litigator", "house"]))):
        known = draw(OFFSETS)
        gone = known_after(known) + timedelta(minutes=1) if draw(st.booleans()) else None
        history.stays.append(Stay(name, known, gone))
    for _ in range(draw(st.integers(0, 2))):
        known = draw(OFFSETS)
        line = draw(st.sampled_from(["mobile", "landline", "voip"]))
        history.lines.append((known.date() - timedelta(days=3), line, known))
    return history


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    found=st.lists(histories_of(), min_size=100, max_size=100),
    copies=st.lists(st.tuples(st.sampled_from([0, 512, 213]), OFFSETS), max_size=4),
    moments=st.lists(OFFSETS, min_size=3, max_size=3),
)
def test_random_histories_are_decided_like_the_reference_and_for_good(
    warehouse_module: Settings,
    built: Built,
    found: list[History],
    copies: list[tuple[int, datetime]],
    moments: list[datetime],
) -> None:
    """1,000 histories: a later fact changes no earlier decision."""
    for number, one in enumerate(found):
        one.phone = AREA_CODES[number % 5] * 10**7 + 5550100 + number // 5
    had = [(code, known.date(), known) for code, known in copies]
    check(warehouse_module, built.statement, found, had, moments)
    earliest = min(moments)
    whole = decided(warehouse_module, built.statement, earliest)
    for one in found:
        one.requests = [said for said in one.requests if said.known <= earliest]
        one.facts = [fact for fact in one.facts if fact.known <= earliest]
        one.stays = [stay for stay in one.stays if stay.known <= earliest]
        one.lines = [line for line in one.lines if line[2] <= earliest]
        for said in one.requests:
            consents = [fact for fact in one.facts if fact.kind == "consent"]
            if said.channel == "all" and not consents:
                assert ("OPT_OUT", "enforce") in whole[(digest(one.phone), "call")]
    learn(warehouse_module, found, [copy for copy in had if copy[2] <= earliest])
    assert decided(warehouse_module, built.statement, earliest) == whole


REPLIES = {
    **dict.fromkeys(
        ("stop", "STOP", " Stop. ", "quit", "End", "revoke", "opt out", "Opt-Out", "optout",
        "cancel", "UNSUBSCRIBE", "stopall"), "opt_out"
    ),
    "please STOP texting me": "opt_out",
    "Don't text me again": "opt_out",
    "take me off your list": "opt_out",
    **dict.fromkeys(
        ("stop 🛑", "S.T.O.P.", "I revoke my consent", "quit texting me", "Opt-out please",
        "I want to opt out now", "Don’t text me", "do not ever call me again", "no more messages",
        "lose my number"), "opt_out"
    ),
    # A word that revokes by itself, in a sentence; other languages, and letters that nobody reads.
    **dict.fromkeys(
        ("please stop", "please quit", "END TEXTS", "I revoke it", "how do I opt out?", "unsub",
        "optout now", "no more", "wrong person", "PARE", "alto", "ARRÊT", "basta", "no me llame",
        "No MÁS", "ＳＴＯＰ", "停止", "Стоп", "🛑"), "review"
    ),
    **dict.fromkeys(("  ", "!", "see you this weekend", "what is the issue", "I’m in"), "none"),
    "yes, but remove me": "opt_out",
    "START": "resume",
    "Yes": "resume",
    "help": "help",
    "we should stop by tomorrow": "review",
    "I will call my lawyer": "review",
    "nonstop": "none",
    "the end is near": "none",
    "sure, call me": "none",
    "": "none",
}  # fmt: skip


def test_replies_mean_what_they_say(warehouse_module: Settings, built: Built) -> None:
    found = evaluate(warehouse_module, built.reply, list(REPLIES))
    assert dict(zip(REPLIES, found, strict=True)) == REPLIES


def test_mart_and_explain_say_the_same(built: Built) -> None:
    assert sorted(built.asked, key=str) == sorted(built.mart, key=str)
    blocked = {row[1:3]: row[4] for row in built.mart if not row[3]}
    assert blocked[("+15125550101", "call")] == "NATIONAL_DNC"
    assert blocked[("+12135550102", "sms")] == "LITIGATOR"
    assert ("+15125550103", "call") not in blocked
    assert blocked[("+15125550104", "call")] == blocked[("+15125550104", "sms")] == "OPT_OUT"
    assert blocked[("+12135550104", "call")] == "PERSON_OPT_OUT"
    assert blocked[("ann5@example.com", "email")] == "OPT_OUT"
    assert built.best == [(1, "+12135550101")]


def test_statuses_of_numbers_and_mailboxes(warehouse_module: Settings, built: Built) -> None:
    """Who is on a list of whatever kind is listed; who asked for no e-mail has opted out."""
    query = "select phone_e164, dnc_status from phone_numbers"
    statuses = dict(table_rows(warehouse_module, "canonical", query))
    listed = {"+15125550101", "+12135550102", "+15125550103", "+15125550109"}
    assert {number for number, status in statuses.items() if status == "listed"} == listed
    assert set(statuses.values()) == {"listed", "not_listed"}
    query = "select email, opt_out_status from email_addresses"
    mailboxes = dict(table_rows(warehouse_module, "canonical", query))
    assert {one for one, status in mailboxes.items() if status == "opted_out"} == {
        "ann5@example.com"
    }
    assert set(mailboxes.values()) == {"opted_out", "none"}


def test_removal_from_the_registry_keeps_the_internal_list(
    warehouse_module: Settings, built: Built, tmp_path: Path
) -> None:
    """A full copy without the number ends its stay there, and no request of its own."""
    learn(warehouse_module, [], [])
    contact, day = contact_of("512-555-0155", None), utc_moment(None, "").date()
    found = []
    for place, (name, numbers) in enumerate((
        ("house", "5125550155\n"), ("national", "5125550155\n5125550156\n"),
        ("national", "5125550156\n"),
    )):  # fmt: skip
        file = tmp_path / f"{place}.txt"
        file.write_text(numbers)
        request = DncRequest(name, "A-1", day, (512,), accepts_fewer=True)
        load_registry(file, warehouse_module, request)
        if place == 0:
            now = utc_moment(None, "")
            add_opt_out(warehouse_module, OptOut(contact, None, "call", "call", "asked", now))
        at = utc_moment(None, "") + timedelta(seconds=1)
        (verdict,) = explain_contact(warehouse_module, contact, at, ("call",), with_hours=False)
        found.append({why.code for why in verdict.reasons if why.enforcement == "enforce"})
    internal = {"INTERNAL_DNC", "OPT_OUT"}
    assert found[1] >= {*internal, "NATIONAL_DNC"}
    assert found[2] == internal


def test_contacts_made_are_judged_as_explain_would_have_then(
    warehouse_module: Settings, built: Built
) -> None:
    """Each incident has a reason of its own moment; four calls in a day are one too many."""
    capped = [row for row in built.incidents if row[0] == "+15125550108"]
    assert [row[1:3] for row in capped if row[2] == "FREQUENCY_CAP"] == [
        (built.now, "FREQUENCY_CAP"), (built.now + SECOND, "FREQUENCY_CAP"),
    ]  # fmt: skip
    found = {value: {row[2] for row in built.incidents if row[0] == value} for value, _ in
             contacts(built.now)}  # fmt: skip
    assert found == built.reasons_then
    assert found["+15125550101"] == {"NATIONAL_DNC"}
    assert found["+12135550102"] == {"REGISTRY_NOT_CURRENT"}, "it was listed after that"
    assert found["+15125550103"] == set(), "a purchase exempts"
    assert found["+15125550109"] == {"OPT_OUT", "STATE_DNC"}
    assert found["ann5@example.com"] == set(), "it asked before, we learnt it after"
    assert found["+13035550199"] == set(), "nobody's number"


def test_contacts_outside_the_hours_of_calling_are_incidents(
    warehouse_module: Settings, built: Built
) -> None:
    found = {str(row[0]): set[object]() for row in built.incidents}
    for row in built.incidents:
        if row[2] == "CALLING_WINDOW":
            found[str(row[0])].add(row[1])
    assert found.pop("+12135550188") == {at for at, is_within in HOURS.items() if not is_within}
    assert not any(found.values()), "noon in Texas is within all hours"
    rules = "select distinct rule_id, maximum_usd from contact_incidents where reason_code = %s"
    assert table_rows(warehouse_module, "canonical", rules, ["CALLING_WINDOW"]) == [
        ("us_hours", 1500)
    ]


def test_the_risk_adds_up_to_one_amount_a_contact(warehouse_module: Settings, built: Built) -> None:
    counted = [row for row in built.incidents if row[5]]
    assert len({row[:2] for row in built.incidents}) == len(counted) < len(built.incidents)
    by_rule = "select sum(incident_count), sum(counted_incident_count) from compliance_risk"
    assert table_rows(warehouse_module, "marts", by_rule) == [(len(built.incidents), len(counted))]
    amounts = "select sum(minimum_exposure_usd), sum(maximum_exposure_usd) from compliance_risk"
    assert table_rows(warehouse_module, "marts", amounts) == [
        tuple(sum(int(str(row[place])) for row in counted) for place in (3, 4))
    ]
    # A contact costs at least what any of the rules it broke costs at least.
    query = "select reason_code, minimum_usd from violation_penalties where channel = 'call'"
    statutes = {str(code): int(str(usd)) for code, usd in table_rows(
        warehouse_module, "staging", query)}  # fmt: skip
    least: dict[tuple[object, ...], int] = {}
    for row in built.incidents:
        if str(row[0]).startswith("+"):
            least[row[:2]] = max(least.get(row[:2], 0), statutes.get(str(row[2]), 0))
    calls = [row for row in counted if row[:2] in least]
    assert {row[:2]: row[3] for row in calls} == least
    assert any(statutes.get(str(row[2]), 0) < least[row[:2]] for row in calls)
    listed = (
        "select incident_count, person_count, day_count, maximum_exposure_usd, week_start"
        " from compliance_risk where reason_code = 'NATIONAL_DNC'"
    )
    day = (built.now + timedelta(hours=1)).date()
    assert table_rows(warehouse_module, "marts", listed) == [
        (1, 1, 1, 1500, day - timedelta(days=day.weekday()))
    ]


def test_a_request_of_a_person_counts_at_once(warehouse_module: Settings, built: Built) -> None:
    # What the random histories say of the same numbers would speak for the person as well.
    learn(warehouse_module, [], [])
    person = int(str(built.mart[0][0]))
    request = OptOut(None, person, "mail", "letter", None, utc_moment(None, ""))
    assert [row[3] for row in explained(warehouse_module, person) if row[2] == "mail"] == [1]
    add_opt_out(warehouse_module, request)
    now = [row[3:5] for row in explained(warehouse_module, person) if row[2] == "mail"]
    assert now == [(0, "PERSON_OPT_OUT")]
    with pytest.raises(LodeError, match="There is no person 7"):
        add_opt_out(warehouse_module, OptOut(None, 7, "mail", "letter", None, START))


def test_a_consent_of_the_day_of_a_request_without_a_time_lifts_nothing(
    warehouse_module: Settings, built: Built
) -> None:
    contact, day = Contact("phone", "+15125550195"), datetime(2026, 1, 5)
    add_opt_out(warehouse_module, OptOut(contact, None, "sms", "letter", None, day))
    found = []
    for moment in (day, day + timedelta(hours=15), day + timedelta(days=1)):
        said = {"phone": contact.value, "kind": "consent", "channel": "sms",
                "happened_at": moment.isoformat()}  # fmt: skip
        assert add_consents(warehouse_module, [consent_of(said)]) == 1
        at = utc_moment(None, "") + timedelta(seconds=1)
        (verdict,) = explain_contact(warehouse_module, contact, at, ("sms",))
        found.append("OPT_OUT" in {one.code for one in verdict.reasons})
    assert found == [True, True, False]


def test_only_a_dated_consent_for_the_channel_lifts_a_request(
    warehouse_module: Settings, built: Built
) -> None:
    contact, now = Contact("phone", "+15125550198"), utc_moment(None, "")
    before, after = now - timedelta(days=3), now - timedelta(days=1)
    add_opt_out(
        warehouse_module, OptOut(contact, None, "all", "call", None, now - timedelta(days=2))
    )
    for channel, moment, expected in (
        (None, None, {"call": False, "sms": False}),
        ("sms", before, {"call": False, "sms": False}),
        ("sms", after, {"call": False, "sms": True}),
        ("call", after, {"call": True, "sms": True}),
    ):
        if channel and moment:
            said = {"phone": contact.value, "kind": "consent", "channel": channel,
                    "happened_at": moment.isoformat()}  # fmt: skip
            assert add_consents(warehouse_module, [consent_of(said)]) == 1
            assert add_consents(warehouse_module, [consent_of(said)]) == 0
        at = utc_moment(None, "") + timedelta(seconds=1)
        verdicts = explain_contact(warehouse_module, contact, at, ("call", "sms"))
        opted_out = {
            one.channel: not any(reason.code == "OPT_OUT" for reason in one.reasons)
            for one in verdicts
        }
        assert opted_out == expected
    add_opt_out(
        warehouse_module, OptOut(contact, None, "sms", "text", "stop", utc_moment(None, ""))
    )
    at = utc_moment(None, "") + timedelta(seconds=1)
    codes = {one.code for verdict in explain_contact(warehouse_module, contact, at, ("call", "sms"))
             for one in verdict.reasons}  # fmt: skip
    assert "OPT_OUT" in codes


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("phone,kind\n", "kind and happened_at at least"),
        ("phone,kind,happened_at,colour\n", "does not know colour"),
        ("phone,kind,happened_at\n12,consent,2026-01-01\n", "line 2: --phone needs"),
        ("phone,kind,happened_at\n5125550101,consent,soon\n", "line 2: --at needs a moment"),
        (
            "phone,kind,happened_at\n5125550101,consent,2026-01-01\n",
            "line 3: .*needs its one channel",
        ),
        ("phone,kind,happened_at\n5125550101,gift,2026-01-01\n", "line 3: --kind needs one of"),
        ("phone,kind,happened_at\n5125550101,inquiry,2999-01-01\n", "line 3: .*still to come"),
        (
            f"email,kind,happened_at\n{'a' * 250}@example.com,inquiry,2026-01-01\n",
            "line 2: --email",
        ),
        ("email,kind,happened_at\nann\u200b@example.com,inquiry,2026-01-01\n", "line 2: --email"),
        (
            "phone,kind,happened_at\n5125550101,inquiry,0001-01-01T00:00+09:00\n",
            "line 3: --at needs",
        ),
        (
            "phone,kind,happened_at\n5125550101,inquiry,2026-01-01,form 7\n",
            "line 3 has more fields",
        ),
        ('phone,kind,happened_at\n"5125550101,inquiry,2026-01-01\n', "can't be read as CSV"),
        ("phone,kind,kind,happened_at\n", "two columns of one name"),
        (
            "phone,email,kind,happened_at\n5125550101,a@example.com,inquiry,2026-01-01\n",
            "line 2: .*a line each of their own",
        ),
        (
            "phone,kind,happened_at,expires_at\n5125550101,inquiry,2026-01-02,2026-01-01\n",
            "line 2: It would end on 2026-01-01, before it began",
        ),
    ],
)
def test_a_bad_file_of_consents_leaves_nothing(
    warehouse_module: Settings, tmp_path: Path, content: str, sentence: str
) -> None:
    path = tmp_path / "consents.csv"
    good = (
        "5125550101,purchase,2026-01-02\n" if content.startswith("phone,kind,happened_at\n") else ""
    )
    header, _, rest = content.partition("\n")
    path.write_text(f"{header}\n{good if 'line 2' not in sentence else ''}{rest}")
    before = table_rows(warehouse_module, "raw", "select count(*) from consent_records")
    with pytest.raises(LodeError, match=sentence):
        add_consents(warehouse_module, consents_in(path, warehouse_module))
    assert table_rows(warehouse_module, "raw", "select count(*) from consent_records") == before


def test_an_answer_that_is_not_clear_waits_for_a_person(
    warehouse_module: Settings, built: Built
) -> None:
    contact, now = Contact("phone", "+15125550197"), utc_moment(None, "")

    def reasons() -> set[str]:
        at = utc_moment(None, "") + timedelta(seconds=1)
        (verdict,) = explain_contact(warehouse_module, contact, at, ("sms",))
        return {one.code for one in verdict.reasons} & {"REPLY_REVIEW", "OPT_OUT"}

    assert take_reply(warehouse_module, contact, "Sure, it's 100% fine", now, None)[0] == "none"
    waiting = [
        take_reply(warehouse_module, contact, text, now, "ann")
        for text in ("not interested", "who is this")
    ]
    assert [meaning for meaning, _ in waiting] == ["review", "review"]
    first, second = (int(number or 0) for _, number in waiting)
    assert reasons() == {"REPLY_REVIEW"}
    decide_reply(warehouse_module, first, is_request=False, by="ann")
    assert reasons() == {"REPLY_REVIEW"}
    assert [row["id"] for row in waiting_replies(warehouse_module)] == [second]
    decide_reply(warehouse_module, second, is_request=True, by="ann")
    assert reasons() == {"OPT_OUT"}
    with pytest.raises(LodeError, match="was decided about before"):
        decide_reply(warehouse_module, second, is_request=False, by="ann")
    assert take_reply(warehouse_module, contact, "STOP", now, None)[0] == "opt_out"
    with pytest.raises(LodeError, match="still to come"):
        take_reply(warehouse_module, contact, "not interested", now + timedelta(days=1), None)


def test_a_port_changes_the_line_from_its_day_on(
    warehouse_module: Settings, built: Built, tmp_path: Path
) -> None:
    path, contact = tmp_path / "ported.csv", Contact("phone", "+15125550196")
    today = utc_moment(None, "").date()
    days = [today - timedelta(days=5), today + timedelta(days=5)]
    rows = [
        f"512-555-0196,{kind},{day}"
        for kind, day in zip(("landline", "Wireless"), days, strict=True)
    ]
    header = "phone,line_type,effective_on"
    path.write_text("\n".join([header, *rows]) + "\n")
    assert add_lines(warehouse_module, lines_in(path), "carrier") == 2
    assert add_lines(warehouse_module, lines_in(path), "carrier") == 0
    for day, codes in ((today + timedelta(days=1), {"LANDLINE"}), (days[1], set())):
        at = datetime(day.year, day.month, day.day, 12)
        (verdict,) = explain_contact(warehouse_module, contact, at, ("sms",))
        assert {one.code for one in verdict.reasons} & {"LANDLINE"} == codes
    for bad, sentence in (
        ("512-555-0196,fax,2026-01-05", "line 2: line_type"),
        ("12,mobile,2026-01-05", "line 2: phone needs"),
        ("512-555-0196,mobile,soon", "line 2: effective_on needs"),
    ):
        path.write_text(f"{header}\n{bad}\n")
        with pytest.raises(LodeError, match=sentence):
            lines_in(path)
    path.write_text(f"{header}\n512-555-0196,mobile,2026-01-05\n5125550196,voip,2026-01-05\n")
    with pytest.raises(LodeError, match="lines 2 and 3 say mobile and voip of one number"):
        lines_in(path)
    path.write_text("phone,kind\n")
    with pytest.raises(LodeError, match="has the columns phone"):
        lines_in(path)


def test_a_call_that_a_file_tells_late_is_judged_with_those_after_it(
    warehouse_module: Settings, built: Built, dbt: Callable[..., DbtResult]
) -> None:
    """By increments the register is what it is from nothing."""
    learn(warehouse_module, [], [(0, built.now.date(), built.now - timedelta(days=9))])
    capped = (
        "select count(*) from contact_incidents where reason_code = 'FREQUENCY_CAP'"
        " and golden_person_id = (select golden_person_id from int_golden_contacts"
        " where contact_value = '+15125550108')"
    )
    before = table_rows(warehouse_module, "canonical", capped)
    late = built.now - timedelta(hours=2)
    calls: list[dict[str, str | None]] = [
        {"touchpoint_type": "call", "touchpoint_date": late.isoformat(), "phone": "+15125550108"}
    ]
    insert_import(warehouse_module, 3, "touchpoints", calls)
    done = dbt(["run", "--select", *LATE[:-2]], warehouse_module)
    assert done.returncode == 0, done.output[-2000:]
    # As after a complete run: only the new one is looked at.
    with connect("transformer", warehouse_module, schema="canonical", autocommit=True) as c:
        c.cursor().execute("delete from int_persons_touched")
        c.cursor().execute(
            "delete from int_touchpoints_touched where content_hash not in"
            " (select content_hash from touchpoints where touchpoint_date = %s)",
            (late,),
        )
    done = dbt(["run", "--select", *LATE[-2:]], warehouse_module)
    assert done.returncode == 0, done.output[-2000:]
    assert (before, table_rows(warehouse_module, "canonical", capped)) == ([(2,)], [(3,)])
    query = (
        "select touchpoint_id, golden_person_id, rule_id, is_counted, made_at"
        " from contact_incidents where reason_code = 'FREQUENCY_CAP' order by 1, 3"
    )
    by_increments = table_rows(warehouse_module, "canonical", query)
    judged = table_rows(warehouse_module, "canonical", "select count(*) from int_contacts_made")
    assert judged == [(4,)], "the late one and three after it, of all that were made"
    again = ["run", "--full-refresh", "--select", "int_touchpoints_touched", *LATE[-2:]]
    done = dbt(again, warehouse_module)
    assert done.returncode == 0, done.output[-2000:]
    assert table_rows(warehouse_module, "canonical", query) == by_increments


def test_a_request_is_applied_in_time_until_the_last_second_of_the_tenth_business_day(
    warehouse_module: Settings, built: Built, dbt: Callable[..., DbtResult]
) -> None:
    """Two numbers ask on each day: one is called in the last second, one in the next."""
    histories, calls = [], []
    for number, (day, last) in enumerate(ASKED.items()):
        said = datetime(day.year, day.month, day.day, 9, 30)
        midnight = datetime(last.year, last.month, last.day) + timedelta(days=1)
        for place, at in enumerate((midnight - SECOND, midnight)):
            phone = 5125550150 + 2 * number + place
            histories.append(History(phone, [Request("call", said, said)]))
            calls.append({"touchpoint_type": "call", "touchpoint_date": at.isoformat(),
                          "phone": f"+1{phone}", "source_record_id": f"b{phone}"})  # fmt: skip
    learn(warehouse_module, histories, [])
    insert_import(warehouse_module, 60, "touchpoints", calls)
    done = dbt(["run", "--select", *LATE, *FOLLOWED], warehouse_module)
    assert done.returncode == 0, done.output[-2000:]
    query = (
        "select date(opted_out_at), deadline_on, sum(contact_count), count(*)"
        " from opt_outs_followed group by 1, 2"
    )
    assert sorted(table_rows(warehouse_module, "canonical", query)) == [
        (day, last, 2, 2) for day, last in sorted(ASKED.items())
    ]
    query = (
        "select sum(request_count), sum(contacted_count), sum(late_count), max(deadline_days) from"
    )
    assert table_rows(warehouse_module, "marts", f"{query} opt_outs_applied") == [
        (18, 18, 9, max((last - day).days for day, last in ASKED.items()))
    ]


EXPORT = (
    "insert into list_exports (list_name, version, channel, status, exported_by, host_name,"
    " file_path, started_at, decided_at) values ('x', 1, 'call', 'STARTED', 't', 'h', 'f', %s, %s)",
    "insert into list_export_rows select max(id), unhex(sha2(%s, 256)), 1, %s from list_exports",
    "update list_exports set status = 'COMPLETE', finished_at = %s, checked_count = 1,"
    " row_count = 1, waterfall = '{}', registry_versions = '{}', rules_hash = repeat('0', 64),"
    " valid_until = %s, rows_hash = repeat('0', 64), file_sha256 = repeat('0', 64)"
    " where status = 'STARTED'",
    "insert into contact_reservations (channel, contact_value, reserved_by, reserved_at,"
    " expires_at, used_at) values ('call', %s, 't', %s, %s, %s)",
)


def test_a_contact_without_a_decision_that_is_kept_is_an_incident(
    warehouse_module: Settings, built: Built, dbt: Callable[..., DbtResult]
) -> None:
    """Each number is called around an export of one of them; one caller took a slot.

    An export two days before is the first of all. Midnight sharp is a day, whose decision may have
    come first.
    """
    learn(warehouse_module, [], [])
    exported, slot, person = "+15125550171", "+15125550172", 9
    first, decided, ends = (datetime(2026, 8, day, 15) for day in (2, 4, 5))
    given: Sequence[tuple[object, ...]] = (
        (first, first), ("+15125550174", person), (first, first),
        (decided, decided), (exported, person), (decided, ends),
        (slot, decided, decided + timedelta(minutes=15), decided + timedelta(minutes=5)),
    )  # fmt: skip
    with connect("loader", warehouse_module, schema="raw") as connection:
        for query, values in zip((*EXPORT[:3], *EXPORT), given, strict=True):
            connection.cursor().execute(query, values)
        connection.commit()
    calls = {
        (exported, decided - SECOND): True, (exported, decided): False,
        (exported, ends - SECOND): False, (exported, ends): True,
        (exported, datetime(2026, 8, 4)): False, (exported, datetime(2026, 8, 7)): True,
        (slot, decided + timedelta(minutes=5)): False, (slot, decided + timedelta(hours=1)): True,
        (slot, datetime(2026, 8, 4)): False, (slot, datetime(2026, 8, 3)): True,
        ("+15125550173", first + SECOND): True, ("+15125550173", first - SECOND): False,
    }  # fmt: skip
    rows: list[dict[str, str | None]] = [
        {"touchpoint_type": "call", "touchpoint_date": at.isoformat(), "phone": phone,
         "source_record_id": f"d{number}"}
        for number, (phone, at) in enumerate(calls)
    ]  # fmt: skip
    insert_import(warehouse_module, 70, "touchpoints", rows)
    done = dbt(["run", "--select", *LATE], warehouse_module)
    assert done.returncode == 0, done.output[-2000:]
    found = {
        (phone, at)
        for phone, at, code, *_ in table_rows(warehouse_module, "canonical", INCIDENTS)
        if code == "NO_DECISION" and phone in {number for number, _ in calls}
    }
    assert found == {call for call, is_undecided in calls.items() if is_undecided}
    rules = "select distinct rule_id, maximum_usd from contact_incidents where reason_code = %s"
    assert table_rows(warehouse_module, "canonical", rules, ["NO_DECISION"]) == [
        ("decision_first", 0)
    ]
