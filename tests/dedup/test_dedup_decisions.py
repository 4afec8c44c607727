"""People decide who is who, and every later run honours it: on a real server, by the commands."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from canonical_warehouse import create_canonical, rows
from literal_people import person, tables
from typer.testing import CliRunner

from dedup.cluster import cluster, decide
from dedup.constraints import Constraints
from dedup.database import open_database
from dedup.features import build_features
from dedup.identity import choose_golden
from dedup.model import DEFAULT_PATH, load_model
from dedup.outcome import compare_and_cluster
from dedup.pipeline import run
from dedup.settings import DedupRules
from dedup.source import Former
from lode import audit, job_kinds
from lode.cli import build_app
from lode.db import connect
from lode.decisions import hold_by_other_records
from lode.errors import LodeError
from lode.reviews import DECIDED, decided_at, put
from lode.rights import Principal
from lode.settings import Settings
from lode.worker import LiveTeller

pytestmark = pytest.mark.database

HOME = ("12 ELM", "Austin", "TX", "78701")
BOB, ROBERT, ROB, EVE, IDA = 10, 20, 30, 40, 50
MAIL = "robzab77@example.com"
PEOPLE = (
    person(BOB, "Bob", "Zabriskie", emails=[MAIL], homes=[HOME]),
    person(ROBERT, "Robert", "Zabriskie", emails=[MAIL], phones=["+15125550101"]),
    person(ROB, "Robert", "Zabriskie", phones=["+15125550101"], homes=[HOME]),
    person(EVE, "Eve", "Quarles", emails=["eve@example.com"]),
    person(IDA, "Ida", "Tolliver", phones=["+15125550133"]),
)
Lode = Callable[..., str]


def change(settings: Settings, *statements: str) -> None:
    """Change canonical tables as dbt's account does."""
    with connect("transformer", settings, schema="canonical", autocommit=True) as connection:
        for statement in statements:
            connection.query(statement)


@pytest.fixture(scope="module")
def warehouse_of_five(warehouse_module: Settings) -> Settings:
    """Five persons of one record each: three are one by the model, two are nobody else."""
    create_canonical(warehouse_module, tables(*PEOPLE))
    change(
        warehouse_module,
        "insert into person_records select id, id from persons",
        "update persons set golden_person_id = id, is_original = 1",
    )
    return warehouse_module


def invoker(settings: Settings) -> Lode:
    """Run `lode dedup …` in this process; its output, or the sentence with which it ends."""
    environment = {
        "LODE_HOME": str(settings.home),
        "LODE_ENGINE": settings.engine,
        "LODE_DB_PREFIX": settings.prefix,
    }

    def invoke(*words: object) -> str:
        line = ["dedup", *map(str, words)]
        done = CliRunner().invoke(build_app(), line, env=environment)
        return done.output if done.exit_code == 0 else str(done.exception)

    return invoke


@pytest.fixture(scope="module")
def lode(warehouse_of_five: Settings) -> Lode:
    return invoker(warehouse_of_five)


def golden(settings: Settings) -> dict[int, int]:
    """Publish a run, bring it into persons as dbt would, and return who stands for whom."""
    job = run(settings).job_id
    raw = settings.schema("raw")
    change(
        settings,
        f"update persons set golden_person_id = coalesce((select golden_person_id"
        f" from `{raw}`.dedup_clusters where job_id = '{job}' and person_id = persons.id), id)",
        "update persons set is_original = golden_person_id = id",
    )
    found = rows(settings, "select id, golden_person_id from persons", schema="canonical")
    return dict(found)


WHY = ("--reason", "asked by phone", "--by", "ops")


def test_merging_and_unmerging_is_what_it_was(warehouse_of_five: Settings, lode: Lode) -> None:
    before = golden(warehouse_of_five)
    assert before == {BOB: BOB, ROBERT: BOB, ROB: BOB, EVE: EVE, IDA: IDA}
    assert "Decision 1: 40 and 20 are one person" in lode("link", EVE, ROBERT, *WHY)
    merged = golden(warehouse_of_five)
    assert merged == {**before, EVE: BOB}
    (event,) = [json.loads(line) for line in lode("events").splitlines()]
    assert event["event_type"] == "merge"
    assert event["after"] == [{"golden_person_id": BOB, "person_ids": [BOB, ROBERT, ROB, EVE]}]
    assert event["before"][1] == {"golden_person_id": EVE, "person_ids": [EVE]}
    reason = rows(warehouse_of_five, "select match_reason from dedup_clusters where person_id = 40")
    assert reason == [("decision",)]
    assert "It ends decision 1" in lode("unmerge", EVE, *WHY)
    assert golden(warehouse_of_five) == before
    assert json.loads(lode("events"))["event_type"] == "split"
    assert "are not one: nothing to take apart" in lode("unmerge", EVE, *WHY, "--from", BOB)


def test_one_member_is_taken_out_and_stays_out(warehouse_of_five: Settings, lode: Lode) -> None:
    assert "say with --from" in lode("unmerge", BOB, *WHY)
    lode("link", ROB, IDA, *WHY)
    lode("link", IDA, BOB, *WHY)
    held = lode("unmerge", ROB, "--from", BOB, *WHY)
    assert "says that 10 and 30, or those they are one with, are one person" in held
    for line in lode("decisions").splitlines():
        if " link " in line:
            lode("revoke", line.split()[0], *WHY)
    assert "are two persons" in lode("unmerge", ROB, *WHY)
    found = golden(warehouse_of_five)
    assert found[BOB] != found[ROB]
    assert "says that 10 and 30, or those they are one with, are two" in lode(
        "link", BOB, ROB, *WHY
    )
    assert golden(warehouse_of_five) == found
    (number,) = [line.split()[0] for line in lode("decisions").splitlines() if "10 30" in line]
    assert "ends" in lode("revoke", number, *WHY)
    assert set(golden(warehouse_of_five).values()) == {BOB, EVE, IDA}
    assert f"no decision {number} that stands" in lode("revoke", number, *WHY)


def test_people_choose_who_is_golden(warehouse_of_five: Settings, lode: Lode) -> None:
    assert "stands for its group" in lode("golden", ROBERT, *WHY)
    assert golden(warehouse_of_five)[BOB] == ROBERT
    assert "stands for its group" in lode("golden", ROB, *WHY)
    result = run(warehouse_of_five, is_forced=True)
    assert "each choose a golden person for one group" in result.notes[-1]
    assert golden(warehouse_of_five)[BOB] == ROB
    for line in lode("decisions").splitlines():
        if " golden " in line:
            lode("revoke", line.split()[0], *WHY)
    assert golden(warehouse_of_five)[BOB] == ROB, "an id once golden is kept"


def test_bad_decisions_are_refused_in_a_sentence(lode: Lode) -> None:
    assert "--same" in lode("review", "decide", EVE, IDA, *WHY)
    assert "are both person 40" in lode("link", EVE, EVE, *WHY)
    assert "There is no person 77" in lode("apart", EVE, 77, *WHY)
    assert "--reason needs a text" in lode("apart", EVE, IDA, "--reason", " ")
    assert "no published dedup run nope" in lode("events", "--job", "nope")


def test_review_shows_the_likeliest_pair_until_it_is_decided(
    warehouse_of_five: Settings, lode: Lode
) -> None:
    run(warehouse_of_five, link=60.0, is_forced=True)
    change(warehouse_of_five, "update persons set golden_person_id = id")
    shown = lode("review", "next")
    assert "3 pairs wait" in shown
    assert "robzab77@example.com" in shown
    assert "match weight" in shown
    heading = next(line for line in shown.splitlines() if line.startswith("field"))
    first, second = heading.split()[1:]
    assert "Decision" in lode("review", "decide", first, second, "--different", *WHY)
    again = lode("review", "next", "--count", "5")
    assert "2 pairs wait" in again
    assert f"{first}  {second}" not in again


def test_records_taken_out_let_a_decision_wait(warehouse_of_five: Settings, lode: Lode) -> None:
    lode("link", EVE, IDA, *WHY)
    change(warehouse_of_five, "insert into person_records values (41, 40)")
    with connect("loader", warehouse_of_five, schema="raw", autocommit=True) as loader:
        hold_by_other_records(loader, warehouse_of_five, EVE, EVE)
    change(
        warehouse_of_five,
        "delete from person_records where record_id = 40",
        "update person_records set person_id = 41 where record_id = 41",
    )
    assert "41 50" in lode("decisions"), "found again by another record of the person"
    change(warehouse_of_five, "delete from person_records where record_id = 41")
    assert "waits for records taken out" in lode("decisions")


def work(settings: Settings, kind: str, **given: object) -> str:
    """Do what a worker does with a job, and return what the page is told."""
    found = job_kinds.find(kind)
    found.check(given)
    return found.run(job_kinds.Work(settings, given, "ada@example.com", LiveTeller())).message


def test_a_job_that_is_begun_anew_decides_once(warehouse_of_five: Settings, lode: Lode) -> None:
    asked = {"first": ROBERT, "second": IDA, "verdict": "household", "reason": "one address"}
    said = work(warehouse_of_five, "decide_pair", **asked)
    number = int(said.split()[1])
    assert said.startswith(f"Decision {number} is written down.")
    assert work(warehouse_of_five, "decide_pair", **asked).startswith(f"Decision {number} says so.")
    (line,) = [line for line in lode("decisions").splitlines() if line.split()[0] == str(number)]
    assert "ada@example.com" in line
    assert "one household: one address" in line
    with pytest.raises(LodeError, match=f"Decision {number} says that"):
        work(warehouse_of_five, "decide_pair", **{**asked, "verdict": "same"})
    end = {"number": number, "reason": "taken back"}
    pair = tuple(sorted((ROBERT, IDA)))
    with connect("loader", warehouse_of_five, schema="raw", autocommit=True) as loader:
        steward = Principal("ada@example.com", frozenset({"steward"}))
        put(loader, warehouse_of_five, steward, pair, DECIDED)
        assert decided_at(loader, warehouse_of_five, pair) is not None
        assert f"Decision {number} ends." in work(warehouse_of_five, "end_decision", **end)
        assert decided_at(loader, warehouse_of_five, pair) is None, "it waits for somebody again"
    assert "does not stand" in work(warehouse_of_five, "end_decision", **end)


def decisions_of(settings: Settings) -> list[tuple[object, ...]]:
    return list(rows(settings, "select kind, split_id from dedup_decisions order by id"))


@pytest.fixture
def undecided(warehouse_of_five: Settings, lode: Lode) -> Settings:
    """The five, no decision left of the tests before; ids once golden stay so."""
    for line in lode("decisions").splitlines():
        if line.split()[0].isdigit():
            lode("revoke", line.split()[0], *WHY)
    change(warehouse_of_five, "insert ignore into person_records select id, id from persons")
    assert groups(warehouse_of_five) == THREE
    return warehouse_of_five


def groups(settings: Settings) -> set[frozenset[int]]:
    """Publish a run and return who is one with whom."""
    stands = golden(settings)
    return {
        frozenset(one for one, other in stands.items() if other == head)
        for head in set(stands.values())
    }


THREE = {frozenset({BOB, ROBERT, ROB}), frozenset({EVE}), frozenset({IDA})}


def test_apart_speaks_of_all_that_became_of_a_person(undecided: Settings, lode: Lode) -> None:
    """Records that keys held together when people decided may be two persons later."""
    change(undecided, f"insert into person_records values (41, {EVE})")
    number = re.findall(r"Decision (\d+)", lode("apart", EVE, IDA, *WHY))[0]
    linked = re.findall(r"Decision (\d+)", lode("link", EVE, BOB, *WHY))[0]
    change(
        undecided,
        "update person_records set person_id = 41 where record_id = 41",
        "insert into persons (id, is_original, golden_person_id, record_count)"
        " values (41, 1, 41, 1)",
    )
    said = lode("decisions")
    assert "40 50" in said
    assert "41 50" in said
    assert "10 41" not in said, "a link speaks of its first record alone"
    assert "says that 41 and 50" in lode("link", 41, IDA, *WHY)
    change(undecided, f"update person_records set person_id = {IDA} where record_id = 41")
    assert f"Decision {number} keeps apart what the keys of a later record" in lode("decisions")
    assert "ends" in lode("revoke", number, *WHY)
    assert "ends" in lode("revoke", linked, *WHY)
    assert "50" not in lode("decisions")
    change(
        undecided,
        "delete from person_records where record_id = 41",
        "delete from persons where id = 41",
    )


def test_a_group_is_taken_apart_at_once_and_put_back_at_once(
    undecided: Settings, lode: Lode
) -> None:
    link = int(lode("link", EVE, ROB, *WHY).split()[1].rstrip(":"))
    groups(undecided)
    asked = {"taken": [ROB, EVE], "left": [BOB, ROBERT], "reason": "two men"}
    said = work(undecided, "split_group", **asked)
    number = int(said.split()[1])
    assert said.startswith(f"Decision {number} is written down for 4 pairs.")
    assert work(undecided, "split_group", **asked).startswith(f"Decision {number} says so.")
    assert decisions_of(undecided)[-4:] == [("apart", None), *[("apart", number)] * 3]
    apart = {frozenset({BOB, ROBERT}), frozenset({ROB, EVE}), frozenset({IDA})}
    assert groups(undecided) == apart, "the link within a side holds"
    end = {"number": number, "reason": "one man after all"}
    assert work(undecided, "end_decision", **end).startswith(f"Decision {number} ends.")
    assert groups(undecided) == {frozenset({BOB, ROBERT, ROB, EVE}), frozenset({IDA})}
    assert "does not stand" in work(undecided, "end_decision", **end)
    across = {"taken": [EVE], "left": [BOB, ROBERT, ROB], "reason": "not him"}
    assert f"It ends decision {link}." in work(undecided, "split_group", **across)
    assert groups(undecided) == THREE


def test_a_group_held_by_others_is_not_taken_apart(undecided: Settings, lode: Lode) -> None:
    """Nothing is written where a decision outside of the pairs holds the two sides together."""
    links = [int(lode("link", one, IDA, *WHY).split()[1].rstrip(":")) for one in (BOB, ROB)]
    count = decisions_of(undecided)
    asked = {"taken": [ROB], "left": [BOB], "reason": "two men"}
    with pytest.raises(LodeError, match=f"Decision {links[0]}, {links[1]} says that"):
        work(undecided, "split_group", **asked)
    assert decisions_of(undecided) == count
    with pytest.raises(LodeError, match="is on both sides"):
        work(undecided, "split_group", **{**asked, "left": [ROB]})
    for link in links:
        lode("revoke", link, *WHY)


def test_a_pin_that_is_begun_anew_is_one(undecided: Settings, lode: Lode) -> None:
    asked = {"person": ROB, "reason": "his own card"}
    said = work(undecided, "choose_golden", **asked)
    number = int(said.split()[1])
    assert said.startswith(f"Decision {number} is written down.")
    assert work(undecided, "choose_golden", **asked).startswith(f"Decision {number} says")
    assert golden(undecided)[BOB] == ROB
    other = int(work(undecided, "choose_golden", person=BOB, reason="x").split()[1])
    again = int(work(undecided, "choose_golden", **asked).split()[1])
    assert number < other < again, "the newer one wins, so it has to be said anew"
    for one in (number, other, again):
        lode("revoke", one, *WHY)


Said = tuple[str, str, str, dict[str, Any]]


def log(settings: Settings) -> list[Said]:
    """What the audit log says of reviews, oldest first."""
    return [
        (one.event, one.subject, one.actor, json.loads(one.payload))
        for one in audit.newest(settings, 1_000, None, None)
        if one.event.startswith("review.")
    ]


def test_the_audit_log_says_what_was_decided(undecided: Settings, lode: Lode) -> None:
    """Each decision once, also where its job is begun anew; who stood for whom before and after."""
    before = len(log(undecided))
    stands = {str(one): other for one, other in golden(undecided).items()}

    def decided(kind: str, **given: object) -> int:
        number = int(work(undecided, kind, **given).split()[1])
        assert work(undecided, kind, **given).startswith(f"Decision {number} says so.")
        return number

    def of(*persons: int) -> dict[str, Any]:
        return {"golden": {str(one): stands[str(one)] for one in persons}}

    unknown = {"golden": None}
    link = decided("decide_pair", first=EVE, second=ROB, verdict="same", reason="one card")
    pin = decided("choose_golden", person=ROBERT, reason="his own card")
    apart = decided("split_group", taken=[EVE], left=[BOB, ROB], reason="not him")
    lode("revoke", pin, *WHY)
    work(undecided, "end_decision", number=apart, reason="was wrong")
    was = {"decision": link, "verdict": "link", "persons": [ROB, EVE]}
    split = [{"decision": apart + at, "verdict": "apart", "persons": [one, EVE]}
             for at, one in enumerate((BOB, ROB))]  # fmt: skip
    assert log(undecided)[before:] == [
        ("review.decide", f"pair {ROB}-{EVE}", "ada@example.com", {
            "verdict": "link", "decisions": [link], "sides": [[ROB], [EVE]], "ended": [],
            "before": of(ROB, EVE), "after": unknown, "reason": "one card"}),
        ("review.decide", f"person {ROBERT}", "ada@example.com", {
            "verdict": "golden", "decisions": [pin], "sides": [[ROBERT]], "ended": [],
            "before": of(ROBERT), "after": {"golden": {str(ROBERT): ROBERT}},
            "reason": "his own card"}),
        ("review.decide", f"decision {apart}", "ada@example.com", {
            "verdict": "apart", "decisions": [apart, apart + 1], "sides": [[EVE], [BOB, ROB]],
            "ended": [was], "before": of(BOB, ROB, EVE), "after": unknown, "reason": "not him"}),
        ("review.end", f"decision {pin}", "ops", {
            "ended": [{"decision": pin, "verdict": "golden", "persons": [ROBERT]}],
            "before": of(ROBERT), "after": unknown, "reason": WHY[1]}),
        ("review.end", f"decision {apart}", "ada@example.com", {
            "ended": split, "before": of(BOB, ROB, EVE), "after": unknown,
            "reason": "was wrong"}),
    ]  # fmt: skip


def test_taking_out_by_a_command_is_in_the_audit_log(undecided: Settings, lode: Lode) -> None:
    link = int(lode("link", EVE, IDA, *WHY).split()[1].rstrip(":"))
    golden(undecided)
    before = len(log(undecided))
    assert f"It ends decision {link}." in lode("unmerge", IDA, *WHY)
    ((event, subject, actor, said),) = log(undecided)[before:]
    assert (event, subject, actor) == ("review.decide", f"pair {EVE}-{IDA}", "ops")
    assert said["ended"] == [{"decision": link, "verdict": "link", "persons": [EVE, IDA]}]
    assert said["before"] == {"golden": {str(EVE): EVE, str(IDA): EVE}}


def test_without_its_entry_nothing_is_decided(
    undecided: Settings, lode: Lode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the worker dies between the decision and its entry: neither of both is there."""
    lines, entries = lode("decisions"), len(log(undecided))
    monkeypatch.setattr(audit, "MAXIMUM_PAYLOAD_CHARACTERS", 1)
    for words in (("link", EVE, IDA), ("golden", ROB), ("apart", EVE, IDA)):
        assert "audit entry needs" in lode(*words, *WHY)
    assert (lode("decisions"), len(log(undecided))) == (lines, entries)


@pytest.mark.parametrize(
    ("kind", "given", "sentence"),
    [
        ("choose_golden", {"reason": "x"}, "the id of a person"),
        ("choose_golden", {"person": 1}, "--reason needs a text"),
        ("split_group", {"taken": [], "left": [1], "reason": "x"}, "those on either side"),
        ("split_group", {"taken": ["1"], "left": [1], "reason": "x"}, "those on either side"),
        ("split_group", {"taken": [2], "left": [1]}, "--reason needs a text"),
        ("decide_pair", {"verdict": "maybe"}, "is same, different or household"),
        ("decide_pair", {"verdict": "same", "first": 1, "second": 1}, "the ids of two persons"),
        ("decide_pair", {"verdict": "same", "first": "1", "second": 2}, "the ids of two persons"),
        ("decide_pair", {"verdict": "same", "first": 1, "second": 2}, "--reason needs a text"),
        (
            "decide_pair",
            {"verdict": "household", "first": 1, "second": 2, "reason": " "},
            "--reason needs a text",
        ),
        ("end_decision", {"reason": "x"}, "takes its number"),
    ],
)
def test_a_job_that_cant_be_right_is_refused(
    kind: str, given: dict[str, object], sentence: str
) -> None:
    with pytest.raises(LodeError, match=sentence):
        job_kinds.find(kind).check(given)


def test_decisions_survive_twenty_runs_in_any_order() -> None:
    """Pairs in another order, other thresholds: what was decided holds in every run."""
    rules, chance = DedupRules(), random.Random(4)
    decided = Constraints(must=((ROBERT, EVE),), apart=((BOB, ROBERT), (ROB, IDA)), golden={EVE: 1})
    names = pa.table({"name": ["bob"], "formal_name": ["robert"]})
    ids = pa.array([], pa.uint64())
    nobody = pa.table({"person_id": ids})
    former = Former(nobody.append_column("golden_person_id", ids), nobody, nobody)
    with open_database() as database:
        features = build_features(database, tables(*PEOPLE), names, rules)
        model = load_model(DEFAULT_PATH, rules)
        compare_and_cluster(database, rules, model, features, decided)
        pairs = database.sql("select * from pairs").to_arrow_table()
        for _ in range(20):
            order = chance.sample(range(len(pairs)), len(pairs))
            database.register("shuffled", pairs.take(order))
            database.execute("create or replace table pairs as select * from shuffled")
            decide(database, chance.uniform(-5, 60), decided)
            cluster(database, decided)
            choose_golden(database, former)
            found = dict(database.execute("select * from clusters").fetchall())
            assert found[ROBERT] == found[EVE] == EVE
            assert found.get(BOB, BOB) != found[ROBERT]
            assert IDA not in found
