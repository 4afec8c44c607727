"""`lode dedup run` on a real server: all or nothing, one at a time, in sentences."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
from canonical_warehouse import create_canonical, insert, rows
from generated_people import make_records
from joined_people import canonical_tables, join_records
from killed_process import run_until_killed
from literal_people import person, tables

from dedup import write_back
from dedup.model import DEFAULT_PATH, model_path
from dedup.pipeline import run
from dedup.settings import DedupRules
from lode.db import connect
from lode.errors import LodeError
from lode.settings import Settings

pytestmark = pytest.mark.database

SCRIPT = Path(__file__).with_name("dedup_until_killed.py")


@pytest.fixture
def filled(warehouse: Settings, tmp_path: Path) -> Settings:
    """A warehouse with some 700 persons, and no model of its own."""
    records = make_records(people=600, seed=71)
    create_canonical(warehouse, canonical_tables(records, join_records(records)))
    return warehouse


def jobs(settings: Settings) -> list[tuple[str, str]]:
    return list(rows(settings, "select job_id, status from dedup_runs order by started_at"))


def test_run_publishes_pairs_and_clusters_under_one_job(filled: Settings) -> None:
    result = run(filled)
    assert result.links > 5
    assert result.clusters > 5
    assert jobs(filled) == [(result.job_id, "PUBLISHED")]
    pairs = rows(filled, "select * from dedup_pairs")
    assert len(pairs) == result.pairs == result.links + result.reviews
    for _, low, high, weight, probability, score, reason, decision, waterfall in pairs:
        assert low < high
        assert decision == "review" or weight >= DedupRules().thresholds.link
        assert 0 <= probability <= 1
        assert 0 <= score <= 100
        assert reason
        assert json.loads(waterfall)[0][0] == "prior"
    clusters = rows(
        filled,
        "select golden_person_id, count(*), min(person_id), sum(match_reason = 'golden'),"
        " sum(match_weight is null) from dedup_clusters group by golden_person_id",
    )
    assert len(clusters) == result.clusters
    for golden, size, smallest, heads, without_weight in clusters:
        assert (golden, heads, without_weight) == (smallest, 1, 1)
        assert size >= 2
    stored = rows(filled, "select person_count, pair_count, cluster_count from dedup_runs")
    assert stored == [(result.persons, result.pairs, result.clusters)]


def test_same_persons_again_change_nothing_and_say_so(filled: Settings) -> None:
    first = run(filled)
    again = run(filled)
    assert again.is_unchanged
    assert (again.job_id, again.links, again.reviews, again.clusters) == (
        first.job_id,
        first.links,
        first.reviews,
        first.clusters,
    )
    assert len(jobs(filled)) == 1
    forced = run(filled, is_forced=True)
    assert not forced.is_unchanged
    assert rows(
        filled,
        "select person_id, golden_person_id from dedup_clusters"
        f" where job_id = '{first.job_id}' order by 1",
    ) == rows(
        filled,
        "select person_id, golden_person_id from dedup_clusters"
        f" where job_id = '{forced.job_id}' order by 1",
    )
    stricter = run(filled, link=12.0)
    assert not stricter.is_unchanged
    assert stricter.links < first.links


def test_no_persons_publish_an_empty_run(warehouse: Settings) -> None:
    create_canonical(warehouse)
    result = run(warehouse)
    assert (result.persons, result.pairs, result.clusters) == (0, 0, 0)
    assert "no persons" in result.notes[0]
    assert jobs(warehouse) == [(result.job_id, "PUBLISHED")]


def test_one_person_is_said_to_be_alone(warehouse: Settings) -> None:
    create_canonical(warehouse, tables(person(1, "Ann", "Smith")))
    result = run(warehouse)
    assert (result.persons, result.pairs) == (1, 0)
    assert "only one person" in result.notes[0]


def test_retired_ids_take_no_part(warehouse: Settings) -> None:
    twins = [
        person(one, "Zebulon", "Zabriskie", emails=["zz99@example.com"], records=records)
        for one, records in ((1, 1), (2, 0), (3, 1))
    ]
    create_canonical(warehouse, tables(*twins))
    assert run(warehouse).persons == 2
    assert rows(warehouse, "select person_id from dedup_clusters order by 1") == [(1,), (3,)]


def test_ids_are_kept_to_the_last_digit(warehouse: Settings) -> None:
    low, high = 4_000_000_000_000_000_001, 18_000_000_000_000_000_003
    twins = [
        person(one, "Zebulon", "Zabriskie", emails=["zz99@example.com"]) for one in (low, high)
    ]
    create_canonical(warehouse, tables(*twins))
    run(warehouse)
    assert rows(warehouse, "select person_id, golden_person_id from dedup_clusters order by 1") == [
        (low, low),
        (high, low),
    ]


def test_killed_run_leaves_the_last_published_one_in_force(filled: Settings) -> None:
    first = run(filled)
    before = rows(filled, "select count(*) from dedup_pairs")
    assert run_until_killed(SCRIPT, filled) == -signal.SIGKILL
    assert rows(filled, "select count(*) from dedup_pairs") == before
    assert [status for _, status in jobs(filled)] == ["PUBLISHED", "RUNNING"]
    with connect("loader", filled, schema="raw") as connection:
        published = write_back.last_published(connection, filled)
    assert published is not None
    assert published["job_id"] == first.job_id
    run(filled, link=9.0)
    assert [status for _, status in jobs(filled)] == ["PUBLISHED", "FAILED", "PUBLISHED"]


def test_failure_while_writing_publishes_nothing(
    filled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_back, "EVENT_COLUMNS", "job_id, no_such_column")
    with pytest.raises(LodeError, match="nothing of it is published"):
        run(filled)
    assert [status for _, status in jobs(filled)] == ["FAILED"]
    assert rows(filled, "select count(*) from dedup_pairs") == [(0,)]


def test_second_run_at_once_is_told(filled: Settings) -> None:
    with write_back.dedup_lock(filled), pytest.raises(LodeError, match="Another dedup run"):
        run(filled)
    assert jobs(filled) == []


def test_missing_canonical_tables_say_what_to_run(warehouse: Settings) -> None:
    with pytest.raises(LodeError, match=r"no usable table .*persons yet: .*dbt build"):
        run(warehouse)


def test_model_of_another_version_stops_before_writing(filled: Settings) -> None:
    path = model_path(filled, "20260101T000000Z", DedupRules())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(json.loads(DEFAULT_PATH.read_text()) | {"fingerprint": "other"}))
    try:
        with pytest.raises(LodeError, match="other comparison levels"):
            run(filled)
    finally:
        path.unlink()
    assert jobs(filled) == []


def test_hostile_text_survives_the_way_back(warehouse: Settings) -> None:
    mail = 'o"brien\\,tab@example.com'
    twins = [
        person(one, 'Pat "P\\", \t\n', "O'Brien, NULL", emails=[mail, "second77x@example.com"])
        for one in (1, 2)
    ]
    create_canonical(warehouse, tables(*twins))
    result = run(warehouse)
    assert result.clusters == 1
    assert rows(warehouse, "select match_score from dedup_pairs")[0][0] == 60


def test_new_person_is_seen_by_the_next_run(filled: Settings) -> None:
    first = run(filled)
    extra = tables(person(900_001, "Zebulon", "Zabriskie", emails=["zz99@example.com"]))
    with connect("transformer", filled, schema="canonical", autocommit=True) as connection:
        for name, table in extra.items():
            insert(connection, name, table)
    second = run(filled)
    assert not second.is_unchanged
    assert second.persons == first.persons + 1
