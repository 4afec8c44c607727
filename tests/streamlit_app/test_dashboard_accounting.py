"""The accounting identity of an import."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lode.settings import load_settings
from streamlit_app.queries.imports import ImportHealth
from streamlit_app.ui.accounting import account_for, attention, is_at_work, state_of
from streamlit_app.ui.charts import accounting_chart, identity_words
from streamlit_app.ui.format import utc_now
from streamlit_app.ui.words import STATUSES, reason_words, status_words

COUNTS = ("inserted_count", "updated_count", "unchanged_count", "collapsed_count", "rejected_count")


def import_of(row_count: int | None, *counts: int | None, **values: object) -> ImportHealth:
    """Return an import with these counts, the rest of it plain."""
    blank = ImportHealth(
        import_id="imp_2026_02_19_001",
        import_seq=1,
        filename="made_up.csv",
        source_type="web",
        feed="people",
        status="COMPLETE",
        attempt=1,
        uploaded_by="ops",
        uploaded_at=None,
        attempt_started_at=None,
        file_size_bytes=None,
        checksum="0" * 64,
        row_count=row_count,
        inserted_count=None,
        updated_count=None,
        unchanged_count=None,
        collapsed_count=None,
        rejected_count=None,
        is_balanced=None,
        loaded_at=None,
        completed_at=None,
        duration_seconds=None,
        error_message="",
    )
    named: dict[str, object] = dict(zip(COUNTS, counts, strict=False))
    return dataclasses.replace(blank, **{**named, **values})  # type: ignore[arg-type]


def test_a_closed_account() -> None:
    accounting = account_for(import_of(1_000, 900, 20, 30, 10, 40))
    assert accounting.closes is True
    assert accounting.sentence == "Every one of the 1,000 records is accounted for."
    assert identity_words(accounting) == (
        "1,000 records = 900 inserted + 20 updated + 30 unchanged + 10 collapsed + 40 rejected"
    )


def test_a_gap_is_named_and_drawn() -> None:
    accounting = account_for(import_of(500, 400, 50, 30, 10, 3))
    assert accounting.closes is False
    assert "7 of 500 records are not accounted for" in accounting.sentence
    assert accounting.parts[-1].count == 7
    assert "Accounted for: 400 inserted" in identity_words(accounting)


def test_more_outcomes_than_records_is_a_gap_too() -> None:
    accounting = account_for(import_of(10, 11, 0, 0, 0, 0))
    assert accounting.closes is False
    assert "1 more records are accounted for than the 10 in the file" in accounting.sentence


def test_a_missing_count_or_a_flag_keeps_it_open() -> None:
    assert account_for(import_of(10, 10, None, 0, 0, 0)).closes is False
    assert account_for(import_of(10, 10, 0, 0, 0, 0, is_balanced=False)).closes is False


def test_an_unprocessed_import_has_no_account_yet() -> None:
    assert account_for(import_of(10)).closes is None
    assert account_for(import_of(None)).closes is None
    assert "10 records were read" in account_for(import_of(10)).sentence


def test_a_file_without_records_closes() -> None:
    assert account_for(import_of(0, 0, 0, 0, 0, 0)).closes is True


@given(st.lists(st.integers(0, 10**11), min_size=5, max_size=5), st.integers(-5, 5))
def test_it_closes_exactly_when_the_sums_agree(counts: list[int], gap: int) -> None:
    records = sum(counts) + gap
    accounting = account_for(import_of(max(records, 0), *counts))
    assert accounting.closes is (sum(counts) == max(records, 0))
    if accounting.closes is False:
        assert accounting.parts[-1].count == abs(max(records, 0) - sum(counts))


def test_the_bar_has_a_piece_for_each_part_that_is_not_nothing() -> None:
    chart = accounting_chart(account_for(import_of(100, 90, 0, 0, 0, 3)))
    rows = next(iter(chart.to_dict()["datasets"].values()))
    assert [row["Outcome"] for row in rows] == [
        "Inserted: 90",
        "Rejected: 3",
        "Not accounted for: 7",
    ]
    assert [row["Records"] for row in rows] == [90, 3, 7]


def test_an_import_that_lost_records_is_not_called_complete() -> None:
    assert state_of(import_of(500, 400, 50, 30, 10, 3)).word == "Not balanced"
    assert state_of(import_of(500, 400, 50, 30, 10, 10)).word == "Complete"
    assert state_of(import_of(5, status="SOMETHING_NEW")).word == "Something new"


def test_every_state_of_the_ledger_has_words() -> None:
    schema = (load_settings().root / "loaders" / "schema.sql").read_text(encoding="utf-8")
    known = re.search(
        r"import_metadata_status_is_known check \(\s*status in \((.*?)\)", schema, re.S
    )
    assert known is not None
    assert set(STATUSES) == set(re.findall(r"'(\w+)'", known[1]))


def test_an_import_that_is_taken_out_needs_a_run() -> None:
    assert attention(import_of(5, 5, 0, 0, 0, 0, status="UNDOING")).endswith("run lode run")
    assert attention(import_of(5, 5, 0, 0, 0, 0, status="UNDONE")) == ""


@pytest.mark.parametrize("status", ["PENDING", "LOADING", "PROCESSING"])
def test_an_import_is_at_work_until_it_may_be_stuck(status: str) -> None:
    fresh = import_of(None, status=status, attempt_started_at=utc_now() - timedelta(hours=5))
    assert (is_at_work(fresh), attention(fresh)) == (True, "")
    old = import_of(None, status=status, attempt_started_at=utc_now() - timedelta(hours=7))
    assert not is_at_work(old)
    assert attention(old).endswith("but it began 7 hours ago: it may be stuck")
    assert not is_at_work(import_of(5, 5, 0, 0, 0, 0))


def test_every_state_has_an_icon_of_its_own_and_words() -> None:
    assert len({words.icon for words in STATUSES.values()}) == len(STATUSES)
    assert status_words("").word == "Unknown"


def test_reasons_are_words_even_if_unknown_or_missing() -> None:
    assert reason_words(("OPT_OUT", "NEW_RULE")) == "asked not to be contacted here; New rule"
    assert reason_words(()) == "no reason was recorded"
