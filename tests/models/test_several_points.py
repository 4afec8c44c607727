"""Requests that name several mailboxes or numbers in a field: every one of them is stopped."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from loaders.load import load_file
from loaders.replay import ERRORS_ONLY, replay
from loaders.undo import undo
from lode.comply import Contact, contact_of, explain_contact, utc_moment
from lode.db import connect
from lode.errors import LodeError
from lode.evidence import collect
from lode.list_definitions import define, definition_of
from lode.list_export import export_list
from lode.pipeline import run_pipeline
from lode.settings import Settings
from lode.suppression import add_consents, consent_of
from tests.models.raw_rows import table_rows
from tests.models.rule_files import RuleFiles, without

pytestmark = pytest.mark.database

# Twelve people, each with a mailbox and a number of its own: a@example.com and 512-555-0101, …
NAMES = "abcdefghijkl"
PEOPLE = "name,email,phone\n" + "".join(
    f"{letter.upper() * 3}y {letter.upper()}sh,{letter}@example.com,512-555-01{number:02}\n"
    for number, letter in enumerate(NAMES, start=1)
)
REQUESTS = """\
email,phone,channel,reason,opt out date
a@example.com; b@example.com,,email,asked,2026-01-05
,512-555-0103 / 512-555-0104 x5,text,asked,2026-01-05
"Eey <e@example.com>, nobody@",512-555-0105 or 512-555-0105,all,asked,2026-01-05
,+44 20 7946 0018 / 512-555-0106,call,,2026-01-05
i@example.com | j@example.com,,email,,2026-01-05
"""
# The same again, and a point of the first file alone, as another file has it.
LATER = """\
email,phone,channel,reason,opt out date
a@example.com; b@example.com,,email,asked,2026-01-05
b@example.com,,email,asked,2026-01-05
,512-555-0104,text,asked,2026-01-05
"""
CRM = (
    "name,email,phone,marketing status\n"
    "Ggy Gsh,g@example.com/h@example.com,512-555-0107,unsubscribed\n"
)
CALLS = (
    "phone,email,campaign,type,date,disposition\n"
    "512-555-0109 & 512-555-0110,,Spring,call,2026-01-06 16:00:00,Do Not Call\n"
)
# Who may not be contacted, on which channels.
EXPECTED = {
    "a": {"email"}, "b": {"email"}, "0103": {"call", "sms"}, "0104": {"call", "sms"},
    "e": {"email"}, "0105": {"call", "sms"}, "0018": {"call", "sms"}, "0106": {"call", "sms"},
    "g": {"email"}, "h": {"email"}, "i": {"email"}, "j": {"email"},
    "0109": {"call", "sms"}, "0110": {"call", "sms"},
}  # fmt: skip
POINTS = [
    *(contact_of(None, f"{letter}@example.com") for letter in NAMES),
    *(contact_of(f"512-555-01{number:02}", None) for number in range(1, len(NAMES) + 1)),
    contact_of("+44 20 7946 0018", None),
]


def name(contact: str) -> str:
    return contact.split("@")[0] if "@" in contact else contact[-4:]


def explained(settings: Settings, points: list[Contact] | None = None) -> dict[str, set[str]]:
    """The channels on which each point has asked not to be contacted, as explain says."""
    at = utc_moment(None, "") + timedelta(seconds=1)
    found: dict[str, set[str]] = {}
    for point in points or POINTS:
        for verdict in explain_contact(settings, point, at, ("call", "sms", "email")):
            if "OPT_OUT" in {why.code for why in verdict.reasons if why.enforcement == "enforce"}:
                found.setdefault(name(point.value), set()).add(verdict.channel)
    return found


def shown(settings: Settings) -> dict[str, set[str]]:
    """The same, as the mart of contact points says of those that somebody holds."""
    rows = table_rows(
        settings,
        "marts",
        "select contact_value, channel from contact_points"
        " where find_in_set('OPT_OUT', replace(reasons, ' ', '')) and not is_allowed",
    )
    found: dict[str, set[str]] = {}
    for contact, channel in rows:
        found.setdefault(name(str(contact)), set()).add(str(channel))
    return found


def everything(settings: Settings) -> list[list[tuple[object, ...]]]:
    """What the warehouse says of requests, whom they are about, and of mailboxes."""
    queries = (
        ("canonical", "select * from opt_outs order by id"),
        ("canonical", "select * from opt_outs_followed order by id"),
        ("canonical", "select email, opt_out_status from email_addresses order by email"),
        ("marts", "select * from opt_out_register order by request_id"),
        (
            "staging",
            "select record_id, hex(content_hash) from stg_request_statements order by 1,2",
        ),
        ("marts", "select * from contact_points order by contact_value, channel"),
    )
    return [table_rows(settings, layer, query) for layer, query in queries]


@pytest.fixture(scope="module")
def asked(warehouse_module: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """People in a first run, then the files that say no; their import ids."""
    folder, ids = tmp_path_factory.mktemp("asked"), {}
    for file, text, mapping in (
        ("people", PEOPLE, "people"), ("requests", REQUESTS, "opt_outs"),
        ("crm", CRM, "people"), ("calls", CALLS, "touchpoints"),
    ):  # fmt: skip
        path = folder / f"{file}.csv"
        path.write_text(text)
        ids[file] = load_file(path, warehouse_module, mapping=mapping).import_id
        if file == "people":
            run_pipeline(warehouse_module)
    run_pipeline(warehouse_module)
    return ids


def test_every_point_is_stopped_as_its_row_says(
    warehouse_module: Settings, asked: dict[str, str], tmp_path: Path
) -> None:
    assert asked
    assert explained(warehouse_module) == EXPECTED
    held = {point: channels for point, channels in EXPECTED.items() if point != "0018"}
    assert shown(warehouse_module) == held
    opted = "select distinct email from email_addresses where opt_out_status = 'opted_out'"
    emails = table_rows(warehouse_module, "canonical", opted)
    assert {name(str(email)) for (email,) in emails} == set("abeghij")

    # A second mailbox, the channel, reason and moment of its row.
    said = (
        "select email, phone_e164, channel, reason, date(opted_out_at) = '2026-01-05', id >= 15e18"
        " from opt_outs where import_seq = 2 order by id"
    )
    requests = table_rows(warehouse_module, "canonical", said)
    assert set(requests) == {
        ("a@example.com", None, "email", "asked", 1, 0),
        ("b@example.com", None, "email", "asked", 1, 1),
        (None, "+15125550103", "sms", "asked", 1, 0),
        (None, "+15125550104", "sms", "asked", 1, 1),
        ("e@example.com", "+15125550105", "all", "asked", 1, 0),
        (None, "+442079460018", "call", None, 1, 0),
        (None, "+15125550106", "call", None, 1, 1),
        ("i@example.com", None, "email", None, 1, 0),
        ("j@example.com", None, "email", None, 1, 1),
    }
    assert len(requests) == 9

    define(warehouse_module, "mail", definition_of("email", (), (), ()), "ann")
    path = tmp_path / "mail.csv"
    export_list(warehouse_module, "mail", "email", path, by="ann")
    text = path.read_text()
    assert "c@example.com" in text
    assert not any(f"{letter}@example.com" in text for letter in "abeghij")
    pack = collect(
        warehouse_module, contact_of(None, "b@example.com"), None, utc_moment(None, ""), "ann"
    )
    (found,) = pack.sections["requests_of_records"]
    assert (found["source"], found["reason"], found["channel"]) == ("opt_outs", "asked", "email")


def test_what_can_not_be_read_is_an_error_of_its_record(
    warehouse_module: Settings, asked: dict[str, str]
) -> None:
    assert asked
    problems = (
        "select `row_number`, error_number, severity from import_validation_log"
        " where import_seq = 2 order by 1, 2"
    )
    assert table_rows(warehouse_module, "staging", problems) == [(3, 122, "error")]


def test_a_later_file_repeats_and_nothing_lifts(
    warehouse_module: Settings, asked: dict[str, str], tmp_path: Path
) -> None:
    before = everything(warehouse_module)
    path = tmp_path / "later.csv"
    path.write_text(LATER)
    later = load_file(path, warehouse_module, mapping="opt_outs")
    run_pipeline(warehouse_module)
    count = "select count(*), count(distinct email, channel), min(id) from opt_outs where {}"
    for condition in ("email = 'b@example.com'", "phone_e164 = '+15125550104'"):
        rows = table_rows(warehouse_module, "canonical", count.format(condition))
        assert rows[0][0] == 1, "the same request in two files is one"
    assert explained(warehouse_module) == EXPECTED

    # With the first record of the later file alone it would be the request of before.
    counts = "select unchanged_count, inserted_count from import_metadata where import_id = %s"
    assert table_rows(warehouse_module, "raw", counts, [later.import_id]) == [(1, 2)]
    with pytest.raises(LodeError, match="undoing it would lift that"):
        undo(asked["requests"], warehouse_module, by="ann")
    replay(asked["requests"], warehouse_module, ERRORS_ONLY, by="ann")
    undo(asked["crm"], warehouse_module, by="ann", reason="wrong file")
    run_pipeline(warehouse_module)
    assert explained(warehouse_module) == EXPECTED
    grown = everything(warehouse_module)
    assert grown[4][: len(before[4])] == before[4]

    run_pipeline(warehouse_module, is_full_refresh=True)
    assert everything(warehouse_module) == grown, "increments are what a full refresh gives"
    assert explained(warehouse_module) == EXPECTED


def test_a_warehouse_from_before_looks_at_all_its_files_again(
    warehouse_module: Settings, asked: dict[str, str], tmp_path: Path
) -> None:
    """As one whose seed has not had the row yet: the next run finds what the files name."""
    assert asked
    rules = RuleFiles(tmp_path / "project", warehouse_module)
    rules.change({"request_statements": without("source", "opt_outs")})
    with connect("transformer", warehouse_module, schema="staging", autocommit=True) as connection:
        connection.query("delete from stg_request_statements where source = 'opt_outs'")
        connection.select_db(warehouse_module.schema("canonical"))
        connection.query("update decided_facts set rules_hash = 'of before'")
        status = "update email_addresses set opt_out_status = '{}' where email = 'j@example.com'"
        connection.query(status.format("active"))
    for marker in (warehouse_module.home / "dbt").glob(f"seeds-*-{warehouse_module.prefix}.sha256"):
        marker.unlink()
    assert "0106" not in explained(warehouse_module)
    before = utc_moment(None, "")
    run_pipeline(warehouse_module)
    assert explained(warehouse_module)["0106"] == {"call", "sms"}
    assert shown(warehouse_module)["0106"] == {"call", "sms"}
    again = "select opt_out_status from email_addresses where email = 'j@example.com'"
    assert set(table_rows(warehouse_module, "canonical", again)) == {("opted_out",)}
    (call, _) = explain_contact(warehouse_module, POINTS[len(NAMES) + 5], before, ("call", "sms"))
    assert "OPT_OUT" not in {why.code for why in call.reasons}, "as it was decided then"


def test_only_a_consent_of_its_own_lifts_a_further_point(
    warehouse_module: Settings, asked: dict[str, str]
) -> None:
    assert asked
    said = {"kind": "consent", "channel": "email", "happened_at": "2026-01-07"}
    with pytest.raises(LodeError, match="--email needs one mail address"):
        consent_of({**said, "email": "a@example.com;b@example.com"})
    assert add_consents(warehouse_module, [consent_of({**said, "email": "a@example.com"})]) == 1
    assert explained(warehouse_module) == {
        point: channels for point, channels in EXPECTED.items() if point != "a"
    }
    assert add_consents(warehouse_module, [consent_of({**said, "email": "b@example.com"})]) == 1
    assert "b" not in explained(warehouse_module)


@pytest.mark.parametrize(
    ("phone", "email"),
    [
        ("202-555-0101 / 202-555-0102", None), ("2025550101 2025550102", None),
        ("202-555-0101; 202-555-0102", None), (None, "a@example.com; b@example.com"),
        (None, "a@example.com;b"), (None, "Ann <a@example.com>"), (None, "a@example.com,"),
    ],
)  # fmt: skip
def test_what_somebody_types_is_one(phone: str | None, email: str | None) -> None:
    """Nothing is written down before, so that no half of it is."""
    with pytest.raises(LodeError, match=r"needs one (telephone number|mail address|number of ten)"):
        contact_of(phone, email)
