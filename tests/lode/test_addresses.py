"""A postal address as a question and as a fact: found as it is spelled, asked about, never lost."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from conftest_lode import one_sentence

from loaders.load import load_file
from lode.addresses import address_contact, address_contacts
from lode.comply import Contact, explain_contact, utc_moment
from lode.evidence import collect
from lode.list_definitions import define, definition_of
from lode.list_export import export_list
from lode.pipeline import run_pipeline
from lode.settings import Settings
from lode.suppression import OptOut, add_consents, add_opt_out, consent_of, consents_in
from tests.killed_process import environment
from tests.models.raw_rows import table_rows

pytestmark = pytest.mark.database

Command = Callable[..., subprocess.CompletedProcess[str]]
HEADER = "first name,last name,street,unit,city,state,zip,country,contact status\n"
# Raw addresses of people, each in columns: street, unit, city, state, ZIP, country.
HOMES = (
    ("12 North Oak Street", "Apartment 4", "AUSTIN", "texas", "78701-1234", ""),
    ("100 North Avenue", "", "El Paso", "TX", "79901", "USA"),
    ("P.O. Box 12", "", "Saint Paul", "Minn.", "55101", ""),
    ("123 1/2 S.W. Main Street North", "#54", "New York", "NY", "10001", ""),
    ("18 Oak Street", "", "", "", "78702", ""),
    ("19 Oak Street", "Rear", "Waco", "TX", "", ""),
    ("1 Main Street West", "Suite 400", "Toronto", "Ontario", "M5V2T6", "Canada"),
    ("5 Elm Road", "Unit B", "Winston-Salem", "N. Carolina", "27101", ""),
    ("21 Baker Street", "", "London", "", "NW1 6XE", "United Kingdom"),
    ("7 County Road 12", "", "Fort Worth", "TX", "76101", ""),
)
# What no letter can be sent to.
UNKNOWN = (
    "", "Austin", "12 Oak St Austin TX 78701", "12 Oak St, Suite 400", "78701", ", , ,",
    "Austin, TX 78701", "New York, 10001", "x" * 1_500,
)  # fmt: skip


def spoken(street: str, unit: str, city: str, state: str, code: str, country: str) -> list[str]:
    """An address in one line as people write it: with and without commas, and on several lines."""
    place = " ".join(part for part in (state, code) if part)
    parts = [part for part in (street, unit, city, place, country) if part]
    apart = [part for part in (street, unit, city, state, code, country) if part]
    said = [", ".join(parts), "\n".join(parts), " ,".join(parts).lower() + ",", "; ".join(apart)]
    if unit:
        said.append(", ".join([f"{street} {unit}", *parts[2:]]))
    if len(state) == 2 and city:
        last = [f"{city} {place}", *([country] if country else [])]
        said.append(", ".join([street, *([unit] if unit else []), *last]))
    return said


@pytest.fixture(scope="module")
def people(warehouse_module: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One person at each of the homes, after a first run; one of them asked for no letters."""
    folder = tmp_path_factory.mktemp("people")
    lines = [
        ",".join([f"Ann{chr(97 + place)}", f"Ash{chr(97 + place)}", *home, ""])
        for place, home in enumerate(HOMES)
    ]
    # A list of a CRM that knows a name and an address, and nothing else to hold on to.
    lines.append("Zoe,Zink,77 Pine Street,,Austin,TX,78701,,do not mail")
    path = folder / "people.csv"
    path.write_text(HEADER + "\n".join(lines) + "\n")
    load_file(path, warehouse_module, mapping="people")
    run_pipeline(warehouse_module)
    return warehouse_module


def held(settings: Settings) -> list[str]:
    """The addresses that contact points hold, in the order of the homes."""
    query = "select contact_value from int_golden_contacts where contact_kind = 'address' order by"
    rows = table_rows(settings, "canonical", f"{query} golden_person_id")
    return [str(value) for (value,) in rows]


def mail(settings: Settings, contact: Contact, at: datetime | None = None) -> set[str]:
    """What stands against a letter to an address."""
    (verdict,) = explain_contact(settings, contact, at or utc_moment(None, ""), ("mail",))
    return {why.code for why in verdict.reasons if why.enforcement == "enforce"}


def test_an_address_is_spelled_as_contact_points_hold_it(people: Settings) -> None:
    for home, value in zip(HOMES, held(people), strict=False):
        for line in (*spoken(*home), value, f"{value} ".upper()):
            assert address_contacts(people, [line]) == [Contact("address", value)], line
    assert held(people)[0] == "12 N OAK ST, APT 4, Austin, TX 78701"
    assert address_contacts(people, UNKNOWN) == [None] * len(UNKNOWN)
    assert address_contacts(people, []) == []
    # What nobody holds is spelled by the same rules, and each line keeps its place.
    found = address_contacts(people, ["9 Low Lane, Reno, NV 89501", "?", "9 LOW LN, Reno NV 89501"])
    assert found == [Contact("address", "9 LOW LN, Reno, NV 89501"), None, found[0]]


def test_a_request_holds_for_who_is_known_and_who_comes_later(
    people: Settings, tmp_path: Path
) -> None:
    here = address_contact(people, ", ".join(part for part in HOMES[1] if part))
    later = address_contact(people, "404 Late Street, Unit 9, Dallas, Texas 75201")
    assert mail(people, here) == mail(people, later) == set()
    path = tmp_path / "opt_outs.csv"
    path.write_text(
        "street,unit,city,state,zip,channel,reason,opt out date\n"
        "404 Late Street,# 9,Dallas,Texas,75201-1234,mail,moved,2062-01-05\n"
        '"405 Late Street, Dallas, TX 75201",,,,,postal,no more,2020-01-05\n'
        "406 Late Street,,,,,mail,which town,\n"
    )
    done = load_file(path, people, mapping="opt_outs")
    add_opt_out(people, OptOut(here, None, "mail", "letter", None, utc_moment(None, "")))
    assert mail(people, here) == {"OPT_OUT"}, "at once"
    run_pipeline(people)
    query = "select count(*) from stg_opt_outs where address is not null and import_seq = %s"
    imports = "select id, rejected_count from import_metadata where import_id = %s"
    ((number, rejected),) = table_rows(people, "raw", imports, [done.import_id])
    assert (table_rows(people, "staging", query, [number]), rejected) == ([(2,)], 1)
    said = "select opted_out_at = known_at from stg_opt_outs where import_seq = %s order by 1"
    dated = table_rows(people, "staging", f"{said} limit 2", [number])
    assert dated == [(0,), (1,)], "a date to come is that of the upload"
    one_line = address_contact(people, "405 Late St, Dallas, TX 75201")
    assert mail(people, one_line) == {"OPT_OUT"}

    # A unit without its word is another spelling of it.
    asked = address_contact(people, "404 Late St # 9, Dallas, TX 75201")
    assert mail(people, asked) == {"OPT_OUT"}
    arrived = tmp_path / "late.csv"
    arrived.write_text(
        HEADER
        + "Lea,Late,404 Late St,# 9,Dallas,TX,75201,,\nBea,Best,3 Late St,,Dallas,TX,75201,,\n"
    )
    load_file(arrived, people, mapping="people")
    run_pipeline(people)
    marts = "select contact_value, is_allowed, reasons from contact_points where channel = 'mail'"
    found = {row[0]: row[1:] for row in table_rows(people, "marts", marts)}
    assert found[asked.value] == found[here.value] == (0, "OPT_OUT")
    assert found["3 LATE ST, Dallas, TX 75201"] == (1, "")
    register = "select distinct contact_kind from opt_out_register where contact_value = %s"
    assert table_rows(people, "marts", register, [asked.value]) == [("address",)]
    assert found["77 PINE ST, Austin, TX 78701"] == (0, "OPT_OUT"), "as the CRM had it"

    define(people, "letters", definition_of("mail", (), (), ()), "ann")
    export = export_list(people, "letters", "mail", tmp_path / "letters.csv", by="ann")
    text = (tmp_path / "letters.csv").read_text()
    assert "3 LATE ST" in text
    assert not any(value in text for value in (asked.value, here.value, "77 PINE ST"))
    assert export.waterfall["OPT_OUT"] == 3
    for reader, table in (("marts", "person_events"), ("canonical", "opt_outs")):
        shown = {"person_events": "contact_value", "opt_outs": "address"}[table]
        query = f"select count(*) from {table} where {shown} = %s"
        assert table_rows(people, reader, query, [here.value]) == [(1,)], table


def test_only_a_later_consent_for_letters_lifts_it(people: Settings, tmp_path: Path) -> None:
    home = address_contact(people, ", ".join(part for part in HOMES[3] if part))
    asked = utc_moment(None, "") - timedelta(days=2)
    add_opt_out(people, OptOut(home, None, "all", "letter", "no more", asked))
    said = {"kind": "consent", "channel": "mail", "happened_at": (asked.date()).isoformat()}
    before = {**said, "happened_at": (asked - timedelta(days=1)).isoformat()}
    assert add_consents(people, [consent_of(before, home)]) == 1
    assert mail(people, home) == {"OPT_OUT"}
    path = tmp_path / "consents.csv"
    day = (asked + timedelta(days=1)).isoformat()
    line = ", ".join(part for part in HOMES[3] if part).lower()
    path.write_text(
        "phone,address,kind,channel,happened_at\n"
        f'512-555-0177,,consent,call,{day}\n,"{line}",consent,mail,{day}\n'
    )
    assert add_consents(people, consents_in(path, people)) == 2
    assert add_consents(people, consents_in(path, people)) == 0
    assert mail(people, home) == set()
    assert mail(people, home, asked + timedelta(hours=1)) == set(), "known by nobody then"
    # The file has one entry, under its first record.
    pack = collect(people, home, None, utc_moment(None, ""), "ann")
    entries = [one for one in pack.sections["audit_entries"] if one["event"] == "consent.add"]
    numbers = [one["record"] for one in pack.sections["consents"]]
    assert [one["subject"] for one in entries] == [
        f"consent {numbers[0]}", f"consent {numbers[1] - 1}"
    ]  # fmt: skip


def test_the_commands_take_an_address(people: Settings, lode: Command, tmp_path: Path) -> None:
    where = environment(people)
    home = "5 elm rd unit b, winston-salem, nc 27101"
    value = "5 ELM RD, UNIT B, Winston-Salem, NC 27101"
    done = lode("comply", "explain", "--address", home, **where)
    assert done.stdout.startswith(f"{value} mail: allowed at "), done.stderr
    written = lode("optout", "add", "--address", home, "--channel", "mail", **where)
    assert "is written down: no mail contact from now on" in written.stdout, written.stderr
    (said,) = json.loads(lode("comply", "explain", "--address", home, "--json", **where).stdout)
    assert (said["contact"], said["is_allowed"]) == (value, False)
    assert [why["code"] for why in said["reasons"]] == ["OPT_OUT"]
    out = tmp_path / "pack.json"
    lode("evidence", "--address", home, "--out", str(out), **where)
    pack = json.loads(out.read_text())
    (request,) = pack["sections"]["requests"]
    assert (request["address"], pack["contacts"][0]["kind"]) == (value, "address")
    entries = pack["sections"]["audit_entries"]
    (logged,) = (one["payload"] for one in entries if one["event"] == "request.add")
    assert "ELM" not in logged
    given = ("--address", home, "--channel", "mail", "--at", "2026-01-05")
    assert "written down" in lode("consent", "add", *given, **where).stdout
    for arguments, sentence in (
        (("comply", "explain", "--address", "12 Oak St"), "--address needs street, city, state"),
        (("optout", "add", "--address", "Austin"), "--address needs street, city, state"),
        (("comply", "explain", "--address", home, "--channel", "sms"), "to a postal address: say"),
        (("evidence", "--address", home, "--person", "1"), "Give one of --phone"),
    ):
        assert sentence in one_sentence(lode(*arguments, **where))
    bad = tmp_path / "bad.csv"
    bad.write_text("address,kind,channel,happened_at\nnowhere,consent,mail,2026-01-05\n")
    assert "bad.csv, line 2: address needs" in one_sentence(
        lode("consent", "load", str(bad), **where)
    )


def test_what_left_for_an_address_is_decided_again_in_its_pack(
    people: Settings, tmp_path: Path
) -> None:
    define(people, "again", definition_of("mail", (), (), ()), "ann")
    export_list(people, "again", "mail", tmp_path / "again.csv", by="ann")
    home = address_contact(people, ", ".join(part for part in HOMES[0] if part))
    pack = collect(people, home, None, utc_moment(None, ""), "ann")
    assert [one["decision"][0]["is_allowed"] for one in pack.sections["exports"]][-1:] == [True]
