"""When somebody with a login was last there, in whichever tab.

It is kept by login and not by tab: a reload and a new tab do not begin an idle login anew. It is in
memory, as tickets are; each login has its own moments of issue and end, and so a key of its own.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from datetime import datetime

MAXIMUM_KEPT = 10_000

_seen: dict[str, datetime] = {}
_lock = threading.Lock()


def note(claims: Mapping[str, object], now: datetime) -> None:
    """Note that the holder of a login is there, now (UTC without a zone)."""
    key = _key_of(claims)
    with _lock:
        _seen.pop(key, None)
        _seen[key] = now
        # Who was away for longest is forgotten first.
        while len(_seen) > MAXIMUM_KEPT:
            del _seen[next(iter(_seen))]


def last_seen(claims: Mapping[str, object]) -> datetime | None:
    """Return when the holder of a login was last there, None if that is not known here."""
    with _lock:
        return _seen.get(_key_of(claims))


def _key_of(claims: Mapping[str, object]) -> str:
    """Return a digest of all that the provider says of a login; nothing of it is kept."""
    text = json.dumps(dict(claims), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
