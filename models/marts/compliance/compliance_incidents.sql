{#-
    The register of incidents, as pages read it: no contact value, only who, when and which rule.
    Grain: one row per contact made, reason and rule.
-#}
with

incidents as (

    select * from {{ ref('contact_incidents') }}

),

final as (

    select
        touchpoint_id,
        golden_person_id,
        channel,
        reason_code,
        rule_id,
        citation,
        penalty_citation,
        minimum_usd,
        maximum_usd,
        is_counted,
        made_at
    from incidents

)

select * from final
