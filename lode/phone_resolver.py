"""Telephone texts that the rules in SQL can't read, settled by libphonenumber before a run.

The view phone_leftovers says which those are; each distinct one is asked about once, ever. What
was made of it is a raw table that the models read, so that it means the same in every build.
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
    with connect("loader", settings, schema="raw") as connection, connection.cursor() as cursor:
        cursor.execute("set session transaction isolation level read committed")
        for import_seq in _imports(cursor, is_rebuild):
            texts = _leftovers(cursor, settings, import_seq)
            for start in range(0, len(texts), CHUNK):
                found += _settle(cursor, texts[start : start + CHUNK])
                connection.commit()
    return found


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


def _imports(cursor: Cursor, is_rebuild: bool) -> list[int]:
    states = ["LOADED", "PROCESSING"]
    if is_rebuild:
        states += ["COMPLETE", "COMPLETE_WITH_ERRORS"]
    cursor.execute(
        "select id from import_metadata where status in %s and feed in %s order by id",
        (states, FEEDS),
    )
    return [int(row[0]) for row in cursor.fetchall()]


def _leftovers(cursor: Cursor, settings: Settings, import_seq: int) -> list[Text]:
    """Return the distinct texts of an import that the rules can't read and nobody settled."""
    first = import_seq * RECORD_NUMBER_SPAN
    cursor.execute(
        f"""
        select distinct leftovers.phone_text, leftovers.country
        from `{settings.schema("staging")}`.{VIEW} as leftovers
        left join phone_resolutions as settled
            on
                leftovers.phone_text = settled.phone_text
                and leftovers.country = settled.text_country
        where
            leftovers.record_id between %s and %s
            and settled.phone_text is null
        order by leftovers.phone_text, leftovers.country
        """,
        (first, first + RECORD_NUMBER_SPAN - 1),
    )
    return [(str(text), str(country)) for text, country in cursor.fetchall()]


def _settle(cursor: Cursor, texts: Sequence[Text]) -> int:
    """Write down what each text is; a number of them are numbers."""
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    resolver = f"phonenumbers {version('phonenumbers')}"
    rows = [(text, country, resolve(text, country), resolver, now) for text, country in texts]
    cursor.executemany(
        "insert ignore into phone_resolutions"
        " (phone_text, text_country, phone_e164, resolved_by, resolved_at)"
        " values (%s, %s, %s, %s, %s)",
        rows,
    )
    return sum(number is not None for _, _, number, _, _ in rows)
