"""The pepper of the search keys: a secret, so that a key says nothing of the phone or mailbox.

The dashboard finds people by HMAC-SHA256 of what was typed (mart search_keys). The pepper is
LODE_SEARCH_PEPPER, or else made once and kept under LODE_HOME. SQL takes it from a row of the raw
schema, never from a statement's text, so that it is in no log, no compiled model and no manifest.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from pymysql.connections import Connection

from lode import state
from lode.db import connect
from lode.errors import LodeError
from lode.settings import Settings

MART = "search_keys"
BLOCK_BYTES = 64
# No contact point has such a text, so its key is nobody's.
FINGERPRINT_OF = "fingerprint of the pepper"


def search_key(pepper: str, value: str) -> bytes:
    """Return the key of a phone (E.164) or mailbox (lower case): 32 bytes."""
    return hmac.new(_key(pepper), value.encode(), hashlib.sha256).digest()


def fingerprint(pepper: str) -> bytes:
    """Return what tells two peppers apart and helps to make no key: 32 bytes."""
    return search_key(pepper, FINGERPRINT_OF)


def known_pepper(settings: Settings) -> str | None:
    """Return the pepper that is set or kept, None if there is none; raises LodeError."""
    if settings.search_pepper is not None:
        return settings.search_pepper
    path = state.pepper_path(settings.home, settings.engine, settings.prefix)
    kept = state.read_private(path).get("pepper")
    return kept if isinstance(kept, str) else None


def needs_search_keys(settings: Settings) -> bool:
    """Whether the search keys are missing, or made with another pepper than that of now."""
    pepper = known_pepper(settings)
    if pepper is None or not _has_mart(settings):
        return True
    with connect("loader", settings, schema="raw") as connection:
        return _noted(connection) != fingerprint(pepper)


def note_pepper(settings: Settings) -> None:
    """Make the pepper that of the warehouse. Another one than before takes the keys away.

    The next build makes all of them anew. Killed in between, `needs_search_keys` says so. Raises
    LodeError where the pepper of the warehouse is not known here.
    """
    with connect("loader", settings, schema="raw") as connection:
        noted = _noted(connection)
        pepper = known_pepper(settings) or _made(settings, is_first=noted is None)
        if noted == fingerprint(pepper):
            return
        with connect("transformer", settings, schema="marts") as marts, marts.cursor() as cursor:
            cursor.execute(f"drop table if exists `{MART}`")
        with connection.cursor() as cursor:
            cursor.execute(
                "replace into search_pepper (id, fingerprint, inner_pad, outer_pad, noted_at)"
                " values (1, %s, %s, %s, utc_timestamp(6))",
                (fingerprint(pepper), _pad(pepper, 0x36), _pad(pepper, 0x5C)),
            )
        connection.commit()


def _made(settings: Settings, *, is_first: bool) -> str:
    """Make a pepper and keep it; elsewhere than on a private server only for a new warehouse."""
    path = state.pepper_path(settings.home, settings.engine, settings.prefix)
    if not is_first and not settings.is_private:
        raise LodeError(
            "The search keys of this warehouse were made with a pepper that is not here: set"
            f" LODE_SEARCH_PEPPER to it, or bring {path} from the machine that made it."
        )
    pepper = secrets.token_hex(32)
    # Kept before the warehouse learns of it, so that a kill in between loses none.
    state.write_private(path, {"pepper": pepper})
    return pepper


def _noted(connection: Connection[Any]) -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute("select fingerprint from search_pepper where id = 1")
        row = cursor.fetchone()
    return bytes(row[0]) if row else None


def _has_mart(settings: Settings) -> bool:
    with connect("transformer", settings) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select 1 from information_schema.tables where table_schema = %s and table_name = %s",
            (settings.schema("marts"), MART),
        )
        return cursor.fetchone() is not None


def _key(pepper: str) -> bytes:
    """Return the pepper as a key that fits one block of SHA-256, as RFC 2104 asks."""
    return hashlib.sha256(pepper.encode()).digest()


def _pad(pepper: str, byte: int) -> bytes:
    return bytes(one ^ byte for one in _key(pepper).ljust(BLOCK_BYTES, b"\0"))
