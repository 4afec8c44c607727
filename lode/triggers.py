"""Triggers that keep a table as it was written: they refuse a statement with a sentence.

Their statements may have `;` inside, so they are no part of schema.sql, which is split there.
"""

from __future__ import annotations


def refusing(name: str, moment: str, table: str, sentence: str, condition: str = "") -> str:
    """Return a trigger that refuses what happens to a row (insert, update, delete).

    Without a `condition` (SQL over `old` and `new`) it refuses all of it.
    """
    refusal = f"signal sqlstate '45000' set message_text = '{sentence}'"
    body = f"if {condition} then {refusal}; end if" if condition else refusal
    return f"create trigger {name} before {moment} on {table} for each row {body}"


def unchanged(columns: tuple[str, ...]) -> str:
    """Return the condition that an update leaves columns as they were."""
    return " and ".join(f"new.{column} <=> old.{column}" for column in columns)
