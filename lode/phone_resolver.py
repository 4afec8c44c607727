"""Telephone texts that the rules in SQL can't read, settled by libphonenumber before a run.

The view phone_leftovers says which those are; each distinct one is asked about once, ever. What
was made of it is a raw table that the models read, so that it means the same in every build. An
import that dbt built before anybody asked (a bare `dbt run`) is taken again by the next run.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from importlib.metadata import version

import phonenumbers
from pymysql.cursors import Cursor

from loaders.feeds import RECORD_NUMBER_SPAN
from lode.db import connect
from lode.settings import Settings

VIEW = "phone_leftovers"
FEEDS = ("people", "touchpoints", "opt_outs", "dnc")
WAITING = ("LOADED", "PROCESSING")
BUILT = ("COMPLETE", "COMPLETE_WITH_ERRORS")
# One commit each: a kill loses at most so many, which are asked about again.
CHUNK = 5_000

Text = tuple[str, str]


def has_leftovers_view(settings: Settings) -> bool:
    """Tell whether dbt has made the view that says what the rules can't read."""
    with connect("loader", settings) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from information_schema.tables"
            " where table_schema = %s and table_name = %s",
            (settings.schema("staging"), VIEW),
        )
        (found,) = cursor.fetchone() or (0,)
    return bool(found)


def copy_leftovers_view(settings: Settings, other: Settings) -> None:
    """Make the same view over another warehouse's records, on the same server."""
    with connect("transformer", other, schema="staging") as connection:
        cursor = connection.cursor()
        cursor.execute(
            "select view_definition from information_schema.views"
            " where table_schema = %s and table_name = %s",
            (settings.schema("staging"), VIEW),
        )
        (definition,) = cursor.fetchone() or ("",)
        for layer in ("raw", "staging"):
            definition = definition.replace(
                f"`{settings.schema(layer)}`", f"`{other.schema(layer)}`"
            )
        cursor.execute(f"create or replace view {VIEW} as {definition}")


def settle_phones(settings: Settings, *, is_rebuild: bool = False) -> int:
    """Ask about every text that nobody asked about yet; returns how many gave a number.

    Looks at the imports that wait for a run, at all visible ones in a rebuild. What is settled
    stays as it is, so that a second call, or one after a kill, goes on where the first ended.
    """
    found = 0
    states = (*WAITING, *BUILT) if is_rebuild else WAITING
    with connect("loader", settings, schema="raw") as connection, connection.cursor() as cursor:
        cursor.execute("set session transaction isolation level read committed")
        for import_seq, attempt in _imports(cursor, states):
            found += _settle_import(cursor, settings, import_seq)[1]
            _note(cursor, import_seq, attempt)
            connection.commit()
    return found


def take_again(settings: Settings) -> int:
    """Ask about imports that were built before anybody asked; returns how many are taken again.

    Those are the ones with a number that only the resolver reads: they wait for a run, as after a
    replay. Each is looked at once. Nothing happens before dbt has made the view.
    """
    if not has_leftovers_view(settings):
        return 0
    taken = 0
    with connect("loader", settings, schema="raw") as connection, connection.cursor() as cursor:
        cursor.execute("set session transaction isolation level read committed")
        for import_seq, attempt in _imports(cursor, BUILT, is_asked=False):
            if sum(_settle_import(cursor, settings, import_seq)):
                cursor.execute(
                    "update import_metadata set status = 'LOADED' where id = %s and status in %s",
                    (import_seq, BUILT),
                )
                taken += cursor.rowcount
            _note(cursor, import_seq, attempt)
            connection.commit()
    return taken


def resolve(text: str, country: str) -> str | None:
    """Return the valid number that a text is, in E.164, or None.

    Without a calling code it is one of the country (ISO 3166-1, two letters); '' stands for US.
    """
    try:
        number = phonenumbers.parse(text, country or "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _imports(
    cursor: Cursor, states: Sequence[str], *, is_asked: bool = True
) -> list[tuple[int, int]]:
    """Return (import, attempt) of imports with telephone numbers; or only those not asked about."""
    cursor.execute(
        """
        select imports.id, imports.attempt
        from import_metadata as imports
        left join phone_settlements as settled
            on imports.id = settled.import_seq and imports.attempt = settled.attempt
        where
            imports.status in %s
            and imports.feed in %s
            and (%s or settled.import_seq is null)
        order by imports.id
        """,
        (states, FEEDS, is_asked),
    )
    return [(int(import_seq), int(attempt)) for import_seq, attempt in cursor.fetchall()]


def _settle_import(cursor: Cursor, settings: Settings, import_seq: int) -> tuple[int, int]:
    """Settle the texts of an import; returns how many are numbers: settled before, and now."""
    cursor.execute(leftovers_sql(settings), record_range(import_seq))
    texts = [
        (str(text), str(country), bool(is_settled), bool(is_number))
        for text, country, is_settled, is_number in cursor.fetchall()
    ]
    new = [(text, country) for text, country, is_settled, _ in texts if not is_settled]
    found = 0
    for start in range(0, len(new), CHUNK):
        found += _settle(cursor, new[start : start + CHUNK])
        cursor.execute("commit")
    return sum(is_number for *_, is_number in texts), found


def record_range(import_seq: int) -> tuple[int, int]:
    """Return the first and the last record id that an import may have."""
    first = import_seq * RECORD_NUMBER_SPAN
    return first, first + RECORD_NUMBER_SPAN - 1


def leftovers_sql(settings: Settings) -> str:
    """Return the query for the distinct texts of a range of records that the rules can't read.

    Takes two parameters, the first and the last record id. Columns: text, country, whether it is
    settled, whether as a number.
    """
    return f"""
        select distinct
            leftovers.phone_text,
            leftovers.country,
            settled.phone_text is not null,
            settled.phone_e164 is not null
        from `{settings.schema("staging")}`.{VIEW} as leftovers
        left join `{settings.schema("raw")}`.phone_resolutions as settled
            on
                leftovers.phone_text = settled.phone_text
                and leftovers.country = settled.text_country
        where leftovers.record_id between %s and %s
        order by leftovers.phone_text, leftovers.country
        """


def _note(cursor: Cursor, import_seq: int, attempt: int) -> None:
    """Write down that all texts of an attempt were asked about."""
    cursor.execute(
        "replace into phone_settlements (import_seq, attempt, settled_at) values (%s, %s, %s)",
        (import_seq, attempt, _now()),
    )


def _now() -> datetime:
    return datetime.now(timezone.utc).replace(tzinfo=None)


def _settle(cursor: Cursor, texts: Sequence[Text]) -> int:
    """Write down what each text is; a number of them are numbers."""
    now = _now()
    resolver = f"phonenumbers {version('phonenumbers')}"
    rows = [(text, country, resolve(text, country), resolver, now) for text, country in texts]
    cursor.executemany(
        "insert ignore into phone_resolutions"
        " (phone_text, text_country, phone_e164, resolved_by, resolved_at)"
        " values (%s, %s, %s, %s, %s)",
        rows,
    )
    return sum(number is not None for _, _, number, _, _ in rows)
