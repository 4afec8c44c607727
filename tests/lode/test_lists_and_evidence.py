"""The export gate and the evidence: what leaves is what the decision allows, and can be proved.

Both read the same warehouse of random people, which is built once.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import export_people
import hypothesis
import pytest
import typer
from conftest_lode import one_sentence
from export_people import ABROAD, ASKED, FORMULA, PEOPLE, SHARED
from hypothesis import strategies as st
from sqlalchemy import Engine

from loaders.dnc.load import DncRequest, load_registry
from lode import evidence_cli, job_kinds, jobs, list_gate, list_validity, risk_cli
from lode.audit import newest as newest_entries
from lode.audit import verify_log
from lode.comply import (
    Contact,
    contact_of,
    explain_contacts,
    explain_person,
    utc_moment,
)
from lode.comply_hours import local_words
from lode.db import connect
from lode.dbt import DbtResult
from lode.errors import BusyError, LodeError
from lode.evidence import collect
from lode.job_kinds import Work
from lode.jobs import Standing
from lode.list_definitions import define, definition_of, newest
from lode.list_explain import explain_in_list
from lode.list_export import export_list
from lode.list_files import export_file, make_folder
from lode.list_gate import KINDS, decide, people_of, points_of
from lode.list_preview import preview_list
from lode.list_release import release
from lode.list_validity import validity_at
from lode.pipeline import one_run_at_a_time
from lode.rights import AccessDeniedError, Principal
from lode.risk_caps import blocked_count, cap_of, simulate
from lode.settings import Settings
from lode.suppression import OptOut, add_opt_out
from lode.worker import LiveTeller, work
from streamlit_app.queries import look_backs
from streamlit_app.queries.cube import is_counted, read_estimate
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.queries.lists import read_versions
from streamlit_app.queries.look_backs import LookBack, MadeContact, read_contacts
from tests.killed_process import environment, run_until_killed
from tests.models.raw_rows import insert_import, table_rows
from tests.models.reference_decision import last_day
from tests.models.tampered_ledger import without_trigger

pytestmark = pytest.mark.database

SCRIPT = Path(__file__).parent / "killed_export.py"
CHANNELS = ("call", "sms", "email", "mail")
Command = Callable[..., subprocess.CompletedProcess[str]]
DNC_SCRIPT = Path(__file__).parents[1] / "loaders" / "dnc_until_killed.py"
KILLED_RELEASE = Path(__file__).parent / "killed_release.py"
MART = (
    "select contact_value, group_concat(distinct nullif(reasons, '')), min(is_allowed)"
    " from contact_points where channel = %s group by contact_value"
)
VERDICTS = (
    "select golden_person_id, contact_value, channel, is_allowed, reasons from contact_points"
)
LEDGER = (
    "select status, row_count, checked_count, waterfall, file_sha256, rows_hash, valid_until"
    " from list_exports where id = %s"
)


@pytest.fixture(scope="module")
def people(
    warehouse_module: Settings,
    dbt: Callable[..., DbtResult],
    tmp_path_factory: pytest.TempPathFactory,
) -> Settings:
    """A warehouse of random people, with a list of everybody for each channel."""
    export_people.build(warehouse_module, dbt, tmp_path_factory.mktemp("facts"))
    for channel in CHANNELS:
        define(warehouse_module, f"all_{channel}", definition_of(channel, (), (), ()), "test")
    return warehouse_module


def rows_of(path: Path) -> list[dict[str, str]]:
    """The lines of an exported file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_numbers_leave_as_whoever_dials_needs_them(people: Settings, tmp_path: Path) -> None:
    plain = tmp_path / "plain.csv"
    export_list(people, "all_call", "call", plain)
    numbers = [row["phone"] for row in rows_of(plain)]
    assert all(re.fullmatch(r"\+1\d{10}", one) for one in numbers)
    define(people, "dialled", definition_of("call", (), (), (), phones="national"), "ann")
    shapes = {"national": r"(\1) \2-\3", "digits": r"\1\2\3", "dashes": r"\1-\2-\3",
              "e164": r"+1\1\2\3"}  # fmt: skip
    for name, shape in shapes.items():
        path = tmp_path / f"{name}.csv"
        given = None if name == "national" else name
        export_list(people, "dialled", "call", path, phones=given)
        wanted = [re.sub(r"\+1(\d{3})(\d{3})(\d{4})", shape, one) for one in numbers]
        assert [row["phone"] for row in rows_of(path)] == wanted, name
    for channel, phones, sentence in (
        ("call", "roman", "--phones needs one of e164, digits, national, dashes"),
        ("mail", "dashes", "--phones is for lists of calls and texts"),
    ):
        with pytest.raises(LodeError, match=sentence):
            definition_of(channel, (), (), (), phones=phones)
        with pytest.raises(LodeError, match=sentence):
            export_list(people, f"all_{channel}", channel, tmp_path / "no.csv", phones=phones)


def explained_by(
    people: Settings, contacts: Sequence[Contact], channel: str, at: datetime
) -> dict[str, tuple[set[str], bool]]:
    """What explain says of contact points: why not, and whether they may be used."""
    return {
        one.contact.value: (
            {why.code for why in one.reasons if why.enforcement == "enforce"}, one.is_allowed
        )
        for start in range(0, len(contacts), 500)
        for one in explain_contacts(
            people, contacts[start : start + 500], at, (channel,), with_hours=False
        )
    }  # fmt: skip


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_file_is_what_is_allowed_and_everybody_is_accounted_for(
    people: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    """Mart, explain and gate agree about each person, in chunks that end anywhere."""
    monkeypatch.setattr(list_gate, "CHUNK", 17 if PEOPLE < 1000 else 500)
    path = tmp_path / "out.csv"
    done = export_list(people, f"all_{channel}", channel, path, by="ann", reason="March")
    rows = rows_of(path)
    golden = [int(str(row[0])) for row in table_rows(
        people, "marts", "select golden_person_id from golden_persons")]  # fmt: skip
    assert len(golden) == done.checked_count == len(rows) + sum(done.waterfall.values())
    mart = {str(value): (set(str(why).split(",")) if why else set(), bool(ok))
            for value, why, ok in table_rows(people, "marts", MART, [channel])}  # fmt: skip
    column = {"email": "email", "mail": "address"}.get(channel, "phone")
    exported = {row[column].removeprefix("'") for row in rows}
    assert len(exported) == len(rows), "nobody twice"
    assert [value for value in exported if not mart[value][1]] == []
    with connect("auditor", people, schema="canonical") as connection:
        points = points_of(connection, golden, channel, done.decided_at)
    for own in points.values():
        for point in own:
            assert set(point.reasons) == mart[point.value][0], point
        can_be_used = {point.value for point in own if not point.reasons}
        assert (can_be_used & exported) or not can_be_used or done.waterfall.get("CALLING_WINDOW")
    asked = {Contact(KINDS[channel], point.value) for own in points.values() for point in own}
    assert explained_by(people, sorted(asked, key=repr), channel, done.decided_at) == mart
    assert len(exported) > PEOPLE // 4
    assert len(rows) < len(golden)


def test_explain_says_of_each_person_what_the_mart_says(people: Settings) -> None:
    """All contact points on all channels, each person asked about by itself."""
    at, mart = utc_moment(None, ""), dict[int, set[tuple[object, ...]]]()
    for person, *verdict, why in table_rows(people, "marts", VERDICTS):
        reasons = frozenset(filter(None, str(why or "").split(",")))
        mart.setdefault(int(str(person)), set()).add((*verdict, reasons))
    assert {str(channel) for own in mart.values() for _, channel, *_ in own} == set(CHANNELS)
    for person in sorted(mart)[:ASKED]:
        assert mart[person] == {
            (one.contact.value, one.channel, int(one.is_allowed),
             frozenset(why.code for why in one.reasons if why.enforcement == "enforce"))
            for one in explain_person(people, person, at, CHANNELS, with_hours=False)
        }, person  # fmt: skip


@pytest.mark.parametrize("channel", ["call", "sms"])
@pytest.mark.parametrize("hour", [7, 18])
def test_gate_and_explain_say_the_same_by_the_clock(
    people: Settings, hour: int, channel: str
) -> None:
    """In the night and in the day of America; the mart says the same but for the hours."""
    at = datetime(*utc_moment(None, "").timetuple()[:3], hour) + timedelta(days=1)
    wanted = newest(people, f"all_{channel}").definition
    with connect("auditor", people, schema="canonical") as connection:
        golden = [one for some in people_of(connection, people, wanted, at) for one in some]
        chunk = decide(connection, golden, channel, at, lambda _digests: set())
    kind = KINDS[channel]
    points = {one.point.value for one in [*chunk.allowed, *chunk.left_out] if one.point}
    contacts = [Contact(kind, value) for value in sorted(points)]
    found = {
        one.contact.value: one
        for start in range(0, len(contacts), 500)
        for one in explain_contacts(people, contacts[start : start + 500], at, (channel,))
    }
    for one in chunk.allowed:
        said = found[one.point.value]
        assert one.hours is not None
        assert said.is_free
        assert (said.next_allowed_at, said.time_zones) == (
            one.hours.enforced_from, one.hours.time_zones,
        )  # fmt: skip
        assert said.is_allowed == (one.hours.enforced_from == at)
        against = [why for why in said.reasons if why.enforcement == "enforce"]
        assert all((why.code, why.blocks_until) == ("CALLING_WINDOW", said.next_allowed_at)
                   for why in against)  # fmt: skip
    for out in chunk.left_out:
        if out.point is not None and out.code not in ("ALREADY_IN_LIST", "CALLING_WINDOW"):
            codes = [why.code for why in found[out.point.value].reasons]
            assert codes[0] == out.code
            assert not found[out.point.value].is_free
    assert {found[one.point.value].is_allowed for one in chunk.allowed} == {hour == 18}
    for one in chunk.allowed[:5]:
        own = explain_person(people, one.point.golden_person_id, at, (channel,))
        (same,) = [said for said in own if said.contact.value == one.point.value]
        assert same.next_allowed_at == found[one.point.value].next_allowed_at


def windows_at(
    people: Settings, phone: str, at: datetime
) -> list[tuple[str, str, datetime | None]]:
    """The rules of hours that stand against a call: rule, citation, until when."""
    (said,) = explain_contacts(people, [contact_of(phone, None)], at, ("call",))
    return [
        (why.rule_id, why.citation, why.blocks_until)
        for why in said.reasons
        if (why.code, why.enforcement) == ("CALLING_WINDOW", "enforce")
    ]


FEDERAL = ("us_hours", "47 CFR 64.1200(c)(1); 16 CFR 310.4(c)")


def test_explain_knows_the_seconds_around_the_edges(people: Settings) -> None:
    """Of a number of New York that nobody holds, tomorrow; once allowed it is now."""
    contact, day = contact_of("212-555-0177", None), utc_moment(None, "").date()
    zone = ZoneInfo("America/New_York")

    def local(days: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
        moment = datetime(day.year, day.month, day.day, hour, minute, second)
        there = (moment + timedelta(days=days)).replace(tzinfo=zone)
        return there.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    for at, again in (
        (local(1, 7, 59, 59), local(1, 8)), (local(1, 8), local(1, 8)),
        (local(1, 20, 59, 59), local(1, 20, 59, 59)), (local(1, 21), local(2, 8)),
    ):  # fmt: skip
        verdicts = explain_contacts(people, [contact], at, CHANNELS)
        assert [one.channel for one in verdicts] == ["call", "sms"]
        for one in verdicts:
            assert (one.is_free, one.is_allowed) == (True, at == again)
            assert (one.next_allowed_at, one.time_zones) == (again, ("America/New_York",))
        broken = [(*FEDERAL, again)] if at != again else []
        assert windows_at(people, contact.value, at) == broken


def test_explain_knows_changes_of_the_clock_sundays_and_holidays(people: Settings) -> None:
    """New York loses an hour, Phoenix keeps its own; Rhode Island rests."""
    spring = datetime(2026, 3, 8, 12)
    before, after = datetime(2026, 3, 8, 2), datetime(2026, 10, 31, 12)
    assert windows_at(people, "212-555-0177", before) == [(*FEDERAL, spring)]
    assert windows_at(people, "212-555-0177", spring - timedelta(seconds=1)) == [(*FEDERAL, spring)]
    assert windows_at(people, "212-555-0177", spring) == []
    assert windows_at(people, "212-555-0177", after) == []
    winter = after + timedelta(days=1)
    assert windows_at(people, "212-555-0177", winter) == [(*FEDERAL, winter.replace(hour=13))]
    for day in (spring, winter):
        opens = day.replace(hour=15)
        assert windows_at(people, "602-555-0177", day) == [(*FEDERAL, opens)]
        assert windows_at(people, "602-555-0177", opens) == []
    # Noon on Friday the 3rd, when Independence Day is observed, and on Sunday: Monday at 9.
    monday = datetime(2026, 7, 6, 13)
    for noon, until in (
        (datetime(2026, 7, 3, 16), monday), (datetime(2026, 7, 5, 16), monday), (monday, None),
    ):  # fmt: skip
        found = windows_at(people, "401-555-0177", noon)
        assert [(rule, end) for rule, _, end in found] == ([("ri_closed", until)] if until else [])
        assert all("R.I. Gen. Laws 5-61" in citation for _, citation, _ in found)


@pytest.fixture
def atlantis(people: Settings) -> Iterator[str]:
    """An area code in a zone without a clock, beside its own."""
    with connect("transformer", people, schema="staging", autocommit=True) as connection:
        cursor = connection.cursor()
        zone = "America/Atlantis"
        cursor.execute("insert into area_code_time_zones values ('303', %s)", (zone,))
        yield "303"
        cursor.execute("delete from area_code_time_zones where time_zone = %s", (zone,))


def test_where_no_clock_is_known_nobody_is_called(people: Settings, atlantis: str) -> None:
    """Explain names the reason, at noon as well; the gate keeps back whom it says it of."""
    at = datetime(*utc_moment(None, "").timetuple()[:3], 18) + timedelta(days=1)
    (said,) = explain_contacts(people, [contact_of(f"{atlantis}-555-0177", None)], at, ("call",))
    assert (said.is_free, said.is_allowed, said.next_allowed_at) == (True, False, None)
    (why,) = [one for one in said.reasons if one.enforcement == "enforce"]
    assert (why.code, why.rule_id, why.blocks_until) == ("CALLING_WINDOW", "clock_unknown", None)
    assert why.citation == "No local time is known at this moment"
    with connect("auditor", people, schema="canonical") as connection:
        wanted = newest(people, "all_call").definition
        golden = [one for some in people_of(connection, people, wanted, at) for one in some]
        chunk = decide(connection, golden, "call", at, lambda _digests: set())
    held = [one.point for one in chunk.left_out if one.code == "CALLING_WINDOW"]
    assert held
    assert all(point and point.value.startswith(f"+1{atlantis}") for point in held)
    assert not [one for one in chunk.allowed if one.point.value.startswith(f"+1{atlantis}")]


def test_an_export_is_logged_with_what_it_rests_on(people: Settings, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    done = export_list(people, "all_call", "call", path, by="ann", reason="March")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    sidecar = json.loads((tmp_path / "calls.csv.json").read_text())
    (ledger,) = table_rows(people, "raw", LEDGER, [done.id])
    (entry,) = newest_entries(people, 1, "list.export", None)
    assert digest == sidecar["sha256"] == ledger[4] == json.loads(entry.payload)["sha256"]
    assert json.loads(entry.payload).items() >= sidecar.items()
    assert (entry.actor, entry.subject) == ("ann", f"export {done.id}")
    assert verify_log(people, {}).fault is None
    assert ledger[:3] == ("COMPLETE", done.row_count, done.checked_count)
    assert json.loads(str(ledger[3])) == sidecar["left_out"] == done.waterfall
    assert set(sidecar["registry_versions"]) == {"litigator", "national"}
    assert len(str(sidecar["rules_hash"])) == 64
    found = table_rows(
        people, "raw", "select golden_person_id, lower(hex(contact_hash)) from list_export_rows"
        " where export_id = %s order by line_number", [done.id],
    )  # fmt: skip
    rows = rows_of(path)
    assert [str(row[0]) for row in found] == [row["person_id"] for row in rows]
    text = "".join(f"{person}:{contact}\n" for person, contact in found)
    assert hashlib.sha256(text.encode()).hexdigest() == ledger[5]
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(".")]
    assert path.stat().st_mode & 0o077 == 0
    # Somebody in it is exempt by a purchase or a consent, which ends with a day.
    midnight = datetime(*done.decided_at.timetuple()[:3]) + timedelta(days=1)
    assert ledger[6] == done.valid_until == midnight


def test_a_list_is_valid_no_longer_than_the_window_of_a_cap(
    people: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = utc_moment(None, "")
    for days, ends in ((1, {"call": 1, "mail": 1}), (9, {"call": 1, "email": 7, "mail": 9})):
        rules = {"list_validity": days, "registry_max_age": 31}
        monkeypatch.setattr(list_validity, "rule_value", lambda _, topic, __, of=rules: of[topic])
        with connect("auditor", people, schema="canonical") as reader:
            found = {name: validity_at(reader, people, name, at).until - at for name in ends}
        assert found == {name: timedelta(days=most) for name, most in ends.items()}


def test_cells_are_no_formulas_and_numbers_are_e164(people: Settings, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    export_list(people, "all_call", "call", path)
    rows = rows_of(path)
    assert all(row["phone"].startswith("+1") and len(row["phone"]) == 12 for row in rows)
    assert sum(row["phone"] == SHARED for row in rows) == 1, "one line for two people's number"
    assert not [row for row in rows if row["phone"] == ABROAD]
    cells = [cell for row in rows for name, cell in row.items() if name != "phone"]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]
    names = table_rows(people, "marts", "select first_name from golden_persons")
    if (FORMULA,) in names:
        assert f"'{FORMULA}" in cells


def test_calls_say_from_when_on_by_the_local_clock(people: Settings, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    done = export_list(people, "all_call", "call", path)
    seen = set()
    for row in rows_of(path):
        at = datetime.fromisoformat(row["call_from_utc"].replace("Z", "+00:00"))
        assert at.replace(tzinfo=None) >= done.decided_at.replace(microsecond=0)
        for place in filter(None, row["call_from_local"].split("; ")):
            moment, _, zone = place.rpartition(" ")
            assert at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") == moment
            assert 8 <= int(moment[11:13]) < 21
            seen.add(zone)
        assert row["advised_from_utc"] >= row["call_from_utc"] or not row["advised_from_utc"]
    assert len(seen) > 2


def test_filters_versions_and_what_is_refused_in_a_definition(people: Settings) -> None:
    first = define(people, "some", definition_of("email", ["tx"], [], []), "ann")
    again = define(people, "some", definition_of("email", ["TX"], [], []), "bob")
    assert (first.version, again.version, again.defined_by) == (1, 1, "ann")
    wanted = definition_of("email", ["TX"], ["people"], ["zip>=78700", "record_count<=3"])
    assert define(people, "some", wanted, "ann").version == 2
    for arguments, sentence in (
        (("fax", [], [], []), "--channel needs one of"),
        (("call", ["Texas"], [], []), "two letters such as TX"),
        (("call", [], [" "], []), "--source needs the name"),
        (("call", [], [], ["1=1 or zip=3"]), "columns are birth_date"),
        (("call", [], [], ["password=3"]), "columns are birth_date"),
        (("call", [], [], ["record_count=x"]), "needs a number"),
        (("call", [], [], ["updated_at>soon"]), "needs a day"),
    ):
        with pytest.raises(LodeError, match=sentence):
            definition_of(*arguments)
    with pytest.raises(LodeError, match="for the channel email"):
        define(people, "some", definition_of("call", [], [], []), "ann")
    with pytest.raises(LodeError, match="A list's name has"):
        define(people, "No Name", wanted, "ann")


def test_the_audit_log_says_what_of_a_definition_changed(people: Settings) -> None:
    """Nothing of a person is in it, and a part without an end is there as its digest."""
    define(people, "changing", definition_of("email", ["TX"], [], ["zip>=787"]), "ann")
    where = ["zip>=787", "last_name=Quarles", "birth_date<1950-03-04"]
    define(people, "changing", definition_of("email", ["TX", "CA"], [], where), "ann")
    many = [f"source{number}" for number in range(300)]
    define(people, "changing", definition_of("email", ["TX", "CA"], many, where), "ann")
    entries = newest_entries(people, 10, "list.define", "list changing")
    first, second, third = (json.loads(one.payload) for one in entries)
    zips = ["zip", ">=", "787"]
    said = {"channel": "email", "states": ["TX"], "where": [zips]}
    assert (first["before"], first["after"]) == (None, said)
    assert second["before"] == {"states": ["TX"], "where": [zips]}
    masked = [["birth_date", "<", "1•••"], ["last_name", "=", "Q•••"], zips]
    assert second["after"] == {"states": ["CA", "TX"], "where": masked}
    assert third["before"] == {"sources": []}
    assert third["after"]["sources"]["entries"] == 300
    assert "source299" not in entries[-1].payload


def test_filters_choose_people(people: Settings, tmp_path: Path) -> None:
    conditions = ["last_name!=x' or 1=1 -- ", "zip=78701"]
    define(people, "texans", definition_of("mail", ["TX"], ["people"], conditions), "ann")
    done = export_list(people, "texans", "mail", tmp_path / "texans.csv")
    query = (
        "select count(*) from golden_persons where state = 'TX' and zip = '78701'"
        " and last_name is not null"
    )
    assert [(done.checked_count,)] == table_rows(people, "marts", query)
    define(people, "none", definition_of("mail", [], ["other"], []), "ann")
    assert export_list(people, "none", "mail", tmp_path / "none.csv").checked_count == 0


def test_what_cannot_leave_is_a_sentence(people: Settings, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"

    def refused(sentence: str, name: str = "all_call", channel: str = "call", **named: Any) -> None:
        with pytest.raises(LodeError, match=sentence):
            export_list(people, name, channel, named.pop("path", path), **named)

    before = table_rows(people, "raw", "select count(*) from list_exports")
    refused("There is no list nobody", name="nobody")
    refused("no version 9 of the list all_call", version=9)
    refused("for the channel call, not sms", channel="sms")
    refused("no folder", path=tmp_path / "no" / "out.csv")
    (tmp_path / "there.csv").write_text("mine")
    refused("is there already", path=tmp_path / "there.csv")
    with one_run_at_a_time(people), pytest.raises(BusyError, match=r"No list leaves while .* run"):
        export_list(people, "all_call", "call", path)
    insert_import(people, 7, "opt_outs", [])
    refused("is LOADED, and what it says is not decided about yet")
    with connect("loader", people, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute("update import_metadata set status = 'LOADING' where id = 7")
        refused("is LOADING")
        cursor.execute("update import_metadata set status = 'COMPLETE' where id = 7")
        cursor.execute("update dnc_downloads set accessed_on = accessed_on - interval 32 day")
        refused("no list for call leaves without one of the last 31 days: .*`lode dnc load`")
        assert table_rows(people, "raw", "select count(*) from list_exports") == before
        cursor.execute("update dnc_downloads set accessed_on = accessed_on + interval 32 day")
    assert [one.name for one in tmp_path.iterdir()] == ["there.csv"]
    assert (tmp_path / "there.csv").read_text() == "mine"


@pytest.mark.parametrize(
    ("step", "when", "is_counted"),
    [
        ("add_rows", "after", False), ("complete", "before", False),
        ("complete", "after", True), ("replace", "after", True),
    ],
)  # fmt: skip
def test_killed_at_any_step_it_leaves_no_file_or_the_whole_one(
    people: Settings, tmp_path: Path, step: str, when: str, is_counted: bool
) -> None:
    path = tmp_path / "out.csv"
    assert run_until_killed(SCRIPT, people, "all_call", str(path), step, when) != 0
    assert not path.exists()
    again = export_list(people, "all_call", "call", path)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == again.file_sha256
    with pytest.raises(LodeError, match="is there already"):
        export_list(people, "all_call", "call", path)
    ours = table_rows(
        people, "raw", "select status, row_count, file_sha256 from list_exports"
        " where file_path = %s order by id", [str(path)],
    )  # fmt: skip
    assert [row[0] for row in ours] == (["COMPLETE"] if is_counted else ["FAILED", "COMPLETE"])
    assert ours[-1][1:] == (len(rows_of(path)), hashlib.sha256(path.read_bytes()).hexdigest())
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out.csv", "out.csv.json"]
    sidecar = json.loads((tmp_path / "out.csv.json").read_text())
    assert sidecar["sha256"] == ours[-1][2]
    entries = [json.loads(one.payload) for one in newest_entries(people, 99, "list.export", None)]
    assert sum(one["sha256"] == ours[-1][2] and one["export"] == sidecar["export"]
               for one in entries) == 1  # fmt: skip


def test_the_dashboard_exports_by_a_job_once(people: Settings) -> None:
    """The job does what the command line does; begun anew after a kill it makes no second one."""
    key = "0123456789abcdef" * 2
    given = {"name": "all_mail", "version": 1, "reason": " March ", "key": key}
    who = Principal("local:ops", frozenset({"admin"}))
    with connect("app", people, schema="marts", autocommit=True) as connection:
        number = jobs.ask(connection, people, who, "list_export", given, key)
    make_folder(people)
    old = export_file(people, "f" * 32)
    old.write_text("x")
    os.utime(old, (1, 1))
    assert work(people, is_once=True) == 1
    question = "select state, message, result, done_count from app_jobs where id = %s"
    ((state, message, result, counted),) = table_rows(people, "raw", question, [number])
    assert state == "DONE", message
    export = json.loads(str(result))["export"]
    path = export_file(people, key)
    ((status, row_count, checked, _, digest, _, until),) = table_rows(
        people, "raw", LEDGER, [export]
    )
    assert (status, row_count) == ("COMPLETE", len(rows_of(path)))
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    assert f"has {row_count} of {checked} people of the list all_mail" in str(message)
    assert f"{until:%Y-%m-%d %H:%M:%S}" in str(message)
    assert counted in (None, checked)
    (entry,) = newest_entries(people, 1, "list.export", None)
    assert (entry.actor, json.loads(entry.payload)["reason"]) == ("local:ops", "March")
    assert not old.exists(), "nobody may use it any more"
    again = job_kinds.find("list_export").run(Work(people, given, "local:ops", LiveTeller()))
    assert again.facts == {"export": export}


class KeptTeller(LiveTeller):
    """Remembers all that it was told, with a clock that goes a second at each look."""

    def __init__(self) -> None:
        super().__init__(itertools.count(0.0, 1.0).__next__)
        self.told: list[Standing] = []

    def progress(self, done: int, total: int | None, speed: float | None = None) -> None:
        super().progress(done, total, speed)
        self.told.append(self.standing)


@pytest.mark.parametrize("kind", ["list_preview", "list_export"])
def test_a_list_says_how_far_it_is_and_how_long_it_takes(
    people: Settings, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Also the first time: of a version that never was exported the people are counted."""
    monkeypatch.setattr(list_gate, "CHUNK", 5)
    name = f"progress_of_{kind}"
    define(people, name, definition_of("mail", ["TX", "CA"], [], ["record_count>=1"]), "test")
    given: dict[str, Any] = {"name": name, "version": 1}
    if kind == "list_export":
        make_folder(people)
        given |= {"reason": "March", "key": hashlib.sha256(name.encode()).hexdigest()[:32]}
    teller = KeptTeller()
    job_kinds.find(kind).run(Work(people, given, "local:ops", teller))
    wanted = "select count(*) from golden_persons where state in ('TX', 'CA') and record_count >= 1"
    ((expected,),) = table_rows(people, "marts", wanted)
    assert {(one.phase, one.total_count) for one in teller.told} == {
        ("deciding about everybody", expected)
    }
    assert [one.done_count for one in teller.told][-1] == expected
    assert re.fullmatch(r"\d+ a second, about \d+ s left", teller.told[0].message)
    assert "left" not in teller.told[-1].message


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "../x"}, "not the name of a list"),
        ({"version": 0}, "a number from 1 on"),
        ({"version": True}, "a number from 1 on"),
        ({"key": "../../etc"}, "not the key of an export"),
        ({"reason": "  "}, "Say what it is for"),
        ({"more": 1}, "needs name and version"),
    ],
)
def test_an_export_that_cannot_be_right_is_no_job(change: dict[str, Any], sentence: str) -> None:
    given = {"name": "all_mail", "version": 1, "reason": "March", "key": "0" * 32, **change}
    with pytest.raises(LodeError, match=sentence):
        job_kinds.find("list_export").check(given)


# ------------------------------------------------------------------ before anything leaves


def test_a_preview_is_what_the_export_comes_to(
    people: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same counts, same first reasons, in chunks that end anywhere; and nothing is written."""
    monkeypatch.setattr(list_gate, "CHUNK", 17)
    before = table_rows(people, "raw", "select count(*) from list_exports")
    for channel in ("call", "mail"):
        found = preview_list(people, f"all_{channel}")
        assert table_rows(people, "raw", "select count(*) from list_exports") == before
        done = export_list(people, f"all_{channel}", channel, tmp_path / f"{channel}.csv")
        before = table_rows(people, "raw", "select count(*) from list_exports")
        assert (found.checked_count, found.row_count) == (done.checked_count, done.row_count)
        assert list(found.waterfall.items()) == list(done.waterfall.items())
        assert found.refusal == ""
        text = json.dumps(found.as_facts())
        for row in rows_of(tmp_path / f"{channel}.csv"):
            assert row["phone" if channel == "call" else "address"] not in text
        exported = {int(row["person_id"]) for row in rows_of(tmp_path / f"{channel}.csv")}
        let_out = {one["person"] for one in found.sample if not one["outcome"]}
        assert let_out <= exported
        assert let_out
        for code, count in done.waterfall.items():
            shown = [one for one in found.sample if one["outcome"] == code]
            assert len(shown) == min(count, 5)
            assert not exported & {one["person"] for one in shown}


def test_a_preview_says_why_nothing_may_leave_now(people: Settings) -> None:
    with connect("loader", people, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute("update dnc_downloads set accessed_on = accessed_on - interval 32 day")
        try:
            found = preview_list(people, "all_call")
        finally:
            cursor.execute("update dnc_downloads set accessed_on = accessed_on + interval 32 day")
    assert "no list for call leaves without one of the last 31 days" in found.refusal
    assert found.checked_count == found.row_count + sum(found.waterfall.values())


def test_a_preview_waits_for_a_run(people: Settings) -> None:
    with one_run_at_a_time(people), pytest.raises(BusyError, match="No list leaves while"):
        preview_list(people, "all_call")


def test_why_somebody_is_left_out_is_what_explain_says(people: Settings) -> None:
    found = preview_list(people, "all_call")
    wanted = definition_of("call", ["TX"], [], ["record_count>=1", "zip=00000"])
    define(people, "nobody_call", wanted, "ann")
    for one in found.sample[:8] + found.sample[-8:]:
        said = explain_in_list(people, "all_call", None, one["person"])
        assert (said.person, said.is_in_list) == (one["person"], True)
        if one["outcome"] != "ALREADY_IN_LIST":
            assert said.outcome == one["outcome"]
        for verdict in said.verdicts:
            assert verdict.contact.value not in json.dumps(said.as_facts())
            for reason in verdict.reasons:
                assert reason.citation
        if said.outcome in ("NATIONAL_DNC", "OPT_OUT"):
            codes = {reason.code for verdict in said.verdicts for reason in verdict.reasons}
            assert said.outcome in codes
    ((person, state),) = table_rows(
        people, "marts", "select golden_person_id, state from golden_persons order by 1 limit 1"
    )
    filters = explain_in_list(people, "nobody_call", None, int(str(person))).filters
    assert filters == [
        ("state is TX", state == "TX"), ("record_count >= 1", True), ("zip = 00000", False),
    ]  # fmt: skip
    with pytest.raises(LodeError):
        explain_in_list(people, "all_call", None, 5)


def test_lists_by_last_contact_and_campaign(people: Settings) -> None:
    """Those who were contacted lately and those who were not are all of them, each once."""
    made = (
        "select count(distinct members.golden_person_id) from touchpoints as made"
        " inner join persons as members on made.person_id = members.id"
        " where made.touchpoint_type = 'call' and made.touchpoint_date"
        " >= utc_timestamp(6) - interval 30 day"
    )
    ((contacted,),) = table_rows(people, "canonical", made)
    ((everybody,),) = table_rows(people, "marts", "select count(*) from golden_persons")
    counts = {}
    for name, given in (
        ("lately", {"touched_days": 30}), ("quiet", {"untouched_days": 30}),
        ("nobody", {"campaigns": ["No such campaign"]}),
        ("older", {"touched_days": 400, "untouched_days": 300}),
    ):  # fmt: skip
        define(people, f"c_{name}", definition_of("call", [], [], [], **given), "ann")  # type: ignore[arg-type]
        counts[name] = preview_list(people, f"c_{name}").checked_count
    assert 0 < counts["lately"] == contacted
    assert counts["lately"] + counts["quiet"] == everybody
    assert (counts["nobody"], counts["older"]) == (0, 0)
    plain = definition_of("call", ["TX"], [], [])
    assert plain.text == '{"channel":"call","sources":[],"states":["TX"],"where":[]}'
    for given, sentence in (
        ({"touched_days": 0}, "--touched-within needs a number of days"),
        ({"touched_days": 30, "untouched_days": 30}, "Nobody was contacted within 30 days"),
        ({"campaigns": [" "]}, "--campaign needs the name"),
        ({"segment": "rich"}, "--segment needs one of business, private"),
        ({"least_score": 101}, "--score needs a number from 1 to 100"),
    ):
        with pytest.raises(LodeError, match=sentence):
            definition_of("call", [], [], [], **given)  # type: ignore[arg-type]


def test_lists_by_score_and_segment_are_those_of_the_cube(people: Settings) -> None:
    """Everybody is in one segment; what the cube counts is what a preview finds in the list."""
    engine = create_app_engine(people)
    ((everybody,),) = table_rows(people, "marts", "select count(*) from golden_persons")
    counts = {}
    try:
        for name, given in (
            ("business", {"segment": "business"}), ("private", {"segment": "private"}),
            ("good", {"least_score": 50}), ("source", {"sources": ["people"]}),
            ("odd", {"least_score": 51}),
        ):  # fmt: skip
            sources = given.get("sources", [])
            rest = {key: value for key, value in given.items() if key != "sources"}
            wanted = definition_of("mail", [], sources, [], **rest)  # type: ignore[arg-type]
            define(people, f"s_{name}", wanted, "ann")
            counts[name] = preview_list(people, f"s_{name}").checked_count
            (version,) = read_versions(engine, f"s_{name}")
            assert is_counted(version) == (name != "odd")
            if name != "odd":
                assert read_estimate(engine, version).checked == counts[name]
    finally:
        engine.dispose()
    assert counts["business"] + counts["private"] == everybody
    assert counts["source"] == everybody
    query = "select count(*) from person_segments where score >= 51"
    assert table_rows(people, "marts", query) == [(counts["odd"],)]


# ------------------------------------------------------------------ a second person


def releaser(name: str = "cleo@example.com") -> Principal:
    """Somebody who may release large lists."""
    return Principal(name, frozenset({"compliance"}))


def test_a_large_export_waits_for_a_second_person(people: Settings, tmp_path: Path) -> None:
    strict = replace(people, release_above=1)
    path = tmp_path / "big.csv"
    done = export_list(strict, "all_mail", "mail", path, by="ann", reason="March")
    assert done.is_held
    assert not path.exists()
    assert [one.name for one in tmp_path.iterdir() if not one.name.startswith(".")] == []
    assert table_rows(people, "raw", LEDGER, [done.id])[0][0] == "HELD"
    assert export_list(strict, "all_mail", "mail", path, by="ann").id == done.id, "the same again"
    for who, sentence in (
        (Principal("ben@example.com", frozenset({"operator"})), "may not release large lists"),
        (releaser("ann"), "somebody else than who made"),
        (Principal("local:ANN", frozenset({"admin"})), "somebody else than who made"),
    ):
        with pytest.raises(AccessDeniedError, match=sentence):
            release(strict, done.id, who, "checked")
    with pytest.raises(LodeError, match="Say why it may leave"):
        release(strict, done.id, releaser(), "  ")
    assert not path.exists()
    assert release(strict, done.id, releaser(), " checked ").path == path
    assert hashlib.sha256(path.read_bytes()).hexdigest() == done.file_sha256
    (entry,) = newest_entries(people, 1, "list.release", f"export {done.id}")
    said = json.loads(entry.payload)
    assert (entry.actor, said["reason"], said["exported_by"], said["rows"]) == (
        "cleo@example.com", "checked", "ann", done.row_count,
    )  # fmt: skip
    assert table_rows(people, "raw", LEDGER, [done.id])[0][0] == "COMPLETE"
    release(strict, done.id, releaser("dora@example.com"), "again")
    assert len(newest_entries(people, 9, "list.release", f"export {done.id}")) == 1


def test_what_cannot_be_released_is_a_sentence(people: Settings, tmp_path: Path) -> None:
    strict = replace(people, release_above=1)
    small = export_list(people, "all_mail", "mail", tmp_path / "small.csv", by="ann")
    held = export_list(strict, "all_mail", "mail", tmp_path / "held.csv", by="ann")
    for number, settings, sentence in (
        (small.id, people, "needs no release"), (10**9, people, "There is no export 1000000000"),
    ):  # fmt: skip
        with pytest.raises(LodeError, match=sentence):
            release(settings, number, releaser(), "checked")
    content = held.part.read_bytes()
    held.part.write_bytes(content + b"x")
    with pytest.raises(LodeError, match="is not the one that was made"):
        release(strict, held.id, releaser(), "checked")
    held.part.write_bytes(content)
    change = "update list_exports set valid_until = utc_timestamp(6) where id = %s"
    with without_trigger(people, "list_exports_end_once") as cursor:
        cursor.execute(change, (held.id,))
    with pytest.raises(LodeError, match="may not be used any more"):
        release(strict, held.id, releaser(), "checked")
    again = export_list(strict, "all_mail", "mail", tmp_path / "held.csv", by="ann")
    assert again.id != held.id
    assert table_rows(people, "raw", LEDGER, [held.id])[0][0] == "FAILED"
    assert not held.part.exists(), "nobody released it in time"


def test_a_release_that_is_killed_is_whole_or_none(people: Settings, tmp_path: Path) -> None:
    strict = replace(people, release_above=1)
    for step, state in (("append", "HELD"), ("deliver", "COMPLETE")):
        path = tmp_path / f"{step}.csv"
        held = export_list(strict, "all_mail", "mail", path, by="ann")
        assert run_until_killed(KILLED_RELEASE, people, held.id, step) != 0
        assert not path.exists()
        assert table_rows(people, "raw", LEDGER, [held.id])[0][0] == state
        if state == "COMPLETE":
            # The next export gives it its file, as the same command would.
            export_list(people, "all_mail", "mail", tmp_path / "next.csv", by="ann")
        else:
            release(strict, held.id, releaser(), "checked")
        assert hashlib.sha256(path.read_bytes()).hexdigest() == held.file_sha256
        assert len(newest_entries(people, 9, "list.release", f"export {held.id}")) == 1


def test_the_dashboard_defines_previews_explains_and_releases_by_jobs(
    people: Settings, tmp_path: Path
) -> None:
    strict = replace(people, release_above=1)
    held = export_list(strict, "all_mail", "mail", tmp_path / "held.csv", by="ann")
    filters = {"channel": "mail", "states": ["TX"], "sources": [], "where": ["zip>=78700"],
               "campaigns": [], "touched_days": None, "untouched_days": 9,
               "segment": "private", "least_score": 25}  # fmt: skip
    ((person,),) = table_rows(people, "marts", "select min(golden_person_id) from golden_persons")
    asked = (
        ("list_define", {"name": "by_page", **filters}),
        ("list_preview", {"name": "all_mail", "version": 1}),
        ("list_explain", {"name": "all_mail", "version": 1, "person": int(str(person))}),
        ("list_release", {"export": held.id, "reason": "checked"}),
    )
    who = Principal("local:ops", frozenset({"admin"}))
    numbers = []
    with connect("app", people, schema="marts", autocommit=True) as connection:
        for kind, given in asked:
            numbers.append(jobs.ask(connection, people, who, kind, given, os.urandom(16).hex()))
    assert work(people, is_once=True) == len(asked)
    question = "select state, message, result from app_jobs where id = %s"
    ended = [table_rows(people, "raw", question, [number])[0] for number in numbers]
    assert [row[0] for row in ended] == ["DONE"] * 4, ended
    facts = [json.loads(str(row[2])) for row in ended]
    assert facts[0] == {"version": 1}
    assert facts[1]["checked"] == facts[1]["rows"] + sum(facts[1]["left_out"].values())
    assert facts[2]["is_in_list"]
    assert facts[3] == {"export": held.id}
    assert (tmp_path / "held.csv").exists()
    assert newest_entries(people, 1, "list.define", "list by_page")[0].actor == "local:ops"


@pytest.mark.parametrize(
    ("kind", "given", "sentence"),
    [
        ("list_define", {"name": "a"}, "needs a name, a channel"),
        ("list_preview", {"name": "a", "version": 0}, "a number from 1 on"),
        ("list_explain", {"name": "a", "version": 1, "person": -1}, "not the id of a person"),
        ("list_release", {"export": True, "reason": "x"}, "not the number of an export"),
        ("list_release", {"export": 1, "reason": " "}, "Say why it may leave"),
    ],
)
def test_what_cannot_be_right_is_no_job(kind: str, given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(LodeError, match=sentence):
        job_kinds.find(kind).check(given)


def test_the_command_releases_only_for_who_may(
    people: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from lode import list_cli
    from lode.access import grant

    strict = replace(people, release_above=1)
    held = export_list(strict, "all_mail", "mail", tmp_path / "held.csv", by="ann")
    monkeypatch.setattr(list_cli, "load_settings", lambda: strict)
    app = typer.Typer()
    list_cli.register(app)
    arguments = ["list", "release", str(held.id), "--reason", "checked", "--by", "eva@example.com"]
    refused = CliRunner().invoke(app, arguments)
    assert isinstance(refused.exception, AccessDeniedError)
    grant(people, "eva@example.com", "compliance", by="chief", reason="test")
    done = CliRunner().invoke(app, arguments)
    assert f"Export {held.id} is released" in done.output, done
    shown = CliRunner().invoke(app, ["list", "preview", "all_mail"])
    assert re.search(rf"would be in the file +{held.row_count:,}", shown.output), shown.output


def test_a_request_counts_in_the_next_export(people: Settings, tmp_path: Path) -> None:
    export_list(people, "all_sms", "sms", tmp_path / "one.csv")
    number = rows_of(tmp_path / "one.csv")[0]["phone"]
    now = utc_moment(None, "")
    add_opt_out(people, OptOut(contact_of(number, None), None, "sms", "text", "STOP", now))
    export_list(people, "all_sms", "sms", tmp_path / "two.csv")
    assert number not in {row["phone"] for row in rows_of(tmp_path / "two.csv")}


def evidence_of(people: Settings, phone: str | None, person: int | None = None) -> dict[str, Any]:
    """A pack as it is written, after its digest was computed a second time."""
    contact = contact_of(phone, None) if phone else None
    pack = collect(people, contact, person, utc_moment(None, ""), "auditor ann")
    said: dict[str, Any] = json.loads(pack.text)
    digest = said.pop("sha256")
    text = json.dumps(said, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    assert hashlib.sha256(text.encode()).hexdigest() == digest == pack.digest
    (entry,) = newest_entries(people, 1, "evidence.read", None)
    assert entry.actor == "auditor ann"
    assert json.loads(entry.payload)["sha256"] == digest
    sections: dict[str, Any] = said["sections"]
    return sections


def test_evidence_of_an_export_names_file_list_registry_and_decision(
    people: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "calls.csv"
    done = export_list(people, "all_call", "call", path, by="ann", reason="March")
    row = rows_of(path)[0]
    sections = evidence_of(people, row["phone"])
    (exported,) = [one for one in sections["exports"] if one["export_id"] == done.id]
    assert exported["file_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (exported["reason"], exported["line_number"]) == ("March", 1)
    assert str(exported["golden_person_id"]) == row["person_id"]
    assert json.loads(exported["definition"])["channel"] == "call"
    (decision,) = exported["decision"]
    assert decision["is_allowed"]
    # What the line of the file said, whatever the hour of the test.
    assert f"{decision['contact_from'][:19]}Z" == row["call_from_utc"]
    assert decision["as_of"].startswith(done.decided_at.isoformat()[:19])
    (entry,) = [one for one in sections["audit_entries"] if one["subject"] == f"export {done.id}"]
    assert json.loads(entry["payload"])["sha256"] == exported["file_sha256"]
    assert len(entry["entry_hash"]) == 64
    copies = {one["version"] for one in sections["registry_copies"]}
    assert set(json.loads(exported["registry_versions"]).values()) <= copies
    assert all(len(one["checksum"]) == 64 for one in sections["registry_copies"])


def test_evidence_holds_requests_listings_consents_and_contacts_against_rules(
    people: Settings,
) -> None:
    """For every number that was called: each incident is what explain says, by the hours, too."""
    query = "select distinct phone_e164 from touchpoints order by 1 limit 4"
    found = [evidence_of(people, str(row[0])) for row in table_rows(people, "canonical", query)]
    assert all(one["contacts"] for one in found)
    for one in found:
        for made in one["contacts"]:
            (decision,) = made["decision"]
            against = {
                why["code"] for why in decision["reasons"] if why["enforcement"] == "enforce"
            }
            broken = {why["reason_code"] for why in made["incidents"]}
            assert against == broken, made
            assert made["checksum"]
    for table, name, column in (
        ("consent_records", "consents", "phone_e164"),
        ("opt_out_requests", "requests", "phone_e164"),
        ("dnc_listings", "listings", "concat('+1', phone)"),
    ):  # fmt: skip
        counted = (
            f"select {column}, count(*) from {table} where {column} is not null group by {column}"
            " order by 1 limit 1"
        )
        ((number, count),) = table_rows(people, "raw", counted)
        assert len(evidence_of(people, str(number))[name]) == count


def test_evidence_of_a_person_covers_all_its_points_and_of_a_stranger_little(
    people: Settings,
) -> None:
    query = (
        "select golden_person_id from contact_points where channel = 'call'"
        " group by 1 having count(*) > 1 limit 1"
    )
    ((person,),) = table_rows(people, "marts", query)
    pack = collect(people, None, int(str(person)), utc_moment(None, ""), "ann")
    assert {one.kind for one in pack.subject.contacts} >= {"phone", "address"}
    assert len([one for one in pack.subject.contacts if one.kind == "phone"]) > 1
    nobody = evidence_of(people, "512-555-0999")
    assert nobody.pop("registry_copies")
    assert not any(nobody.values())
    with pytest.raises(LodeError):
        collect(people, None, 5, utc_moment(None, ""), "ann")


def test_evidence_on_the_terminal_is_masked_and_a_file_is_not(
    people: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(evidence_cli, "load_settings", lambda: people)
    query = "select distinct phone_e164 from touchpoints order by 1 limit 1"
    ((number,),) = table_rows(people, "canonical", query)
    evidence_cli.evidence(phone=str(number))
    shown = capsys.readouterr().out
    assert str(number)[2:] not in shown
    assert "registry copies" in shown
    evidence_cli.evidence(phone=str(number), out=tmp_path)
    (path,) = tmp_path.iterdir()
    assert str(number)[2:] not in capsys.readouterr().out
    assert json.loads(path.read_text())["contacts"][0]["value"] == number
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(LodeError, match="is there already"):
        evidence_cli.evidence(phone=str(number), out=path)
    with pytest.raises(LodeError, match="Give one of"):
        evidence_cli.evidence()


def test_the_risk_is_said_in_dollars(
    people: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(risk_cli, "load_settings", lambda: people)
    query = (
        "select sum(counted_incident_count), sum(minimum_exposure_usd), sum(maximum_exposure_usd)"
        " from compliance_risk"
    )
    ((contacts, least, most),) = table_rows(people, "marts", query)
    risk_cli.risk(as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert (said["contacts"], said["minimum_usd"], said["maximum_usd"]) == (contacts, least, most)
    assert "REGISTRY_NOT_CURRENT" in {one["reason_code"] for one in said["rules"]}
    risk_cli.risk()
    assert f"{int(str(contacts)):,} contacts against a rule" in capsys.readouterr().out
    # Of days, though the mart has weeks.
    query = "select date(made_at), sum(is_counted) from contact_incidents group by 1 order by 1"
    for day, of_day in table_rows(people, "canonical", query):
        risk_cli.risk(since=str(day), until=str(day), as_json=True)
        assert json.loads(capsys.readouterr().out)["contacts"] == of_day, day
    risk_cli.risk(until="2020-01-01")
    assert capsys.readouterr().out == "No contact was made against a rule.\n"
    with pytest.raises(LodeError, match="--since needs a day"):
        risk_cli.risk(since="soon")


# ---------------------------------------------------------------- looking back at caps and opt-outs


def calls_by_holder(people: Settings) -> dict[str, list[datetime]]:
    """All calls made, by golden person, else by number; oldest first."""
    query = (
        "select coalesce(members.golden_person_id, made.phone_e164), made.touchpoint_date"
        " from touchpoints as made left join persons as members on made.person_id = members.id"
        " where made.touchpoint_type = 'call' order by made.touchpoint_date, made.id"
    )
    found: dict[str, list[datetime]] = {}
    for holder, moment in table_rows(people, "canonical", query):
        assert isinstance(moment, datetime)
        found.setdefault(str(holder), []).append(moment)
    return found


@pytest.mark.parametrize(("contacts", "days"), [(1, 1), (2, 1), (3, 1), (3, 7)])
def test_a_changed_cap_says_what_it_would_have_meant(
    people: Settings, contacts: int, days: int
) -> None:
    before = table_rows(people, "canonical", "select count(*) from touchpoints")
    found = simulate(people, cap_of("call", contacts, 24 * days), 300)
    window = timedelta(days=days)
    calls = calls_by_holder(people)
    over = {
        holder: sum(
            sum(later - window <= one <= later for one in made[:place]) >= contacts
            for place, later in enumerate(made)
        )
        for holder, made in calls.items()
    }
    assert found.contact_count == sum(map(len, calls.values())) == sum(w[1] for w in found.weeks)
    assert found.broken_count == sum(over.values()) == sum(w[2] for w in found.weeks)
    assert (found.holder_count, found.over_holder_count) == (
        len(calls), sum(count > 0 for count in over.values()),
    )  # fmt: skip
    kept = sorted((holder, moment) for holder, made in calls.items() for moment in made)
    assert found.blocked_count == blocked_count(kept, found.cap, found.since)
    assert 0 < found.blocked_count <= found.broken_count
    assert table_rows(people, "canonical", "select count(*) from touchpoints") == before


def look_back(people: Settings, number: int) -> tuple[dict[str, Any], LookBack]:
    """Look back with one call a day as the job of this number does; what it says, and the look."""
    given = {"channel": "call", "max_contacts": 1, "window_hours": 24, "days": 300}
    kind = job_kinds.find("risk_cap")
    facts = kind.run(job_kinds.Work(people, given, "ada", LiveTeller(), number)).facts
    begin, end = (datetime.fromisoformat(facts[name]) for name in ("since", "until"))
    return facts, LookBack(number, "call", begin, end)


def all_contacts(engine: Engine, look: LookBack, which: str) -> list[MadeContact]:
    """All pages of the contacts behind a number."""
    found: list[MadeContact] = []
    has_more = True
    while has_more:
        page, has_more = read_contacts(engine, look, which, found[-1].position if found else None)
        found += page
    assert [one.position for one in found] == sorted({one.position for one in found}, reverse=True)
    return found


def test_each_number_of_a_look_back_is_its_contacts(
    people: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked as the dashboard's account; a job that is begun anew keeps the same contacts."""
    monkeypatch.setattr(look_backs, "PAGE_SIZE", 7)
    engine = create_app_engine(people)
    for _ in range(2):
        facts, look = look_back(people, 41)
        over = all_contacts(engine, look, "over")
        assert len(over) == facts["broken"] == facts["kept"] > 7
        blocked = all_contacts(engine, look, "blocked")
        assert len(blocked) == facts["blocked"] == sum(bool(one.is_blocked) for one in over)
        holders = all_contacts(engine, look, "people")
        assert len(holders) == facts["over_holders"]
        assert sum(one.over_count or 0 for one in holders) == len(over)
        made = all_contacts(engine, look, "made")
        assert len(made) == facts["contacts"]
        assert {one.position for one in over} <= {one.position for one in made}
        assert not any(any(map(str.isdigit, one.shown_contact[2:-2])) for one in [*over, *made])
    for monday, contacts, broken in facts["weeks"]:
        begin = datetime.fromisoformat(monday)
        week = LookBack(41, "call", begin, begin + timedelta(days=7))
        assert len(all_contacts(engine, week, "made")) == contacts
        assert len(all_contacts(engine, week, "over")) == broken
    engine.dispose()


def test_the_newest_look_backs_are_kept_and_none_by_half(
    people: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "select job_id, count(*) from cap_look_backs group by job_id order by job_id"
    engine = create_app_engine(people)
    with connect("loader", people, schema="raw", autocommit=True) as connection:
        connection.cursor().execute("delete from cap_look_backs")
        connection.cursor().executemany(
            "insert into app_jobs (id, request_key, kind, parameters, asked_by)"
            " values (%s, %s, 'risk_cap', '{}', 'ada')",
            [(number, f"{number:032x}") for number in range(501, 524)],
        )
    numbers = [look_back(people, number)[0]["kept"] for number in (501, 510, 523)]
    assert table_rows(people, "raw", query) == [(510, numbers[1]), (523, numbers[2])]

    def fail(*_: object) -> NoReturn:
        raise RuntimeError("cut off")

    monkeypatch.setattr("lode.look_backs._row", fail)
    with pytest.raises(RuntimeError):
        look_back(people, 523)
    assert table_rows(people, "raw", query) == [(510, numbers[1]), (523, numbers[2])]
    monkeypatch.undo()
    monkeypatch.setattr("lode.look_backs.MAXIMUM_KEPT", 5)
    facts, look = look_back(people, 523)
    assert (facts["kept"], len(all_contacts(engine, look, "over"))) == (5, 5)
    assert facts["blocked"] > 0
    engine.dispose()
    with connect("loader", people, schema="raw", autocommit=True) as connection:
        connection.cursor().execute("delete from app_jobs where id > 500")


def test_contacts_made_are_read_by_channel_and_time(people: Settings) -> None:
    """Explained as the transformer: the app's account may not explain a view."""
    sql = look_backs.CONTACTS_MADE.for_engine(is_mariadb=False)
    values = {"channel": "'sms'", "row_cap": "51", "before_touchpoint": "9",
              "begin": "utc_timestamp() - interval 60 day"}  # fmt: skip
    sql = re.sub(r":(\w+)", lambda found: values.get(found[1], "utc_timestamp()"), sql)
    with connect("transformer", people, schema="marts") as connection:
        cursor = connection.cursor()
        cursor.execute(f"explain format=traditional {sql}")
        names = [column[0] for column in cursor.description]
        plan = {row[names.index("table")]: dict(zip(names, row, strict=True))
                for row in cursor.fetchall()}  # fmt: skip
    made, person = plan["touchpoints"], plan["persons"]
    assert (made["type"], made["key"]) == ("range", "by_touchpoint_type_touchpoint_date"), plan
    assert "filesort" not in (made["Extra"] or ""), plan
    assert (person["type"], person["key"]) == ("eq_ref", "PRIMARY"), plan


@hypothesis.given(
    moments=st.lists(st.integers(0, 20), max_size=20).map(sorted),
    contacts=st.integers(1, 3),
    days=st.integers(1, 5),
)
def test_a_cap_that_is_kept_is_never_broken(moments: list[int], contacts: int, days: int) -> None:
    """What is left after blocking keeps the cap, and nothing was blocked without need."""
    start = datetime(2026, 1, 1)
    cap = cap_of("call", contacts, 24 * days)
    kept: list[int] = []
    for moment in moments:
        if sum(moment - days <= one for one in kept) < contacts:
            kept.append(moment)
    rows = [("one", start + timedelta(days=moment)) for moment in moments]
    assert blocked_count(rows, cap, start) == len(moments) - len(kept)
    assert blocked_count([*rows, ("two", start)], cap, start) == len(moments) - len(kept)
    assert blocked_count(rows, cap, start + timedelta(days=99)) == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"channel": "fax"}, "A cap is for one of"),
        ({"max_contacts": 0}, "A cap is of 1 to 100 contacts"),
        ({"window_hours": True}, "A cap is of 1 to 8,784 hours"),
        ({"days": 400}, "A period is of 1 to 366 days"),
    ],
)
def test_a_cap_that_cannot_be_is_no_job(change: dict[str, Any], sentence: str) -> None:
    cap = {"channel": "call", "max_contacts": 3, "window_hours": 24, "days": 90, **change}
    with pytest.raises(LodeError, match=sentence):
        job_kinds.find("risk_cap").check(cap)


def test_caps_used_are_counted_by_how_far(people: Settings) -> None:
    window = timedelta(days=1)
    query = "select cap_id, used_count, person_count from cap_usage where cap_id = 'call_day'"
    counts = {int(str(used)): int(str(count)) for _, used, count in table_rows(
        people, "marts", query)}  # fmt: skip
    used: dict[int, int] = {}
    ((built,),) = table_rows(people, "marts", "select max(last_contacted_at) from caps_used")
    assert isinstance(built, datetime)
    query = "select used_count from caps_used where cap_id = 'call_day'"
    for (count,) in table_rows(people, "marts", query):
        used[int(str(count))] = used.get(int(str(count)), 0) + 1
    assert counts == used
    assert sum(counts.values()) <= sum(
        any(one >= built - window for one in made) for made in calls_by_holder(people).values()
    )


def test_the_cap_of_a_state_is_of_who_has_a_number_or_an_address_there(people: Settings) -> None:
    def told(where: str) -> set[object]:
        query = f"select distinct golden_person_id from {where}"
        return {row[0] for row in table_rows(people, "marts", query)}

    called = told("caps_used where cap_id = 'call_day'")
    with connect("auditor", people, schema="canonical") as connection:
        cursor = connection.cursor()
        cursor.execute(
            "select golden_person_id from int_golden_contacts where area_state = 'FL' union"
            " select persons.golden_person_id from persons inner join addresses"
            " on persons.id = addresses.person_id where addresses.state = 'FL'"
        )
        there = {row[0] for row in cursor.fetchall()}
    assert called & there
    assert called - there
    assert told("caps_used where cap_id = 'fl_day'") == called & there
    query = "select distinct cap_id, enforcement from caps_used where channel = 'call'"
    assert {("call_day", "enforce"), ("fl_day", "advise")} <= {*table_rows(people, "marts", query)}


def test_opt_outs_are_applied_when_nobody_is_contacted_after(people: Settings) -> None:
    """Against all requests and all contacts, one by one."""
    requests = table_rows(
        people, "canonical",
        "select id, channel, phone_e164, opted_out_at from opt_outs where phone_e164 is not null",
    )  # fmt: skip
    calls = table_rows(
        people, "canonical",
        "select phone_e164, touchpoint_date from touchpoints where touchpoint_type = 'call'",
    )  # fmt: skip
    query = "select phone_e164 from consent_records where kind = 'consent'"
    consented = {row[0] for row in table_rows(people, "raw", query)}
    expected, late = {}, 0
    for number, channel, phone, said in requests:
        assert isinstance(said, datetime)
        if phone in consented:
            continue
        after = [
            made for called, made in calls
            if called == phone and isinstance(made, datetime) and made > said
        ]  # fmt: skip
        is_stopped = channel in ("call", "sms", "all")
        expected[number] = len(after) if is_stopped else 0
        if after and is_stopped:
            late += max(after).date() > last_day(said.date(), 10, "business_days")
    found = table_rows(people, "canonical", "select id, contact_count from opt_outs_followed")
    assert {key: value for key, value in found if key in expected} == expected
    assert sum(expected.values()) > 0
    ((asked, contacted, counted, days),) = table_rows(
        people, "marts", "select sum(request_count), sum(contacted_count), sum(late_count),"
        " max(deadline_days) from opt_outs_applied",
    )  # fmt: skip
    assert (asked, 14 <= days <= 18) == (len(found), True)
    assert counted >= late > 0
    assert contacted == sum(bool(count) for _, count in found)


def test_explain_on_the_command_line(people: Settings, lode: Command) -> None:
    """What it says is what the function says, as lines and as JSON, of one channel or of all."""
    where, contact = environment(people), contact_of(SHARED, None)
    at = "2026-01-05T15:00:00Z"
    asked = ("comply", "explain", "--phone", SHARED, "--at", at)
    verdicts = explain_contacts(people, [contact], utc_moment(at, "--at"), CHANNELS)
    done = lode(*asked, "--json", **where)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert [(one["contact"], one["channel"], one["is_allowed"]) for one in found] == [
        (SHARED, one.channel, one.is_allowed) for one in verdicts
    ]
    assert [one["channel"] for one in found] == ["call", "sms"]
    assert [[why["code"] for why in one["reasons"]] for one in found] == [
        [why.code for why in one.reasons] for one in verdicts
    ]
    assert {one["at"] for one in found} == {"2026-01-05T15:00:00Z"}
    done = lode(*asked, "--channel", "sms", **where)
    first = done.stdout.splitlines()[0]
    assert first.startswith(f"{SHARED} sms: {'' if verdicts[1].is_allowed else 'not '}allowed at")
    assert "call: " not in done.stdout


def test_the_command_says_the_rule_of_hours_and_when_again_on_both_clocks(
    people: Settings, lode: Command
) -> None:
    where, day = environment(people), utc_moment(None, "").date() + timedelta(days=1)
    asked = ("comply", "explain", "--phone", "212-555-0177", "--channel", "call", "--at",
             f"{day}T07:00:00Z")  # fmt: skip
    done = lode(*asked, **where)
    assert (done.returncode, done.stderr) == (0, "")
    local = datetime(day.year, day.month, day.day, 8, tzinfo=ZoneInfo("America/New_York"))
    again = f"{local.astimezone(ZoneInfo('UTC')):%Y-%m-%dT%H:%M:%S}Z"
    lines = done.stdout.splitlines()
    assert lines[0] == f"+12125550177 call: not allowed at {day}T07:00:00Z"
    assert lines[1] == f"  next allowed: {again} ({day} 08:00 America/New_York)"
    assert lines[2].startswith("  enforce CALLING_WINDOW (-): ")
    assert lines[2].endswith(f" until {again} [{FEDERAL[0]}: {FEDERAL[1]}]")
    (found,) = json.loads(lode(*asked, "--json", **where).stdout)
    assert found["next_allowed_at"] == again
    assert found["next_allowed_local"] == [
        {"time_zone": "America/New_York", "at": local.isoformat()}
    ]
    assert found["time_zones"] == ["America/New_York"]


def test_a_channel_that_does_not_go_there_is_a_sentence(people: Settings, lode: Command) -> None:
    where = environment(people)
    for contact, channel, sentence in (
        (("--phone", SHARED), "email", "The channel email does not go to a telephone number: say"),
        (("--email", "a@example.com"), "sms", "The channel sms does not go to a mailbox: say"),
        (("--phone", SHARED), "fax", "--channel needs one of call, sms, email, mail"),
    ):
        done = lode("comply", "explain", *contact, "--channel", channel, **where)
        assert (done.returncode, done.stdout) == (1, "")
        assert sentence in one_sentence(done)
    query = (
        "select golden_person_id from golden_persons where golden_person_id not in"
        " (select golden_person_id from contact_points where channel = 'email') limit 1"
    )
    ((person,),) = table_rows(people, "marts", query)
    done = lode("comply", "explain", "--person", str(person), "--channel", "email", **where)
    said = f"Person {person} had no contact point for email then."
    assert (done.returncode, done.stdout.strip()) == (0, said)


def test_verdicts_of_a_past_day_are_those_of_explain(people: Settings) -> None:
    ((person,),) = table_rows(people, "canonical", "select min(person_id) from touchpoints")
    day = (utc_moment(None, "") - timedelta(days=1)).date()
    asked = {"person": int(str(person)), "day": day.isoformat()}
    job_kinds.find("person_explain").check(asked)
    said = job_kinds.find("person_explain").run(Work(people, asked, "local:ops", LiveTeller()))
    at = datetime(day.year, day.month, day.day, 23, 59, 59, 999_999)
    verdicts = explain_person(people, int(str(person)), at, CHANNELS, with_hours=False)
    assert (said.facts["at"], said.facts["with_hours"]) == (at.isoformat(), False)
    ((since,),) = table_rows(people, "canonical", "select kept_since from identity_kept_since")
    assert {one.identity_at for one in verdicts} == {since}, "it was built after that day"
    assert f"Who is who is kept since {since:%Y-%m-%d %H:%M} UTC" in said.message
    assert [(one["channel"], one["is_allowed"]) for one in said.facts["verdicts"]] == [
        (one.channel, one.is_allowed) for one in verdicts
    ]
    assert [[why["code"] for why in one["reasons"]] for one in said.facts["verdicts"]] == [
        [why.code for why in one.reasons] for one in verdicts
    ]
    for one in verdicts:
        assert one.contact.value not in json.dumps(said.facts)
    for wrong, sentence in (
        ({"person": 1, "day": "soon"}, "A day is written like"),
        ({"person": 1, "day": "1999-01-01"}, "known from 2000-01-01 on"),
        ({"person": 0, "day": "2026-01-01"}, "not the id of a person"),
    ):
        with pytest.raises(LodeError, match=sentence):
            job_kinds.find("person_explain").check(wrong)


def test_verdicts_of_today_are_those_of_now_by_the_hours(people: Settings) -> None:
    query = "select golden_person_id from contactability where is_call_allowed order by 1"
    now = utc_moment(None, "")
    # Tests before this one may have written requests down: the mart is of the run.
    person = next(
        int(str(one))
        for (one,) in table_rows(people, "marts", query)
        if any(said.is_free for said in explain_person(people, int(str(one)), now, ("call",)))
    )
    asked = {"person": person, "day": utc_moment(None, "").date().isoformat()}
    said = job_kinds.find("person_explain").run(Work(people, asked, "local:ops", LiveTeller()))
    at = datetime.fromisoformat(said.facts["at"])
    assert utc_moment(None, "") - at < timedelta(minutes=5)
    assert said.message.startswith("Now ")
    verdicts = explain_person(people, person, at, CHANNELS)
    assert [
        (one["is_allowed"], one["next_allowed_at"], one["next_allowed_local"])
        for one in said.facts["verdicts"]
    ] == [
        (one.is_allowed, one.next_allowed_at and one.next_allowed_at.isoformat(timespec="seconds"),
         local_words(one.next_allowed_at, one.time_zones))
        for one in verdicts
    ]  # fmt: skip
    assert any(one["next_allowed_local"] for one in said.facts["verdicts"])


def test_no_list_leaves_while_a_do_not_call_list_is_loaded(
    people: Settings, tmp_path: Path
) -> None:
    """Killed in its midst, a load keeps exports back until the list is loaded again."""
    file, day = tmp_path / "state.txt", utc_moment(None, "").date()
    file.write_text("".join(f"2025550{number:03d}\n" for number in range(30)))
    place = ("loaders.dnc.versions:note_chunk", 2, "after")
    run_until_killed(DNC_SCRIPT, people, str(file), day.isoformat(), *place)
    out = tmp_path / "out.csv"
    sentence = "do-not-call list state_tx is being loaded from state.txt.*`lode dnc load`"
    with pytest.raises(LodeError, match=sentence) as refused:
        export_list(people, "all_call", "call", out)
    assert "\n" not in str(refused.value)
    assert [one.name for one in tmp_path.iterdir()] == ["state.txt"]
    load_registry(file, people, DncRequest("state_tx", accessed_on=day))
    assert export_list(people, "all_call", "call", out).row_count > 0
