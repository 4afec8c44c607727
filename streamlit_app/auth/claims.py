"""What an identity provider says of somebody, read with distrust. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from lode.rights import LOCAL_PREFIX

# Whoever looks away for so long logs in again, whatever the provider's own limit is.
IDLE_LIMIT = timedelta(minutes=30)
MAXIMUM_SUBJECT = 128
DEFAULT_CLAIM = "email"


def subject_of(claims: Mapping[str, object], claim: str = DEFAULT_CLAIM) -> str | None:
    """Return the name that roles are granted to, None if the provider does not vouch for it.

    An e-mail address counts only where the provider says that it is verified: elsewhere anybody
    may call themselves what they like.
    """
    value = claims.get(claim)
    if not isinstance(value, str):
        return None
    if claim == DEFAULT_CLAIM and claims.get("email_verified") not in (True, "true"):
        return None
    subject = value.strip().lower()
    if not subject or len(subject) > MAXIMUM_SUBJECT or any(one.isspace() for one in subject):
        return None
    return None if subject.startswith(LOCAL_PREFIX) else subject


def is_expired(claims: Mapping[str, object], now: datetime, last_seen: datetime | None) -> bool:
    """Tell whether a login is over: by the provider's word, or because nobody was there for long.

    Both moments are UTC without a zone. A login that never ends by its own word ends when idle.
    """
    expires = claims.get("exp")
    seconds = now.replace(tzinfo=timezone.utc).timestamp()
    if isinstance(expires, int | float) and seconds >= expires:
        return True
    return last_seen is not None and now - last_seen > IDLE_LIMIT
