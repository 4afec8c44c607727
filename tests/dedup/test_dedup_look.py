"""Incremental runs, explanations, questions and thresholds, over one warehouse."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from canonical_warehouse import create_canonical, rows
from generated_people import make_records
from joined_people import canonical_tables, join_records
from literal_people import person, tables
from test_dedup_decisions import change, invoker

from dedup import snapshot
from dedup.find import Question, find, open_finder
from dedup.hubs import find_hubs
from dedup.model import DEFAULT_PATH, load_model, model_path, save_model
from dedup.pipeline import run
from dedup.result import DedupResult
from dedup.settings import DedupRules
from dedup.snapshot import snapshot_path
from dedup.threshold_diff import Difference, threshold_diff
from lode.errors import LodeError
from lode.locks import file_lock
from lode.settings import Settings

pytestmark = pytest.mark.database

HOME = ("12 ELM", "Austin", "TX", "78701")
ONE, TWO, THREE, FOUR = 9_000_001, 9_000_002, 9_000_003, 9_000_004
# A chain: the first and the third have nothing in common but the second.
CHAIN = tables(
    person(ONE, "Zebulon", "Quackenbush", emails=["zq1877xk@example.com"], homes=[HOME]),
    person(TWO, "Zebulon", "Quackenbush", emails=["zq1877xk@example.com"], phones=["+12125550107"]),
    person(THREE, "Zeb", "Quackenbush", phones=["+12125550107"],
           homes=[("9 PINE", "Reno", "NV", "89501")]),
    person(FOUR, "Hortense", "Vandermolen", emails=["hv@example.net"]),
)  # fmt: skip


def with_chain(people: dict[str, pa.Table]) -> dict[str, pa.Table]:
    return {
        name: pa.concat_tables([people[name], CHAIN[name].cast(people[name].schema)])
        for name in people
    }


def build(settings: Settings, people: dict[str, pa.Table]) -> None:
    create_canonical(settings, people)
    change(
        settings,
        "insert into person_records select id, id from persons",
        "update persons set golden_person_id = id, is_original = 1",
    )


@pytest.fixture(scope="module")
def runs(warehouse_module: Settings) -> tuple[Settings, list[DedupResult]]:
    """Three runs: most of the records, then all of them, then all in full."""
    records = make_records(people=500, seed=31)
    results = []
    for share in (0.95, 1.0):
        some = records[: int(len(records) * share)]
        build(warehouse_module, with_chain(canonical_tables(some, join_records(some))))
        results.append(run(warehouse_module))
    results.append(run(warehouse_module, is_full=True))
    return warehouse_module, results


@pytest.fixture(scope="module")
def lode(runs: tuple[Settings, list[DedupResult]]) -> Callable[..., str]:
    return invoker(runs[0])


def test_incremental_run_finds_what_a_full_run_finds(
    runs: tuple[Settings, list[DedupResult]],
) -> None:
    settings, (first, incremental, full) = runs
    assert first.compared == first.persons
    assert 0 < incremental.compared < 0.25 * incremental.persons
    assert full.compared == full.persons == incremental.persons
    assert full.links > 10
    assert replace(full, job_id="", compared=0, events=0) == replace(
        incremental, job_id="", compared=0, events=0
    )
    for table, columns in (
        ("dedup_pairs", "person_id_l, person_id_r, match_weight, decision, waterfall"),
        ("dedup_clusters", "person_id, golden_person_id, match_score, match_reason"),
    ):
        found = [
            rows(settings, f"select {columns} from {table} where job_id = '{job}' order by 1, 2")
            for job in (incremental.job_id, full.job_id)
        ]
        assert found[0] == found[1]
    assert full.events == 0, "the same groups, so nothing merged or split"


def test_another_model_or_a_lost_snapshot_means_a_full_run(
    runs: tuple[Settings, list[DedupResult]],
) -> None:
    settings, _ = runs
    assert run(settings, is_forced=True).compared == 0
    snapshot_path(settings).write_bytes(b"no database")
    again = run(settings, is_forced=True)
    assert again.compared == again.persons
    lower = run(settings, review=-5.0)
    assert lower.compared == lower.persons, "other pairs are worth remembering"
    back = run(settings)
    assert back.compared == back.persons


def test_two_do_not_write_one_snapshot(
    runs: tuple[Settings, list[DedupResult]], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, _ = runs
    monkeypatch.setattr(snapshot, "PATIENCE", 0.1)
    path = snapshot_path(settings)
    unfinished = path.with_name(path.name + ".unfinished")
    with file_lock(path.with_suffix(".lock"), 0):
        unfinished.write_bytes(b"what another one writes")
        told = run(settings, is_forced=True)
        assert unfinished.read_bytes() == b"what another one writes"
    assert "Another process has held" in told.notes[-1]
    assert "next run compares all persons" in told.notes[-1]
    again = run(settings, is_forced=True)
    assert again.compared == again.persons
    assert run(settings, is_forced=True).compared == 0


def test_a_linked_pair_is_explained(lode: Callable[..., str], tmp_path: Path) -> None:
    shown = lode("explain", TWO, ONE, "--html", tmp_path / "pair.html")
    assert f"Persons {ONE} and {TWO} are one: golden person {ONE}. The pair is linked." in shown
    assert "same primary" in shown
    chart = (tmp_path / "pair.html").read_text(encoding="utf-8")
    assert "zq1877xk@example.com" in chart
    assert chart.lstrip().lower().startswith("<!doctype html")


def test_a_pair_that_is_one_through_others_shows_the_way(lode: Callable[..., str]) -> None:
    shown = lode("explain", ONE, THREE)
    assert f"are one: golden person {ONE}" in shown
    assert [line.split()[0] for line in shown.splitlines() if line.startswith("  ")] == [
        str(ONE),
        str(TWO),
    ]


def test_a_pair_that_nothing_compares_is_weighed_all_the_same(lode: Callable[..., str]) -> None:
    shown = lode("explain", ONE, FOUR)
    assert f"are two: golden persons {ONE} and {FOUR}. Never compared" in shown
    steps = [line.split() for line in shown.splitlines() if line.startswith(("prior", "last_name"))]
    assert len(steps) == 2
    weight = float(shown.splitlines()[-1].split()[-1])
    assert weight < -20
    assert f"are both person {FOUR}" in lode("explain", FOUR, FOUR)


def test_a_model_trained_since_does_not_explain_the_run_in_force(
    runs: tuple[Settings, list[DedupResult]], lode: Callable[..., str]
) -> None:
    settings, _ = runs
    before = lode("explain", ONE, FOUR)
    assert "Computed now by model default-1:" in before
    shipped = load_model(DEFAULT_PATH, DedupRules())
    other = replace(shipped, version="20260101T000000Z", matches_per_record=1e-6)
    path = model_path(settings, other.version, DedupRules())
    save_model(other, path)
    try:
        assert lode("explain", ONE, FOUR) == before
    finally:
        path.unlink()


@pytest.mark.parametrize(
    "question",
    [
        Question(email="ZQ1877xk@example.com "),
        Question(name="Quackenbush, Zebulon", phone="(212) 555-0107"),
        Question(name="Zeb Quackenbush", zip="78701"),
    ],
)
def test_a_known_person_is_found(
    runs: tuple[Settings, list[DedupResult]], question: Question
) -> None:
    hits = find(runs[0], question)
    assert {hit.person_id for hit in hits} <= {ONE, TWO, THREE}
    assert hits[0].match_weight == max(hit.match_weight for hit in hits)
    for hit in hits:
        steps = json.loads(hit.waterfall)
        assert sum(step[2] for step in steps) == pytest.approx(hit.match_weight, abs=0.06)


def test_one_finder_answers_many(runs: tuple[Settings, list[DedupResult]]) -> None:
    with open_finder(runs[0]) as finder:
        first = finder.find(Question(name="Zebulon Quackenbush", email="zq1877xk@example.com"))
        other = finder.find(Question(name="Hortense Vandermolen", email="hv@example.net"))
        nobody = finder.find(Question(name="Xavier Oglethorpe"))
        assert finder.find(Question(phone="212-555-0107"))[0].person_id in (TWO, THREE)
    assert {hit.person_id for hit in first} == {ONE, TWO, THREE}
    assert first[0].person_id in (ONE, TWO)
    assert [hit.person_id for hit in other] == [FOUR]
    assert nobody == []


def test_questions_are_asked_in_sentences(lode: Callable[..., str]) -> None:
    assert "Hortense Vandermolen" in lode("find", "--name", "Hortense Vandermolen")
    assert lode("find", "--name", "Xavier Oglethorpe").startswith("Nobody")
    assert "Say whom you look for" in lode("find")
    assert "--phone needs a telephone number" in lode("find", "--phone", "x")


def test_values_of_a_crowd_are_listed(
    runs: tuple[Settings, list[DedupResult]], lode: Callable[..., str]
) -> None:
    settings, _ = runs
    hubs = find_hubs(settings)
    assert {hub.kind for hub in hubs} == {"phone", "email"}
    tables = {"phone": ("phone_numbers", "phone_e164"), "email": ("email_addresses", "email")}
    for hub in hubs:
        table, column = tables[hub.kind]
        query = f"select count(distinct person_id) from {table} where {column} = '{hub.value}'"
        assert rows(settings, query, schema="canonical") == [(hub.persons,)]
    assert hubs[0].persons == max(hub.persons for hub in hubs)
    assert all(hub.persons > 12 or hub.last_names > 5 for hub in hubs)
    assert f"{hubs[0].value}  " in lode("hubs", "--count", "1")


def test_other_thresholds_are_shown_and_change_nothing(
    runs: tuple[Settings, list[DedupResult]], lode: Callable[..., str]
) -> None:
    settings, _ = runs
    jobs = rows(settings, "select count(*) from dedup_runs")
    shown = lode("threshold-diff", 2, 60)
    assert "at 60: 0 pairs linked, 0 groups" in shown
    apart = ((ONE,), (TWO,), (THREE,))
    merge = Difference("merge", apart, ((ONE, TWO, THREE),))
    assert merge in threshold_diff(settings, 60, 2).differences
    assert "groups that differ: none" in lode("threshold-diff", 2, 2)
    assert "run `lode dedup run --review -20` first" in lode("threshold-diff", 2, "--", -20)
    assert rows(settings, "select count(*) from dedup_runs") == jobs


def test_nothing_is_explained_before_the_first_run(warehouse: Settings) -> None:
    build(warehouse, CHAIN)
    with pytest.raises(LodeError, match="No dedup run is published yet"):
        find(warehouse, Question(name="Ann"))
    assert "No dedup run is published yet" in invoker(warehouse)("explain", ONE, TWO)
