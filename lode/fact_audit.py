"""What the audit log says of requests not to be contacted: masked, and nobody's words."""

from __future__ import annotations

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
    """Note a request, as the last statement of its transaction; `answer`: what it was read from."""
    payload = {
        "channel": channel, "origin": origin, "contact": masked(contact), "person": person,
        "opted_out_at": opted_out_at.isoformat(),
    }  # fmt: skip
    if answer is not None:
        payload["answer"] = answer
    audit.append(
        connection, settings, "request.add", actor=by.strip(), subject=f"request {number}",
        payload=payload,
    )  # fmt: skip


def masked(contact: Contact | None) -> str | None:
    """Return a contact point as the log may show it."""
    return mask_contact(contact.kind, contact.value) if contact else None
