"""Audit logs in memory, written as the server writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from lode.audit_chain import NO_HASH, Entry, Head

START = datetime(2026, 1, 5, 8, 0, 0, 123456)


def log_of(count: int) -> list[Entry]:
    """Return a whole log of different entries."""
    plain = [
        Entry(
            sequence=number,
            recorded_at=START + timedelta(seconds=number),
            account="t_loader@localhost",
            actor=f"operator {number % 7}",
            event="import.undo",
            subject=f"imp_2026_01_05_{number:03d}",
            payload=f'{{"reversed":{number}}}',
            previous_hash="",
            entry_hash="",
        )
        for number in range(1, count + 1)
    ]
    return chained(plain)


def chained(entries: Sequence[Entry], previous: str = NO_HASH) -> list[Entry]:
    """Return the entries with links and digests that fit, as a forger would compute them."""
    done: list[Entry] = []
    for entry in entries:
        linked = replace(entry, previous_hash=previous)
        linked = replace(linked, entry_hash=linked.expected_hash())
        previous = linked.entry_hash
        done.append(linked)
    return done


def head_of(entries: Sequence[Entry]) -> Head:
    """Return the head that the server notes for a log."""
    return Head(entries[-1].sequence, entries[-1].entry_hash) if entries else Head(0, NO_HASH)
