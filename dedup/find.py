"""Do we know this person? Who of the last run may be the one asked for, likeliest first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import phonenumbers
import pyarrow as pa
from splink import DuckDBAPI
from splink.internals.realtime import compare_records

from dedup.constraints import PERSON_ID
from dedup.features import build_features, read_nicknames
from dedup.model import Model, model_of_version
from dedup.predict import settings_of, weigh
from dedup.profiles import rules_of_job
from dedup.review import job_in_force
from dedup.settings import DedupRules
from dedup.snapshot import open_snapshot
from lode.db import connect
from lode.errors import LodeError
from lode.person import fetch
from lode.settings import Settings

ASKED = 0
MOST_CANDIDATES = 1_000
# From here on a hit is shown: one in 256, before anybody looked at it.
FLOOR = -8.0

# One search a key: each goes through one column, where a single condition would go through all of
# them for everybody.
CANDIDATES = f"""
    create or replace temp table near as
    with found as (
        select unique_id from features
        where list_contains(emails, (select email from asked))
        union
        select unique_id from features
        where list_contains(phones, (select phone from asked))
        union
        select unique_id from features
        where list_contains(specific_users, (select specific_users[1] from asked))
        union
        select features.unique_id from features
        inner join asked
            on
                features.last_name = asked.last_name
                and (
                    features.first_name = asked.first_name
                    or features.formal_name = asked.formal_name
                    or (features.zip = asked.zip and features.first_initial = asked.first_initial)
                )
        union
        select features.unique_id from features
        inner join asked
            on
                features.first_name = asked.last_name
                and features.last_name = asked.first_name
        union
        select features.unique_id from features
        inner join asked
            on
                features.zip = asked.zip
                and features.formal_name = asked.formal_name
                and features.last_initial = asked.last_initial
        union
        select features.unique_id from features
        inner join asked
            on
                features.phone_head = asked.phone_head
                and features.first_initial = asked.first_initial
    )
    select features.*
    from features
    semi join found on features.unique_id = found.unique_id
    cross join asked
    order by
        coalesce(list_has_any(features.emails, asked.emails), false)
        or coalesce(list_has_any(features.phones, asked.phones), false) desc,
        features.unique_id
    limit {MOST_CANDIDATES}
"""


@dataclass(frozen=True)
class Question:
    """What is known of the person asked for."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    zip: str | None = None


@dataclass(frozen=True)
class Hit:
    """A person who may be the one: match weight (log2 odds), and the waterfall behind it."""

    person_id: int
    golden_person_id: int
    match_weight: float
    match_probability: float
    waterfall: str


class Finder:
    """Answers questions over one snapshot; the first answer compiles the comparison, others not."""

    def __init__(
        self,
        settings: Settings,
        database: duckdb.DuckDBPyConnection,
        rules: DedupRules,
        model: Model,
        person_count: int,
    ) -> None:
        self.database = database
        self.rules = rules
        self.model = model
        self.splink_settings = settings_of(rules, model, person_count)
        self.nicknames = read_nicknames(settings.root)
        self.api = DuckDBAPI(database)
        self.cache_key = f"lode find {id(self)}"

    def find(self, question: Question, count: int = 10) -> list[Hit]:
        """Return who may be the person asked for, likeliest first; golden ids are still own ids."""
        tables = asked_tables(question)
        build_features(self.database, tables, self.nicknames, self.rules, "asked_row")
        self.database.execute(
            """
            create or replace temp table asked as
            select asked_row.* replace (
                exists (
                    select 1 from features
                    where
                        features.first_name = asked_row.first_name
                        and features.is_first_name_common
                ) as is_first_name_common
            )
            from asked_row
            """
        )
        self.database.execute(CANDIDATES)
        if not self.database.execute("select count(*) from near").fetchall()[0][0]:
            return []
        for table in ("asked", "near"):
            self._add_frequencies(table)
        scored = compare_records(
            "asked_terms", "near_terms", self.splink_settings, self.api, self.cache_key
        )
        weigh(self.database, scored.physical_name, self.rules, self.model, "hits", FLOOR)
        self.database.execute(f"drop table {scored.physical_name}")
        rows = self.database.execute(
            """
            select person_id_r, match_weight, match_probability, waterfall from hits
            order by match_weight desc, person_id_r limit ?
            """,
            [count],
        ).fetchall()
        return [Hit(int(row[0]), int(row[0]), float(row[1]), float(row[2]), row[3]) for row in rows]

    def _add_frequencies(self, table: str) -> None:
        """Give a table the frequency of each of its terms, as the run counted them."""
        columns = ", ".join(f"term_{term}.tf_{term}" for term in self.rules.terms)
        joins = " ".join(
            f"left join term_{term} on {table}.{term} = term_{term}.{term}"
            for term in self.rules.terms
        )
        self.database.execute(
            f"create or replace table {table}_terms as select {table}.*, {columns}"
            f" from {table} {joins}"
        )


@contextmanager
def open_finder(settings: Settings) -> Iterator[Finder]:
    """Open what the job in force knew; it is read anew where it was kept on another machine."""
    with connect("loader", settings, schema="canonical") as connection:
        job = job_in_force(connection, settings)
        rules, version = rules_of_job(connection, settings, job)
    model = model_of_version(settings, version, rules)
    with open_snapshot(settings, job, rules, model) as (database, meta):
        yield Finder(settings, database, rules, model, meta.person_count)


def find(settings: Settings, question: Question, count: int = 10) -> list[Hit]:
    """Answer one question, with the golden persons of today. Raises LodeError."""
    with open_finder(settings) as finder:
        hits = finder.find(question, count)
    return with_golden_ids(settings, hits)


def with_golden_ids(settings: Settings, hits: list[Hit]) -> list[Hit]:
    """Look up who stands for the persons found today."""
    if not hits:
        return []
    with connect("loader", settings, schema="canonical") as connection:
        rows = fetch(
            connection,
            "select id, golden_person_id from persons where id in %s",
            tuple(hit.person_id for hit in hits),
        )
    golden = {int(row["id"]): int(row["golden_person_id"] or row["id"]) for row in rows}
    return [
        Hit(
            hit.person_id,
            golden.get(hit.person_id, hit.person_id),
            hit.match_weight,
            hit.match_probability,
            hit.waterfall,
        )
        for hit in hits
    ]


def asked_tables(question: Question) -> dict[str, pa.Table]:
    """The question in the form of the canonical tables. Raises LodeError if it says nothing."""
    if not any((question.name, question.email, question.phone)):
        raise LodeError("Say whom you look for: --name, --email or --phone.")
    first, middle, last = _names(question.name or "")
    return {
        "persons": _one_row(
            id=ASKED, first_name=first, middle_name=middle, last_name=last, name_suffix=None,
            birth_date=None, record_count=1,
        ),
        "phone_numbers": _one_row(
            person_id=ASKED, phone_e164=_e164(question.phone), is_primary=1
        ),
        "email_addresses": _one_row(
            person_id=ASKED, email=(question.email or "").strip().lower() or None, is_primary=1
        ),
        "addresses": _one_row(
            person_id=ASKED, street_key=None, city=None, state=None,
            zip=(question.zip or "").strip()[:5] or None, country="US", is_primary=1,
        ),
    }  # fmt: skip


def _one_row(**values: str | int | None) -> pa.Table:
    kinds = {"id": PERSON_ID, "person_id": PERSON_ID, "is_primary": pa.int64()}
    kinds["record_count"] = pa.int64()
    return pa.table(
        {name: pa.array([value], kinds.get(name, pa.string())) for name, value in values.items()}
    )


def _names(name: str) -> tuple[str | None, str | None, str | None]:
    """First, middle and last name of "First Middle Last" or "Last, First Middle"."""
    last, comma, given = name.partition(",")
    words = given.split() if comma else name.split()
    if comma:
        return (words[0] if words else None), " ".join(words[1:]) or None, last.strip() or None
    if len(words) < 2:
        return (words[0] if words else None), None, None
    return words[0], " ".join(words[1:-1]) or None, words[-1]


def _e164(phone: str | None) -> str | None:
    if not phone:
        return None
    try:
        number = phonenumbers.parse(phone, "US")
    except phonenumbers.NumberParseException as error:
        raise LodeError("--phone needs a telephone number.") from error
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
