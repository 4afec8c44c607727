"""What keeps requests, consents, answers and types of lines as they were written down.

They are only added to. An answer that waits is decided about once.
"""

from __future__ import annotations

from lode.triggers import refusing, unchanged

# What an answer says before and after somebody decided about it.
ANSWER = ("id", "phone_e164", "message", "received_at", "recorded_at")
_IS_DECIDED_ONCE = (
    "old.decided_at is null and new.decided_at is not null and new.is_request is not null"
    f" and new.decided_by is not null and {unchanged(ANSWER)}"
)
_WORDS = {
    "opt_out_requests": "Requests not to be contacted",
    "consent_records": "Consents and relationships",
    "phone_lines": "Types of telephone lines",
}

FACT_TRIGGERS = (
    *(
        refusing(f"{table}_{name}", moment, table, f"{words} are only added to: none is {done}.")
        for table, words in _WORDS.items()
        for name, moment, done in (
            ("are_kept", "update", "changed"),
            ("stay", "delete", "deleted"),
        )
    ),
    refusing(
        "reply_reviews_wait", "insert", "reply_reviews",
        "An answer waits when it is written down.", "new.decided_at is not null",
    ),
    refusing(
        "reply_reviews_end_once", "update", "reply_reviews",
        "An answer is decided about once and not changed.", f"not ({_IS_DECIDED_ONCE})",
    ),
    refusing(
        "reply_reviews_stay", "delete", "reply_reviews",
        "Answers are only added to: none is deleted.",
    ),
)  # fmt: skip
