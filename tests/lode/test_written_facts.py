"""Requests, consents, answers and lines: only added to, each with its entry in the audit log."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pymysql
import pytest

from lode import audit, replies
from lode.comply import Contact
from lode.db import connect
from lode.errors import LodeError
from lode.phone_lines import add_lines
from lode.settings import Settings
from lode.suppression import OptOut, add_consents, add_opt_out, consent_of
from tests.models.raw_rows import table_rows

pytestmark = pytest.mark.database

PHONE, EMAIL = Contact("phone", "+12025550143"), Contact("email", "jane@example.com")
MASKED = {"phone": "+1••••••••43", "email": "j•••@e•••.com"}
AT = datetime(2026, 1, 5, 12)
TABLES = ("opt_out_requests", "consent_records", "reply_reviews", "phone_lines")
REFUSED = (
    ("update opt_out_requests set channel = 'mail'", "none is changed"),
    ("delete from opt_out_requests", "none is deleted"),
    ("update consent_records set expires_at = '2030-01-01'", "none is changed"),
    ("delete from consent_records", "none is deleted"),
    ("update phone_lines set line_type = 'landline'", "none is changed"),
    ("delete from phone_lines", "none is deleted"),
    ("replace into phone_lines select phone_e164, effective_on, 'voip', source, recorded_at from"
     " (select * from phone_lines) as lines_there", "none is deleted"),
    ("delete from reply_reviews", "none is deleted"),
    ("update reply_reviews set message = 'yes' where decided_at is null", "once and not changed"),
    ("update reply_reviews set decided_by = 'bob' where decided_at is null", "once and not"),
    ("update reply_reviews set decided_at = null where decided_at is not null", "once and not"),
    ("update reply_reviews set is_request = 1 where decided_at is not null", "once and not"),
    ("insert into reply_reviews (phone_e164, message, received_at, recorded_at, decided_at) values"
     " ('+12025550143', 'no', '2026-01-05', '2026-01-05', '2026-01-05')", "waits when"),
)  # fmt: skip


def stored(settings: Settings) -> list[object]:
    return [table_rows(settings, "raw", f"select * from {table} order by 1, 2") for table in TABLES]


def log(settings: Settings) -> list[tuple[str, str, str, dict[str, Any]]]:
    """What the audit log says, oldest first, but for digests, which lode.fact_check compares."""
    return [
        (one.event, one.subject, one.actor,
         {name: said for name, said in json.loads(one.payload).items()
          if name not in ("row", "file")})
        for one in audit.newest(settings, 1_000, None, None)
    ]  # fmt: skip


@pytest.fixture
def unclear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer is unclear: its meaning is the macro's, which other tests ask."""
    monkeypatch.setattr(replies, "ask", lambda *_: [{"meaning": replies.REVIEW}])


def answered(settings: Settings, text: str) -> int:
    _, number = replies.take_reply(settings, PHONE, text, AT, "ann")
    assert number is not None
    return number


@pytest.mark.usefixtures("unclear")
def test_what_was_written_down_stays_and_is_in_the_log(warehouse_module: Settings) -> None:
    first = add_opt_out(warehouse_module, OptOut(PHONE, None, "call", "call", "no!", AT), "ann")
    said = {"email": EMAIL.value, "kind": "consent", "channel": "email", "happened_at": str(AT)}
    more = {**said, "kind": "purchase", "channel": None}
    assert add_consents(warehouse_module, [consent_of(said)], "ann") == 1
    assert add_consents(warehouse_module, [consent_of(one) for one in (said, more)], "bob") == 1
    lines = [(PHONE.value, date(2026, 1, 5), "mobile")]
    assert add_lines(warehouse_module, lines, "carrier", "ann") == 1
    entries = len(log(warehouse_module))
    assert add_lines(warehouse_module, lines, "carrier", "ann") == 0
    assert add_consents(warehouse_module, [consent_of(said)], "ann") == 0
    assert len(log(warehouse_module)) == entries, "what was there has no entry again"
    waits, ends, none = (answered(warehouse_module, text) for text in ("hm", "go", "who?"))
    replies.decide_reply(warehouse_module, ends, is_request=True, by="bob")
    replies.decide_reply(warehouse_module, none, is_request=False, by="bob")

    ((second,),) = table_rows(warehouse_module, "raw", "select max(id) from opt_out_requests")
    asked = {"person": None, "opted_out_at": "2026-01-05T12:00:00", "contact": MASKED["phone"]}
    waiting = {"contact": MASKED["phone"], "received_at": "2026-01-05T12:00:00"}
    assert log(warehouse_module) == [
        ("request.add", f"request {first}", "ann", {**asked, "channel": "call", "origin": "call"}),
        ("consent.add", "consent 1", "ann", {
            "given": 1, "new": 1, "first": 1, "last": 1, "kinds": ["consent"],
            "contact": MASKED["email"]}),
        ("consent.add", "consent 3", "bob", {
            "given": 2, "new": 1, "first": 3, "last": 3, "kinds": ["consent", "purchase"],
            "contact": None}),
        ("lines.add", "feed carrier", "ann", {"given": 1, "new": 1}),
        *(("reply.wait", f"answer {one}", "ann", waiting) for one in (waits, ends, none)),
        ("request.add", f"request {second}", "bob", {
            **asked, "channel": "sms", "origin": "text", "answer": ends}),
        ("reply.decide", f"answer {ends}", "bob", {"is_request": True, "request": second}),
        ("reply.decide", f"answer {none}", "bob", {"is_request": False, "request": None}),
    ]  # fmt: skip

    before = stored(warehouse_module)
    assert all(before)
    with connect("loader", warehouse_module, schema="raw", autocommit=True) as connection:
        for statement, sentence in REFUSED:
            with pytest.raises(pymysql.MySQLError, match=sentence):
                connection.cursor().execute(statement)
    assert stored(warehouse_module) == before


@pytest.mark.usefixtures("unclear")
def test_without_its_entry_nothing_is_written_down(
    warehouse_module: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a command dies before its entry: neither of both is there."""
    waiting = answered(warehouse_module, "hm")
    before, entries = stored(warehouse_module), len(log(warehouse_module))
    said = {"phone": PHONE.value, "kind": "inquiry", "happened_at": "2026-01-09"}
    request = OptOut(PHONE, None, "sms", "letter", None, AT)
    steps: tuple[Callable[[], object], ...] = (
        lambda: add_opt_out(warehouse_module, request, "ann"),
        lambda: add_consents(warehouse_module, [consent_of(said)], "ann"),
        lambda: add_lines(warehouse_module, [(PHONE.value, date(2026, 1, 9), "voip")], "x", "ann"),
        lambda: answered(warehouse_module, "who"),
        lambda: replies.decide_reply(warehouse_module, waiting, is_request=True, by="ann"),
        lambda: replies.decide_reply(warehouse_module, waiting, is_request=False, by="ann"),
    )
    with monkeypatch.context() as broken:
        broken.setattr(audit, "MAXIMUM_PAYLOAD_CHARACTERS", 1)
        for step in steps:
            with pytest.raises(LodeError, match="audit entry needs"):
                step()
    for who in (" ", "a" * 129):
        with pytest.raises(LodeError, match="--by needs a name"):
            add_opt_out(warehouse_module, request, who)
    assert (stored(warehouse_module), len(log(warehouse_module))) == (before, entries)
