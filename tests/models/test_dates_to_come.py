"""A source date later than the upload of its file wins over nothing, and is reported."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lode.dbt import DbtResult
from lode.settings import Settings
from tests.models.raw_rows import RECORDS_PER_IMPORT, insert_import, table_rows

pytestmark = pytest.mark.database

MODELS = ("+persons", "+person_provenance", "+import_validation_log", "+import_results")
# insert_import says that import n was uploaded at n o'clock of 2026-03-01.
SLIPS = ("2062-01-01", "2026-03-02 01:00:00", "2026-03-02 01:00:01", "1/1/29", "2026-02-01")


def mailbox(number: int) -> dict[str, str | None]:
    """Who is behind one mailbox."""
    return {"first_name": "Ann", "email_1": f"ann{number}@example.com", "zip": "78701"}


def survivors(settings: Settings) -> list[tuple[object, ...]]:
    """Last name and date of every person."""
    return table_rows(
        settings,
        "canonical",
        "select last_name, date_format(updated_at, '%%Y-%%m-%%d %%T') from persons order by id",
    )


def test_a_date_to_come_wins_over_nothing_and_is_reported(
    warehouse: Settings, dbt: Callable[..., DbtResult]
) -> None:
    """Records of the first file claim dates; those of the second are of that noon.

    That increments and a full refresh say the same is tested with all cells (test_identity).
    """
    assert dbt(["seed"], warehouse).returncode == 0
    first = [
        mailbox(number) | {"last_name": "Old", "source_date": text}
        for number, text in enumerate(SLIPS)
    ]
    second = [
        mailbox(number) | {"last_name": "New", "source_date": "2026-03-01 12:00:00"}
        for number in range(len(SLIPS))
    ]
    # Alone, such a record is as old as its upload; a day ahead may be another time zone.
    first.append(mailbox(99) | {"last_name": "Old", "source_date": "2062-01-01"})
    insert_import(warehouse, 1, "people", first)
    insert_import(warehouse, 2, "people", second)
    result = dbt(["run", "-s", *MODELS], warehouse)
    assert result.returncode == 0, result.output[-3000:]
    assert survivors(warehouse) == [
        ("New", "2026-03-01 12:00:00"),
        ("Old", "2026-03-02 01:00:00"),
        *[("New", "2026-03-01 12:00:00")] * 3,
        ("Old", "2026-03-01 01:00:00"),
    ]
    outcomes = "select updated_count, unchanged_count from import_results where import_seq = 2"
    assert table_rows(warehouse, "canonical", outcomes) == [(4, 1)]
    problems = table_rows(
        warehouse,
        "staging",
        "select `row_number`, severity, field_name, field_value, error_message"
        " from import_validation_log where error_type = 'DATE_TO_COME' order by record_id",
    )
    sentence = "The date is later than the upload of its file: it was not taken for the time of the"
    assert problems == [
        (number, "warning", "source_date", first[number - 1]["source_date"], f"{sentence} record.")
        for number in (1, 3, 4, 6)
    ]
    given = table_rows(
        warehouse,
        "canonical",
        "select cell_value, rule, date_format(effective_at, '%%Y-%%m-%%d %%T')"
        " from person_provenance where person_id = %s and field_name = 'last_name'"
        " order by preference",
        [RECORDS_PER_IMPORT + 1],
    )
    assert given == [
        ("New", "newest source date", "2026-03-01 12:00:00"),
        ("Old", "outranked", "2026-03-01 01:00:00"),
    ]
