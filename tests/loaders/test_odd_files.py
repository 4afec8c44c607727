"""Odd files: each gives its accounting line or its sentence; none a traceback or half an import."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from killed_process import environment
from loaded_rows import loaded, query, rejects, write

from loaders import load as load_module
from loaders.load import load_file
from loaders.reconcile import reconcile
from lode.errors import LodeError
from lode.settings import Settings
from tests.loaders.odd_files import INJECTION, LINE, ODD_FILES, TABLE, Loads, OddFile

pytestmark = pytest.mark.database

LODE = Path(sys.executable).parent / "lode"
REFUSED = [case for case in ODD_FILES if isinstance(case.expected, str)]


def test_there_are_many() -> None:
    assert len(ODD_FILES) >= 40
    assert len({case.name for case in ODD_FILES}) == len(ODD_FILES)


@pytest.mark.parametrize("case", ODD_FILES, ids=lambda case: ascii(case.name)[1:-1][:40])
def test_an_odd_file_gives_its_accounting_line(
    warehouse_module: Settings, tmp_path: Path, case: OddFile
) -> None:
    path = case.write(tmp_path)
    if isinstance(case.expected, str):
        before = state(warehouse_module)
        with pytest.raises(LodeError) as refused:
            load_file(path, warehouse_module, **case.options)
        sentence = str(refused.value)
        assert case.expected in sentence
        assert sentence.endswith(".")
        assert "\n" not in sentence
        assert state(warehouse_module) == before
        return
    result = load_file(path, warehouse_module, **case.options)
    assert (result.status, result.is_duplicate) == ("LOADED", False)
    assert line_of(warehouse_module, result) == case.expected
    (found,) = reconcile(warehouse_module, [result.import_id])
    assert found.gaps == ()
    assert (found.records_in_file, found.loaded, found.refused) == (
        case.expected.records,
        case.expected.loaded,
        case.expected.refused,
    )


def line_of(settings: Settings, result: Any) -> Loads:
    """Return the accounting line as the tables have it."""
    numbers = [row[0] for row in loaded(settings, result, "import_seq")]
    refused = rejects(settings, result)
    assert sorted([*numbers, *{row[0] for row in refused}]) == list(range(1, result.row_count + 1))
    return Loads(result.row_count, len(numbers), dict(Counter(row[3] for row in refused)))


def state(settings: Settings) -> list[Any]:
    """Return what of a refused file could be seen: imports, rows and refused records."""
    tables = ("import_metadata", "staging_raw_import", "import_rejects", "load_progress")
    return [query(settings, f"select count(*) from {table}") for table in tables]


def test_no_statement_of_a_file_was_run(warehouse_module: Settings) -> None:
    """After all of the above: the tables are there, and what looks like SQL is a value in them."""
    values = query(
        warehouse_module,
        "select full_name from staging_raw_import where lower(full_name) like '%%drop table%%'",
    )
    assert {row[0] for row in values} == {INJECTION, "Ann'); DROP TABLE staging_raw_import; -- "}
    assert not Path("/tmp/evil").exists()


def test_the_command_line_says_one_sentence_for_each(warehouse: Settings, tmp_path: Path) -> None:
    """All of them at once, as a user would: bad ones are told, the others go on, exit code 1."""
    plain = [case for case in ODD_FILES if not case.options]
    paths = [case.write(tmp_path) for case in plain]
    done = subprocess.run(
        [str(LODE), "load", "--no-run", "--", *[path.name for path in paths]],
        env=os.environ | environment(warehouse),
        cwd=tmp_path,
        capture_output=True,
        timeout=300,
    )
    refused = sum(isinstance(case.expected, str) for case in plain)
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr + done.stdout
    assert len(lines) == refused + 1
    assert all(line.startswith("lode: ") and line.endswith(".") for line in lines[:-1])
    assert b"\x1b" not in done.stdout + done.stderr
    loads = [case.expected for case in plain if isinstance(case.expected, Loads)]
    counts = query(
        warehouse,
        "select count(*), sum(row_count), sum(loaded_count), sum(parse_rejected_count)"
        " from import_metadata where status = 'LOADED'",
    )
    assert counts == [
        (
            len(loads),
            sum(one.records for one in loads),
            sum(one.loaded for one in loads),
            sum(one.refused for one in loads),
        )
    ]
    assert query(warehouse, "select count(*) from import_metadata") == [(len(loads),)]


@pytest.mark.parametrize("moment", ["checked", "copied"])
def test_a_file_that_goes_away_meanwhile(
    warehouse_module: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Before its copy is made, the load ends in a sentence; after that the file is not needed."""
    path = write(tmp_path, "gone.csv", TABLE.replace(LINE, f"Abe {moment},abe@example.com,\n"))
    before = state(warehouse_module)
    name = "check_file" if moment == "checked" else "open_file"
    original = getattr(load_module, name)

    def removing(*arguments: Any, **options: Any) -> Any:
        found = original(*arguments, **options)
        path.unlink()
        return found

    monkeypatch.setattr(load_module, name, removing)
    if moment == "checked":
        with pytest.raises(LodeError, match=r"can't be copied .*No such file"):
            load_file(path, warehouse_module)
        assert state(warehouse_module) == before
    else:
        assert load_file(path, warehouse_module).row_count == 2


@given(
    width=st.integers(195, 230),
    rows=st.lists(st.text("ab\"',;\\ \n{}é", max_size=8), min_size=1, max_size=3),
)
@hypothesis_settings(max_examples=8, deadline=None)
def test_wide_tables_read_as_narrow_ones_do(
    warehouse_module: Settings,
    tmp_path_factory: pytest.TempPathFactory,
    width: int,
    rows: list[str],
) -> None:
    """From some width on another reader does the work; a value is the same to both."""
    header = ["name", "email", "phone", *(f"c{number}" for number in range(width - 3))]
    lines = [
        ",".join([f'"{value}"' for value in cells])
        for text in rows
        if (quoted := text.replace('"', '""')) is not None
        for cells in [[quoted, "w@example.com", "512-555-0100", *[""] * (width - 4), quoted]]
    ]
    text = "\n".join([",".join(header), *lines]) + "\n"
    path = write(tmp_path_factory.mktemp("wide"), "wide.csv", text)
    result = load_file(path, warehouse_module)
    assert loaded(warehouse_module, result, "full_name", "email_1", "phone_1", "extra") == [
        (
            number,
            value or None,
            "w@example.com",
            "512-555-0100",
            {f"c{width - 4}": value} if value else {},
        )
        for number, value in enumerate(rows, start=1)
    ]
