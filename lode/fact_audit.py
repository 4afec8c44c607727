"""What the audit log says of requests, consents, answers and lines that were written down.

Ids, counts and masked contact points; nobody's words. Each entry is the last statement of the
transaction that writes the rows down.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymysql.connections import Connection

from lode import audit
from lode.comply import Contact
from lode.masking import mask_contact
from lode.settings import Settings


def note_request(
    connection: Connection[Any],
    settings: Settings,
    number: int,
    *,
    by: str,
    contact: Contact | None,
    person: int | None,
    channel: str,
    origin: str,
    opted_out_at: datetime,
    answer: int | None = None,
) -> None:
    """Note a request not to be contacted; `answer` is the one that it was read out of."""
    payload = {
        "channel": channel, "origin": origin, "contact": masked(contact), "person": person,
        "opted_out_at": opted_out_at.isoformat(),
    }  # fmt: skip
    if answer is not None:
        payload["answer"] = answer
    note(connection, settings, "request.add", by, f"request {number}", payload)


def note(
    connection: Connection[Any],
    settings: Settings,
    event: str,
    by: str,
    subject: str,
    payload: Mapping[str, Any],
) -> None:
    """Note something that was written down, by somebody, about a subject."""
    audit.append(connection, settings, event, actor=by.strip(), subject=subject, payload=payload)


def masked(contact: Contact | None) -> str | None:
    """Return a contact point as the log may show it."""
    return mask_contact(contact.kind, contact.value) if contact else None
