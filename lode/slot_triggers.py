"""What keeps slots as they were given: each ends once, by being used or given back, and stays."""

from __future__ import annotations

from lode.triggers import refusing, unchanged

FIXED = (
    "id", "channel", "contact_value", "person_id", "campaign", "reserved_by", "reserved_at",
    "expires_at",
)  # fmt: skip
_ENDS = "old.used_at is null and old.released_at is null"

SLOT_TRIGGERS = (
    refusing(
        "contact_reservations_end_once", "update", "contact_reservations",
        "A slot ends once and is not changed.", f"not ({_ENDS} and {unchanged(FIXED)})",
    ),
    refusing(
        "contact_reservations_stay", "delete", "contact_reservations",
        "Slots are only added to: none is deleted.",
    ),
)  # fmt: skip
