"""Answers to texts: requests among them are written down, what is not clear waits for a person."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from lode import audit
from lode.comply import Contact
from lode.db import connect, transaction
from lode.decision_statements import ask
from lode.errors import LodeError
from lode.fact_audit import masked
from lode.fact_digest import digest_of, stored_row
from lode.fact_triggers import ANSWER
from lode.lock_holders import current_user
from lode.person import fetch
from lode.settings import Settings
from lode.suppression import OptOut, add_opt_out, check_name, not_later, write_opt_out

REQUEST, REVIEW = "opt_out", "review"


def take_reply(
    settings: Settings, contact: Contact, message: str, received_at: datetime, by: str | None
) -> tuple[str, int | None]:
    """Find out what an answer means (macro reply_meaning) and act on it.

    Returns the meaning, and the number of the request or of the answer that waits. Raises LodeError
    for a moment that is still to come.
    """
    not_later(received_at)
    with connect("auditor", settings, schema="canonical") as connection:
        meaning = str(ask(connection, "reply", {"message": message})[0]["meaning"])
    if meaning == REQUEST:
        request = OptOut(contact, None, "sms", "text", message, received_at)
        return meaning, add_opt_out(settings, request, by)
    if meaning != REVIEW:
        return meaning, None
    who = by or current_user()
    check_name(who)
    with connect("loader", settings, schema="raw") as connection, transaction(connection):
        cursor = connection.cursor()
        cursor.execute(
            "insert into reply_reviews (phone_e164, message, received_at, recorded_at)"
            " values (%s, %s, %s, %s)",
            (contact.value, message[:1024], received_at, _now()),
        )
        number = int(cursor.lastrowid)
        payload = {
            "contact": masked(contact), "received_at": received_at.isoformat(),
            "row": digest_of(stored_row(connection, settings, "reply_reviews", number), ANSWER),
        }  # fmt: skip
        audit.append(
            connection,
            settings,
            "reply.wait",
            actor=who.strip(),
            subject=f"answer {number}",
            payload=payload,
        )
        return meaning, number


def waiting_replies(settings: Settings) -> list[dict[str, Any]]:
    """Return the answers that nobody has decided about, oldest first."""
    with connect("auditor", settings, schema="raw") as connection:
        return fetch(
            connection,
            "select id, phone_e164, message, received_at from reply_reviews"
            " where decided_at is null order by id",
        )


def decide_reply(settings: Settings, number: int, *, is_request: bool, by: str | None) -> None:
    """Decide about an answer, once; if it is a request it is written down as one, at once."""
    who = by or current_user()
    check_name(who)
    with connect("loader", settings, schema="raw") as connection, transaction(connection):
        rows = fetch(
            connection,
            "select phone_e164, message, received_at, decided_at from reply_reviews where id = %s"
            " for update",
            number,
        )
        if not rows or rows[0]["decided_at"] is not None:
            word = "was decided about before" if rows else "is none that waits"
            raise LodeError(f"Answer {number} {word}: `lode optout reviews` lists them.")
        (row,) = rows
        connection.cursor().execute(
            "update reply_reviews set is_request = %s, decided_by = %s, decided_at = %s"
            " where id = %s",
            (is_request, who, _now(), number),
        )
        request = None
        if is_request:
            contact = Contact("phone", row["phone_e164"])
            asked = OptOut(contact, None, "sms", "text", row["message"], row["received_at"])
            request = write_opt_out(connection, settings, asked, who, answer=number)
        payload = {
            "is_request": is_request, "request": request,
            "row": digest_of(stored_row(connection, settings, "reply_reviews", number)),
        }  # fmt: skip
        audit.append(
            connection,
            settings,
            "reply.decide",
            actor=who.strip(),
            subject=f"answer {number}",
            payload=payload,
        )


def _now() -> datetime:
    return datetime.now(timezone.utc).replace(tzinfo=None)
