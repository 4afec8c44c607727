"""The whole way on sample files with known truth: load, dbt, dedup, dbt again, and once more."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from dedup.decisions import Signature, decide_pair, revoke, unmerge
from dedup.review import next_pairs
from lode.dbt import run_dbt
from lode.demo import DEMO_FILES, load_sample
from lode.pipeline import RunResult, run_pipeline
from lode.sample import generate, score
from lode.settings import Settings
from lode.warehouse_state import read_imports
from tests.models.raw_rows import table_rows

pytestmark = pytest.mark.database

PEOPLE = 600
SEED = 9
RECORDS_PER_IMPORT = 10**10


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample files of 600 made-up people and their truth."""
    folder = tmp_path_factory.mktemp("sample") / "files"
    generate(PEOPLE, SEED, folder)
    return folder


@pytest.fixture(scope="module")
def built(warehouse_module: Settings, sample: Path) -> tuple[Settings, RunResult]:
    """The warehouse after the whole way, dbt's tests included."""
    load_sample(warehouse_module, sample)
    result = run_pipeline(warehouse_module, is_dedup=True, is_tested=True)
    return warehouse_module, result


def records_in(path: Path, table: str | None) -> int:
    """Count the records of a sample file with Python's own readers, not with ours."""
    if table:
        with sqlite3.connect(path) as database:
            return int(database.execute(f"select count(*) from {table}").fetchone()[0])
    text = path.read_bytes()
    encoding = "cp1252" if path.name == "mailing_house.csv" else "utf-8-sig"
    delimiter = ";" if path.name == "web_signups.csv" else ","
    lines = text.decode(encoding).splitlines(keepends=True)
    return sum(1 for _ in csv.reader(lines, delimiter=delimiter)) - 1


def fingerprint(settings: Settings) -> dict[str, str]:
    """A digest of every cell of the tables people read; time of the build left out."""
    tables = {
        "persons": "canonical",
        "phone_numbers": "canonical",
        "email_addresses": "canonical",
        "addresses": "canonical",
        "person_duplicates": "canonical",
        "opt_outs": "canonical",
        "dnc_registry": "canonical",
        "touchpoints": "canonical",
        "campaigns": "canonical",
        "golden_persons": "marts",
        "contact_points": "marts",
    }
    return {
        name: hashlib.sha256(
            repr(sorted(map(repr, table_rows(settings, layer, f"select * from {name}")))).encode()
        ).hexdigest()
        for name, layer in tables.items()
    }


def clusters(settings: Settings, column: str) -> dict[tuple[str, str, int], object]:
    """(filename, table, record number) -> person, for the scorer."""
    raw = settings.schema("raw")
    rows = table_rows(
        settings,
        "canonical",
        f"""
        select imports.filename, coalesce(imports.source_table, ''),
            person_records.record_id mod {RECORDS_PER_IMPORT}, persons.{column}
        from person_records
        inner join persons on person_records.person_id = persons.id
        inner join {raw}.import_metadata as imports on person_records.import_seq = imports.id
        """,
    )
    return {(str(r[0]), str(r[1]), int(str(r[2]))): r[3] for r in rows}


def test_every_record_of_every_file_is_accounted_for(
    built: tuple[Settings, RunResult], sample: Path
) -> None:
    """The counts add up to what Python's csv and sqlite3 modules count in the files."""
    _, result = built
    counted = {name: records_in(sample / name, table) for name, table in DEMO_FILES}
    assert {account.filename: account.row_count for account in result.imports} == counted
    assert all(account.is_balanced for account in result.imports)
    assert {account.status for account in result.imports} <= {"COMPLETE", "COMPLETE_WITH_ERRORS"}
    assert sum(account.inserted_count or 0 for account in result.imports) > 0
    assert sum(account.collapsed_count or 0 for account in result.imports) > 0
    assert sum(account.rejected_count or 0 for account in result.imports) > 0


def test_persons_and_golden_persons_agree_with_the_truth(
    built: tuple[Settings, RunResult], sample: Path
) -> None:
    """The upsert hardly ever mixes people; dedup finds most of what it left apart."""
    settings, _ = built
    upsert = score(sample / "truth.csv", clusters(settings, "id"))
    golden = score(sample / "truth.csv", clusters(settings, "golden_person_id"))
    print(f"upsert: P {upsert.precision:.3f} R {upsert.recall:.3f} mixed {upsert.over_merge:.3f}")
    print(f"golden: P {golden.precision:.3f} R {golden.recall:.3f} mixed {golden.over_merge:.3f}")
    assert upsert.missing == 0
    assert upsert.precision >= 0.99
    assert upsert.over_merge <= 0.012
    assert golden.recall > upsert.recall
    assert golden.f1 >= 0.90


def test_people_who_must_not_be_contacted_are_not(
    built: tuple[Settings, RunResult], sample: Path
) -> None:
    """Nobody on the sample's lists is allowed, and somebody is contactable on every channel."""
    settings, result = built
    assert result.summary is not None
    for channel in ("callable", "textable", "emailable", "mailable"):
        assert 0 < getattr(result.summary, channel) < result.summary.golden_persons
    with (sample / "opt_outs.csv").open(encoding="utf-8", newline="") as file:
        mailboxes = {row["Email"].strip().lower() for row in csv.DictReader(file) if row["Email"]}
    allowed = table_rows(
        settings,
        "marts",
        "select contact_value from contact_points where channel = 'email' and is_allowed = 1",
    )
    refused = {
        str(row[0])
        for row in table_rows(
            settings, "canonical", "select email from opt_outs where channel in ('email', 'all')"
        )
    }
    assert refused & mailboxes
    assert not {str(row[0]) for row in allowed} & refused


def test_doing_it_all_again_changes_nothing(
    built: tuple[Settings, RunResult], sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same files are known by their bytes; the run says that nothing is new."""
    settings, _ = built
    before, imports = fingerprint(settings), read_imports(settings)
    load_sample(settings, sample)
    result = run_pipeline(settings, is_dedup=True)
    assert not result.has_changed
    assert "Nothing new" in capsys.readouterr().out
    assert read_imports(settings) == imports
    assert fingerprint(settings) == before


def test_a_forced_run_changes_no_cell(built: tuple[Settings, RunResult]) -> None:
    """A run over the same records writes the same cells, and its merges write none."""
    settings, _ = built
    written = "select * from import_audit_log order by id"
    before, log = fingerprint(settings), table_rows(settings, "canonical", written)
    run_pipeline(settings, is_forced=True)
    assert fingerprint(settings) == before
    assert table_rows(settings, "canonical", written) == log


def test_full_refresh_gives_the_same_cells(built: tuple[Settings, RunResult]) -> None:
    """A rebuild from raw gives what the run before it had, ids included."""
    settings, _ = built
    before = fingerprint(settings)
    run_pipeline(settings, is_full_refresh=True)
    assert fingerprint(settings) == before


def test_runs_and_sizes_are_kept_for_the_dashboard(built: tuple[Settings, RunResult]) -> None:
    settings, _ = built
    nodes = table_rows(
        settings,
        "raw",
        "select name, state from dbt_nodes where run_id = (select max(id) from dbt_runs)"
        " and kind = 'model'",
    )
    assert {"persons", "person_events", "warehouse_version"} <= {row[0] for row in nodes}
    assert {row[1] for row in nodes} == {"success"}
    sizes = table_rows(settings, "marts", "select layer, table_name, data_bytes from table_sizes")
    known = {(row[0], row[1]): int(str(row[2])) for row in sizes}
    assert known["raw", "staging_raw_import"] > 0
    assert known["canonical", "persons"] > 0
    assert not [name for _, name in known if str(name).endswith(("__new", "__old"))]


def test_the_queue_of_the_dashboard_is_that_of_the_command(
    built: tuple[Settings, RunResult],
) -> None:
    """Every pair that nobody decided about waits in the mart, with the waterfall that it has."""
    settings, _ = built
    queue = next_pairs(settings, 1_000)
    columns = "person_id_l, person_id_r, round(match_weight, 6), json_length(waterfall)"
    found = table_rows(settings, "marts", f"select {columns} from review_pairs")
    assert queue.waiting == len(found) > 0
    assert {(row[0], row[1]): (row[2], row[3]) for row in found} == {
        (one.first, one.second): (round(one.match_weight, 6), len(json.loads(one.waterfall)))
        for one in queue.pairs
    }
    one = queue.pairs[0]
    number = decide_pair(settings, one.first, one.second, "apart", Signature("ops", "test"))
    assert run_dbt(["run", "--select", "review_pairs"], settings, quiet=True).returncode == 0
    left = table_rows(settings, "marts", "select person_id_l, person_id_r from review_pairs")
    assert (one.first, one.second) not in left
    assert len(left) == len(found) - 1
    revoke(settings, number, Signature("ops", "test"))


def test_a_merge_by_hand_is_logged_and_taken_back_to_the_cell(
    built: tuple[Settings, RunResult],
) -> None:
    """Somebody alone is put into a group of two; taking it out restores every cell."""
    settings, _ = built
    before, signature = fingerprint(settings), Signature("ops", "test")
    (alone,), (member,) = table_rows(
        settings,
        "canonical",
        "(select max(id) from persons where is_original = 1 and record_count > 0 and id not in"
        " (select original_id from person_duplicates))"
        " union all (select max(id) from persons where is_original = 0 and record_count > 0)",
    )
    decide_pair(settings, int(str(alone)), int(str(member)), "link", signature)
    run_pipeline(settings, is_dedup=True)
    assert fingerprint(settings) != before
    query = "select golden_person_id from persons where id in (%s, %s)"
    assert len(set(table_rows(settings, "canonical", query, (alone, member)))) == 1
    logged = table_rows(
        settings,
        "canonical",
        "select duplicate_person_id, match_reason, merged_fields from dedup_audit_log"
        " where job_id = (select max(job_id) from dedup_audit_log)",
    )
    assert [(row[0], row[1]) for row in logged] == [(alone, "decision")]
    assert "last_name" in json.loads(str(logged[0][2]))
    unmerge(settings, int(str(alone)), None, signature)
    run_pipeline(settings, is_dedup=True)
    assert fingerprint(settings) == before
    merges = table_rows(
        settings,
        "canonical",
        "select match_reason from dedup_audit_log where duplicate_person_id = %s order by id",
        (alone,),
    )
    assert [row[0] for row in merges] == ["decision", "split"]
    life = table_rows(
        settings,
        "marts",
        "select event_kind, event_type from person_events where golden_person_id = %s"
        " and event_kind in ('merge', 'decision') order by happened_at",
        (alone,),
    )
    assert life == [
        ("decision", "link"), ("merge", "merged"), ("decision", "revoke"), ("decision", "apart"),
        ("merge", "split"),
    ]  # fmt: skip


def test_households_are_who_shares_an_address(built: tuple[Settings, RunResult]) -> None:
    """Nobody is lost; one number is one address, and in a building one last name."""
    settings, _ = built
    homes: dict[tuple[str, ...], set[object]] = {}
    rows = table_rows(
        settings,
        "marts",
        "select golden_person_id, street, coalesce(unit, ''), zip, lower(coalesce(last_name, ''))"
        " from golden_persons where street is not null and zip is not null",
    )
    for golden, *home in rows:
        homes.setdefault(tuple(map(str, home[:3])), set()).add(golden)
    found = table_rows(
        settings,
        "marts",
        "select household_id, golden_person_id, member_count, is_by_name from households",
    )
    members: dict[object, set[object]] = {}
    for household, golden, *_ in found:
        members.setdefault(household, set()).add(golden)
    assert len(found) == len(rows)
    small = {frozenset(home) for home in homes.values() if len(home) <= 8}
    assert {frozenset(group) for group in members.values()} >= small
    assert any(len(home) > 1 for home in small)
    assert all(count == len(members[household]) for household, _, count, _ in found)
    assert {golden for _, golden, _, is_by_name in found if is_by_name} == {
        golden for home in homes.values() if len(home) > 8 for golden in home
    }
