-- A manual decision in force is the value of its person; an unknown or ended one is none.
with

overrides as (

    select * from {{ ref('person_overrides') }}
    where status = 'in force'

),

persons as (

    select * from {{ ref('persons') }}

),

final as (

    select overrides.id
    from overrides
    left join persons on overrides.person_id = persons.id
    where
        persons.id is null
        {% for field in overridable_fields() if not field.startswith('primary') %}
        or (
            overrides.field_name = '{{ field }}'
            and not cast(persons.{{ field }} as char) <=> overrides.value
        )
        {% endfor %}

)

select * from final
