"""Files in any order, in parts or twice give the same persons; a reader never sees half an import.

And what the commands say of a person whom three of the files have made.

LODE_WORLDS raises the number of random tables.
"""

from __future__ import annotations

import itertools
import json
import os
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from three_files import LINEAGE, PROVENANCE, write_three_files
from watching_reader import COUNTS, Look, Reader

from loaders.load import load_file
from loaders.reconcile import reconcile
from lode.pipeline import run_pipeline
from lode.settings import Settings
from lode.warehouse_state import read_imports
from tests.loaders.loaded_rows import lode_here
from tests.loaders.odd_files import ENCODINGS, TABLES, TEXTS, Loads, OddFile
from tests.models.raw_rows import table_rows
from tests.models.test_identity import random_people

pytestmark = pytest.mark.database

WORLDS = int(os.environ.get("LODE_WORLDS", "3"))
PEOPLE = 40
COLUMNS = (
    "source_record_id", "first_name", "middle_name", "last_name", "name_suffix", "email_1",
    "phone_1", "phone_2", "street_1", "zip", "state", "source_date",
)  # fmt: skip
FIRST_NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eve")
COPIES = ("whole", "parts", "twice")
AREA_CODES = (201, 202, 203, 205, 206, 207, 208, 209, 212, 213, 214, 215, 216, 217, 218, 219, 301)
ODD = [case for case in (*TEXTS, *ENCODINGS, *TABLES) if isinstance(case.expected, Loads)]

Rows = list[list[str]]


@dataclass
class Chronicle:
    """What two runs left: the marks of their files, the reader's looks, the summaries between."""

    settings: Settings
    marks: list[set[str]] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    persons: list[int] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    odd: dict[str, OddFile] = field(default_factory=dict)


class Files:
    """Writes files of people, each with five of its own, by whose mail address it is known."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count()

    def write(self, rows: Rows, line_end: str = "\n") -> tuple[str, Path]:
        """Write a file; returns its mark and its path."""
        number = next(self.numbers)
        mark = chr(ord("a") + number // 26) + chr(ord("a") + number % 26)
        own = [
            [f"{mark}-{name}", name, "", f"Marked{mark}", "", f"{name}@import-{mark}.example.com",
             *[""] * 6]
            for name in FIRST_NAMES
        ]  # fmt: skip
        lines = [",".join(row) for row in [list(COLUMNS), *rows, *own]]
        path = self.folder / f"import-{mark}.example.com"
        path.write_bytes((line_end.join(lines) + line_end).encode())
        return mark, path


def rows_of(world: int, copy: int) -> Rows:
    """The people of a world; the copies differ in what joins people, each as a whole."""
    number = world * len(COPIES) + copy
    rows = []
    for index, person in enumerate(random_people(PEOPLE, seed=100 + world)):
        row = {name: value or "" for name, value in person.items()}
        row["source_record_id"] = f"{world}-{COPIES[copy]}-{index}"
        row["email_1"] = row["email_1"].replace("@", f"@w{number}.")
        for phone in ("phone_1", "phone_2"):
            digits = row[phone][-8:]
            row[phone] = f"{AREA_CODES[number % len(AREA_CODES)]}-{digits}" if digits else ""
        row["zip"] = row["zip"] and f"{10001 + 3 * number + int(row['zip']) % 3}"
        rows.append([row[name] for name in COLUMNS])
    return rows


def plan_files(files: Files, chance: random.Random) -> list[list[tuple[str, Path]]]:
    """Return the files of two runs: whole tables, their parts in any order, and tables twice."""
    runs: list[list[tuple[str, Path]]] = [[], []]
    for world in range(WORLDS):
        runs[0].append(files.write(rows_of(world, 0)))
        rows = rows_of(world, 1)
        cuts = sorted(chance.sample(range(1, PEOPLE), chance.randint(1, 3)))
        for start, end in itertools.pairwise([0, *cuts, PEOPLE]):
            runs[chance.randrange(2)].append(files.write(rows[start:end]))
        again = rows_of(world, 2)
        runs[0].append(files.write(again))
        runs[1].append(files.write(again, line_end="\r\n"))
    for files_of_run in runs:
        chance.shuffle(files_of_run)
    return runs


@pytest.fixture(scope="module")
def chronicle(warehouse_module: Settings, tmp_path_factory: pytest.TempPathFactory) -> Chronicle:
    """Load and build in two runs, under the eyes of a reader."""
    folder = tmp_path_factory.mktemp("files")
    story = Chronicle(warehouse_module)
    runs = plan_files(Files(folder), random.Random(8))
    dump, crm, campaign = write_three_files(folder)
    for case in ODD:
        story.odd[case.name] = case
    with Reader(warehouse_module, f"Ada Marked{runs[1][0][0]}") as reader:
        for number, files in enumerate(runs):
            for _, path in files:
                assert not load_file(path, warehouse_module, mapping="people").is_duplicate
            for path in (crm, campaign) if number else (dump,):
                load_file(path, warehouse_module)
            if number:
                assert load_file(runs[0][0][1], warehouse_module).is_duplicate
            else:
                for case in ODD:
                    load_file(case.write(folder), warehouse_module, **case.options)
            result = run_pipeline(warehouse_module)
            assert result.summary is not None
            story.persons.append(result.summary.persons)
            ((version,),) = table_rows(
                warehouse_module, "marts", "select version from warehouse_version"
            )
            story.versions.append(str(version))
            story.marks.append({mark for mark, _ in files})
    story.looks = reader.looks
    return story


def marks_in(look: Look, table: str) -> set[str]:
    """Return the files of which a look saw people; those of a file are there all or not at all."""
    counts = look.counts[table]
    assert set(counts.values()) <= {len(FIRST_NAMES)}, (table, counts)
    return {name.removeprefix("import-").removesuffix(".example.com") for name in counts}


def test_a_reader_sees_whole_runs_only(chronicle: Chronicle) -> None:
    """In every table at every moment: nothing, the first run, or both; never less than before."""
    first, both = chronicle.marks[0], chronicle.marks[0] | chronicle.marks[1]
    assert len(chronicle.looks) > 20
    for table in COUNTS:
        seen = [marks_in(look, table) for look in chronicle.looks]
        assert all(marks in (set(), first, both) for marks in seen)
        assert [len(marks) for marks in seen] == sorted(len(marks) for marks in seen)
        assert {len(marks) for marks in seen} == {0, len(first), len(both)}
    hits = [look.hits or 0 for look in chronicle.looks]
    assert hits == sorted(hits)
    assert set(hits) == {0, 1}


def test_the_version_and_the_states_come_last(chronicle: Chronicle) -> None:
    """Who has seen a version, or an import complete, finds all of it wherever they look next."""
    first, both = chronicle.marks[0], chronicle.marks[0] | chronicle.marks[1]
    for look in chronicle.looks:
        promised: set[str] = set()
        if look.version is not None:
            promised = both if look.version == chronicle.versions[1] else first
        complete = {name.split(".")[0].removeprefix("import-") for name in look.complete}
        promised |= complete & both
        for table in COUNTS:
            assert promised <= marks_in(look, table), (look.version, table)
        assert look.summary in (None, *chronicle.persons)
    versions = [look.version for look in chronicle.looks]
    assert {None, *chronicle.versions} == set(versions)


def test_parts_in_any_order_and_tables_twice_give_the_same_persons(chronicle: Chronicle) -> None:
    records = table_rows(
        chronicle.settings,
        "canonical",
        "select source_record_id, person_id from person_records"
        f" inner join {chronicle.settings.schema('raw')}.staging_raw_import as records"
        " using (record_id) where source_record_id regexp '^[0-9]+-[a-z]+-[0-9]+$'",
    )
    persons: dict[tuple[str, str], dict[object, set[str]]] = {}
    for name, person in records:
        world, copy, number = str(name).split("-")
        persons.setdefault((world, copy), {}).setdefault(person, set()).add(number)
    for world in map(str, range(WORLDS)):
        whole, parts, twice = (
            sorted(map(sorted, persons[world, copy].values())) for copy in COPIES
        )
        assert parts == whole
        assert 1 < len(whole) < sum(map(len, whole)) <= PEOPLE
        # Records that nothing can be recognised by are somebody new each time they come.
        keyed = {str(index) for index, row in enumerate(rows_of(int(world), 0)) if has_key(row)}
        assert len(keyed) > PEOPLE / 2
        for partition in (twice, whole):
            partition[:] = sorted(sorted(keyed & set(one)) for one in partition if keyed & set(one))
        assert twice == whole
    # The worlds are not all alike, else there was little to get wrong.
    kinds = {str(sorted(map(sorted, persons[str(n), "whole"].values()))) for n in range(WORLDS)}
    assert len(kinds) == WORLDS


def has_key(row: list[str]) -> bool:
    """Tell whether a record has what joins it: a mailbox or phone of its own, or name and ZIP."""
    values = dict(zip(COLUMNS, row, strict=True))
    is_own = values["email_1"] and not values["email_1"].startswith("office@")
    by_name = values["first_name"] and values["last_name"] and values["zip"]
    return bool(is_own or values["phone_1"] or values["phone_2"] or by_name)


def test_the_accounting_of_every_file_closes(chronicle: Chronicle) -> None:
    """Odd files too: the outcomes of an import add up to the records in its file."""
    accounts = read_imports(chronicle.settings)
    assert all(account.status.startswith("COMPLETE") for account in accounts)
    assert all(account.is_balanced for account in accounts)
    found: dict[str, Any] = {account.filename: account for account in accounts}
    for name, case in chronicle.odd.items():
        assert isinstance(case.expected, Loads)
        assert found[name].row_count == case.expected.records
        assert found[name].rejected_count >= case.expected.refused
    assert [one.gaps for one in reconcile(chronicle.settings)] == [()] * len(accounts)


def test_a_person_of_three_files_has_its_story_told(chronicle: Chronicle) -> None:
    """From file and line to today's value, as `lode lineage` and `--provenance` print it."""
    settings = chronicle.settings
    ((person,),) = table_rows(
        settings,
        "canonical",
        "select person_id from email_addresses where email = 'thea@three.example.com'",
    )
    told = json.loads(lode_here(settings, "lineage", str(person), "--lines").stdout)
    assert (told["person_id"], told["current_status"]) == (person, "golden_record")
    assert told["merged_from"] == []
    for entry, expected in zip(told["lineage"], LINEAGE, strict=True):
        assert entry["import_id"].startswith("imp_")
        assert entry["imported_at"].endswith("Z")
        assert {name: entry.get(name) for name in expected} == expected
        assert entry.keys() - {"import_id", "imported_at"} == expected.keys()
    shown = json.loads(
        lode_here(settings, "person", "show", str(person), "--provenance", "--json").stdout
    )
    values = {row["field_name"]: row for row in shown["values"]}
    for name, value, file, number in PROVENANCE:
        row = values[name]
        assert (row["value"], row["source_file"], row["row_number"]) == (value, file, number)
        assert row["rule"]
    table = lode_here(settings, "person", "show", str(person), "--provenance").stdout
    assert "campaign_2026_q1.csv" in table
    assert "Thea" in table
