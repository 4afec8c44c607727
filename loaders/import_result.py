"""What became of a file, for people and for logs."""

from __future__ import annotations

from dataclasses import dataclass

from loaders.import_rows import ImportRow


@dataclass(frozen=True)
class ImportResult:
    """What became of one file; the counts are those of the whole import, on whichever attempt."""

    import_id: str
    import_seq: int
    filename: str
    source_table: str | None
    feed: str
    status: str
    attempt: int
    row_count: int
    loaded_count: int
    parse_rejected_count: int
    is_duplicate: bool
    seconds: float = 0.0

    def as_event(self) -> dict[str, object]:
        """Return the result as one flat record for the log."""
        return {**self.__dict__, "seconds": round(self.seconds, 3)}

    def sentence(self) -> str:
        """Say what became of the file and of its records."""
        name = f"{self.filename} ({self.source_table})" if self.source_table else self.filename
        counts = (
            f"{self.row_count:,} records = {self.loaded_count:,} loaded"
            f" + {self.parse_rejected_count:,} refused"
        )
        if self.is_duplicate:
            return f"{name} is the same file as {self.import_id} ({counts}): nothing changed."
        speed = self.row_count / max(self.seconds, 0.001)
        return (
            f"{name} is {self.import_id} ({self.feed}): {counts}, {self.seconds:.1f} s,"
            f" {speed:,.0f} records/s."
        )


def result_of(row: ImportRow, *, is_duplicate: bool = False) -> ImportResult:
    """Return the result of an import as the ledger has it."""
    return ImportResult(
        import_id=row.import_id,
        import_seq=row.id,
        filename=row.filename,
        source_table=row.source_table,
        feed=row.feed,
        status=row.status,
        attempt=row.attempt,
        row_count=row.row_count or 0,
        loaded_count=row.loaded_count or 0,
        parse_rejected_count=row.parse_rejected_count or 0,
        is_duplicate=is_duplicate,
    )
