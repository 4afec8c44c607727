"""The files: the same bytes every time, readable in their dialect, one truth for every record."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from lode.sample import generate
from lode.sample.generation import GENERATOR_VERSION
from lode.sample.sources import FILE_NAMES, SOURCES
from lode.sample.truth import load


def _digest(directory: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(directory.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def test_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate(400, 3, tmp_path / name)
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_bytes_are_those_of_this_generator_version_on_every_python(tmp_path: Path) -> None:
    """A change here is a new sample for everyone: raise GENERATOR_VERSION with it."""
    generate(60, 1, tmp_path / "set")
    expected = {1: "914d85253c19246adf6ddcf15bac0246623f916489b05d1ff7e4593d45d57798"}
    assert _digest(tmp_path / "set") == expected[GENERATOR_VERSION]


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    generate(60, 1, tmp_path / "one")
    generate(60, -1, tmp_path / "other")
    leads = "campaign_leads_q1.csv"
    assert (tmp_path / "one" / leads).read_bytes() != (tmp_path / "other" / leads).read_bytes()


def test_a_larger_set_begins_with_the_same_households(tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    generate(100, 5, small)
    generate(200, 5, large)
    of_small = {r.person_key: r.household_key for r in load(small / "truth.csv").values()}
    of_large = {r.person_key: r.household_key for r in load(large / "truth.csv").values()}
    assert of_small.items() <= of_large.items()


@pytest.mark.parametrize("people", [1, 2, 3, 17])
def test_the_smallest_sets_are_whole(tmp_path: Path, people: int) -> None:
    summary = generate(people, 2, tmp_path / "set")
    truth = load(tmp_path / "set" / "truth.csv")
    assert {path.name for path in (tmp_path / "set").iterdir()} == FILE_NAMES
    assert len({record.person_key for record in truth.values()} - {""}) == people
    assert summary.records == len(truth)


def test_each_record_has_exactly_one_truth(sample) -> None:
    assert sample.truth.keys() == sample.rows.keys()
    keys = {record.person_key for record in sample.truth.values()} - {""}
    assert keys == {f"P{number:07d}" for number in range(1, 2_001)}


def test_summary_counts_what_is_there(sample, read_table) -> None:
    counts = Counter(filename for filename, _, _ in sample.rows)
    for name in ("campaigns.csv", "touchpoints.csv", "opt_outs.csv", "dnc_registry.csv"):
        counts[name] = len(read_table(sample.directory / name))
    unusable = sum("unusable" in record.kinds for record in sample.truth.values())
    households = {record.household_key for record in sample.truth.values()} - {""}
    assert sample.summary.files == dict(counts)
    assert sample.summary.records == len(sample.rows)
    assert sample.summary.unusable_records == unusable
    assert sample.summary.duplicates == len(sample.rows) - unusable - 2_000
    assert sample.summary.households == len(households)
    written = json.loads((sample.directory / "sample.json").read_text())
    assert written["files"] == sample.summary.files
    assert (written["people"], written["seed"]) == (2_000, 7)


def test_every_file_has_its_documented_header_and_dialect(sample) -> None:
    for source in SOURCES:
        dialect = source.dialect
        rows = sample.of_file(dialect.filename)
        assert len(rows) > 100
        # A field too many would stand under None, one too few would have the value None.
        assert all(tuple(row) == dialect.header for row in rows.values())
        assert all(None not in row.values() for row in rows.values())


def test_raw_bytes_are_as_messy_as_promised(sample) -> None:
    house = (sample.directory / "mailing_house.csv").read_bytes()
    assert house.count(b"\r\n") == house.count(b"\n")
    with pytest.raises(UnicodeDecodeError):
        house.decode("utf-8")
    assert re.search("[ÁÉÍÓÚÑ]", house.decode("cp1252"))
    assert (sample.directory / "web_signups.csv").read_bytes().startswith(b"\xef\xbb\xbfEmail")
    calls = sample.of_file("call_center_export.csv").values()
    assert any("\n" in row["Notes"] for row in calls)
    assert any('"' in row["Notes"] for row in calls)
    assert any("," in row["NAME"] for row in sample.of_file("mailing_house.csv").values())


def test_the_crm_is_sound_and_has_gaps_in_its_ids(sample) -> None:
    with closing(sqlite3.connect(sample.directory / "crm.sqlite")) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        ids = [row[0] for row in connection.execute("select id from contacts order by rowid")]
        orphans = connection.execute(
            "select count(*) from deals where contact_id not in (select id from contacts)"
        ).fetchone()
        assert connection.execute("select count(*) from deals").fetchone()[0] > 10
    assert ids == sorted(ids)
    assert ids != list(range(ids[0], ids[0] + len(ids)))
    assert orphans == (0,)


def test_exact_duplicates_repeat_a_row_of_their_file(sample) -> None:
    copies = [key for key, record in sample.truth.items() if "exact_duplicate" in record.kinds]
    assert len(copies) > 5
    for key in copies:
        row = {name: value for name, value in sample.rows[key].items() if name != "id"}
        twins = [
            other
            for number, other in sample.of_file(key[0]).items()
            if number != key[2] and row.items() <= other.items()
        ]
        assert twins, key


def test_touchpoints_name_campaigns_and_contacts(sample, read_table) -> None:
    campaigns = {
        row["Campaign Name"]: row for row in read_table(sample.directory / "campaigns.csv")
    }
    touchpoints = read_table(sample.directory / "touchpoints.csv")
    for row in touchpoints:
        campaign = campaigns[row["Campaign"]]
        assert campaign["Start Date"] <= row["Date"][:10] <= campaign["End Date"]
        assert row["Email"] or row["Phone"]
        assert row["Type"] == campaign["Type"]
        assert row["Status"] in {"sent", "delivered", "failed"}
        assert bool(row["Duration Seconds"]) == (
            row["Type"] == "call" and row["Status"] == "delivered"
        )
    assert {row["Type"] for row in touchpoints} == {"mail", "sms", "call", "email"}


def test_opt_outs_and_registry_reach_people_of_the_set(sample, read_table) -> None:
    mailboxes = {
        row["Email"].strip().lower() for row in sample.of_file("campaign_leads_q1.csv").values()
    }
    opted_out = {row["Email"] for row in read_table(sample.directory / "opt_outs.csv")}
    assert opted_out & mailboxes
    registry = {row["phone"] for row in read_table(sample.directory / "dnc_registry.csv")}
    called = {
        re.sub(r"\D", "", row["Phone 1"])[-10:]
        for row in sample.of_file("call_center_export.csv").values()
    }
    assert 0.1 < len(called & registry) / len(called) < 0.35
