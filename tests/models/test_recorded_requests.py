"""Requests in the outcomes of contacts and in the statuses of a CRM: found, kept, never lifted."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from loaders.load import load_file
from loaders.replay import FULL, replay
from loaders.undo import undo
from lode.comply import contact_of, explain_contact, utc_moment
from lode.db import connect
from lode.evidence import collect
from lode.pipeline import run_pipeline
from lode.rights import Principal
from lode.settings import Settings
from lode.suppression import add_consents, consent_of
from lode.told_requests import tell_request
from tests.models.raw_rows import table_rows

pytestmark = pytest.mark.database

# An export of Pipedrive, and a company's own mapping for its custom field.
CRM = """\
ID,Name,Email,Phone,Marketing Status,Update time
1,Ann Ash,ann@example.com,512-555-0101,Unsubscribed,2026-01-05
2,Bob Birch,bob@example.com,512-555-0102,subscribed,2026-01-05
3,Cid Cole,cid@example.com,512-555-0103,archived,2026-01-05
4,Dee Dale,dee@example.com,512-555-0104,no_consent,2026-01-05
5,Eve Elm,eve@example.com,512-555-0105,Do not call!,2026-01-05
6,Flo Fir,flo@example.com,512-555-0106,,2026-01-05
7,Gus Gale,gus@example.com,512-555-0107,,2026-01-05
"""
CALLS = """\
id,phone,email,campaign,type,date,disposition
1,512-555-0102,,Spring,call,2026-01-06 16:00:00,Do Not Call
2,512-555-0104,,Spring,sms,2026-01-06 16:00:00,STOP
3,,flo@example.com,Spring,email,2026-01-06 16:00:00,unsubscribed
4,512-555-0106,,Spring,call,2026-01-06 16:00:00,Wrong number
5,512-555-0103,,Spring,call,2026-01-06 16:00:00,connected
6,512-555-0101,,Spring,call,2199-01-06 16:00:00,DO_NOT_CALL
7,512-555-0108,,Spring,call,1970-01-01 00:00:00,DNC
"""
LATE = (
    "id,phone,campaign,type,date,outcome\n1,512-555-0107,Spring,call,2026-01-06,remove from list\n"
)
PHONES, EMAILS = (
    [f"512-555-010{n}" for n in range(1, 9)],
    ["ann", "bob", "cid", "dee", "eve", "flo"],
)
# Who may not be contacted: phones by call and sms, mailboxes by e-mail, each for a request.
EXPECTED = {
    ("0101", "call"), ("0101", "sms"), ("0102", "call"), ("0102", "sms"), ("0104", "call"),
    ("0104", "sms"), ("0105", "call"), ("0105", "sms"), ("0107", "call"), ("0107", "sms"),
    ("0108", "call"), ("0108", "sms"), ("ann", "email"), ("cid", "email"), ("flo", "email"),
}  # fmt: skip


def blocked(
    settings: Settings, code: str = "OPT_OUT", does: str = "enforce"
) -> set[tuple[str, str]]:
    """Which points explain says have asked not to be contacted, and on which channel."""
    at = utc_moment(None, "") + timedelta(seconds=1)
    points = [contact_of(one, None) for one in PHONES]
    points += [contact_of(None, f"{one}@example.com") for one in EMAILS]
    return {
        (one.value[-4:] if one.kind == "phone" else one.value.split("@")[0], verdict.channel)
        for one in points
        for verdict in explain_contact(settings, one, at, ("call", "sms", "email"))
        if (code, does) in {(why.code, why.enforcement) for why in verdict.reasons}
    }


@pytest.fixture(scope="module")
def told(warehouse_module: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Three files, of which the last is undone before any run has seen it; their import ids."""
    folder, ids = tmp_path_factory.mktemp("told"), {}
    for name, text, mapping in (
        ("crm", CRM, "people"), ("calls", CALLS, "touchpoints"), ("late", LATE, "touchpoints"),
    ):  # fmt: skip
        path = folder / f"{name}.csv"
        path.write_text(text)
        ids[name] = load_file(path, warehouse_module, mapping=mapping).import_id
    undo(ids["late"], warehouse_module, by="ann", reason="wrong campaign")
    run_pipeline(warehouse_module)
    return ids


def test_dispositions_and_statuses_are_requests_and_nothing_lifts_them(
    warehouse_module: Settings, told: dict[str, str], tmp_path: Path
) -> None:
    assert blocked(warehouse_module) == EXPECTED
    assert blocked(warehouse_module, does="advise") == {("0106", "call"), ("0106", "sms")}
    opted = "select email from email_addresses where opt_out_status = 'opted_out' order by email"
    asked = [("ann@example.com",), ("cid@example.com",), ("flo@example.com",)]
    assert table_rows(warehouse_module, "canonical", opted) == asked

    # Without its column, and without the calls: as where a file is mapped anew, and undone.
    mapping = tmp_path / "mine.yml"
    mapping.write_text(
        "name: mine\nversion: 1\nfeed: people\nrequires: [[email_1]]\ncolumns:\n"
        "  full_name: [name]\n  email_1: [email]\n  phone_1: [phone]\n"
    )
    replay(told["crm"], warehouse_module, FULL, mapping_file=mapping, by="ann")
    undo(told["calls"], warehouse_module, by="ann", reason="wrong campaign")
    run_pipeline(warehouse_module)
    assert blocked(warehouse_module) == EXPECTED
    run_pipeline(warehouse_module, is_full_refresh=True)
    assert blocked(warehouse_module) == EXPECTED
    assert table_rows(warehouse_module, "canonical", opted) == asked

    pack = collect(
        warehouse_module, contact_of("512-555-0102", None), None, utc_moment(None, ""), "ann"
    )
    (said,) = pack.sections["requests_of_records"]
    assert (said["reason"], said["channel"], said["source"]) == (
        "do not call",
        "call",
        "touchpoints",
    )
    assert json.loads(pack.text)["sections"]["requests_of_records"] == [said]


def test_a_rule_that_is_flipped_counts_and_only_a_later_consent_lifts(
    warehouse_module: Settings, told: dict[str, str]
) -> None:
    assert told
    rule = "update request_statements set {} where statement = 'wrong number'"
    with connect("transformer", warehouse_module, schema="staging", autocommit=True) as connection:
        connection.query(rule.format("enforcement = 'enforce'"))
        assert blocked(warehouse_module) == EXPECTED | {("0106", "call"), ("0106", "sms")}
        connection.query(rule.format("valid_to = '2026-01-05'"))
        assert blocked(warehouse_module) == EXPECTED, "it was said a day later"
    for day in (datetime(2026, 1, 5), datetime(2026, 1, 7)):
        said = {"phone": "512-555-0102", "kind": "consent", "channel": "call",
                "happened_at": day.isoformat()}  # fmt: skip
        assert add_consents(warehouse_module, [consent_of(said)], "ann") == 1
        is_later = day.day == 7
        assert (("0102", "call") not in blocked(warehouse_module)) is is_later
    assert ("0102", "sms") in blocked(warehouse_module)


def test_what_the_dashboard_writes_down_counts_at_once(
    warehouse_module: Settings, told: dict[str, str]
) -> None:
    assert told
    contact = contact_of("512-555-0103", None)
    find = "select distinct golden_person_id from contact_points where contact_value = %s"
    ((person,),) = table_rows(warehouse_module, "marts", find, [contact.value])
    assert ("0103", "call") not in blocked(warehouse_module)
    who = Principal("op@example.com", frozenset({"operator"}))
    with connect("app", warehouse_module, schema="marts") as connection:
        tell_request(
            connection, warehouse_module, who, int(str(person)), contact.digest, ["call"], "by mail"
        )
    assert {("0103", "call"), ("0103", "sms")} <= blocked(warehouse_module)
