{#-
    Manual decisions as the persons of the last run honour them. Merged after the persons touched
    are known, so that a run sees by it which decisions are new to the persons.
    Grain: one row per decision.
-#}
-- depends_on: {{ ref('int_persons_touched') }}
with

overrides as (

    select * from {{ ref('int_person_overrides') }}

),

final as (

    select
        id,
        person_id,
        field_name,
        value,
        revokes_id,
        status,
        decided_by,
        reason,
        decided_at
    from overrides

)

select * from final
