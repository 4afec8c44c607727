"""The export gate and the evidence: what leaves is what the decision allows, and can be proved.

Both read the same warehouse of random people, which is built once.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import export_people
import pytest
from export_people import ABROAD, ASKED, FORMULA, PEOPLE, SHARED

from lode import evidence_cli, job_kinds, jobs, list_gate, list_validity, risk_cli
from lode.audit import newest as newest_entries
from lode.audit import verify_log
from lode.comply import contact_of, explain_contact, utc_moment
from lode.db import connect
from lode.dbt import DbtResult
from lode.errors import BusyError, LodeError
from lode.evidence import collect
from lode.job_kinds import Work
from lode.list_definitions import define, definition_of
from lode.list_export import export_list
from lode.list_files import export_file, make_folder
from lode.list_gate import points_of
from lode.list_validity import validity_at
from lode.pipeline import one_run_at_a_time
from lode.rights import Principal
from lode.settings import Settings
from lode.suppression import OptOut, add_opt_out
from lode.worker import LiveTeller, work
from tests.killed_process import run_until_killed
from tests.models.raw_rows import insert_import, table_rows

pytestmark = pytest.mark.database

SCRIPT = Path(__file__).parent / "killed_export.py"
MART = (
    "select contact_value, group_concat(distinct nullif(reasons, '')), min(is_allowed)"
    " from contact_points where channel = %s group by contact_value"
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
    for channel in ("call", "sms", "email", "mail"):
        define(warehouse_module, f"all_{channel}", definition_of(channel, (), (), ()), "test")
    return warehouse_module


def rows_of(path: Path) -> list[dict[str, str]]:
    """The lines of an exported file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def allowed_by(people: Settings, phone: str, channel: str, at: datetime) -> tuple[bool, set[str]]:
    """What explain says of a number or mailbox: whether it may be used, and why not."""
    contact = contact_of(None, phone) if "@" in phone else contact_of(phone, None)
    (verdict,) = explain_contact(people, contact, at, (channel,))
    return verdict.is_allowed, {one.code for one in verdict.reasons if one.enforcement == "enforce"}


@pytest.mark.parametrize("channel", ["call", "sms", "email", "mail"])
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
    # Asking one by one takes its time: calls as a whole, the others in part.
    every = sorted({point.value for own in points.values() for point in own})
    asked = every[:ASKED] if channel == "call" else every[:10] if channel != "mail" else []
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda value: allowed_by(people, value, channel, done.decided_at), asked)
        assert dict(zip(asked, found, strict=True)) == {
            value: (mart[value][1], mart[value][0]) for value in asked
        }
    assert len(exported) > PEOPLE // 4
    assert len(rows) < len(golden)


def test_an_export_is_logged_with_what_it_rests_on(people: Settings, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    done = export_list(people, "all_call", "call", path, by="ann", reason="March")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    sidecar = json.loads((tmp_path / "calls.csv.json").read_text())
    (ledger,) = table_rows(people, "raw", LEDGER, [done.id])
    (entry,) = newest_entries(people, 1, "list.export", None)
    assert digest == sidecar["sha256"] == ledger[4] == json.loads(entry.payload)["sha256"]
    assert json.loads(entry.payload) == sidecar
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
    """For every number that was called: each incident is what explain says, but for the hours."""
    query = "select distinct phone_e164 from touchpoints order by 1 limit 4"
    found = [evidence_of(people, str(row[0])) for row in table_rows(people, "canonical", query)]
    assert all(one["contacts"] for one in found)
    for one in found:
        for made in one["contacts"]:
            (decision,) = made["decision"]
            against = {
                why["code"] for why in decision["reasons"] if why["enforcement"] == "enforce"
            }
            # The hours are judged of what was done: a decision is asked before, and waits for them.
            broken = {why["reason_code"] for why in made["incidents"]} - {"CALLING_WINDOW"}
            assert against == broken, made
            assert made["checksum"]
    for table, name, column in (
        ("consent_records", "consents", "phone_e164"),
        ("opt_out_requests", "requests", "phone_e164"),
        ("dnc_listings", "listings", "concat('+1', phone)"),
    ):  # fmt: skip
        counted = f"select {column}, count(*) from {table} group by {column} order by 1 limit 1"
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
    risk_cli.risk(until="2020-01-01")
    assert capsys.readouterr().out == "No contact was made against a rule.\n"
    with pytest.raises(LodeError, match="--since needs a day"):
        risk_cli.risk(since="soon")
