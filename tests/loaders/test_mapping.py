"""Fitting headers to mappings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loaders import feeds
from loaders.mapping import fit
from loaders.mapping_choice import built_ins, choose, fit_to
from loaders.mapping_file import read_mapping
from lode.errors import LodeError

SCHEMA = Path(feeds.__file__).parent / "schema.sql"


def targets(header: str, filename: str = "file.csv", name: str | None = None) -> dict[str, str]:
    names = tuple(header.split(","))
    return dict(zip(names, choose(names, filename, name=name).targets, strict=True))


def test_feeds_have_the_columns_of_the_schema() -> None:
    script = SCHEMA.read_text(encoding="utf-8")
    for feed, table in feeds.TABLES.items():
        body = re.search(rf"create table if not exists {table} \((.*?)\n\)", script, re.DOTALL)
        assert body is not None
        columns = tuple(re.findall(r"^    (\w+) text null,$", body.group(1), re.MULTILINE))
        assert columns == feeds.COLUMNS[feed]


@pytest.mark.parametrize(
    ("feed", "header"),
    [
        (
            "people",
            "first_name,last_name,company_name,address,city,county,state,zip,phone1,phone2,email",
        ),
        ("people", "First Name,Last Name,Email,Phone,Address,City,State,Zip,Lead Date"),
        ("people", "NAME,ADDR1,ADDR2,CITY,ST,ZIP+4,COUNTY,MAIL DATE"),
        ("people", "Name,Phone 1,Phone 2,Phone Type,Company,Zip,Call Date,Agent,Disposition,Notes"),
        ("people", "Email Address,First,Last,Mobile,City,State,Zip Code,Date of Birth"),
        ("people", "CustomerId,FirstName,LastName,Company,Address,City,State,Country,PostalCode"),
        ("people", "email"),
        ("touchpoints", "Email,Phone,Campaign,Type,Date,Status,Duration Seconds,Agent,Message Id"),
        ("touchpoints", "first_name,last_name,email,campaign_name,touchpoint_type,touchpoint_date"),
        ("campaigns", "Campaign Name,Type,Start Date,End Date,Budget"),
        ("opt_outs", "Email,Phone,Channel,Opted Out At,Reason"),
        ("dnc", "phone,listing_date,source"),
    ],
)
def test_headers_find_their_feed(feed: str, header: str) -> None:
    assert choose(tuple(header.split(",")), "file.csv").mapping.feed == feed


def test_all_columns_of_the_500_people_file() -> None:
    header = (
        "first_name,last_name,company_name,address,city,county,state,zip,phone1,phone2,email,web"
    )
    found = targets(header)
    assert found["address"] == "street_1"
    assert (found["phone1"], found["phone2"]) == ("phone_1", "phone_2")
    assert (found["email"], found["web"]) == ("email_1", "extra")


def test_a_fax_is_not_a_phone() -> None:
    found = targets("CustomerId,FirstName,LastName,PostalCode,Phone,Fax,Email,SupportRepId")
    assert found == {
        "CustomerId": "source_record_id",
        "FirstName": "first_name",
        "LastName": "last_name",
        "PostalCode": "zip",
        "Phone": "phone_1",
        "Fax": "extra",
        "Email": "email_1",
        "SupportRepId": "extra",
    }


def test_phones_take_their_number_or_the_next_free_place() -> None:
    plan = choose(tuple("name,home phone,phone 2,cell,work phone".split(",")), "file.csv")
    found = dict(zip(plan.header, plan.targets, strict=True))
    assert found["phone 2"] == "phone_2"
    assert (found["home phone"], found["cell"], found["work phone"]) == (
        "phone_1",
        "phone_3",
        "extra",
    )
    assert plan.constants == {"phone_3_type": "mobile"}


def test_a_column_of_types_outweighs_the_header() -> None:
    plan = choose(("name", "mobile", "phone type"), "file.csv")
    assert plan.targets == ("full_name", "phone_1", "phone_1_type")
    assert plan.constants == {}


def test_a_secondary_email_comes_second_wherever_it_stands() -> None:
    found = targets("secondary email,email,name")
    assert (found["email"], found["secondary email"]) == ("email_1", "email_2")


def test_no_column_is_filled_twice() -> None:
    for mapping in built_ins():
        aliases = [alias for names in mapping.columns.values() for alias in names]
        aliases += [alias for slots in mapping.slots for alias in slots.aliases]
        plan = fit(mapping, tuple(aliases))
        used = [target for target in plan.targets if target != "extra"]
        assert len(used) == len(set(used))
        assert len(aliases) == len(set(aliases)), mapping.name


def test_unknown_columns_are_listed_with_what_is_known() -> None:
    with pytest.raises(LodeError) as raised:
        choose(("AlbumId", "Title", "ArtistId; drop table x"), "albums.csv")
    sentence = str(raised.value)
    assert "AlbumId, Title, ArtistId; drop table x" in sentence
    assert "people" in sentence
    assert "--as" in sentence
    assert "\n" not in sentence


def test_one_known_word_is_not_enough() -> None:
    with pytest.raises(LodeError, match="no known set"):
        choose(("ArtistId", "Name"), "artists.csv")


def test_a_tie_is_settled_by_the_name_of_the_file_or_by_the_user() -> None:
    header = ("phone", "date_added")
    with pytest.raises(LodeError, match="could be dnc or people"):
        choose(header, "list.csv")
    assert choose(header, "dnc_2026.csv").mapping.name == "dnc"
    assert choose(header, "list.csv", name="people").mapping.name == "people"


def test_a_forced_mapping_must_fit() -> None:
    with pytest.raises(LodeError, match="does not fit the mapping people"):
        choose(("a", "b"), "x.csv", name="people")
    with pytest.raises(LodeError, match="There is no mapping persons"):
        choose(("a", "b"), "x.csv", name="persons")


def test_a_mapping_of_the_users_own(tmp_path: Path) -> None:
    path = tmp_path / "legacy.yml"
    path.write_text(
        "name: legacy\nversion: 3\nfeed: people\nrequires: [[last_name]]\n"
        "columns: {last_name: [Nachname], first_name: [Vorname]}\n",
        encoding="utf-8",
    )
    plan = fit_to(read_mapping(path), ("Vorname", "Nachname", "Ort"), "x.csv")
    assert plan.targets == ("first_name", "last_name", "extra")
    assert (plan.mapping.version, plan.mapping.name) == ("v3", "legacy")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [", "not well-formed YAML"),
        ("- 1", "must be a table"),
        ("name: x\nversion: 1\nfeed: people", "no requires"),
        ("name: x\nversion: 1\nfeed: pets\nrequires: []", "feed must be one of"),
        ("name: x\nversion: 1\nfeed: people\nrequires: [[shoe_size]]", "no column shoe_size"),
        ("name: x\nversion: 1\nfeed: people\nrequires: []\ncolour: red", "unknown key colour"),
        ("name: x\nversion: 1\nfeed: people\nrequires: []\ncolumns: {city: town}", "must be"),
        ("name: x\nversion: 1\nfeed: people\nrequires: 1", "requires must be lists"),
        ("name: x\nversion: 1\nfeed: people\nrequires: []\ncontract: thaw", "contract must be"),
    ],
)
def test_what_is_wrong_with_a_mapping_file_is_said(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "bad.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LodeError, match=words):
        read_mapping(path)


def test_a_mapping_file_that_is_not_there() -> None:
    with pytest.raises(LodeError, match="can't be read"):
        read_mapping(Path("nowhere.yml"))
