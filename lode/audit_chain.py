"""The chain of the audit log: each entry's digest covers its content and the digest before it.

Pure: it compares what was read, and needs no database. `entry_hash` is defined a second time in
lode/sql/audit.sql, where the server computes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

NO_HASH = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One entry of the audit log, as it is stored."""

    sequence: int
    recorded_at: datetime
    account: str
    actor: str
    event: str
    subject: str
    payload: str
    previous_hash: str
    entry_hash: str

    def expected_hash(self) -> str:
        """Return the digest that an unchanged entry carries."""
        parts = (
            self.previous_hash,
            str(self.sequence),
            self.recorded_at.strftime("%Y-%m-%dT%H:%M:%S.%f"),
            *(_hex(text) for text in (self.account, self.actor, self.event, self.subject)),
            hashlib.sha256(self.payload.encode()).hexdigest(),
        )
        return hashlib.sha256(":".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Head:
    """Where a chain ends, kept apart from its entries: the last number and its digest."""

    sequence: int
    entry_hash: str


BEGINNING = Head(0, NO_HASH)


@dataclass(frozen=True)
class Fault:
    """The first entry at which a log is not what was written, and what is wrong there."""

    sequence: int
    what: str

    def sentence(self) -> str:
        """Say it."""
        return f"Entry {self.sequence} of the audit log {self.what}"


@dataclass(frozen=True)
class Verdict:
    """What reading a whole log came to: its end, and the first fault if it has one."""

    head: Head
    fault: Fault | None


def verify(
    entries: Iterable[Entry],
    head: Head | None,
    anchors: Mapping[int, str],
    start: Head = BEGINNING,
) -> Verdict:
    """Follow the chain from its first entry to its head; entries come by ascending number.

    `anchors` are digests of entries, by number, that were kept elsewhere: a log that was rewritten
    as a whole differs from them. With `start` the chain is followed from behind an entry that is
    taken for good.
    """
    last = start
    for entry in entries:
        if fault := _fault_of(entry, last, anchors):
            return Verdict(last, fault)
        last = Head(entry.sequence, entry.entry_hash)
    return Verdict(last, _fault_of_end(last, head, anchors))


def verify_part(
    entries: Iterable[Entry],
    first: int,
    last: int,
    head: Head | None,
    anchors: Mapping[int, str],
) -> Verdict:
    """Follow the chain from one entry to another, and claim nothing about any other entry.

    `entries` come by ascending number, with the one before and the one behind where they are there:
    of these two only the digests count that tie the part to them.
    """
    seen = BEGINNING if first == 1 else None
    for entry in entries:
        if entry.sequence < first:
            seen = Head(entry.sequence, entry.entry_hash)
            continue
        # Without the entry before, the first one is taken at its word about it.
        seen = seen or Head(first - 1, entry.previous_hash)
        if seen.sequence == last:
            return Verdict(seen, _fault_of_link(entry, seen))
        if fault := _fault_of(entry, seen, anchors):
            return Verdict(seen, fault)
        seen = Head(entry.sequence, entry.entry_hash)
    seen = seen or Head(first - 1, NO_HASH)
    if seen.sequence < last:
        return Verdict(seen, Fault(seen.sequence + 1, f"is missing, and all up to number {last}."))
    is_end = head is not None and head.sequence == last
    return Verdict(seen, _fault_of_end(seen, head, {}) if is_end or head is None else None)


def _fault_of_link(entry: Entry, last: Head) -> Fault | None:
    """Tell whether an entry behind a part carries the digest of its last one."""
    if entry.sequence != last.sequence + 1 or entry.previous_hash == last.entry_hash:
        return None
    return Fault(
        entry.sequence, f"does not follow entry {last.sequence}: one of the two was replaced."
    )


def _fault_of(entry: Entry, last: Head, anchors: Mapping[int, str]) -> Fault | None:
    expected = last.sequence + 1
    if entry.sequence > expected:
        return Fault(expected, f"is missing: the next one there is has number {entry.sequence}.")
    if entry.sequence < expected:
        return Fault(entry.sequence, f"stands where number {expected} should be.")
    if entry.entry_hash != entry.expected_hash():
        return Fault(expected, "was changed: its content does not give its digest.")
    if entry.previous_hash != last.entry_hash:
        return _fault_of_link(entry, last)
    if anchors.get(expected, entry.entry_hash) != entry.entry_hash:
        return Fault(expected, "is not the one that was anchored: the log was rewritten.")
    return None


def _fault_of_end(last: Head, head: Head | None, anchors: Mapping[int, str]) -> Fault | None:
    if head is None:
        return Fault(last.sequence + 1, "can't be ruled out: the end of the log is not noted.")
    beyond = max([head.sequence, *anchors])
    if beyond > last.sequence:
        return Fault(last.sequence + 1, f"is missing, and all after it up to number {beyond}.")
    if head.sequence < last.sequence:
        return Fault(head.sequence + 1, "was added behind the noted end of the log.")
    if head.entry_hash != last.entry_hash:
        return Fault(last.sequence, "was replaced: the noted end of the log has another digest.")
    return None


def _hex(text: str) -> str:
    return text.encode().hex().upper()
