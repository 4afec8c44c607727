"""The accounting of an import: records = inserted + updated + unchanged + collapsed + rejected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from streamlit_app.queries.imports import ImportHealth
from streamlit_app.ui.format import age, counted, utc_now, whole
from streamlit_app.ui.words import NOT_BALANCED, StatusWords, status_words

# Name and colour, at least 3:1 on white and on the dark background; the legend says each in words.
PARTS = (
    ("Inserted", "#117733"),
    ("Updated", "#2A7FC9"),
    ("Unchanged", "#7A8494"),
    ("Collapsed", "#A5669B"),
    ("Rejected", "#C2571A"),
)
# States in which every record has been judged.
COMPLETED = ("COMPLETE", "COMPLETE_WITH_ERRORS")
GAP = ("Not accounted for", "#D6293E")
# A load of the largest file allowed takes less; after that somebody should look.
STUCK_AFTER = timedelta(hours=6)


@dataclass(frozen=True)
class Part:
    """One piece of the bar."""

    name: str
    count: int
    color: str


@dataclass(frozen=True)
class Accounting:
    """The bar of one import, and the same in a sentence; `closes` is None until it is processed."""

    parts: tuple[Part, ...]
    total: int
    closes: bool | None
    sentence: str


def state_of(import_: ImportHealth) -> StatusWords:
    """Return an import's state in words; one that lost records is never called complete."""
    if account_for(import_).closes is False:
        return NOT_BALANCED
    return status_words(import_.status)


def is_at_work(import_: ImportHealth) -> bool:
    """Tell whether an import will go on by itself: it runs, and not for longer than any does."""
    return status_words(import_.status).is_running and stuck_since(import_) is None


def stuck_since(import_: ImportHealth) -> datetime | None:
    """Return when the attempt began that says it runs, for longer than any does; None if not."""
    begun = import_.attempt_started_at
    if not status_words(import_.status).is_running or begun is None:
        return None
    return begun if utc_now() - begun > STUCK_AFTER else None


def attention(import_: ImportHealth) -> str:
    """Return why somebody should look at an import, "" if nobody needs to."""
    if since := stuck_since(import_):
        word = status_words(import_.status).word.lower()
        return f"{word}, but it began {age(since, utc_now())}: it may be stuck"
    if import_.status == "FAILED":
        return "failed"
    if account_for(import_).closes is False:
        return "does not account for every record"
    if import_.status == "COMPLETE_WITH_ERRORS":
        return "complete, with rejected records"
    if import_.status == "LOADED":
        return "loaded, not processed yet: run lode run"
    if import_.status == "UNDOING":
        return "not taken out yet: run lode run"
    return ""


def account_for(import_: ImportHealth) -> Accounting:
    """Add up an import's counts anew: the page believes its own numbers, not a flag beside them."""
    counts = (
        import_.inserted_count,
        import_.updated_count,
        import_.unchanged_count,
        import_.collapsed_count,
        import_.rejected_count,
    )
    known = [count for count in counts if count is not None]
    parts = tuple(
        Part(name, count or 0, color) for (name, color), count in zip(PARTS, counts, strict=True)
    )
    if import_.row_count is None or not known:
        rows, were = import_.row_count, "was" if import_.row_count == 1 else "were"
        read = "" if rows is None else f" {counted(rows, 'record')} {were} read;"
        return Accounting(
            parts, 0, None, f"Not processed yet:{read} what became of them is not known yet."
        )
    total, records = sum(known), import_.row_count
    if total == records and len(known) == len(counts) and import_.is_balanced is not False:
        every = "The one record" if records == 1 else f"Every one of the {whole(records)} records"
        return Accounting(parts, records, True, f"{every} is accounted for.")
    return _open_accounting(parts, total, records)


def _open_accounting(parts: tuple[Part, ...], total: int, records: int) -> Accounting:
    gap = records - total
    if gap > 0:
        what = f"{whole(gap)} of {whole(records)} records are not accounted for"
    elif gap < 0:
        what = f"{whole(-gap)} more records are accounted for than the {whole(records)} in the file"
    else:
        what = f"the counts of {whole(records)} records are marked as not balanced"
    sentence = (
        f"The accounting does not close: {what}. Don't use this import before it was looked into."
    )
    return Accounting(
        (*parts, Part(GAP[0], abs(gap), GAP[1])), max(total, records), False, sentence
    )
