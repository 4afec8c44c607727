"""Reports and reconciliation of real imports, right ones and ones that something was done to."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loaded_rows import lode_here, query, write

from loaders import import_rows
from loaders.landing import landed_path
from loaders.load import load_file
from loaders.reconcile import reconcile
from loaders.report_content import checklist, defused
from loaders.reports import keep_missing_reports, write_reports
from lode.db import connect
from lode.errors import LodeError
from lode.pipeline import run_pipeline
from lode.settings import Settings

pytestmark = pytest.mark.database

LEADS = (
    "first name,last name,email,phone,birth date\n"
    "Ann,Lee,ann@example.com,512-555-0101,1980-01-02\n"
    "Bob,Ray,=cmd()@@,+1 555,31/31/2020\n"
    ",,,,\n"
    "Cy,Day,ann@example.com,,\n"
    "too,few\n"
)
DNC = "phone,listing date\n512-555-0102,2026-01-01\nno number,2026-01-01\n"


@pytest.fixture(scope="module")
def processed(warehouse_module: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A warehouse with two processed imports and one that is only loaded."""
    folder = tmp_path_factory.mktemp("files")
    load_file(write(folder, "-leads.csv", LEADS), warehouse_module)
    load_file(write(folder, "dnc.csv", DNC), warehouse_module)
    run_pipeline(warehouse_module)
    more = LEADS.replace("ann@", "eve@").replace("birth date", "shoe")
    load_file(write(folder, "more.csv", more), warehouse_module, contract="discard")
    return warehouse_module


def ids(settings: Settings) -> list[str]:
    return [row[0] for row in query(settings, "select import_id from import_metadata order by id")]


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_the_three_reports(processed: Settings, tmp_path: Path) -> None:
    first = ids(processed)[0]
    success, errors, check = write_reports(first, processed, tmp_path / "reports")
    assert read_csv(success)[0] == [
        "import_id", "filename", "total_rows", "inserted", "updated", "skipped", "errors",
        "duration_sec", "status",
    ]  # fmt: skip
    (line,) = read_csv(success)[1:]
    assert line[:7] == [first, "'-leads.csv", "5", "3", "0", "0", "2"]
    assert line[8] == "COMPLETE_WITH_ERRORS"
    header, *found = read_csv(errors)
    assert header == ["row_number", "error_type", "field_name", "field_value", "error_message"]
    assert [row[:4] for row in found] == [
        ["2", "VALIDATION", "email_1", "'=cmd()@@"],
        ["2", "VALIDATION", "phone_1", "'+1 555"],
        ["2", "VALIDATION", "birth_date", "31/31/2020"],
        ["3", "MISSING_REQUIRED", "name", ""],
        ["4", "DUPLICATE", "email_1", "ann@example.com"],
        ["5", "PARSE", "email", "too,few"],
    ]
    content = json.loads(check.read_text(encoding="utf-8"))
    assert content["overall_status"] == "COMPLETE_WITH_ERRORS"
    by_name = {one["check"]: one for one in content["checks"]}
    assert by_name["Row count matches file"] == {
        "check": "Row count matches file", "status": "PASS", "expected": 5, "actual": 5,
    }  # fmt: skip
    assert by_name["Every record accounted for"]["status"] == "PASS"
    assert (by_name["Invalid emails"]["status"], by_name["Invalid emails"]["count"]) == ("FAIL", 1)
    assert (by_name["Duplicate emails in batch"]["status"]) == "WARN"
    assert [path.stat().st_mode & 0o777 for path in (success, errors, check)] == [0o600] * 3


def test_all_problems_are_listed_and_personal_values_are_masked(processed: Settings) -> None:
    first = ids(processed)[0]
    done = lode_here(processed, "errors", first)
    assert (done.exit_code, done.stderr) == (0, "")
    heading, *lines = [line.split() for line in done.stdout.splitlines()]
    assert heading == "record line severity error column value message".split()
    assert [line[: 5 if line[0] != "5" else 6] for line in lines] == [
        ["2", "error", "VALIDATION", "email_1", "•••"],
        ["2", "error", "VALIDATION", "phone_1", "••••"],
        ["2", "error", "VALIDATION", "birth_date", "•••"],
        ["3", "error", "MISSING_REQUIRED", "name", "The"],
        ["4", "warning", "DUPLICATE", "email_1", "a•••@e•••.com"],
        ["5", "6", "error", "MISSING", "COLUMNS", "email"],
    ]
    assert "example.com" not in done.stdout
    clear = lode_here(processed, "errors", first, "--show-values", "--limit", 5).stdout
    assert "ann@example.com" in clear
    assert clear.splitlines()[-1].startswith("There are more: --limit")


def test_problems_as_a_file_and_as_lines(processed: Settings, tmp_path: Path) -> None:
    """The file is the error report, also of an import that is not processed."""
    first, _, last = ids(processed)
    _, report, _ = write_reports(first, processed, tmp_path)
    target = tmp_path / "errors.csv"
    assert lode_here(processed, "errors", first, "--csv", target).stdout == f"{target}\n"
    assert target.read_bytes() == report.read_bytes()
    assert target.stat().st_mode & 0o777 == 0o600
    assert lode_here(processed, "errors", last, "--csv", target).exit_code == 0
    assert [row[:4] for row in read_csv(target)[1:]] == [["5", "PARSE", "email", "too,few"]]
    done = lode_here(processed, "errors", first, "--json", "--limit", 1)
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["severity"] == "error"
    assert (json.loads(line)["row_number"], json.loads(line)["field_value"]) == (2, "•••")
    nowhere = lode_here(processed, "errors", first, "--csv", tmp_path / "errors.csv" / "x")
    assert isinstance(nowhere.exception, LodeError)
    assert "errors.csv/x can't be written" in str(nowhere.exception)


def test_imports_show_what_became_of_their_records(processed: Settings) -> None:
    last, _, first = (
        line.split() for line in lode_here(processed, "imports").stdout.splitlines()[1:]
    )
    assert first[2:] == [*"COMPLETE_WITH_ERRORS 5 4 1 3 0 0 0 2 -leads.csv".split()]
    assert last[2:] == [*"LOADED 5 4 1 more.csv".split()]


def test_values_in_quarantine_are_a_warning(processed: Settings) -> None:
    last = ids(processed)[2]
    with connect("loader", processed, schema="raw") as connection:
        full = import_rows.read_full(connection, last)
    with connect("auditor", processed, schema="canonical") as connection:
        (found,) = [
            one
            for one in checklist(connection, full, is_file_whole=True)["checks"]  # type: ignore[attr-defined]
            if one["check"] == "Schema matches expected"
        ]
    assert found == {"check": "Schema matches expected", "status": "WARN", "count": 1}
    shown = lode_here(processed, "import", "show", last).stdout
    assert re.search(r"^quarantined_count +2$", shown, re.MULTILINE)
    assert "shoe → quarantined" in shown
    assert re.search(r'^read_options +{"contract": "discard"}$', shown, re.MULTILINE)


def test_other_feeds_have_reports_too(processed: Settings, tmp_path: Path) -> None:
    _, errors, check = write_reports(ids(processed)[1], processed, tmp_path)
    assert [row[:3] for row in read_csv(errors)[1:]] == [["2", "INVALID_NUMBER", "phone"]]
    checks = {one["check"]: one["status"] for one in json.loads(check.read_text())["checks"]}
    assert checks["Invalid phones"] == "FAIL"


def test_reports_lie_in_the_landing_zone(processed: Settings, tmp_path: Path) -> None:
    rows = query(processed, "select import_id, error_log_s3 from import_metadata order by id")
    assert rows[2][1] is None
    for import_id, place in rows[:2]:
        path = landed_path(place, processed)
        assert path.parts[-5] == "error-logs"
        (_, errors, _) = write_reports(import_id, processed, tmp_path)
        assert path.read_bytes() == errors.read_bytes()
    assert keep_missing_reports(processed) == []
    with connect("loader", processed, schema="raw", autocommit=True) as connection:
        connection.cursor().execute("update import_metadata set error_log_s3 = null where id = 1")
    assert keep_missing_reports(processed) == [rows[0][0]]
    assert query(processed, "select error_log_s3 from import_metadata where id = 1") == [
        (rows[0][1],)
    ]


def test_an_import_that_is_not_processed_has_no_reports(
    processed: Settings, tmp_path: Path
) -> None:
    with pytest.raises(LodeError, match="is LOADED, and reports tell what became of its records"):
        write_reports(ids(processed)[2], processed, tmp_path)
    assert list(tmp_path.iterdir()) == []


@given(st.text(max_size=6))
def test_no_cell_begins_like_a_formula(text: str) -> None:
    cell = str(defused(text))
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))
    assert cell in (text, f"'{text}")
    assert defused(-1.5) == -1.5


def test_everything_is_accounted_for(processed: Settings) -> None:
    found = list(reconcile(processed))
    assert [(one.status, one.records_in_file, one.loaded, one.refused) for one in found] == [
        ("COMPLETE_WITH_ERRORS", 5, 4, 1),
        ("COMPLETE_WITH_ERRORS", 2, 2, 0),
        ("LOADED", 5, 4, 1),
    ]
    assert all(not one.gaps for one in found)
    assert [one.import_id for one in reconcile(processed, ids(processed)[:1])] == ids(processed)[:1]


def test_every_gap_is_found(warehouse: Settings, tmp_path: Path) -> None:
    """A row that vanished, a count that lies, a file that was changed, one that is gone."""
    for number in range(4):
        load_file(write(tmp_path, f"{number}.csv", LEADS.replace("Ann", f"A{number}")), warehouse)
    with connect("loader", warehouse, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute("delete from staging_raw_import where record_id = 10000000002")
        cursor.execute(
            "update import_metadata set status = 'COMPLETE', inserted_count = 4, updated_count = 0,"
            " unchanged_count = 0, collapsed_count = 0, rejected_count = 0 where id = 2"
        )
    places = [row[0] for row in query(warehouse, "select s3_location from import_metadata")]
    changed = landed_path(places[2], warehouse)
    changed.chmod(0o600)
    changed.write_text(LEADS + "one,more,a@example.com,,\n", encoding="utf-8")
    landed_path(places[3], warehouse).unlink()
    gaps = [one.gaps for one in reconcile(warehouse)]
    assert gaps[0] == (
        "the file has 5 records, but 3 are in the raw table and 1 among the refused",
        "the ledger says 5 records, the tables have 4",
        "the ledger says 4 loaded records, the tables have 3",
    )
    assert gaps[1] == (
        "5 records were found in the file, but 4 are inserted, updated, unchanged, collapsed or"
        " rejected",
    )
    assert gaps[2] == (f"the landed file {places[2]} is gone or was changed",)
    assert gaps[3] == (f"the landed file {places[3]} is gone or was changed",)
