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
    golden_proposals.first_name,
    golden_proposals.middle_name,
    golden_proposals.last_name,
    golden_proposals.name_suffix,
    golden_proposals.company_name,
    golden_proposals.birth_date
from review_pairs
left join golden_proposals
    on review_pairs.person_id_l = golden_proposals.person_id_l
        and review_pairs.person_id_r = golden_proposals.person_id_r
where review_pairs.person_id_l = :first and review_pairs.person_id_r = :second
limit :row_cap
""",
    tables=("review_pairs", "golden_proposals"),
    index="PRIMARY of both",
    row_cap=1,
)

GOLDEN_PAIR = Statement(
    name="golden persons of a pair",
    sql="""
select /*+ time limit */
    golden_person_id,
    full_name,
    company_name,
    record_count,
    person_count,
    is_callable,
    is_textable,
    is_emailable,
    is_mailable
from golden_persons
where golden_person_id in (:golden_first, :golden_second)
limit :row_cap
""",
    tables=("golden_persons",),
    index="PRIMARY",
    row_cap=2,
)

VALUES_OF_PAIR = Statement(
    name="values of the persons of a pair",
    sql="""
select /*+ time limit */
    person_id,
    table_name,
    field_name,
    cell_of,
    cell_value,
    effective_at
from field_origins
where person_id in (:first, :second) and preference = 1
limit :row_cap
""",
    tables=("field_origins",),
    index="person_records(person_id)",
    row_cap=150,
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
    row_cap=40,
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
