"""The statements about contacts made against the rules; `risk` runs them."""

from __future__ import annotations

from streamlit_app.queries.statement import Statement

PAGE_SIZE = 50
MAXIMUM_RULES = 40
MAXIMUM_WEEKS = 100

_IN_WEEKS = "week_start >= :first_week and week_start <= :last_week"
_OF_RULE = """
    and (
        :channel = ''
        or (channel = :channel and reason_code = :reason_code and rule_id = :rule_id)
    )
"""
_SUMS = """
    coalesce(sum(incident_count), 0) as incident_count,
    coalesce(sum(counted_incident_count), 0) as counted_count,
    coalesce(sum(minimum_exposure_usd), 0) as minimum_usd,
    coalesce(sum(maximum_exposure_usd), 0) as maximum_usd
"""

TOTALS = Statement(
    name="risk in all",
    sql=f"""
select /*+ time limit */ {_SUMS}
from compliance_risk
where {_IN_WEEKS}
limit :row_cap
""",
    tables=("compliance_risk",),
    index="PRIMARY: weeks",
    row_cap=1,
)

RULES = Statement(
    name="risk by rule",
    sql=f"""
select /*+ time limit */
    channel,
    reason_code,
    rule_id,
    max(citation) as citation,
    max(penalty_citation) as penalty_citation,
    sum(day_count) as day_count, {_SUMS}
from compliance_risk
where {_IN_WEEKS}
group by channel, reason_code, rule_id
order by maximum_usd desc, incident_count desc, channel, reason_code, rule_id
limit :row_cap
""",
    tables=("compliance_risk",),
    index="PRIMARY: weeks; a row per week and rule, not per contact",
    row_cap=MAXIMUM_RULES + 1,
)

WEEKS = Statement(
    name="risk by week and reason",
    sql=f"""
select /*+ time limit */
    week_start,
    reason_code, {_SUMS}
from compliance_risk
where {_IN_WEEKS} {_OF_RULE}
group by week_start, reason_code
order by week_start desc, incident_count desc, reason_code
limit :row_cap
""",
    tables=("compliance_risk",),
    index="PRIMARY: weeks; a row per week and rule, not per contact",
    row_cap=MAXIMUM_WEEKS + 1,
)


# The keys of a page come of the index alone: were whole rows asked for, a wide span would seem
# dearer than reading the index from its end, which takes seconds for a page deep in it. The contact
# value comes from the life of the person, by its key; who reads it masks it.
_PAGE = """
with

page as (

    select
        touchpoint_id,
        reason_code,
        rule_id
    from compliance_incidents
    where {whose}
        and made_at >= :begin
        and made_at < :end
        and made_at <= :before_moment
        and (made_at < :before_moment or touchpoint_id < :before_touchpoint)
    order by made_at desc, touchpoint_id desc
    limit :row_cap

)

select /*+ time limit */
    incidents.touchpoint_id,
    incidents.golden_person_id,
    incidents.channel,
    incidents.reason_code,
    incidents.rule_id,
    incidents.citation,
    incidents.minimum_usd,
    incidents.maximum_usd,
    incidents.made_at,
    events.contact_kind,
    events.contact_value,
    events.import_id,
    events.detail as campaign
from page
inner join compliance_incidents as incidents
    on
        page.touchpoint_id = incidents.touchpoint_id
        and page.reason_code = incidents.reason_code
        and page.rule_id = incidents.rule_id
left join person_events as events
    on
        incidents.golden_person_id = events.golden_person_id
        and incidents.made_at = events.happened_at
        and events.event_id = concat('contact-', incidents.touchpoint_id)
order by incidents.made_at desc, incidents.touchpoint_id desc
"""


def _incidents(name: str, whose: str, index: str) -> Statement:
    """Return the statement that lists incidents of a span, newest first, from a position on."""
    return Statement(
        name=name,
        sql=_PAGE.replace("{whose}", whose),
        tables=("compliance_incidents", "person_events"),
        index=index,
        row_cap=PAGE_SIZE + 1,
    )


# Each contact once, under the dearest rule it broke.
CONTACTS = _incidents(
    "contacts made against a rule",
    "is_counted = 1",
    "is_counted, made_at of contact_incidents, read backwards",
)
OF_RULE = _incidents(
    "incidents of a rule",
    """channel = :channel
        and reason_code = :reason_code
        and rule_id = :rule_id""",
    "rule_id, reason_code, channel, made_at of contact_incidents, read backwards",
)
