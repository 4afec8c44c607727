"""Suggested mappings: what is found, how sure, and that the file written is a good mapping."""

from __future__ import annotations

from pathlib import Path

from loaders.mapping import EXTRA, fit
from loaders.mapping_file import read_mapping
from loaders.suggest import suggest

Rows = list[list[str | None]]


def columns(header: tuple[str, ...], rows: Rows, feed: str | None = None) -> dict[str, str]:
    return {one.header: one.column for one in suggest(header, rows, feed).suggestions}


def test_known_names_are_certain() -> None:
    proposal = suggest(("First Name", "Last Name", "Email"), [])
    assert proposal.feed == "people"
    assert proposal.confidence == 1.0
    assert [one.column for one in proposal.suggestions] == ["first_name", "last_name", "email_1"]
    assert {one.reason for one in proposal.suggestions} == {"a known name"}


def test_misspelled_names_are_found_and_less_certain() -> None:
    proposal = suggest(("Frist Name", "Lastname", "E-mial Adress"), [])
    found = {one.header: one for one in proposal.suggestions}
    assert found["Frist Name"].column == "first_name"
    assert found["E-mial Adress"].column == "email_1"
    assert 0.7 < found["E-mial Adress"].confidence < 0.9
    assert found["E-mial Adress"].reason == "spelled like emailaddress"


def test_values_speak_where_names_do_not() -> None:
    rows: Rows = [
        ["Ann", "ann@example.com", "202-555-0100", "60614", "2024-05-06", "blue"],
        ["Bob", "bob@example.com", "(202) 555-0101", "60614-1234", "2024-05-07", "red"],
        ["Cid", None, "2025550102", None, None, "green"],
    ]
    header = ("name", "kontakt", "rufnummer", "plz", "stand", "farbe")
    assert columns(header, rows) == {
        "name": "full_name",
        "kontakt": "email_1",
        "rufnummer": "phone_1",
        "plz": "zip",
        "stand": "source_date",
        "farbe": EXTRA,
    }


def test_few_values_of_a_kind_say_nothing() -> None:
    rows: Rows = [["Ann", "ann@example.com"], ["Bob", "no mail"], ["Cid", "none"]]
    assert columns(("name", "kontakt"), rows)["kontakt"] == EXTRA


def test_no_column_is_given_twice() -> None:
    rows: Rows = [[f"p{n}@example.com"] * 4 for n in range(5)]
    found = columns(("a", "b", "c", "d"), rows, "people")
    assert found == {"a": "email_1", "b": "email_2", "c": EXTRA, "d": EXTRA}


def test_feed_can_be_forced_and_says_what_is_missing() -> None:
    proposal = suggest(("colour", "size"), [["red", "L"]], "dnc")
    assert proposal.feed == "dnc"
    assert proposal.confidence == 0.0
    assert proposal.missing == (("phone",), ("listing_date",))


def test_written_mapping_fits_as_it_was_proposed(tmp_path: Path) -> None:
    header = ("Frist Name", "kontakt", "Größe")
    proposal = suggest(header, [["Ann", "ann@example.com", "1.70"]] * 3)
    path = tmp_path / "kunden.yml"
    path.write_text(proposal.as_yaml("kunden"), encoding="utf-8")
    mapping = read_mapping(path)
    assert (mapping.name, mapping.version, mapping.feed) == ("kunden", "v1", "people")
    plan = fit(mapping, header)
    assert not plan.missing
    assert list(plan.targets) == [one.column for one in proposal.suggestions]
