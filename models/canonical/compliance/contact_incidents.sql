{#-
    The register of incidents: contacts made although a rule that is enforced stood against them at
    their moment, by what was known then, by the macro that decides about everybody; and those made
    outside the hours of calling, or without any decision that is kept. Of several reasons for one
    contact the dearest (seed violation_penalties) is counted, at least with the least of any other.
    Grain: one row per contact made, reason and rule.
-#}
with

contacts_made as (

    select * from {{ ref('int_contacts_made') }}

),

penalties as (

    select * from {{ ref('violation_penalties') }}

),

reason_codes as (

    select * from {{ ref('reason_codes') }}

),

reasons as (

    {{ decide_contact(ref('int_contacts_made'), 'points.made_at', is_made=true) }}

),

otherwise_broken as (

    {{ contacts_outside_hours(ref('int_contacts_made')) }}
    union all
    {{ contacts_undecided(ref('int_contacts_made')) }}

),

broken_rules as (

    select
        contact_hash as content_hash,
        channel,
        reason_code,
        rule_id,
        max(citation) as citation
    from (
        select
            contact_hash,
            channel,
            reason_code,
            rule_id,
            citation
        from reasons
        where enforcement = 'enforce'
        union all
        select * from otherwise_broken
    ) as broken
    group by contact_hash, channel, reason_code, rule_id

),

priced as (

    select
        contacts_made.touchpoint_id,
        contacts_made.content_hash,
        contacts_made.golden_person_id,
        contacts_made.channel,
        contacts_made.made_at,
        broken_rules.reason_code,
        broken_rules.rule_id,
        broken_rules.citation,
        penalties.citation as penalty_citation,
        coalesce(penalties.minimum_usd, 0) as minimum_usd,
        max(penalties.minimum_usd) over (partition by contacts_made.content_hash) as least_usd,
        coalesce(penalties.maximum_usd, 0) as maximum_usd,
        row_number() over (
            partition by contacts_made.content_hash
            order by
                coalesce(penalties.maximum_usd, 0) desc, reason_codes.sort_order asc,
                broken_rules.reason_code asc, broken_rules.rule_id asc
        ) as weight
    from contacts_made
    inner join broken_rules
        on
            contacts_made.content_hash = broken_rules.content_hash
            and contacts_made.channel = broken_rules.channel
    left join reason_codes on broken_rules.reason_code = reason_codes.reason_code
    left join penalties
        on
            broken_rules.reason_code = penalties.reason_code
            and broken_rules.channel = penalties.channel
            and {{ rule_holds('penalties', 'contacts_made.made_at') }}

),

final as (

    select
        touchpoint_id,
        content_hash,
        golden_person_id,
        channel,
        reason_code,
        rule_id,
        citation,
        penalty_citation,
        case when weight = 1 then coalesce(least_usd, 0) else minimum_usd end as minimum_usd,
        maximum_usd,
        weight = 1 as is_counted,
        made_at
    from priced

)

select * from final
