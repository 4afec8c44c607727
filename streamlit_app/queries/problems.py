"""What is wrong in the records of an import: kinds and counts, the commonest first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from lode.logs import redact
from streamlit_app.queries.statement import Statement, fetch

MAXIMUM_KINDS = 10

PROBLEMS = Statement(
    name="problems of an import",
    sql="""
select /*+ time limit */
    severity,
    error_type,
    field_name,
    error_message,
    problem_count,
    first_row
from import_problems
where import_seq = :import_seq
order by problem_count desc, first_row
limit :row_cap
""",
    tables=("import_problems",),
    index="import_problem_counts(import_seq)",
    row_cap=MAXIMUM_KINDS + 1,
)


@dataclass(frozen=True)
class ProblemKind:
    """A kind of problem of an import: how often, in which record first. No value of a record."""

    severity: str
    error_type: str
    field: str
    message: str
    count: int
    first_row: int | None


def read_problems(engine: Engine, import_seq: int) -> tuple[list[ProblemKind], bool]:
    """Return the commonest kinds of problems, and whether there are more; raises QueryError."""
    rows = fetch(engine, PROBLEMS, {"import_seq": import_seq})
    kinds = [
        ProblemKind(
            row["severity"] or "",
            row["error_type"] or "",
            row["field_name"] or "",
            redact(row["error_message"] or ""),
            int(row["problem_count"]),
            None if row["first_row"] is None else int(row["first_row"]),
        )
        for row in rows[:MAXIMUM_KINDS]
    ]
    return kinds, len(rows) > MAXIMUM_KINDS
