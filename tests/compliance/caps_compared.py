"""Random contacts and slots: the macro that blocks, and the service that gives slots, agree."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from lode.db import connect
from lode.reservations import Contact, Refusal, reserve
from lode.settings import Settings

NOON = datetime(2026, 7, 1, 12)
TABLES = (
    "create table {canonical}.persons (id bigint unsigned primary key, golden_person_id bigint"
    " unsigned)",
    "create table {canonical}.touchpoints (person_id bigint unsigned, touchpoint_type varchar(8),"
    " email varchar(254), phone_e164 varchar(20), touchpoint_date datetime(6))"
    " default character set utf8mb4 collate utf8mb4_bin",
    "create table {staging}.points (contact_key int, channel varchar(8),"
    " contact_value varchar(254), golden_person_id bigint unsigned, states varchar(20))"
    " default character set utf8mb4 collate utf8mb4_bin",
)
CHANNELS = ("call", "sms", "email", "mail")


def check_caps(settings: Settings, blocks: str) -> None:
    """Compare both for every point at moments around the edges of the windows."""
    chance = random.Random(20260701)
    points = _points()
    made, slots = _history(chance)
    moments = _moments(chance, made)
    seen = {True: 0, False: 0}
    with connect("loader", settings, schema="raw") as loader:
        _fill(settings, points, made, slots)
        for at in moments:
            blocked = _blocked(settings, blocks, at)
            for key, channel, value, person, _ in points:
                loader.begin()
                contact = Contact(channel, value, person)
                answer = reserve(loader, settings, contact, by="test", at=at)
                loader.rollback()
                until = answer.next_allowed_at if isinstance(answer, Refusal) else None
                assert blocked.get(key) == until, (key, contact, at)
                seen[until is not None] += 1
    assert min(seen.values()) > 50, seen


def _points() -> list[tuple[Any, ...]]:
    values = {
        "phone": ["+15125550101", "+15125550102", "+15125550103"],
        "email": ["a@example.com", "b@example.com", None],
    }
    rows: list[tuple[Any, ...]] = []
    for channel in CHANNELS:
        for person in (1, 3):
            for value in values["phone" if channel in ("call", "sms") else "email"]:
                own = None if channel == "mail" else value
                rows.append((len(rows), channel, own, person, "FL,TX"))
    return rows


def _history(chance: random.Random) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return touchpoints and slots: held, used with and without their touchpoint, released."""
    made: list[tuple[Any, ...]] = []
    slots: list[tuple[Any, ...]] = []
    for number in range(120):
        channel = chance.choice(CHANNELS)
        phone = f"+1512555010{chance.randint(1, 3)}" if channel in ("call", "sms") else None
        email = f"{chance.choice('ab')}@example.com" if channel == "email" else None
        days = 30 if channel == "mail" else 1 if channel == "call" else 7
        at = NOON - timedelta(seconds=chance.randint(0, days * 86_400 * 3 // 2))
        person = chance.choice((1, 2, 3, None)) if channel != "mail" else chance.choice((1, 2, 3))
        if number % 4:
            made.append((person, channel, email, phone, at))
        end = chance.choice((at, None))
        if number % 3 == 0:
            golden = {2: 1}.get(person, person) if person else None
            value = phone or email
            if value or golden:
                slots.append(
                    (channel, value, golden, "test", at, at + timedelta(hours=2), end, None)
                )
    slots.append(("call", "+15125550101", 1, "test", NOON, NOON + timedelta(hours=1), None, NOON))
    return made, slots


def _moments(chance: random.Random, made: list[tuple[Any, ...]]) -> list[datetime]:
    """Return moments not before the last contact, most of them where one leaves a window."""
    second = timedelta(seconds=1)
    edges = [row[4] + timedelta(days=days) for row in made for days in (1, 7, 30)]
    later = sorted(edge for edge in edges if edge > NOON + second)
    chosen = chance.sample(later, 6)
    return [
        NOON + second,
        *(edge + step for edge in chosen for step in (-second, 0 * second, second)),
    ]


def _fill(
    settings: Settings,
    points: list[tuple[Any, ...]],
    made: list[tuple[Any, ...]],
    slots: list[tuple[Any, ...]],
) -> None:
    schemas = {name: settings.schema(name) for name in ("canonical", "staging")}
    with connect("transformer", settings, schema="canonical", autocommit=True) as connection:
        cursor = connection.cursor()
        for table in TABLES:
            cursor.execute(table.format(**schemas))
        cursor.execute("insert into persons values (1, 1), (2, 1), (3, 3)")
        cursor.executemany("insert into touchpoints values (%s, %s, %s, %s, %s)", made)
        cursor.executemany(
            f"insert into {schemas['staging']}.points values (%s, %s, %s, %s, %s)", points
        )
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        connection.cursor().executemany(
            "insert into contact_reservations (channel, contact_value, person_id, reserved_by,"
            " reserved_at, expires_at, used_at, released_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s)",
            slots,
        )


def _blocked(settings: Settings, blocks: str, at: datetime) -> dict[int, datetime]:
    """Return until when each point is blocked by what is enforced."""
    with connect("transformer", settings, schema="staging") as connection:
        cursor = connection.cursor()
        cursor.execute("set @at = cast(%s as datetime(6))", (at,))
        cursor.execute(
            f"select contact_key, max(blocks_until) from {blocks} as blocked"
            " where enforcement = 'enforce' and reason_code = 'FREQUENCY_CAP'"
            " group by contact_key"
        )
        return dict(cursor.fetchall())
