"""What the audit log says of requests not to be contacted, and slots: masked, and nobody's words.

`row` is the digest of what was written down, by which `lode audit verify` compares it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymysql.connections import Connection

from lode import audit
from lode.comply import Contact
from lode.fact_digest import digest_of, stored_row
from lode.masking import mask_contact
from lode.settings import Settings
from lode.slot_triggers import FIXED


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
        "row": digest_of(stored_row(connection, settings, "opt_out_requests", number)),
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


def note_slot(
    connection: Connection[Any], settings: Settings, number: int, by: str, contact: Contact | None
) -> None:
    """Note a slot that was taken, as the last statement of its transaction."""
    row = stored_row(connection, settings, "contact_reservations", number)
    payload = {
        "channel": row["channel"], "contact": masked(contact), "person": row["person_id"],
        "campaign": row["campaign"], "expires_at": row["expires_at"].isoformat(),
        "row": digest_of(row, FIXED),
    }  # fmt: skip
    audit.append(
        connection, settings, "slot.take", actor=by.strip(), subject=f"slot {number}",
        payload=payload,
    )  # fmt: skip


def note_slot_end(
    connection: Connection[Any], settings: Settings, event: str, number: int, by: str
) -> None:
    """Note that a slot was used or given back, as the last statement of its transaction."""
    row = stored_row(connection, settings, "contact_reservations", number)
    ended_at = row["used_at"] or row["released_at"]
    audit.append(
        connection, settings, event, actor=by.strip(), subject=f"slot {number}",
        payload={"ended_at": ended_at.isoformat(), "row": digest_of(row)},
    )  # fmt: skip
