"""Make a sample: the people, the files that mention them, and the truth about every record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lode.errors import LodeError
from lode.sample import events
from lode.sample.crm import CrmFile
from lode.sample.directory import check_target, staged
from lode.sample.kinds import write_kinds
from lode.sample.layouts import LAYOUTS
from lode.sample.randomness import Integers
from lode.sample.records import Records, build_records
from lode.sample.sources import (
    CAMPAIGNS,
    DNC,
    OPT_OUTS,
    SOURCES,
    SUMMARY_NAME,
    TOUCHPOINTS,
    TRUTH,
    Dialect,
)  # fmt: skip
from lode.sample.text import Text, constant, digits, join, when
from lode.sample.world import World, build_world
from lode.sample.writing import CsvFile

GENERATOR_VERSION = 1  # raised whenever the same people and seed would give other bytes
MOST_PEOPLE = 5_000_000
_CHUNK = 100_000
_TOUCHPOINTS_PER_PERSON = 1.6


@dataclass(frozen=True)
class SampleSummary:
    """What was made. `files` maps each data file to its number of records (CRM: of contacts)."""

    directory: Path
    people: int
    seed: int
    households: int
    records: int
    unusable_records: int
    duplicates: int  # records beyond each person's first
    is_fiction_only: bool  # every telephone number is reserved for fiction
    files: dict[str, int]


def generate(people: int, seed: int, directory: Path, force: bool = False) -> SampleSummary:
    """Write a sample of `people` persons into `directory`; the same arguments give the same bytes.

    Raises LodeError when people is out of range, or the directory can't take the sample: then
    nothing is left behind. `force` allows other files to be in the directory; they are not touched.
    """
    if not 1 <= people <= MOST_PEOPLE:
        raise LodeError(
            f"A sample has between 1 and {MOST_PEOPLE:,} people, not {people:,}; change --people."
        )
    try:
        target = Path(directory).expanduser().resolve()
    except (OSError, RuntimeError, ValueError):
        raise LodeError(f"{str(directory)!r} is no usable path; choose another.") from None
    check_target(target, people, force)
    with staged(target) as staging:
        return _write(people, seed, target, staging)


def _write(people: int, seed: int, target: Path, staging: Path) -> SampleSummary:
    world = build_world(people, seed)
    records = build_records(world.people, world.contacts, world.random, world.geography)
    files: dict[str, int] = {}
    with CsvFile(staging, TRUTH) as truth:
        for place, source in enumerate(SOURCES):
            files[source.dialect.filename] = len(records[place])
            for row, part, kinds in _chunks(world, place, records[place], staging):
                truth.write(_truth_columns(world, source.dialect, row, part, kinds))
    files |= _write_events(world, staging)
    unusable = sum(int((part.person < 0).sum()) for part in records)
    total = sum(len(part) for part in records)
    summary = SampleSummary(
        directory=target,
        people=people,
        seed=seed,
        households=len(np.unique(world.people.household)),
        records=total,
        unusable_records=unusable,
        duplicates=total - unusable - people,
        is_fiction_only=world.plan.is_fiction,
        files=files,
    )
    _write_summary(summary, staging)
    return summary


def _chunks(
    world: World, place: int, records: Records, staging: Path
) -> Iterator[tuple[int, Records, Integers]]:
    """Write one source; yields first row, records and error kinds of each chunk written."""
    dialect = SOURCES[place].dialect
    file = CrmFile(staging, world) if dialect.table else CsvFile(staging, dialect)
    with file:
        for row in range(0, len(records), _CHUNK):
            part = records.take(slice(row, row + _CHUNK))
            columns, kinds = LAYOUTS[place](world, part)
            file.write(columns)
            yield row, part, kinds


def _truth_columns(
    world: World, dialect: Dialect, row: int, records: Records, kinds: Integers
) -> list[Text]:
    count = len(records)
    known = records.person >= 0
    household = world.people.household[records.person]
    return [
        constant(dialect.filename, count),
        constant(dialect.table, count),
        digits(np.arange(row + 1, row + count + 1)),
        when(known, join("P", digits(records.person + 1, 7)), ""),
        when(known, join("H", digits(household, 7)), ""),
        write_kinds(records.kinds | kinds),
    ]


def _write_events(world: World, staging: Path) -> dict[str, int]:
    count = int(len(world.people) * _TOUCHPOINTS_PER_PERSON)
    rows = 0
    with CsvFile(staging, TOUCHPOINTS) as file:
        for first in range(0, count, _CHUNK):
            index = np.arange(first, min(first + _CHUNK, count), dtype=np.int64)
            columns = events.touchpoint_columns(world, index)
            file.write(columns)
            rows += len(columns[0])
    files = {TOUCHPOINTS.filename: rows}
    for dialect, columns in (
        (CAMPAIGNS, events.campaign_columns()),
        (OPT_OUTS, events.opt_out_columns(world)),
        (DNC, events.registry_columns(world)),
    ):
        with CsvFile(staging, dialect) as file:
            file.write(columns)
        files[dialect.filename] = len(columns[0])
    return files


def _write_summary(summary: SampleSummary, staging: Path) -> None:
    content = {
        "generator_version": GENERATOR_VERSION,
        "people": summary.people,
        "seed": summary.seed,
        "households": summary.households,
        "records": summary.records,
        "unusable_records": summary.unusable_records,
        "duplicates": summary.duplicates,
        "is_fiction_only": summary.is_fiction_only,
        "files": dict(sorted(summary.files.items())),
    }
    text = json.dumps(content, indent=2) + "\n"
    (staging / SUMMARY_NAME).write_text(text, encoding="utf-8", newline="\n")
