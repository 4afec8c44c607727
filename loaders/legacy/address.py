"""Addresses of legacy databases: `mysql://HOST[:PORT]/DATABASE`, never with credentials."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from lode.errors import LodeError, printable
from lode.hosts import is_loopback
from lode.settings import DEFAULT_PORT, LAYERS, Settings

SCHEME = "mysql://"
_FORM = "write mysql://HOST:PORT/DATABASE"


@dataclass(frozen=True)
class LegacyAddress:
    """A database on a server."""

    host: str
    port: int
    database: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.place}/{quote(self.database, safe='')}"

    @property
    def place(self) -> str:
        """Host and port, as messages name the server."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def is_local(self) -> bool:
        """Whether the host is this machine; anything else needs TLS."""
        return is_loopback(self.host)


def is_legacy(text: object) -> bool:
    """Tell whether something is the address of a legacy database."""
    return isinstance(text, str) and text.lower().startswith(SCHEME)


def without_credentials(text: str) -> str:
    """Return an address, or the name of a file, fit for messages and logs."""
    if is_legacy(text) and "@" in text:
        return SCHEME + "…@" + text.rpartition("@")[2]
    return text


def parse(text: str, settings: Settings) -> LegacyAddress:
    """Read an address; LodeError if it is none, holds credentials or names our own warehouse."""
    if "@" in text:
        # Nothing of it is shown: the password may stand anywhere in it.
        raise LodeError(
            "A mysql:// address has no user and no password in it: set LODE_LEGACY_USER and"
            f" LODE_LEGACY_PASSWORD, or LODE_LEGACY_SECRET, and {_FORM}."
        )
    shown = printable(text, 200)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise LodeError(f"{shown} is no address of a database ({error}): {_FORM}.") from None
    database = unquote(parts.path.removeprefix("/"))
    if not host or port == 0 or parts.query or parts.fragment:
        raise LodeError(f"{shown} is no address of a database: {_FORM}.")
    if not database or "/" in parts.path.removeprefix("/"):
        raise LodeError(f"{shown} does not name one database: {_FORM}, and the table with --table.")
    if database.lower() in [*map(settings.schema, LAYERS), settings.schema("audit")]:
        raise LodeError(
            f"{shown} is a schema of this warehouse itself, which is no source to load from: name"
            " the legacy database."
        )
    return LegacyAddress(host, port or DEFAULT_PORT, database)
