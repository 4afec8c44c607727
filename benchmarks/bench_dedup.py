"""Deduplication of a large warehouse: a full run, one with few new persons, and one question.

The canonical tables are made by hand, as a build of a million people would take longer than what is
measured here.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from dedup.database import open_database
from dedup.model import newest_model
from dedup.predict import Scope, linker_of
from dedup.profiles import rules_of_run
from dedup.review import job_in_force
from dedup.snapshot import open_snapshot
from lode.db import connect
from lode.settings import Settings

PERSONS, NEW = 1_000_000, 10_000
QUICK_PERSONS, QUICK_NEW = 20_000, 500
QUESTIONS = 20

DDL = {
    "persons": (
        "id bigint unsigned primary key, first_name varchar(100), middle_name varchar(100),"
        " last_name varchar(100), name_suffix varchar(16), birth_date date,"
        " golden_person_id bigint unsigned, record_count int unsigned"
    ),
    "phone_numbers": "person_id bigint unsigned, phone_e164 varchar(20), is_primary tinyint(1)",
    "email_addresses": "person_id bigint unsigned, email varchar(254), is_primary tinyint(1)",
    "addresses": (
        "person_id bigint unsigned, street_key varchar(255), city varchar(100), state varchar(50),"
        " zip varchar(16), country char(2), is_primary tinyint(1)"
    ),
    "person_records": "record_id bigint unsigned primary key, person_id bigint unsigned not null",
}

# Every tenth person is another one again, with a slip in the last name and one contact changed.
PEOPLE = """
    create table people as
    with numbers as (
        select n, case when n % 10 = 9 then n - 9 else n end as who
        from range(1, {count} + 1) as numbers(n)
    ),
    drawn as (
        select n, who, hash(who) as h, hash(who + 1000000007) as g, hash(who + 2000000011) as k
        from numbers
    )
    select
        n as id,
        chr((65 + sqrt(h % 625))::integer) || ['ana', 'obert', 'enna', 'ulia', 'arl', 'ose', 'eter',
            'ina', 'ugo', 'aula', 'elen', 'avid', 'ick', 'ara', 'ilo'][(1 + g % 15)::integer]
            as first_name,
        chr((65 + k % 26)::integer)
            || ['and', 'ell', 'ing', 'ort', 'ush', 'am', 'ick'][(1 + h % 7)::integer]
            || ['er', 'son', 'ley', 'man', 'ton', 'field', 'well', 'ard'][(1 + g % 8)::integer]
            || ['', '', 's', 'by', 'ova', 'ez', 'ini'][(1 + (h // 7) % 7)::integer]
            || case when n <> who then 'e' else '' end as last_name,
        '+1' || (2000000000 + (g % 7990000000))::varchar as phone,
        'u' || (k % 100000000000)::varchar || '@example.com' as email,
        (1 + h % 9000)::varchar || ' '
            || ['OAK', 'ELM', 'PINE', 'MAIN', 'LAKE'][(1 + k % 5)::integer]
            || (g % 90)::varchar as street_key,
        'Town '
            || translate((k % ({count} // 2000 + 1))::varchar, '0123456789', 'abcdefghij')
            as city,
        lpad(((k % ({count} // 60 + 1)) % 100000)::varchar, 5, '0') as zip,
        n <> who as is_again,
    from drawn
"""
ROWS = {
    "persons": "select id, first_name, null, last_name, null, null, id, 1",
    "phone_numbers": "select id, phone, 1",
    "email_addresses": "select id, case when is_again then 'v' || email else email end, 1",
    "addresses": "select id, street_key, city, 'TX', zip, 'US', 1",
    "person_records": "select id, id",
}


def run(settings: Settings, quick: bool = False) -> list[dict[str, Any]]:
    """Measure a full run, an incremental one, and a question after the first."""
    from dedup.find import Question, open_finder
    from dedup.pipeline import run as run_dedup

    persons, new = (QUICK_PERSONS, QUICK_NEW) if quick else (PERSONS, NEW)
    with open_database() as people, tempfile.TemporaryDirectory() as folder:
        people.execute(PEOPLE.format(count=persons))
        _create(settings)
        _fill(settings, people, Path(folder), f"id <= {persons - new}")
        full = _seconds(lambda: run_dedup(settings))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        bare = _bare_splink_seconds(settings)
        _fill(settings, people, Path(folder), f"id > {persons - new}")
        some = _seconds(lambda: run_dedup(settings))
        again = _seconds(lambda: run_dedup(settings, is_full=True))
        asked = people.execute(
            f"select first_name || ' ' || last_name, email, phone from people limit {QUESTIONS}"
        ).fetchall()
    with open_finder(settings) as finder:
        questions = [Question(*row) for row in asked]
        assert finder.find(questions[0])
        one = _seconds(lambda: [finder.find(question) for question in questions]) / QUESTIONS
    return [
        _row(
            f"dedup of {persons - new:,} persons, and Splink's predict alone",
            full,
            bare,
            "s",
        ),
        _row("peak memory of that", memory, None, "MiB"),
        _row(f"{new:,} new against {persons - new:,}, against all in full", some, again, "s"),
        _row(f"one question over {persons:,} persons", one * 1000, None, "ms"),
    ]


def _bare_splink_seconds(settings: Settings) -> float:
    """Let Splink alone find and weigh the pairs of the run that was just published."""
    rules = rules_of_run(None)
    model = newest_model(settings, rules)
    with connect("loader", settings, schema="raw") as connection:
        job = job_in_force(connection, settings)
    with open_snapshot(settings, job, rules, model) as (database, meta):
        scope = Scope(has_terms=True)
        linker = linker_of(database, rules, model, meta.person_count, "features", scope)
        threshold = rules.thresholds.review
        return _seconds(
            lambda: linker.inference.predict(threshold_match_weight=threshold, warning_mode="never")
        )


def _row(name: str, ours: float, reference: float | None, unit: str) -> dict[str, Any]:
    ratio = reference / ours if reference else None
    return {"name": name, "ours": ours, "reference": reference, "ratio": ratio, "unit": unit}


def _create(settings: Settings) -> None:
    with connect("transformer", settings, schema="canonical", autocommit=True) as connection:
        for name, columns in DDL.items():
            connection.query(f"create table {name} ({columns})")


def _fill(
    settings: Settings, people: duckdb.DuckDBPyConnection, folder: Path, condition: str
) -> None:
    """Load the people of a condition into the canonical tables."""
    with connect(
        "transformer", settings, schema="canonical", autocommit=True, local_infile=True
    ) as connection:
        for name, query in ROWS.items():
            path = folder / f"{name}.csv"
            people.execute(
                f"copy ({query} from people where {condition}) to '{path}'"
                " (format csv, header false, delimiter '\t', quote '', escape '', nullstr '\\N')"
            )
            with connection.cursor() as cursor:
                cursor.execute(f"load data local infile %s into table {name}", (str(path),))


def _seconds(step: Callable[[], object]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started
