"""Facts against the audit log: every edit, each row more or less is found, and what is older."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from conftest_lode import one_sentence
from tampered_tables import columns, restore, tampered

from lode import audit, replies, slots
from lode.comply import Contact
from lode.db import connect
from lode.errors import LodeError
from lode.fact_audit import note_slot
from lode.fact_check import FACTS, adopt_facts, check_facts
from lode.fact_triggers import FACT_TRIGGERS
from lode.phone_lines import add_lines
from lode.reservations import deciding
from lode.settings import Settings
from lode.slot_triggers import SLOT_TRIGGERS
from lode.suppression import OptOut, add_consents, add_opt_out, consent_of
from tests.killed_process import environment

pytestmark = pytest.mark.database

AT = datetime(2026, 1, 5, 12)
PHONE, HOME = Contact("phone", "+12025550143"), Contact("address", "1 OAK ST, Erie, PA 16501")
TABLES = tuple(facts.table for facts in FACTS)
TRIGGERS = (*FACT_TRIGGERS, *SLOT_TRIGGERS)
# Another value of each kind of column, whatever it held.
OTHERS = {
    "bigint": "coalesce({column}, 0) + 50", "tinyint": "1 - coalesce({column}, 0)",
    "varchar": "concat('!', substr(coalesce({column}, ''), 2))",
    "char": "sha2(coalesce({column}, ''), 256)", "date": "{column} + interval 9 day",
    "datetime": "coalesce({column}, '2026-01-05') + interval 1 microsecond",
    "binary": "unhex(sha2(hex({column}), 256))",
}  # fmt: skip
ADDED = {
    "opt_out_requests": "(phone_e164, channel, origin, opted_out_at, recorded_by, recorded_at)"
    " values ('+12025550143', 'call', 'call', now(), 'ann', now())",
    "consent_records": "(phone_e164, kind, channel, happened_at, content_hash, recorded_by,"
    " recorded_at) values ('+12025550143', 'consent', 'call', now(), unhex(sha2('x', 256)), 'ann',"
    " now())",
    "reply_reviews": "(phone_e164, message, received_at, recorded_at)"
    " values ('+12025550143', 'hm', now(), now())",
    "phone_lines": "values ('+12025550143', '2026-02-01', 'landline', 'carrier', now())",
    "contact_reservations": "(channel, contact_value, reserved_by, reserved_at, expires_at)"
    " values ('call', '+12025550143', 'ann', now(), now())",
}


def slot_of(settings: Settings) -> int:
    """A slot with its entry, as `lode slot take` leaves it, of a warehouse without caps."""
    with connect("loader", settings, schema="raw") as connection, deciding(connection):
        cursor = connection.cursor()
        cursor.execute(
            "insert into contact_reservations (channel, contact_value, reserved_by, reserved_at,"
            " expires_at) values ('call', %s, 'ann', %s, %s)",
            (PHONE.value, AT, AT + timedelta(minutes=15)),
        )
        number = int(cursor.lastrowid)
        note_slot(connection, settings, number, "ann", PHONE)
        return number


def consents(*days: int) -> list[dict[str, str | None]]:
    """Purchases of some days of January."""
    return [{"kind": "purchase", "happened_at": f"2026-01-{day:02d}"} for day in days]


@pytest.fixture(scope="module")
def facts(warehouse_module: Settings) -> Settings:
    """Facts of every kind: two requests, three answers, two files of consents and lines, slots."""
    for contact in (PHONE, HOME):
        add_opt_out(warehouse_module, OptOut(contact, None, "all", "call", "no!", AT), "ann")
    for days in ((1, 2, 3), (2, 3, 4, 5)):
        add_consents(warehouse_module, [consent_of(one, PHONE) for one in consents(*days)], "ann ")
    for day in (date(2026, 1, 5), date(2026, 1, 6)):
        lines = [(PHONE.value, day, "mobile"), ("+12025550144", day, "voip")]
        assert add_lines(warehouse_module, lines, "carrier", "ann") == 2
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(replies, "ask", lambda *_: [{"meaning": replies.REVIEW}])
        waiting = [replies.take_reply(warehouse_module, PHONE, "hm", AT, "ann") for _ in range(3)]
    for (_, number), is_request in zip(waiting, (True, False), strict=False):
        assert number is not None
        replies.decide_reply(warehouse_module, number, is_request=is_request, by="bob")
    taken = [slot_of(warehouse_module) for _ in range(3)]
    slots.use(warehouse_module, taken[0], AT + timedelta(minutes=1), "ann")
    slots.release(warehouse_module, taken[1], "ann")
    return warehouse_module


def test_facts_as_they_were_written_agree(facts: Settings) -> None:
    # One request more is that of an answer; of seven consents two were there before.
    assert check_facts(facts) == 3 + 3 + 5 + 4 + 3
    adopt_facts(facts)
    assert audit.newest(facts, 1, "facts.baseline", None) == [], "nothing is older"


@pytest.mark.parametrize("table", TABLES)
def test_every_edit_and_every_row_more_or_less_is_found(facts: Settings, table: str) -> None:
    key = "id" if table != "phone_lines" else "recorded_at"
    changed = [
        f"update {table} set {column} = {OTHERS[kind].format(column=column)}"
        f" order by {key} {way} limit 1"
        for column, kind in columns(facts, table)
        for way in ("", "desc")
        # A slot ends in one way only, says the table itself.
        if (column, way) != ("released_at", "")
    ]
    removed = [f"delete from {table} order by {key} {way} limit 1" for way in ("", "desc")]
    with tampered(facts, TABLES, TRIGGERS) as cursor:
        for statement in [*changed, *removed, f"insert into {table} {ADDED[table]}"]:
            assert cursor.execute(statement) == 1, statement
            with pytest.raises(LodeError, match="Keep the server as it is") as fault:
                check_facts(facts)
            assert "\n" not in str(fault.value), statement
            restore(cursor, TABLES)
    assert check_facts(facts) == 18


def test_what_ends_without_its_entry_is_found(facts: Settings) -> None:
    with tampered(facts, TABLES, TRIGGERS) as cursor:
        for statement in (
            "update reply_reviews set is_request = 0, decided_by = 'eve', decided_at = now()"
            " where decided_at is null",
            "update reply_reviews set is_request = null, decided_by = null, decided_at = null"
            " where is_request = 0",
            "update contact_reservations set released_at = now()"
            " where used_at is null and released_at is null",
            "update contact_reservations set used_at = null where used_at is not null",
        ):
            assert cursor.execute(statement) == 1
            with pytest.raises(LodeError, match="do not agree whether it has ended"):
                check_facts(facts)
            restore(cursor, TABLES)


def test_the_command_says_what_does_not_agree(
    facts: Settings, lode: Callable[..., CompletedProcess[str]]
) -> None:
    where = environment(facts)
    said = lode("audit", "verify", **where).stdout
    assert "18 requests, consents, answers, lines and slots, each as its entry says." in said
    with tampered(facts, TABLES, TRIGGERS) as cursor:
        cursor.execute("update opt_out_requests set reason = 'yes' where id = 1")
        sentence = one_sentence(lode("audit", "verify", **where))
    assert "Request 1 is not what entry 1 of the audit log says." in sentence


def test_each_consent_of_a_file_has_the_entry_of_the_file(facts: Settings) -> None:
    entries = {
        one.subject: json.loads(one.payload)
        for one in audit.newest(facts, 100, "consent.add", None)
    }
    assert [(one["first"], one["new"]) for one in entries.values()] == [(1, 3), (6, 2)]
    assert all(one["file"].endswith(" ann") for one in entries.values())


def test_what_is_older_is_noted_once_and_compared_from_then_on(
    warehouse: Settings, tmp_path: Path
) -> None:
    with connect("loader", warehouse, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        for table in TABLES:
            cursor.execute(f"insert into {table} {ADDED[table]}")
        with pytest.raises(LodeError, match="Request 1 is in no entry of the audit log"):
            check_facts(warehouse)
        for _ in range(2):
            adopt_facts(warehouse)
        assert len(audit.newest(warehouse, 100, "facts.baseline", None)) == len(TABLES)
        assert check_facts(warehouse) == len(TABLES)
        add_opt_out(warehouse, OptOut(PHONE, None, "call", "call", None, AT), "ann")
        replies.decide_reply(warehouse, 1, is_request=False, by="bob")
        assert check_facts(warehouse) == len(TABLES) + 1
        cursor.execute(
            f"insert into consent_records {ADDED['consent_records']}".replace("'x'", "'y'")
        )
        with pytest.raises(LodeError, match="What consent_records has of before entry"):
            check_facts(warehouse)
