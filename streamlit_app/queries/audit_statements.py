"""The statements over the audit log; `audit_log` runs them, a test holds each to its index."""

from __future__ import annotations

from streamlit_app.queries.statement import Statement

PAGE_SIZE = 50
# An export reads so many entries at a time, and is refused where there are more in all.
EXPORT_STEP = 2_000
MAXIMUM_EXPORTED = 1_000_000
# A log is verified from its end: so many entries take about a second.
VERIFIED_ENTRIES = 10_000

_COLUMNS = """
    sequence,
    recorded_at,
    account,
    actor,
    event,
    subject,
    payload,
    previous_hash,
    entry_hash
"""
# What is not the leading column of the index is a filter within its range.
_FILTERS = """
    recorded_at >= :begin
    and recorded_at < :end
    and recorded_at <= :before_moment
    and (recorded_at < :before_moment or sequence < :before_sequence)
    and (:actor = '' or actor = :actor)
    and (:event = '' or event = :event)
    and (:subject = '' or subject = :subject)
order by recorded_at desc, sequence desc
limit :row_cap
"""


def _entries(name: str, qualifier: str, index: str) -> Statement:
    """Return the statement that finds entries by one qualifier, the others as filters."""
    return Statement(
        name=name,
        sql=f"""
select /*+ time limit */ {_COLUMNS}
from `{{audit}}`.audit_log
where {qualifier} {_FILTERS}
""",
        tables=(),
        index=index,
        row_cap=PAGE_SIZE + 1,
    )


BY_TIME = _entries("audit entries", "", "audit_log_recorded_at, read backwards")
BY_ACTOR = _entries("audit entries of an actor", "actor = :actor and", "audit_log_actor")
BY_EVENT = _entries("audit entries of a kind", "event = :event and", "audit_log_event")
BY_SUBJECT = _entries("audit entries of a subject", "subject = :subject and", "audit_log_subject")

# At most so many days one by one; a longer span is counted by weeks, which begin on Mondays.
MAXIMUM_SINGLE_DAYS = 31
# Days or weeks times kinds: a kind is the first word of an event.
COUNTS = Statement(
    name="audit entries by day and kind",
    sql="""
select /*+ time limit */
    date(recorded_at) - interval (:is_by_week * weekday(recorded_at)) day as first_day,
    substring_index(event, '.', 1) as kind,
    count(*) as entry_count
from `{audit}`.audit_log
where
    recorded_at >= :begin
    and recorded_at < :end
    and (:actor = '' or actor = :actor)
    and (:event = '' or event = :event)
    and (:subject = '' or subject = :subject)
group by first_day, kind
order by first_day, kind
limit :row_cap
""",
    tables=(),
    index="audit_log_recorded_at, or that of a qualifier",
    row_cap=400,
)

COUNTED_UNTIL = Statement(
    name="newest counted day of the audit log",
    sql="""
select /*+ time limit */ max(day_on) as day_on
from audit_days
limit :row_cap
""",
    tables=("audit_days",),
    index="PRIMARY, its end",
    row_cap=1,
)

# Without an actor or a subject: days before the newest one that a run has counted come from it, so
# that a long log is not read; that day and later ones are counted as they are now.
COUNTS_OF_DAYS = Statement(
    name="audit entries by day and kind, counted by the last run",
    sql="""
select /*+ time limit */
    day_on - interval (:is_by_week * weekday(day_on)) day as first_day,
    substring_index(event, '.', 1) as kind,
    sum(entry_count) as entry_count
from (
    select
        day_on,
        event,
        entry_count
    from audit_days
    where day_on >= :begin and day_on < :end and day_on < :counted_until
    union all
    select
        date(recorded_at) as day_on,
        event,
        count(*) as entry_count
    from `{audit}`.audit_log
    where recorded_at >= :live_from and recorded_at < :end
    group by day_on, event
) as counted
where :event = '' or event = :event
group by first_day, kind
order by first_day, kind
limit :row_cap
""",
    tables=("audit_days",),
    index="PRIMARY of audit_days, audit_log_recorded_at since the last run",
    row_cap=400,
)

# Entries that came after the export was asked for are no part of it.
EXPORT_COUNT = Statement(
    name="number of audit entries to export",
    sql="""
select /*+ time limit */ count(*) as entry_count
from (
    select sequence
    from `{audit}`.audit_log
    where
        recorded_at >= :begin
        and recorded_at < :end
        and sequence <= :last
        and (:actor = '' or actor = :actor)
        and (:event = '' or event = :event)
        and (:subject = '' or subject = :subject)
    limit :row_cap
) as found
""",
    tables=(),
    index="audit_log_recorded_at, or that of a qualifier",
    row_cap=MAXIMUM_EXPORTED + 1,
    timeout_milliseconds=10_000,
)

HEAD = Statement(
    name="end of the audit log",
    sql="""
select /*+ time limit */
    sequence,
    entry_hash
from `{audit}`.audit_head
limit :row_cap
""",
    tables=(),
    index="none: one row",
    row_cap=1,
)

CHAIN = Statement(
    name="end of the chain",
    sql=f"""
select /*+ time limit */ {_COLUMNS}
from `{{audit}}`.audit_log
where sequence between :first and :last
order by sequence
limit :row_cap
""",
    tables=(),
    index="PRIMARY",
    row_cap=VERIFIED_ENTRIES + 1,
    timeout_milliseconds=5_000,
)
