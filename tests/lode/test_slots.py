"""Slots by the whole decision: what refuses one, what becomes of one, 32 processes for the last."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import Any

import pymysql
import pytest
import typer
from fights import winners

from loaders.dnc.load import DncRequest, load_registry
from lode import audit, slot_cli, slots
from lode.comply import Contact, contact_of, utc_moment
from lode.db import connect, open_connection
from lode.errors import LodeError
from lode.evidence import collect
from lode.pipeline import run_pipeline
from lode.settings import Settings
from lode.slots import Refused, Taken, Wanted, take, take_with
from lode.suppression import OptOut, add_opt_out
from tests.models.raw_rows import insert_import, table_rows

pytestmark = pytest.mark.database

ROUNDS = 20
FIRST = 10_000_000_001
SLOTS = "select count(*) from contact_reservations"
# Three people of their own, two of whom share a mailbox, and those who are fought for.
PEOPLE: list[dict[str, str | None]] = [
    {"first_name": "Ann", "last_name": "Ash", "email_1": "ann@example.com",
     "phone_1": "512-555-0101", "street_1": "12 Oak St", "city": "Austin", "state": "TX",
     "zip": "78701"},
    {"first_name": "Bob", "last_name": "Birch", "email_1": "home@example.com"},
    {"first_name": "Cid", "last_name": "Cole", "email_1": "home@example.com",
     "phone_1": "512-555-0103"},
    *({"first_name": "Dee", "last_name": f"Dale{n}", "email_1": f"dee{n}@example.org"}
      for n in range(ROUNDS)),
]  # fmt: skip


@pytest.fixture(scope="module")
def people(warehouse_module: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A warehouse after its first run; those who are fought for had two mails of three."""
    now = utc_moment(None, "")
    mails = [
        {"email": f"dee{n}@example.org", "campaign_name": "Spring", "touchpoint_type": "email",
         "touchpoint_date": f"{now - timedelta(hours=hours):%Y-%m-%d %H:%M:%S}"}
        for n in range(ROUNDS) for hours in (5, 30)
    ]  # fmt: skip
    insert_import(warehouse_module, 1, "people", PEOPLE)
    insert_import(warehouse_module, 2, "touchpoints", mails)
    path = tmp_path_factory.mktemp("registry") / "registry.txt"
    path.write_text("5125550103\n")
    load_registry(path, warehouse_module, DncRequest("national", "A-1", now.date(), area_codes=()))
    run_pipeline(warehouse_module)
    return warehouse_module


@pytest.fixture
def settings(people: Settings) -> Iterator[Settings]:
    """The same, without slots."""
    yield people
    with connect("loader", people, schema="raw", autocommit=True) as connection:
        connection.query("truncate table contact_reservations")


def mail_to(address: str, person: int | None = None, campaign: str | None = None) -> Wanted:
    return Wanted("email", contact_of(None, address), person, campaign)


def codes(answer: Taken | Refused) -> set[str]:
    """Why it was refused; empty for a slot."""
    return {one.code for one in answer.reasons} if isinstance(answer, Refused) else set()


def noon_in_texas() -> datetime:
    """Noon of a Tuesday to come, within all hours of calling there."""
    now = utc_moment(None, "")
    return (now + timedelta(days=1 + (0 - now.weekday()) % 7)).replace(hour=18, minute=0)


def test_a_slot_is_held_used_or_given_back(settings: Settings) -> None:
    wanted = mail_to("ann@example.com", campaign="spring")
    taken = [take(settings, wanted, by="dialer", minutes=5) for _ in range(3)]
    assert [codes(one) for one in taken] == [set()] * 3
    first, second, third = (one.slot.id for one in taken if isinstance(one, Taken))
    refused = take(settings, wanted, by="dialer")
    assert isinstance(refused, Refused)
    assert codes(refused) == {"FREQUENCY_CAP"}
    assert "No contact may be made: FREQUENCY_CAP: At most three e-mails" in refused.sentence()
    slots.release(settings, first)
    assert slots.use(settings, second, utc_moment(None, ""))
    again = take(settings, wanted, by="dialer")
    assert isinstance(again, Taken)
    for end in (slots.release, lambda s, n: slots.use(s, n, utc_moment(None, ""))):
        for number in (first, second, 9_999):
            with pytest.raises(LodeError, match="is not held"):
                end(settings, number)
    for moment in (datetime(2026, 1, 5), utc_moment(None, "") + timedelta(hours=1)):
        with pytest.raises(LodeError, match="--at needs a moment since then"):
            slots.use(settings, third, moment)

    pack = collect(settings, wanted.contact, None, utc_moment(None, ""), "ann")
    said = pack.sections["slots"]
    assert [(one["campaign"], one["reserved_by"], one["person_id"]) for one in said] == [
        ("spring", "dialer", FIRST)
    ] * 4
    assert [bool(one["used_at"]) for one in said] == [False, True, False, False]
    entries = [(one["event"], one["subject"]) for one in pack.sections["audit_entries"]]
    assert entries == [
        *(("slot.take", f"slot {number}") for number in (first, second, third)),
        ("slot.release", f"slot {first}"), ("slot.use", f"slot {second}"),
        ("slot.take", f"slot {again.slot.id}"),
    ]  # fmt: skip

    before = table_rows(settings, "raw", "select * from contact_reservations order by id")
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        for statement in (
            "update contact_reservations set used_at = null",
            "update contact_reservations set expires_at = '2030-01-01' where used_at is null",
            "delete from contact_reservations",
        ):
            with pytest.raises(pymysql.MySQLError, match=r"A slot ends once|only added to"):
                connection.query(statement)
    assert table_rows(settings, "raw", "select * from contact_reservations order by id") == before


def test_an_ended_slot_counts_no_more_and_its_contact_does(settings: Settings) -> None:
    wanted, now = mail_to("ann@example.com"), utc_moment(None, "")
    past = now - timedelta(minutes=20)
    old = [take(settings, wanted, by="dialer", at=past) for _ in range(3)]
    assert codes(take(settings, wanted, by="dialer", at=past)) == {"FREQUENCY_CAP"}
    assert codes(take(settings, wanted, by="dialer")) == set()
    for one in old:
        assert isinstance(one, Taken)
        assert not slots.use(settings, one.slot.id, past + timedelta(minutes=16))
    assert codes(take(settings, wanted, by="dialer")) == {"FREQUENCY_CAP"}


def test_a_letter_goes_to_a_person_once_in_a_month(settings: Settings) -> None:
    letter = Wanted("mail", None, FIRST)
    assert codes(take(settings, letter, by="printer")) == set()
    assert codes(take(settings, letter, by="printer")) == {"FREQUENCY_CAP"}
    with pytest.raises(LodeError, match="has no postal address"):
        take(settings, Wanted("mail", None, FIRST + 1), by="printer")
    assert table_rows(settings, "raw", SLOTS) == [(1,)]


def test_a_letter_to_an_address_is_one_to_who_lives_there(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Contact("address", "12 OAK ST, Austin, TX 78701")
    monkeypatch.setattr(slot_cli, "load_settings", lambda: settings)
    slot_cli.take("mail", address="12 oak street, austin, texas 78701", by="printer")
    assert "is held until" in capsys.readouterr().out
    for again in (Wanted("mail", home, None), Wanted("mail", None, FIRST)):
        assert codes(take(settings, again, by="printer")) == {"FREQUENCY_CAP"}
    asked = "select id, contact_value, person_id from contact_reservations"
    ((number, value, person),) = table_rows(settings, "raw", asked)
    assert (value, person) == (home.value, FIRST)
    pack = collect(settings, home, None, utc_moment(None, ""), "ann")
    assert [one["slot"] for one in pack.sections["slots"]] == [number]
    slot_cli.release(int(str(number)))
    long = Contact("address", f"1 {'O' * 380} ST, Austin, TX 78701"[:400])
    assert codes(take(settings, Wanted("mail", long, None), by="printer")) == set()


def test_a_request_or_a_list_refuses_and_leaves_no_slot(settings: Settings) -> None:
    at = noon_in_texas()
    ann, cid = (Wanted("call", contact_of(f"512-555-010{n}", None), None) for n in (1, 3))
    assert codes(take(settings, ann, by="dialer", at=at)) == set()
    assert codes(take(settings, cid, by="dialer", at=at)) == {"NATIONAL_DNC"}
    add_opt_out(settings, OptOut(ann.contact, None, "sms", "call", None, utc_moment(None, "")))
    refused = take(settings, ann, by="dialer", at=at)
    assert isinstance(refused, Refused)
    assert (codes(refused), refused.next_allowed_at) == ({"OPT_OUT"}, None)
    assert table_rows(settings, "raw", SLOTS) == [(1,)]


def test_of_a_shared_mailbox_somebody_says_whom(settings: Settings) -> None:
    with pytest.raises(LodeError, match="2 persons hold it: say with --person"):
        take(settings, mail_to("home@example.com"), by="mailer")
    with pytest.raises(LodeError, match=f"Person {FIRST} does not hold it"):
        take(settings, mail_to("home@example.com", FIRST), by="mailer")
    assert codes(take(settings, mail_to("home@example.com", FIRST + 1), by="mailer")) == set()
    assert codes(take(settings, mail_to("stranger@example.net"), by="mailer")) == set()


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (Wanted("call", None, FIRST), "Only a letter goes to a person"),
        (Wanted("fax", contact_of("512-555-0101", None), None), "--channel needs call or sms"),
        (
            Wanted("call", Contact("address", "1 A ST, Waco, TX 76701"), None),
            "--channel needs mail",
        ),
        (mail_to("ann@example.com", campaign=" "), "--campaign needs 1 to 255"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(
    settings: Settings, wanted: Wanted, sentence: str
) -> None:
    with pytest.raises(LodeError, match=sentence):
        take(settings, wanted, by="dialer")


def test_the_commands_say_it_and_end_with_a_code(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(slot_cli, "load_settings", lambda: settings)
    for number in (1, 2, 3):
        slot_cli.take("email", email="ann@example.com", by="dialer", as_json=number == 1)
    said = capsys.readouterr().out
    whole, _, rest = said.partition("}\n")
    first = json.loads(whole + "}")
    assert (first["is_allowed"], first["slot"], first["reasons"]) == (True, 1, [])
    assert "Slot 2 is held until" in rest
    for as_json in (True, False):
        with pytest.raises(typer.Exit) as ended:
            slot_cli.take("email", email="ann@example.com", by="dialer", as_json=as_json)
        assert ended.value.exit_code == slot_cli.REFUSED
        said = capsys.readouterr().out
        if as_json:
            refused = json.loads(said)
            assert [one["code"] for one in refused["reasons"]] == ["FREQUENCY_CAP"]
            assert refused["next_allowed_at"].endswith("Z")
        else:
            assert said.count("\n") == 1
    slot_cli.use(1)
    slot_cli.release(2)
    assert "slot 1 is made" in capsys.readouterr().out
    with pytest.raises(LodeError, match="Name the phone, mailbox or address"):
        slot_cli.take("email")


def fight(settings: Settings, start: Barrier, won: Any, number: int) -> None:
    """Ask for the last slot of another person in every round, all at once with the others."""
    connection = open_connection("loader", settings, schema="canonical")
    for turn in range(ROUNDS):
        wanted = mail_to(f"dee{turn}@example.org")
        start.wait(120)
        answer = take_with(connection, settings, wanted, by=f"process {number}")
        assert codes(answer) <= {"FREQUENCY_CAP"}
        won[number * ROUNDS + turn] = isinstance(answer, Taken)
    connection.close()


def test_of_32_processes_exactly_one_gets_the_last_slot(settings: Settings) -> None:
    assert winners(fight, settings, ROUNDS) == [1] * ROUNDS
    query = "select count(*), count(distinct contact_value) from contact_reservations"
    assert table_rows(settings, "raw", query) == [(ROUNDS, ROUNDS)]
    entries = audit.newest(settings, ROUNDS, "slot.take", None)
    slots_there = table_rows(
        settings, "raw", "select concat('slot ', id) from contact_reservations"
    )
    assert {one.subject for one in entries} == {row[0] for row in slots_there}
