"""The statements of the duplicate review; `review` runs them, a test holds each to its index."""

from __future__ import annotations

from streamlit_app.queries.statement import Statement

QUEUE_SIZE = 25
# A queue is counted so far, and beyond it is said to be longer.
MAXIMUM_COUNTED = 10_000

_PAIR_COLUMNS = """
    review_pairs.person_id_l,
    review_pairs.person_id_r,
    review_pairs.golden_person_id_l,
    review_pairs.golden_person_id_r,
    review_pairs.match_weight,
    review_pairs.match_score,
    review_pairs.is_risky
"""

# Held by nobody, or looked at by who asks: the newest note on a pair counts until it expires. Only
# columns of the index, which then holds all that is read, in its order.
_WAITING = """from review_pairs
left join `{raw}`.app_reviews as held
    on review_pairs.person_id_l = held.person_id_l
        and review_pairs.person_id_r = held.person_id_r
        and held.expires_at > utc_timestamp(6)
        and (held.actor <> :actor or held.state <> 'looking')
where held.number is null"""

QUEUE = Statement(
    name="queue of pairs",
    sql=f"""
select /*+ time limit */
    review_pairs.is_risky,
    review_pairs.match_weight,
    review_pairs.person_id_l,
    review_pairs.person_id_r
{_WAITING}
order by
    review_pairs.is_risky desc, review_pairs.match_weight desc, review_pairs.person_id_l desc,
    review_pairs.person_id_r desc
limit :row_cap
""",
    tables=("review_pairs",),
    index="review_pairs(is_risky, match_weight, person_id_l, person_id_r), read backwards",
    row_cap=QUEUE_SIZE + 1,
)

QUEUE_COUNT = Statement(
    name="number of pairs that wait",
    sql=f"""
select /*+ time limit */ count(waiting.person_id_l) as pair_count
from (
    select review_pairs.person_id_l
    {_WAITING}
    limit :row_cap
) as waiting
""",
    tables=("review_pairs",),
    index="any of review_pairs: it ends at the cap",
    row_cap=MAXIMUM_COUNTED + 1,
)

ONE_PAIR = Statement(
    name="one pair",
    sql=f"""
select /*+ time limit */ {_PAIR_COLUMNS},
    review_pairs.match_reason,
    review_pairs.link_threshold,
    review_pairs.review_threshold,
    review_pairs.waterfall,
    golden_proposals.field_name,
    golden_proposals.cell_value,
    golden_proposals.person_id,
    golden_proposals.rule
from review_pairs
left join golden_proposals
    on review_pairs.person_id_l = golden_proposals.person_id_l
        and review_pairs.person_id_r = golden_proposals.person_id_r
where review_pairs.person_id_l = :first and review_pairs.person_id_r = :second
limit :row_cap
""",
    tables=("review_pairs", "golden_proposals"),
    index="PRIMARY of both",
    # A row per field of the golden record that would come of it.
    row_cap=6,
)

# The two, and whoever else of their groups gives a value to the golden record of both.
MAXIMUM_GIVERS = 8
MAXIMUM_VALUES = 100

VALUES_OF_PAIR = Statement(
    name="values of the persons of a pair",
    sql=f"""
select /*+ time limit */
    person_id,
    table_name,
    field_name,
    preference,
    cell_value,
    rule,
    record_id,
    source_file,
    source_row,
    effective_at,
    decided_by
from field_origins
where person_id in ({", ".join(f":person_{n}" for n in range(MAXIMUM_GIVERS))})
    and field_name in (
        'first_name', 'middle_name', 'last_name', 'name_suffix', 'birth_date', 'company_name',
        'primary_phone', 'primary_email', 'primary_address'
    )
order by preference
limit :row_cap
""",
    tables=("field_origins",),
    index="person_records(person_id)",
    row_cap=MAXIMUM_VALUES + 1,
)

REASONS_OF_PAIR = Statement(
    name="requests of the golden persons of a pair",
    sql="""
select /*+ time limit */
    golden_person_id,
    channel,
    reasons
from contact_points
where golden_person_id in (:golden_first, :golden_second) and reasons <> ''
limit :row_cap
""",
    tables=("contact_points",),
    index="PRIMARY",
    row_cap=30,
)

# Exports that either of the two, or a former id of theirs, is a line of: by the index on persons,
# whatever the optimizer believes.
LISTS_OF_PAIR = Statement(
    name="lists that hold the persons of a pair",
    sql="""
select /*+ time limit */
    exports.list_name,
    exports.channel,
    max(exports.id) as export_id,
    max(exports.decided_at) as decided_at,
    max(exports.valid_until > utc_timestamp(6)) as is_valid,
    count(distinct members.golden_person_id) as sides
from person_members as members
straight_join `{raw}`.list_export_rows as given on given.golden_person_id = members.person_id
straight_join `{raw}`.list_exports as exports on exports.id = given.export_id
where members.golden_person_id in (:golden_first, :golden_second)
    and exports.status in ('COMPLETE', 'HELD')
group by exports.list_name, exports.channel
order by max(exports.id) desc
limit :row_cap
""",
    tables=("person_members",),
    index="list_export_rows_person",
    row_cap=10,
)

# The parts of a split are one decision; the newest rows hold it whole, as it is at most 225 pairs.
DECISIONS = Statement(
    name="newest decisions about who is who",
    sql="""
select /*+ time limit */
    coalesce(decided.split_id, decided.id) as id,
    decided.kind,
    decided.decided_by,
    decided.reason,
    min(decided.decided_at) as decided_at,
    count(*) as parts,
    sum(ended.id is null) as standing
from (
    select
        id,
        split_id,
        kind,
        decided_by,
        reason,
        decided_at
    from `{raw}`.dedup_decisions
    order by id desc
    limit 600
) as decided
left join (
    select
        id,
        revokes_id
    from `{raw}`.dedup_decisions
    order by id desc
    limit 600
) as ended on decided.id = ended.revokes_id
where decided.kind <> 'revoke'
group by
    coalesce(decided.split_id, decided.id), decided.kind, decided.decided_by, decided.reason
order by coalesce(decided.split_id, decided.id) desc
limit :row_cap
""",
    tables=(),
    index="PRIMARY of dedup_decisions, read backwards",
    row_cap=15,
)
