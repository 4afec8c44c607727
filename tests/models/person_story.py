"""One story in three runs: files, decisions, a bridge, an import taken out.

What several test files look at is built once: after every run the canonical tables are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from typer.testing import CliRunner

from lode import overrides
from lode.cli import build_app
from lode.comply import contact_of
from lode.dbt import DbtResult
from lode.settings import Settings
from lode.suppression import OptOut, add_consents, add_opt_out, consent_of
from tests.models.raw_rows import RECORDS_PER_IMPORT, insert_import, table_rows

People = list[dict[str, str | None]]

LEGACY, CALLS, CRM = 1, 2, 3
# What each table is looked up by in the tests.
TABLES = (
    "person_records",
    "persons",
    "phone_numbers",
    "email_addresses",
    "addresses",
    "person_overrides",
    "touchpoints",
    "campaigns",
)
Table = list[dict[str, object]]


def person(
    name: str, email: str = "", phone: str = "", zip_code: str = "", **more: str
) -> dict[str, str | None]:
    """A raw people record, with first and last name apart."""
    first, _, last = name.partition(" ")
    row = {"first_name": first, "last_name": last, "email_1": email, "phone_1": phone}
    return {key: value or None for key, value in {**row, "zip": zip_code, **more}.items()}


def record(import_seq: int, number: int) -> int:
    """The id of a record: the number of a person it is the first record of."""
    return import_seq * RECORDS_PER_IMPORT + number


# The first file. Names say what each record is there for.
LEGACY_PEOPLE: People = [
    person("Ann Lee", "ann@example.com", "512-555-0101", "78701", street_1="1 Oak St",
           source_date="2026-01-05"),
    person("Robert Miller", "family@example.org", "", "78702"),  # father, shared family mailbox
    person("Susan Miller", "family@example.org", "", "78702"),  # mother
    person("John Smith", "", "512-555-0110", "78703", name_suffix="Sr"),  # father
    person("John Smith", "", "512-555-0110", "78703", name_suffix="Jr"),  # son
    person("Carla Diaz", "", "512-555-0120", "78704", birth_date="1990-04-01"),  # twins
    person("Clara Diaz", "", "512-555-0120", "78704", birth_date="1990-04-01"),
    person("Mary Jones", "mary@example.net", "", "78705"),  # before she married
    person("William Hart", "", "512-555-0130", "78706"),
    person("Zed Quiet", "zed@example.com", "512-555-0140", "78707", source_date="2026-02-01"),
    person("Nora Bridge", "nora@example.com", "", "78708"),  # bridged later
    person("Nora Bridge", "", "512-555-0150", "78709"),
    person("Vera Firm", "vera@example.com", "512-555-0160", "78710", email_verified="yes",
           email_2="vera2@example.com"),
]  # fmt: skip
OFFICE_NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hal", "Ivy", "Jon", "Kim")
OFFICE = [person(f"{name} Office{name}", "", "512-555-0199") for name in OFFICE_NAMES]
# The second file: later by upload.
CRM_PEOPLE: People = [
    person("Ann Leigh", "ann@example.com", "512-555-0102", "", source_date="2026-02-20"),
    person("Ann", "ann@example.com", "", "", source_date="2026-02-25"),  # blanks never overwrite
    person("Mary Wright", "mary@example.net", "", "78705"),  # maiden name
    person("Bill Hart", "", "512-555-0130", ""),  # nickname
    person("Zed Quietly", "zed+news@example.com", "", "", source_date="2026-01-01"),  # older source
    person("Nora Bridge", "nora@example.com", "512-555-0150", ""),  # the bridge
    person("Lee Office", "", "512-555-0199"),  # office phone: the thirteenth carrier
    person("Moe Office", "", "512-555-0199"),
    person("Ada OfficeAda", "", "512-555-0199"),
    person("Tess Late", "tess@example.com", "", "78720"),  # touchpoints wait for her
    person("Paul Named", "", "512-555-0170", "78730"),
    person("Ann Lee", "ann@example.com", "512-555-0101", "78701", street_1="1 Oak St",
           source_date="2026-01-05"),
]  # fmt: skip

EVENTS = (
    "select golden_person_id, event_kind, event_type, import_id, record_count, contact_value,"
    " detail from person_events order by golden_person_id, happened_at, event_id"
)


def touchpoint(kind: str, campaign: str, **more: str) -> dict[str, str | None]:
    """A raw touchpoint record of one moment."""
    return {
        "touchpoint_type": kind,
        "campaign_name": campaign,
        "touchpoint_date": "2026-02-02 10:00",
        "status": "sent",
        **more,
    }


TOUCHPOINTS: People = [
    touchpoint("email", "Spring", email="ann@example.com"),
    touchpoint("email", "Spring", email="tess@example.com"),
    touchpoint("mail", "Spring", full_name="Named, Paul", zip="78730"),
    touchpoint("call", "Spring", phone="512-555-0110", full_name="John Smith Jr"),
    touchpoint("call", "Spring", phone="512-555-0199"),  # switchboard
    touchpoint("email", "SPRING", email="nobody@example.com"),
    touchpoint("email", "Spring", email="ann@example.com"),  # a repeat
    touchpoint("sms", "Spring", phone="512-555-0130", full_name="Someone Else"),
]


@dataclass
class Story:
    """The warehouse of the story and its canonical tables after each run."""

    settings: Settings
    after: list[dict[str, Table]] = field(default_factory=list)
    merged: list[dict[str, str]] = field(default_factory=list)
    audited: list[list[tuple[object, ...]]] = field(default_factory=list)
    printed: dict[str, str] = field(default_factory=dict)
    events: list[list[tuple[object, ...]]] = field(default_factory=list)

    def person_of(self, run: int, import_seq: int, number: int) -> object:
        """Who holds a record after a run."""
        row = self.one(run, "person_records", record_id=record(import_seq, number))
        return row["person_id"]

    def one(self, run: int, table: str, **values: object) -> dict[str, object]:
        """The row of a table after a run that has some values."""
        found = [
            row
            for row in self.after[run - 1][table]
            if all(row[name] == value for name, value in values.items())
        ]
        assert len(found) == 1, (table, values, found)
        return found[0]

    def lode(self, name: str, *arguments: object) -> None:
        """Keep what a command prints, or the sentence with which it ends."""
        environment = {
            "LODE_HOME": str(self.settings.home),
            "LODE_ENGINE": self.settings.engine,
            "LODE_DB_PREFIX": self.settings.prefix,
        }
        done = CliRunner().invoke(build_app(), [str(word) for word in arguments], env=environment)
        self.printed[name] = done.output if done.exit_code == 0 else str(done.exception)


def snapshot(settings: Settings) -> dict[str, Table]:
    """Every cell of the tables of the story."""
    tables: dict[str, Table] = {}
    for name in TABLES:
        names = table_rows(
            settings,
            "canonical",
            "select column_name from information_schema.columns where table_schema = %s"
            " and table_name = %s order by ordinal_position",
            (settings.schema("canonical"), name),
        )
        columns = [str(row[0]) for row in names]
        rows = table_rows(settings, "canonical", f"select * from {name} order by 1")
        tables[name] = [dict(zip(columns, row, strict=True)) for row in rows]
    return tables


def tell(settings: Settings, dbt: Callable[..., DbtResult]) -> Story:
    """Live through the story and return it."""
    story = Story(settings)

    def run() -> None:
        result = dbt(["run"], settings)
        assert result.returncode == 0, result.output[-3000:]
        story.after.append(snapshot(settings))
        story.merged.append(
            {str(node["unique_id"]).split(".")[2]: str(node["message"]) for node in result.results}
        )
        story.audited.append(
            table_rows(
                settings,
                "canonical",
                "select import_id, table_name, operation, record_count from import_audit_log",
            )
        )
        story.events.append(table_rows(settings, "marts", EVENTS))

    assert dbt(["seed"], settings).returncode == 0
    insert_import(settings, LEGACY, "people", [*LEGACY_PEOPLE, *OFFICE])
    insert_import(settings, CALLS, "touchpoints", TOUCHPOINTS)
    run()
    first_decisions(story)
    ask_and_allow(settings)
    insert_import(settings, CRM, "people", CRM_PEOPLE)
    run()
    look_at_people(story)
    second_decisions(story)
    story.lode("undo", "undo", "imp_2026_03_01_001", "--reason", "test")
    run()
    story.lode("undone", "lineage", record(LEGACY, 2))
    story.lode("record undone", "lineage", record(LEGACY, 12))
    story.lode("too far", "lineage", record(LEGACY, 9999))
    return story


def first_decisions(story: Story) -> None:
    """Decide about people before the second file comes."""
    ann, vera, zed = record(LEGACY, 1), record(LEGACY, 13), record(LEGACY, 10)
    for person_id, name, value in (
        (ann, "last_name", "Li"),
        (ann, "primary_phone", "(512) 555-0101"),
        (vera, "primary_email", "VERA2@example.com"),
        (zed, "first_name", "Zedekiah"),
    ):
        words = ("--field", name, "--value", value, "--by", "ops", "--reason", "asked by phone")
        story.lode(f"decide {name}", "person", "override", person_id, *words)


def ask_and_allow(settings: Settings) -> None:
    """Vera asks for no more texts; the household of the Smiths buys something."""
    vera = contact_of("512-555-0160", None)
    add_opt_out(settings, OptOut(vera, None, "sms", "text", "STOP", datetime(2026, 2, 3)))
    said = {"phone": "512-555-0110", "kind": "purchase", "happened_at": "2026-01-20T12:00:00Z"}
    add_consents(settings, [consent_of(said)])


def look_at_people(story: Story) -> None:
    """Ask the commands about people that are golden, retired, unknown and overridden."""
    nora, retired = record(LEGACY, 11), record(LEGACY, 12)
    story.lode("golden", "lineage", nora)
    story.lode("retired", "lineage", retired)
    story.lode("record", "lineage", record(CRM, 1))
    story.lode("nobody", "lineage", 77)
    story.lode("plain", "person", "show", nora)
    story.lode("provenance", "person", "show", record(LEGACY, 1), "--provenance")
    story.lode("json", "person", "show", record(LEGACY, 1), "--provenance", "--json")
    ann = ("person", "override", record(LEGACY, 1), "--by", "ops", "--reason", "x")
    story.lode("foreign phone", *ann, "--field", "primary_phone", "--value", "737-555-0100")
    story.lode("no field", *ann, "--field", "golden", "--value", "1")
    story.lode("no date", *ann, "--field", "birth_date", "--value", "1970-02-30")
    story.lode("nothing to end", *ann, "--field", "first_name", "--revoke")
    story.lode("no value", *ann, "--field", "first_name", "--value", " n/a ")
    story.lode("null", *ann, "--field", "last_name", "--value", "NULL")
    story.lode("neither", *ann, "--field", "first_name")


def second_decisions(story: Story) -> None:
    """End one decision and change another before the first file is taken out."""
    ann, zed = record(LEGACY, 1), record(LEGACY, 10)
    overrides.revoke(story.settings, zed, "first_name", by="ops", reason="was a mistake")
    overrides.decide(story.settings, ann, "last_name", "Lie", by="ops", reason="spelled")
