"""The statements about one person's life; `timeline` runs them, a test holds each to its index."""

from __future__ import annotations

from streamlit_app.queries.statement import Statement

PAGE_SIZE = 50
MAXIMUM_FIELD_ROWS = 150

_EVENT_COLUMNS = """
    happened_at,
    event_id,
    event_kind,
    event_type,
    known_at,
    channel,
    contact_kind,
    contact_value,
    person_id,
    import_id,
    record_count,
    actor,
    detail
"""
_OF_ONE_PERSON = """
from person_events
where golden_person_id = :person_id
    and known_at < :known_before
    and (:kinds = '' or find_in_set(event_kind, :kinds) > 0)
"""
_NEWEST_FIRST = """
order by golden_person_id desc, happened_at desc, event_id desc
limit :row_cap
"""

NEWEST_EVENTS = Statement(
    name="newest events of a person",
    sql=f"select /*+ time limit */ {_EVENT_COLUMNS} {_OF_ONE_PERSON} {_NEWEST_FIRST}",
    tables=("person_events",),
    index="PRIMARY, read backwards",
    row_cap=PAGE_SIZE + 1,
)

# The first condition bounds the range of the key; a pair in one comparison would not.
OLDER_EVENTS = Statement(
    name="older events of a person",
    sql=f"""select /*+ time limit */ {_EVENT_COLUMNS} {_OF_ONE_PERSON}
    and happened_at <= :happened_at
    and (happened_at < :happened_at or event_id < :event_id)
{_NEWEST_FIRST}""",
    tables=("person_events",),
    index="PRIMARY, read backwards",
    row_cap=PAGE_SIZE + 1,
)

EVENTS_BY_YEAR = Statement(
    name="events of a person by year",
    sql="""
with

counts as (

    select
        year(happened_at) as happened_in,
        event_kind,
        count(golden_person_id) as event_count
    from person_events
    where golden_person_id = :person_id and known_at < :known_before
    group by year(happened_at), event_kind
    order by null

)

select /*+ time limit */
    happened_in,
    event_kind,
    event_count
from counts
order by happened_in desc
limit :row_cap
""",
    tables=("person_events",),
    index="PRIMARY",
    # Eleven years of every kind: with a page of events and the person, a view has at most 200 rows.
    row_cap=148,
)

# What was given out of a person, under any id of the group: lines of exports, and looks at contact
# values. Both are found by their index on persons, whatever the optimizer believes.
_HANDOUTS = """
from (
    select
        exports.decided_at as happened_at,
        concat('export-', lpad(exports.id, 12, '0'), '-', given.line_number) as event_id,
        'export' as event_kind,
        'exported' as event_type,
        exports.finished_at as known_at,
        exports.channel,
        given.golden_person_id as person_id,
        exports.exported_by as actor,
        concat(exports.list_name, ' v', exports.version) as detail
    from person_members as members
    straight_join `{raw}`.list_export_rows as given on given.golden_person_id = members.person_id
    straight_join `{raw}`.list_exports as exports on exports.id = given.export_id
    where members.golden_person_id = :person_id and exports.status = 'COMPLETE'
    union all
    select
        looks.revealed_at as happened_at,
        concat('reveal-', looks.revealed_on, '-', lpad(looks.number, 5, '0'), looks.actor)
            as event_id,
        'reveal' as event_kind,
        'revealed' as event_type,
        looks.revealed_at as known_at,
        null as channel,
        looks.person_id,
        looks.actor,
        looks.reason as detail
    from person_members as members
    straight_join `{raw}`.app_reveals as looks on looks.person_id = members.person_id
    where members.golden_person_id = :person_id
) as handouts
where known_at < :known_before
"""

HANDOUTS = Statement(
    name="exports and reveals of a person",
    sql=f"""
select /*+ time limit */
    happened_at,
    event_id,
    event_kind,
    event_type,
    known_at,
    channel,
    person_id,
    actor,
    detail
{_HANDOUTS}
    and (:kinds = '' or find_in_set(event_kind, :kinds) > 0)
    and happened_at <= :happened_at
    and (happened_at < :happened_at or cast(event_id as binary) < cast(:event_id as binary))
order by happened_at desc, cast(event_id as binary) desc
limit :row_cap
""",
    tables=("person_members",),
    index="list_export_rows_person and app_reveals_person",
    row_cap=PAGE_SIZE + 1,
)

HANDOUTS_BY_YEAR = Statement(
    name="exports and reveals of a person by year",
    sql=f"""
select /*+ time limit */
    year(happened_at) as happened_in,
    event_kind,
    count(event_id) as event_count
{_HANDOUTS}
group by year(happened_at), event_kind
limit :row_cap
""",
    tables=("person_members",),
    index="list_export_rows_person and app_reveals_person",
    row_cap=100,
)

MEMBERSHIP = Statement(
    name="golden person of an id",
    sql="""
select /*+ time limit */
    golden_person_id,
    record_count
from person_members
where person_id = :person_id
limit :row_cap
""",
    tables=("person_members",),
    index="PRIMARY of persons",
    row_cap=1,
)

MEMBERS = Statement(
    name="persons of a golden person",
    sql="""
select /*+ time limit */
    person_id,
    record_count
from person_members
where golden_person_id = :person_id and record_count > 0
limit :row_cap
""",
    tables=("person_members",),
    index="persons(golden_person_id)",
    row_cap=41,
)

VERDICTS = Statement(
    name="verdicts on a person's contact points",
    sql="""
select /*+ time limit */
    contact_kind,
    contact_value,
    channel,
    contact_display,
    is_allowed,
    reasons,
    advice,
    next_allowed_at
from contact_points
where golden_person_id = :person_id
order by golden_person_id, contact_kind, contact_value, channel
limit :row_cap
""",
    tables=("contact_points",),
    index="PRIMARY",
    row_cap=101,
)

CAPS = Statement(
    name="caps that a person has used",
    sql="""
select /*+ time limit */
    cap_id,
    channel,
    max_contacts,
    window_hours,
    enforcement,
    used_count,
    last_contacted_at,
    free_at
from caps_used
where golden_person_id = :person_id
order by golden_person_id, cap_id
limit :row_cap
""",
    tables=("caps_used",),
    index="PRIMARY",
    row_cap=20,
)

FIELDS = Statement(
    name="origins of a person's values",
    sql="""
select /*+ time limit */
    table_name,
    field_name,
    cell_of,
    preference,
    cell_value,
    rule,
    import_id,
    source_file,
    source_row,
    effective_at,
    known_at,
    decided_by,
    reason
from field_origins
where person_id = :person_id and known_at < :known_before
limit :row_cap
""",
    tables=("field_origins",),
    index="person_records(person_id)",
    row_cap=MAXIMUM_FIELD_ROWS + 1,
)
