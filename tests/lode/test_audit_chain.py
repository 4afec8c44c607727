"""Tampering with every position of an audit log of 200 entries: the first bad one is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from audit_log_of import chained, head_of, log_of

from lode.audit_chain import Entry, Head, verify, verify_part
from lode.audit_span import PartVerdict, span_of
from lode.errors import LodeError

LOG = log_of(200)
HEAD = head_of(LOG)
POSITIONS = range(len(LOG))
# What a field is changed to; the two digests are changed apart from these.
CHANGES = {
    "recorded_at": LOG[0].recorded_at - timedelta(microseconds=1),
    "account": "t_app@localhost",
    "actor": "nobody",
    "event": "import.replay",
    "subject": "imp_2026_01_06_001",
    "payload": '{"reversed":0}',
    "previous_hash": "f" * 64,
    "entry_hash": "f" * 64,
}


def first_fault(entries: list, head: Head | None = HEAD, anchors: dict | None = None) -> int | None:  # type: ignore[type-arg]
    """Return the number of the first bad entry; None if the log is whole."""
    fault = verify(entries, head, anchors or {}).fault
    return fault.sequence if fault else None


def test_a_whole_log_is_whole() -> None:
    verdict = verify(LOG, HEAD, {entry.sequence: entry.entry_hash for entry in LOG})
    assert verdict.fault is None
    assert verdict.head == HEAD
    assert verify([], Head(0, "0" * 64), {}).fault is None


@pytest.mark.parametrize("field", CHANGES)
def test_a_changed_field_is_found_wherever_it_is(field: str) -> None:
    for at in POSITIONS:
        tampered = [*LOG[:at], replace(LOG[at], **{field: CHANGES[field]}), *LOG[at + 1 :]]
        assert first_fault(tampered) == at + 1


def test_a_changed_entry_with_a_digest_that_fits_breaks_the_next_link() -> None:
    for at in POSITIONS:
        forged = chained([replace(LOG[at], actor="nobody")], LOG[at].previous_hash)
        # Of the last entry only the head, kept apart, tells.
        assert first_fault([*LOG[:at], *forged, *LOG[at + 1 :]]) == min(at + 2, len(LOG))


def test_a_deleted_entry_is_named() -> None:
    for at in POSITIONS:
        assert first_fault([*LOG[:at], *LOG[at + 1 :]]) == at + 1


def test_a_deleted_entry_is_named_though_the_rest_was_renumbered() -> None:
    for at in POSITIONS[:-1]:
        rest = [replace(entry, sequence=entry.sequence - 1) for entry in LOG[at + 1 :]]
        assert first_fault([*LOG[:at], *rest]) == at + 1


def test_an_inserted_entry_is_found() -> None:
    for at in POSITIONS:
        forged = chained([replace(LOG[at], actor="nobody")], LOG[at].previous_hash)
        # The forged one fits in itself; the old one then stands where the next should be.
        assert first_fault([*LOG[:at], *forged, *LOG[at:]]) == at + 1
        rest = [replace(entry, sequence=entry.sequence + 1) for entry in LOG[at:]]
        assert first_fault([*LOG[:at], *forged, *rest]) == at + 2


def test_two_entries_in_each_others_place_are_found() -> None:
    for at in POSITIONS[:-1]:
        one, two = LOG[at], LOG[at + 1]
        swapped = [
            replace(two, sequence=one.sequence),
            replace(one, sequence=two.sequence),
        ]
        assert first_fault([*LOG[:at], two, one, *LOG[at + 2 :]]) == at + 1
        assert first_fault([*LOG[:at], *swapped, *LOG[at + 2 :]]) == at + 1


def test_a_log_cut_off_anywhere_is_found() -> None:
    for kept in POSITIONS:
        assert first_fault(LOG[:kept]) == kept + 1


def test_a_log_cut_off_with_its_head_set_back_differs_from_an_anchor() -> None:
    anchors = {HEAD.sequence: HEAD.entry_hash}
    for kept in POSITIONS:
        short = LOG[:kept]
        assert first_fault(short, head_of(short)) is None
        assert first_fault(short, head_of(short), anchors) == kept + 1


def test_a_log_rewritten_from_anywhere_differs_from_an_anchor() -> None:
    anchors = {50: LOG[49].entry_hash, HEAD.sequence: HEAD.entry_hash}
    for at in POSITIONS:
        rest = chained([replace(LOG[at], actor="nobody"), *LOG[at + 1 :]], LOG[at].previous_hash)
        rewritten = [*LOG[:at], *rest]
        assert first_fault(rewritten, head_of(rewritten)) is None
        assert first_fault(rewritten, head_of(rewritten), anchors) == (50 if at < 50 else 200)


def test_entries_behind_the_head_and_a_lost_head_are_found() -> None:
    for kept in POSITIONS:
        assert first_fault(LOG, head_of(LOG[:kept])) == kept + 1
    assert first_fault(LOG, None) == len(LOG) + 1


def test_what_is_wrong_is_a_sentence() -> None:
    fault = verify([*LOG[:6], *LOG[7:]], HEAD, {}).fault
    assert fault is not None
    assert fault.sentence() == (
        "Entry 7 of the audit log is missing: the next one there is has number 8."
    )


# ------------------------------------------------------------------ a part of the log

PARTS = ((1, 200), (1, 60), (50, 120), (120, 200), (77, 77), (200, 200), (1, 1))


def part_of(
    entries: Sequence[Entry], first: int, last: int, anchors: dict[int, str] | None = None
) -> int | None:
    """Return the number of the first bad entry of a part, as it is read from a log."""
    read = [entry for entry in entries if first - 1 <= entry.sequence <= last + 1]
    fault = verify_part(read, first, last, HEAD, anchors or {}).fault
    return fault.sequence if fault else None


@pytest.mark.parametrize(("first", "last"), PARTS)
def test_a_change_is_found_within_a_part_and_not_claimed_outside(first: int, last: int) -> None:
    assert part_of(LOG, first, last) is None
    for at in POSITIONS:
        for field in CHANGES.keys() - {"previous_hash", "entry_hash"}:
            tampered = [*LOG[:at], replace(LOG[at], **{field: CHANGES[field]}), *LOG[at + 1 :]]
            expected = at + 1 if first <= at + 1 <= last else None
            assert part_of(tampered, first, last) == expected, field


@pytest.mark.parametrize(("first", "last"), PARTS)
def test_a_missing_entry_is_found_within_a_part_and_not_claimed_outside(
    first: int, last: int
) -> None:
    for at in POSITIONS:
        expected = at + 1 if first <= at + 1 <= last else None
        assert part_of([*LOG[:at], *LOG[at + 1 :]], first, last) == expected


@pytest.mark.parametrize(("first", "last"), PARTS)
def test_a_forged_entry_breaks_the_link_to_its_neighbour(first: int, last: int) -> None:
    """Also at either end of a part, where the neighbour is outside: one of the two was changed."""
    for at in POSITIONS:
        forged = chained([replace(LOG[at], actor="nobody")], LOG[at].previous_hash)
        found = part_of([*LOG[:at], *forged, *LOG[at + 1 :]], first, last)
        # The last entry of all has no neighbour behind it, but its digest is noted.
        link = min(at + 2, len(LOG))
        expected = link if first <= at + 1 <= last or first == at + 2 else None
        assert found == expected, at


def test_a_part_is_held_to_its_anchors() -> None:
    rewritten = [*LOG[:40], *chained([replace(LOG[40], actor="x"), *LOG[41:]], LOG[39].entry_hash)]
    anchors = {60: LOG[59].entry_hash}
    assert part_of(rewritten, 50, 100) is None
    assert part_of(rewritten, 50, 100, anchors) == 60
    assert part_of(rewritten, 70, 100, anchors) is None


def test_a_part_says_what_was_verified_and_what_was_not() -> None:
    whole = PartVerdict(5, 20, verify_part(LOG[3:21], 5, 20, HEAD, {}))
    assert whole.sentence().startswith("Entries 5 to 20 are intact, each follows the one before;")
    assert "Entry 4 was taken for good" in whole.sentence()
    assert "Nothing was asked about entries after 20" in whole.sentence()
    tampered = [*LOG[3:9], replace(LOG[9], actor="nobody"), *LOG[10:21]]
    broken = PartVerdict(5, 20, verify_part(tampered, 5, 20, HEAD, {}))
    assert broken.sentence() == (
        "Entry 10 of the audit log was changed: its content does not give its digest. Entries 5 to"
        " 9 before it are intact."
    )


@pytest.mark.parametrize(
    ("begin", "end"), [("x", ""), ("0", ""), ("-1", ""), ("2026-13-01", ""), ("9", "5"),
                       ("2026-02-01", "2026-01-01"), ("", "9999-12-31"), ("1e3", "")]
)  # fmt: skip
def test_what_is_no_part_is_a_sentence(begin: str, end: str) -> None:
    with pytest.raises(LodeError, match="part of the audit log"):
        span_of(begin, end)
    assert span_of(" ", "").is_all
    assert span_of("1,000", "2026-01-31") == span_of("1000", "2026-01-31 ")
