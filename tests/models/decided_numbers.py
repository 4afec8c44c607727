"""Histories of numbers put into the warehouse, and what the macro decides about them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from reference_decision import History

from lode.db import connect
from lode.settings import Settings

RAW = ("dnc_listings", "dnc_coverage", "dnc_downloads", "dnc_lists", "opt_out_requests",
       "consent_records", "phone_lines")  # fmt: skip
POINTS = (
    "create table test_points (golden_person_id bigint unsigned null, contact_hash binary(32),"
    " contact_kind varchar(8), contact_value varchar(400), phone bigint unsigned,"
    " area_code smallint unsigned, area_state varchar(2), phone_type varchar(16),"
    " is_foreign tinyint(1), is_complete_address tinyint(1), key (contact_value(20)))"
    " default character set utf8mb4 collate utf8mb4_bin"
)
Copies = Sequence[tuple[int, date, datetime]]


def digest(phone: int) -> bytes:
    """How the warehouse joins the number."""
    return hashlib.sha256(f"+1{phone}".encode()).digest()


def learn(settings: Settings, histories: Sequence[History], copies: Copies) -> None:
    """Replace all facts by those of the histories; each stay is a version of its own."""
    with connect("loader", settings, schema="raw") as connection, connection.cursor() as cursor:
        for table in RAW:
            # Not even a loader may delete from those that are only added to.
            cursor.execute(f"truncate table {table}")
        names = ["national", *{stay.list_name for one in histories for stay in one.stays}]
        lists = {name: number for number, name in enumerate(dict.fromkeys(names), start=1)}
        cursor.executemany("insert into dnc_lists values (%s, %s)",
                           [(number, name) for name, number in lists.items()])  # fmt: skip
        versions: list[tuple[object, ...]] = []

        def version(name: str, accessed: date, known: datetime) -> int:
            number = len(versions) + 1
            versions.append((number, lists[name], str(number), accessed, known, known))
            return number

        coverage = [(version("national", day, known), code) for code, day, known in copies]
        listings, requests, facts, lines = [], [], [], []
        for one in histories:
            number = f"+1{one.phone}"
            for stay in one.stays:
                began = version(stay.list_name, stay.known.date(), stay.known)
                ended = stay.gone and version(stay.list_name, stay.gone.date(), stay.gone)
                listings.append((lists[stay.list_name], one.phone, began, ended))
            requests += [(number, said.channel, said.said, said.known) for said in one.requests]
            facts += [
                (number, fact.kind, fact.channel, fact.happened, fact.expires,
                 hashlib.sha256(f"{number} {place}".encode()).digest(), fact.known)
                for place, fact in enumerate(one.facts)
            ]  # fmt: skip
            lines += [
                (number, day, kind, str(place), known)
                for place, (day, kind, known) in enumerate(one.lines)
            ]
        for query, rows in (
            ("insert into dnc_downloads (id, list_id, kind, filename, file_size_bytes, checksum,"
             " accessed_on, area_codes, loaded_by, status, attempt, chunk_rows, chunks_done,"
             " number_count, added_count, removed_count, started_at, loaded_at) values"
             " (%s, %s, 'full', 'f', 1, %s, %s, 'all', 't', 'LOADED', 1, 1, 1, 1, 1, 0, %s, %s)",
             versions),
            ("insert into dnc_coverage values (%s, %s)", coverage),
            ("insert into dnc_listings (list_id, phone, from_download, to_download)"
             " values (%s, %s, %s, %s)", listings),
            ("insert into opt_out_requests (phone_e164, channel, origin, opted_out_at, recorded_by,"
             " recorded_at) values (%s, %s, 'text', %s, 't', %s)", requests),
            ("insert into consent_records (phone_e164, kind, channel, happened_at, expires_at,"
             " content_hash, recorded_by, recorded_at) values (%s, %s, %s, %s, %s, %s, 't', %s)",
             facts),
            ("insert into phone_lines (phone_e164, effective_on, line_type, source, recorded_at)"
             " values (%s, %s, %s, %s, %s)", lines),
        ):  # fmt: skip
            if rows:
                cursor.executemany(query, rows)
        connection.commit()


def ask_about(settings: Settings, histories: Sequence[History]) -> None:
    """Make the table of contact points that the rendered statement asks about."""
    with connect("transformer", settings, schema="staging") as connection:
        cursor = connection.cursor()
        cursor.execute("drop table if exists test_points")
        cursor.execute(POINTS)
        cursor.executemany(
            "insert into test_points select null, %s, 'phone', %s, %s, %s, max(state_code), null,"
            f" 0, 1 from `{settings.schema('staging')}`.nanp_area_codes where area_code = %s",
            [
                (digest(one.phone), f"+1{one.phone}", one.phone, one.phone // 10**7,
                 one.phone // 10**7)
                for one in histories
            ],
        )  # fmt: skip
        connection.commit()


def decided(
    settings: Settings, statement: str, at: datetime
) -> dict[tuple[bytes, str], set[tuple[str, str]]]:
    """What the macro says at a moment: number and channel to reasons with what they do."""
    found: dict[tuple[bytes, str], set[tuple[str, str]]] = {}
    with connect("auditor", settings, schema="staging") as connection:
        cursor = connection.cursor()
        cursor.execute(statement.replace("'lode:at'", f"'{at.isoformat(sep=' ')}'"))
        for _, contact_hash, channel, code, _, _, enforcement, _, _ in cursor.fetchall():
            found.setdefault((contact_hash, channel), set()).add((code, enforcement))
    return found
