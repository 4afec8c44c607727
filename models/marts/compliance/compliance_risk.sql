{#-
    What contacts against the rules may cost, week by week: how many there were, with how many people,
    on how many days, and the amounts of the statutes. A contact against several rules is in a row
    of each, but only the dearest one has its amount: amounts may be added up over all rows.
    Grain: one row per week, channel, reason and rule.
-#}
with

incidents as (

    select * from {{ ref('contact_incidents') }}

),

final as (

    select
        date(made_at) - interval weekday(made_at) day as week_start,
        channel,
        reason_code,
        rule_id,
        max(citation) as citation,
        max(penalty_citation) as penalty_citation,
        count(*) as incident_count,
        sum(is_counted) as counted_incident_count,
        count(distinct golden_person_id) as person_count,
        count(distinct date(made_at)) as day_count,
        sum(is_counted * minimum_usd) as minimum_exposure_usd,
        sum(is_counted * maximum_usd) as maximum_exposure_usd,
        min(made_at) as first_at,
        max(made_at) as last_at
    from incidents
    group by week_start, channel, reason_code, rule_id

)

select * from final
