{#-
    The facts that the decisions in force were based on; the next run compares them with its own.
    Grain: one row.
-#}
-- depends_on: {{ ref('contact_verdicts') }}
with

facts as (

    select * from {{ ref('decision_facts') }}

),

final as (

    select
        id,
        decided_on,
        version_count,
        rules_hash,
        {{ utc_now() }} as decided_at
    from facts

)

select * from final
