{#-
    Manual decisions about values of persons, as they were written down. A view: they are few, and
    a run takes those that are there when it begins to resolve them (int_person_overrides).
    Grain: one row per decision.
-#}
with

overrides as (

    select * from {{ source('raw', 'person_overrides') }}

),

final as (

    select
        id,
        field_name,
        case
            when field_name = 'name_suffix' then {{ standard_suffix('value') }}
            else value
        end as value,
        revokes_id,
        decided_by,
        reason,
        decided_at
    from overrides

)

select * from final
