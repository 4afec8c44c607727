"""Who is who in named cases; decisions, lineage, provenance, touchpoints and the audit log."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from lode import audit, job_kinds, overrides
from lode.audit_chain import Entry
from lode.db import connect
from lode.dbt import DbtResult
from lode.errors import LodeError
from lode.settings import Settings
from lode.worker import LiveTeller
from streamlit_app.queries import group_statements as groups
from streamlit_app.queries import person_statements as stored
from streamlit_app.queries import review_statements as pairs
from streamlit_app.queries import timeline_statements as lives
from tests.models.person_story import (
    CRM,
    CRM_PEOPLE,
    LEGACY,
    LEGACY_PEOPLE,
    OFFICE,
    Story,
    record,
    tell,
)

pytestmark = pytest.mark.database

FIRST, SECOND, UNDONE = 1, 2, 3


@pytest.fixture(scope="module")
def story(warehouse_module: Settings, dbt: Callable[..., DbtResult]) -> Story:
    """The story, told once."""
    return tell(warehouse_module, dbt)


def are_one(story: Story, *records: tuple[int, int]) -> bool:
    return len({story.person_of(SECOND, *one) for one in records}) == 1


# Who is who. Numbers are those of the records in the two files, from 1.


def test_a_shared_family_mailbox_makes_no_person(story: Story) -> None:
    assert not are_one(story, (LEGACY, 2), (LEGACY, 3))


def test_father_and_son_stay_two(story: Story) -> None:
    assert not are_one(story, (LEGACY, 4), (LEGACY, 5))


def test_twins_stay_two(story: Story) -> None:
    assert not are_one(story, (LEGACY, 6), (LEGACY, 7))


def test_a_maiden_name_is_the_same_person(story: Story) -> None:
    assert are_one(story, (LEGACY, 8), (CRM, 3))
    assert story.one(SECOND, "persons", id=record(LEGACY, 8))["last_name"] == "Wright"


def test_a_nickname_is_the_same_person(story: Story) -> None:
    assert are_one(story, (LEGACY, 9), (CRM, 4))


def test_a_record_bridges_two_persons(story: Story) -> None:
    assert are_one(story, (LEGACY, 11), (LEGACY, 12), (CRM, 6))
    retired = story.one(SECOND, "persons", id=record(LEGACY, 12))
    assert (retired["record_count"], retired["is_original"]) == (0, 0)
    assert retired["golden_person_id"] == record(LEGACY, 11)


def test_an_office_phone_joins_nobody_once_it_is_a_hub(story: Story) -> None:
    """Eleven people share the number, then two more: the thirteenth makes it a hub."""
    first_office = len(LEGACY_PEOPLE) + 1
    assert not are_one(story, (LEGACY, first_office), (LEGACY, first_office + 1))
    assert not are_one(story, (LEGACY, first_office), (CRM, 9)), (
        "one name, but only a hub in common"
    )
    assert len(OFFICE) == 11


def test_the_newer_source_wins_although_it_arrived_earlier(story: Story) -> None:
    assert are_one(story, (LEGACY, 10), (CRM, 5))
    assert story.one(SECOND, "persons", id=record(LEGACY, 10))["last_name"] == "Quiet"


def test_a_blank_never_overwrites(story: Story) -> None:
    """The newest record of Ann gives neither last name nor address."""
    assert are_one(story, (LEGACY, 1), (CRM, 1), (CRM, 2))
    address = story.one(SECOND, "addresses", person_id=record(LEGACY, 1))
    assert (address["street"], address["zip"]) == ("1 OAK ST", "78701")


# Decisions by hand.


def test_decisions_win_over_all_files(story: Story) -> None:
    assert story.printed["decide last_name"].startswith("Decision 1 on last_name is written down")
    ann = story.one(SECOND, "persons", id=record(LEGACY, 1))
    assert (ann["first_name"], ann["last_name"]) == ("Ann", "Li")
    assert story.one(SECOND, "persons", id=record(LEGACY, 10))["first_name"] == "Zedekiah"
    phone = story.one(SECOND, "phone_numbers", person_id=ann["id"], is_primary=1)
    assert phone["phone_e164"] == "+15125550101", "-0102 is newer"
    vera = record(LEGACY, 13)
    mailbox = story.one(SECOND, "email_addresses", person_id=vera, is_primary=1)
    assert mailbox["email"] == "vera2@example.com", "the other one comes first in its record"


def changed_values(entries: list[Entry]) -> list[tuple[Any, ...]]:
    """What entries about overrides say: field, and the masked value before and after."""
    said = [json.loads(one.payload) for one in entries if one.event.startswith("person.override")]
    return [(one["field"], one["before"], one["after"]) for one in said]


def test_every_decision_is_in_the_audit_log(story: Story) -> None:
    entries = audit.newest(story.settings, 100, None, None)
    events = [entry.event for entry in entries if entry.event.startswith("person.")]
    with (
        connect("auditor", story.settings, schema="raw") as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("select revokes_id from person_overrides order by id")
        decided = cursor.fetchall()
    assert events == [
        "person.override" if revokes is None else "person.override_revoked"
        for (revokes,) in decided
    ]
    assert len(events) > 3
    assert changed_values(entries) == [
        ("last_name", "L•••", "L•••"),
        ("primary_phone", "+1••••••••01", "+1••••••••01"),
        ("primary_email", "v•••@e•••.com", "v•••@e•••.com"),
        ("first_name", "Z•••", "Z•••"),
        ("first_name", "Z•••", None),
        ("last_name", "L•••", "L•••"),
    ]
    assert audit.verify_log(story.settings, {}).fault is None


def test_decisions_survive_undo_and_can_be_changed_and_ended(story: Story) -> None:
    """The file on which they were made is taken out; the second file still knows Ann and Zed."""
    ann, zed = story.person_of(UNDONE, CRM, 1), story.person_of(UNDONE, CRM, 5)
    assert ann == record(CRM, 1)
    assert story.one(UNDONE, "persons", id=ann)["last_name"] == "Lie"
    assert story.one(UNDONE, "persons", id=zed)["first_name"] == "Zed"
    status = {row["id"]: row["status"] for row in story.after[UNDONE - 1]["person_overrides"]}
    assert status == {
        1: "superseded",
        2: "in force",
        3: "waiting",
        4: "revoked",
        5: "revocation",
        6: "in force",
    }


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("foreign phone", "has no such phone_e164: only one of its own can be the primary one."),
        ("no field", "golden can't be decided by hand: choose one of first_name"),
        ("no date", "birth_date needs a date such as 1970-02-09."),
        ("nothing to end", "No decision stands for first_name of person"),
        ("neither", "Say either which value wins (--value) or that none does (--revoke)."),
        ("nobody", "There is no person 77"),
        (
            "undone",
            f"Person {record(LEGACY, 2)} is no more: the import that brought it was undone by ",
        ),
        ("record undone", " UTC (test). `lode replay --import-id imp_2026_03_01_001 --mode full`"),
        ("too far", f"There is no person {record(LEGACY, 9999)}"),
        ("no value", "n/a stands for no value, and a decision has to give first_name one"),
        ("null", "NULL stands for no value, and a decision has to give last_name one"),
    ],
)
def test_a_wrong_command_is_a_sentence(story: Story, name: str, sentence: str) -> None:
    assert sentence in story.printed[name]
    assert "\n" not in story.printed[name]


# Lineage and provenance.


def test_lineage_reads_like_the_brief(story: Story) -> None:
    nora = record(LEGACY, 11)
    lineage = json.loads(story.printed["golden"])
    assert lineage == {
        "person_id": nora,
        "lineage": [
            {
                "import_id": "imp_2026_03_01_001",
                "source_file": "file_1.csv",
                "imported_at": "2026-03-01T01:00:00Z",
                "records": [11, 12],
                "fields_imported": ["address", "email", "first_name", "last_name", "phone"],
            },
            {
                "import_id": "imp_2026_03_01_003",
                "source_file": "file_3.csv",
                "imported_at": "2026-03-01T03:00:00Z",
                "records": [6],
                "fields_updated": [],
                "merge_reason": "email_match",
            },
        ],
        "merged_from": [record(LEGACY, 12)],
        "current_status": "golden_record",
    }
    asked = {"requested_id": record(LEGACY, 12), "requested_status": "retired"}
    assert json.loads(story.printed["retired"]) == {**lineage, **asked}


def test_lineage_names_what_a_file_changed(story: Story) -> None:
    lineage = json.loads(story.printed["record"])
    assert lineage["person_id"] == record(LEGACY, 1)
    assert lineage["requested_status"] == "record"
    assert [entry["import_id"][-1] for entry in lineage["lineage"]] == ["1", "3"]
    assert lineage["lineage"][1]["fields_updated"] == ["last_name", "phone"]
    assert lineage["lineage"][1]["records"] == [1, 2, len(CRM_PEOPLE)]


def test_provenance_names_file_record_and_rule(story: Story) -> None:
    cells = {row["field_name"]: row for row in json.loads(story.printed["json"])["values"]}
    first, last, street = cells["first_name"], cells["last_name"], cells["street"]
    assert (first["value"], first["rule"], first["row_number"]) == ("Ann", "newest source date", 2)
    assert (first["import_id"], first["source_file"]) == ("imp_2026_03_01_003", "file_3.csv")
    assert (last["value"], last["rule"], last["record_id"]) == ("Li", "manual override", None)
    assert (last["decided_by"], last["reason"]) == ("ops", "asked by phone")
    assert (street["value"], street["rule"]) == ("1 OAK ST", "newest record")
    assert cells["primary_phone"]["rule"] == "manual override"
    line = next(
        line for line in story.printed["provenance"].splitlines() if line.startswith("first_name")
    )
    assert line.split() == [
        "first_name", "Ann", "newest", "source", "date", "2026-02-25", "imp_2026_03_01_003",
        "file_3.csv", "2", str(record(LEGACY, 1)),
    ]  # fmt: skip
    assert story.printed["plain"].splitlines()[0] == f"person {record(LEGACY, 11)}"


def test_provenance_explains_every_cell(story: Story) -> None:
    """What is said to survive is what the canonical tables hold, for everybody."""
    queries = {
        "persons": "first_name middle_name last_name name_suffix company_name birth_date".split(),
        "phone_numbers": ["phone_raw"],
        "addresses": "street unit city state zip zip_plus4 county country".split(),
    }
    schema = story.settings.schema("canonical")
    with connect("auditor", story.settings, schema="canonical") as connection:
        cursor = connection.cursor()
        cursor.execute(
            "select person_id, table_name, field_name, cell_value from person_provenance"
            " where preference = 1"
        )
        explained = sorted(tuple(row) for row in cursor.fetchall() if row[1] in queries)
        held = []
        for table, fields in queries.items():
            for name in fields:
                key = "id" if table == "persons" else "person_id"
                cursor.execute(
                    f"select {key}, '{table}', '{name}', cast({name} as char)"
                    f" from {schema}.{table} where {name} is not null"
                )
                held += [tuple(row) for row in cursor.fetchall()]
    assert explained
    assert [row for row in explained if row[2] in queries[row[1]]] == sorted(held)


def test_asking_for_one_person_reads_one_person(story: Story) -> None:
    """The views are asked by person: the server goes to the records by the index on person_id."""
    explain = "explain " if story.settings.engine == "mariadb" else "explain format=traditional "
    with connect("transformer", story.settings, schema="canonical") as connection:
        cursor = connection.cursor()
        marts = story.settings.schema("marts")
        views = ("person_provenance", "person_lineage", f"{marts}.field_origins")
        asked = [f"select * from {view} where person_id in (1, 2)" for view in views]
        of_pair = pairs.VALUES_OF_PAIR.for_engine(is_mariadb=False).replace(":row_cap", "50")
        of_pair = of_pair.replace("from field_origins", f"from {marts}.field_origins")
        # Two ids: of more, reading all of so few records would be as well.
        for view in (*asked, re.sub(r":person_\d", "1", of_pair.replace(":person_0", "2"))):
            cursor.execute(f"{explain} {view}")
            names = [column[0] for column in cursor.description]
            plan = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            steps = {row["table"]: (row["type"], row["key"]) for row in plan if row["table"]}
            assert steps["person_records"] == ("range", "by_person_id"), (view, plan)
            assert steps["stg_people"] == ("eq_ref", "PRIMARY"), (view, plan)


# How the view contact_points is read for a golden person.
OF_A_PERSON = {
    "int_golden_contacts": ("ref", "PRIMARY"),
    "contact_verdicts": ("eq_ref", "PRIMARY"),
}


def test_the_views_of_a_page_are_read_by_key(story: Story) -> None:
    """The dashboard's statements over views, which its own account may not explain."""
    expected = {
        lives.MEMBERSHIP: {"persons": ("const", "PRIMARY")},
        lives.MEMBERS: {"persons": ("ref", "by_golden_person_id")},
        lives.VERDICTS: OF_A_PERSON,
        stored.CONTACT_POINTS: OF_A_PERSON,
        pairs.REASONS_OF_PAIR: {"contact_verdicts": ("eq_ref", "PRIMARY")},
        groups.GROUP_MEMBERS: {"persons": ("ref", "by_golden_person_id")},
        groups.PAIR_MEMBERS: {"golden_persons": ("eq_ref", "PRIMARY")},
        lives.FIELDS: {
            "person_records": ("ref", "by_person_id"),
            "stg_people": ("eq_ref", "PRIMARY"),
        },
    }
    with connect("transformer", story.settings, schema="marts") as connection:
        cursor = connection.cursor()
        for statement, steps in expected.items():
            living = str(record(CRM, 1))
            sql = statement.for_engine(is_mariadb=False).replace(":row_cap", "50")
            # Of one id given twice MariaDB makes one.
            sql = sql.replace(":known_before", "'2026-02-01'")
            sql = sql.replace(":golden_second", f"'{record(CRM, 3)}'")
            sql = re.sub(r":\w+", f"'{living}'", sql)
            cursor.execute(f"explain format=traditional {sql}")
            names = [column[0] for column in cursor.description]
            plan = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            found = {row["table"]: (row["type"], row["key"]) for row in plan if row["table"]}
            assert {table: found.get(table) for table in steps} == steps, (statement.name, plan)


def test_a_day_has_one_row_of_numbers(story: Story) -> None:
    """Each run of a day writes the day's row anew, and leaves those of other days."""
    assert story.merged[FIRST - 1]["kpi_days"].startswith("build kpi_days")
    assert story.merged[SECOND - 1]["kpi_days"].startswith("merge kpi_days")
    assert story.merged[SECOND - 1]["kpi_days"].endswith("0 deleted")
    names = "records, rejected, persons, golden_persons, callable, textable, emailable, mailable"
    with connect("auditor", story.settings, schema="marts") as connection:
        cursor = connection.cursor()
        cursor.execute(f"select {names}, built_at from kpi_days order by day_on")
        days = cursor.fetchall()
        cursor.execute(f"select {names}, built_at from warehouse_summary")
        summary = cursor.fetchall()
    assert tuple(days)[-1:] == tuple(summary)


def test_days_of_the_audit_log_are_counted_once(story: Story) -> None:
    """After several runs each entry is counted once; dbt may read no more of the log."""
    with connect("auditor", story.settings, schema="marts") as connection:
        cursor = connection.cursor()
        audit_log = f"`{story.settings.schema('audit')}`.audit_log"
        cursor.execute(
            f"select date(recorded_at), event, count(*) from {audit_log}, warehouse_version"
            " where recorded_at < built_at - interval 1 second group by 1, 2 order by 1, 2"
        )
        logged = {(day, event): int(count) for day, event, count in cursor.fetchall()}
        cursor.execute("select day_on, event, entry_count from audit_days")
        days = {(day, event): int(count) for day, event, count in cursor.fetchall()}
    assert logged
    assert set(logged) <= set(days)
    assert all(days[one] >= count for one, count in logged.items())
    assert "audit_days" in story.merged[SECOND - 1]


# Contacts made.


def owners(story: Story, run: int) -> dict[object, tuple[object, object]]:
    return {
        int(str(row["id"])) % 1000: (row["person_id"], row["match_type"])
        for row in story.after[run - 1]["touchpoints"]
    }


def test_contacts_are_matched_and_wait_for_their_person(story: Story) -> None:
    son, office = record(LEGACY, 5), record(LEGACY, len(LEGACY_PEOPLE) + 1)
    assert owners(story, FIRST) == {
        1: (record(LEGACY, 1), "email"),
        2: (None, None),
        3: (None, None),
        4: (son, "phone"),
        5: (office, "phone"),
        6: (None, None),
        8: (None, None),
    }
    assert owners(story, SECOND) == {
        1: (record(LEGACY, 1), "email"),
        2: (record(CRM, 10), "email"),
        3: (record(CRM, 11), "name_zip"),
        4: (son, "phone"),
        5: (None, None),
        6: (None, None),
        8: (None, None),
    }
    assert owners(story, UNDONE)[4] == (None, None), "his record is gone"
    assert len(story.after[SECOND - 1]["campaigns"]) == 1, "SPRING is Spring"


def test_matching_later_costs_what_is_new(story: Story) -> None:
    """The second run looks again at contacts that share a key with its people, and at no other."""
    assert story.merged[SECOND - 1]["touchpoints"] == (
        "merge touchpoints: 0 inserted, 3 updated, 2 unchanged, 0 deleted"
    )


def test_the_audit_log_counts_what_a_merge_did(story: Story) -> None:
    """Per table, import and operation; the second file changed, added and left alone."""
    audited = [row[1:] for row in story.audited[SECOND - 1] if row[0] == "imp_2026_03_01_003"]
    living = {row["id"] for row in story.after[SECOND - 1]["persons"]}
    before = {row["id"] for row in story.after[FIRST - 1]["persons"]}
    assert ("persons", "INSERT", len(living - before)) in audited
    operations = {(table, operation) for table, operation, _ in audited}
    assert operations >= {
        ("persons", "UPDATE"),
        ("phone_numbers", "INSERT"),
        ("phone_numbers", "UPDATE"),
        ("email_addresses", "INSERT"),
        ("addresses", "INSERT"),
        ("addresses", "UPDATE"),
    }
    for table in ("persons", "phone_numbers", "email_addresses", "addresses"):
        message = story.merged[SECOND - 1][table]
        said = {
            operation: int(message.split(word)[0].split()[-1])
            for operation, word in (
                ("INSERT", " inserted"),
                ("UPDATE", " updated"),
                ("UNCHANGED", " unchanged"),
                ("DELETE", " deleted"),
            )
        }
        rows = story.audited[SECOND - 1][len(story.audited[FIRST - 1]) :]
        for operation, count in said.items():
            logged = sum(int(str(row[3])) for row in rows if row[1:3] == (table, operation))
            assert logged == count, (table, operation)


# The life of a person as the dashboard shows it.


def life(story: Story, run: int, person_id: int) -> list[tuple[object, ...]]:
    return [row[1:] for row in story.events[run - 1] if row[0] == person_id]


LEGACY_FILE = ("import", "people", "imp_2026_03_01_001")


def test_a_life_tells_files_contacts_and_decisions_in_their_order(story: Story) -> None:
    ann = record(LEGACY, 1)
    email = ("email", "sent", "imp_2026_03_01_002", None, "ann@example.com", "Spring")
    assert life(story, FIRST, ann) == [email, (*LEGACY_FILE, 1, None, "file_1.csv")]
    crm = ("import", "people", "imp_2026_03_01_003", 3, None, "file_3.csv")
    decided = [
        ("decision", "override", None, None, None, f"{name}: asked by phone")
        for name in ("last_name", "primary_phone")
    ]
    both = [email, (*LEGACY_FILE, 1, None, "file_1.csv"), crm]
    assert life(story, SECOND, ann) == [*both, *decided]


def test_a_fact_about_a_shared_number_is_in_the_life_of_each_who_holds_it(story: Story) -> None:
    father, son = (life(story, SECOND, record(LEGACY, number)) for number in (4, 5))
    bought = ("consent", "purchase", None, None, "+15125550110", None)
    assert bought in father
    assert bought in son
    called = ("call", "sent", "imp_2026_03_01_002", None, "+15125550110", "Spring")
    assert called not in father
    assert called in son
    vera = life(story, SECOND, record(LEGACY, 13))
    assert ("opt_out", "opt_out", None, None, "+15125550160", "STOP") in vera


def test_a_bridge_is_an_event_and_the_bridged_id_has_no_life_of_its_own(story: Story) -> None:
    nora = life(story, SECOND, record(LEGACY, 11))
    assert ("merge", "bridged", None, None, None, "bridge") in nora
    assert (*LEGACY_FILE, 2, None, "file_1.csv") in nora, "records of both are counted"
    assert life(story, FIRST, record(LEGACY, 12)) == [(*LEGACY_FILE, 1, None, "file_1.csv")]
    assert life(story, SECOND, record(LEGACY, 12)) == []


def test_what_an_import_told_goes_with_it(story: Story) -> None:
    told = {row[3] for row in story.events[UNDONE - 1]}
    assert told == {"imp_2026_03_01_002", "imp_2026_03_01_003", None}
    assert {row[0] for row in story.events[UNDONE - 1]} <= {
        row["golden_person_id"] for row in story.after[UNDONE - 1]["persons"]
    }


# A value that a record gives is pinned, as the duplicate review asks for it.


def pinned(story: Story, kind: str, **given: object) -> str:
    """Do what a worker does with a job, and return what the page is told."""
    found = job_kinds.find(kind)
    found.check(given)
    return found.run(job_kinds.Work(story.settings, given, "eve@example.com", LiveTeller())).message


def test_a_record_s_value_is_pinned_once_and_taken_back(story: Story) -> None:
    """Begun anew it is no second decision; the newest of both persons wins; all of them end."""
    ann, mary = record(CRM, 1), record(CRM, 3)
    where = {"persons": [ann, mary], "field": "last_name", "reason": "her card"}
    asked = {**where, "record": ann, "position": 0}
    said = pinned(story, "pin_value", **asked)
    number = int(said.split()[1])
    assert said.startswith(f"Decision {number} is written down.")
    assert pinned(story, "pin_value", **asked).startswith(f"Decision {number} says so.")
    standing = overrides.standing_values(story.settings, ann, "last_name")
    assert (standing[-1].number, standing[-1].value) == (number, "Leigh")
    noted = audit.newest(story.settings, 1, "person.override", None)[0]
    assert (noted.actor, json.loads(noted.payload)["after"]) == ("eve@example.com", "L•••")
    other = int(pinned(story, "pin_value", **{**asked, "record": mary}).split()[1])
    again = int(pinned(story, "pin_value", **asked).split()[1])
    assert number < other < again, "the newest wins where both are one, so it is said anew"
    ended = pinned(story, "unpin_value", **where)
    assert f"{number}, {other}, {again} ends." in ended, ended
    assert "No value is pinned there" in pinned(story, "unpin_value", **where)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"position": 1}, "gives no such last_name"),
        ({"record": 10**10 * 9}, "is nobody's"),
        ({"field": "golden"}, "A pin is for one of first_name, "),
        ({"reason": " "}, "--reason needs a text"),
        ({"record": "1"}, "takes the id of a record"),
        ({"persons": [1]}, "the ids of two persons"),
    ],
)
def test_what_cannot_be_pinned_is_a_sentence(
    story: Story, given: dict[str, object], sentence: str
) -> None:
    ann = record(CRM, 1)
    asked = {"persons": [ann, record(CRM, 3)], "field": "last_name", "reason": "x", "record": ann,
             "position": 0}  # fmt: skip
    with pytest.raises(LodeError, match=sentence):
        pinned(story, "pin_value", **{**asked, **given})
