{#-
    The values that manual decisions give a person, beside what its records say.
    Grain: one row per person with a decision in force.
-#}
with

overrides as (

    select * from {{ ref('int_person_overrides') }}

),

final as (

    select
        {% for field in overridable_fields() %}
        {{ overridden_value(field) }} as {{ field }},
        {% endfor %}
        person_id
    from overrides
    where status = 'in force'
    group by person_id

)

select * from final
