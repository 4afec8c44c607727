"""`lode load`, `lode imports`, `lode import show`, `lode errors`, as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from loaded_rows import lode, query, write

from lode.settings import Settings

pytestmark = pytest.mark.database


def events(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines()]


def test_several_files_of_which_one_is_bad(warehouse: Settings, tmp_path: Path) -> None:
    good = write(tmp_path, "good.csv", "name,email\nA,a@example.com\n")
    bad = write(tmp_path, "bad.csv", "title,isbn\nA,1\n")
    ragged = write(tmp_path, "ragged.csv", "name,email\nB,b@example.com\nC\n")
    done = lode(warehouse, "load", good, bad, tmp_path, ragged, "--no-run")
    assert done.returncode == 1
    sentences = done.stderr.splitlines()
    assert [line.split(":")[0] for line in sentences[:2]] == ["lode", "lode"]
    assert "bad.csv has columns of no known set (title, isbn)" in sentences[0]
    assert "is a directory" in sentences[1]
    assert sentences[2:] == ["Loaded, not processed: run `lode run` next."]
    last = [event for event in events(done.stdout) if event["event"] in ("done", "failed")]
    assert [event["event"] for event in last] == ["done", "failed", "failed", "done"]
    assert (last[3]["row_count"], last[3]["loaded_count"], last[3]["parse_rejected_count"]) == (
        2,
        1,
        1,
    )
    assert "example.com" not in done.stdout + done.stderr
    assert query(warehouse, "select status from import_metadata") == [("LOADED",), ("LOADED",)]


def test_loading_twice_says_so_and_runs_nothing(warehouse: Settings, tmp_path: Path) -> None:
    path = write(tmp_path, "leads.csv", "name,email\nA,a@example.com\n")
    assert lode(warehouse, "load", path, "--no-run").returncode == 0
    # Without --no-run: nothing is new, so the models are not built either.
    again = lode(warehouse, "load", path)
    assert again.returncode == 0
    assert again.stderr == ""
    assert events(again.stdout)[-1]["is_duplicate"] is True


def test_imports_are_listed_and_shown(warehouse: Settings, tmp_path: Path) -> None:
    assert "No imports yet" in lode(warehouse, "imports").stdout
    path = write(tmp_path, "leads.csv", "name,email,shoe\nA,a@example.com,1\nB\n")
    lode(warehouse, "load", path, "--no-run", "--uploaded-by", "jane@example.com")
    listed = lode(warehouse, "imports").stdout.splitlines()
    assert listed[0].split() == (
        "import feed status records loaded refused inserted updated unchanged collapsed rejected"
        " file".split()
    )
    import_id = listed[1].split()[0]
    assert listed[1].split() == [import_id, *"people LOADED 2 1 1 leads.csv".split()]
    shown = lode(warehouse, "import", "show", import_id).stdout
    assert "jane@example.com" in shown
    assert "shoe → extra" in shown
    whole = json.loads(lode(warehouse, "import", "show", import_id, "--json").stdout)
    assert (whole["row_count"], whole["status"]) == (2, "LOADED")
    assert json.loads(lode(warehouse, "imports", "--json").stdout)["import_id"] == import_id
    assert [one["status"] for one in whole["attempts"]] == ["LOADED"]
    assert "UTC, LOADED" in shown.splitlines()[-1]
    refused = lode(warehouse, "errors", import_id)
    assert refused.stdout.splitlines()[1].split()[:4] == ["2", "3", "error", "MISSING"]
    assert refused.stderr == (
        f"lode: {import_id} is LOADED: these are the parser's problems, `lode run` finds those of"
        " the rules.\n"
    )
    unknown = lode(warehouse, "import", "show", "imp_1")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert unknown.stderr.startswith("lode: There is no import 'imp_1'")


def test_a_wrong_password(warehouse: Settings, tmp_path: Path) -> None:
    path = write(tmp_path, "leads.csv", "name,email\nA,a@example.com\n")
    done = lode(
        warehouse,
        "load",
        path,
        LODE_LOADER_USER=f"{warehouse.prefix}_loader",
        LODE_LOADER_PASSWORD="not-the-password",
    )
    assert done.returncode == 1
    assert "refused the account" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "not-the-password" not in done.stdout + done.stderr


def test_a_server_that_is_down(warehouse: Settings, tmp_path: Path) -> None:
    path = write(tmp_path, "leads.csv", "name,email\nA,a@example.com\n")
    done = lode(
        warehouse,
        "load",
        path,
        LODE_DB_HOST="127.0.0.1",
        LODE_DB_PORT="1",
        LODE_LOADER_USER="x",
        LODE_LOADER_PASSWORD="y",
    )
    assert done.returncode == 1
    assert "does not answer" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "name", ["a'; drop table import_metadata; --.csv", "%s%s.csv", "[bold]x.csv", "é\n.csv"]
)
def test_names_of_files_and_columns_are_only_names(
    warehouse: Settings, tmp_path: Path, name: str
) -> None:
    header = 'email,"x\'; drop table import_metadata; --","{a}","%s","back\\slash"\n'
    path = write(tmp_path, name, header + "a@example.com,1,2,3,4\n")
    done = lode(warehouse, "load", path, "--no-run", "--as", "people")
    assert done.returncode == 0, done.stderr
    (found,) = query(warehouse, "select filename, json_length(mapping) from import_metadata")
    assert found == (name.replace("\n", "?"), 5)
    (extra,) = query(warehouse, "select extra from staging_raw_import")[0]
    assert json.loads(extra) == {
        "x'; drop table import_metadata; --": "1",
        "{a}": "2",
        "%s": "3",
        "back\\slash": "4",
    }
