-- A manual decision in force is the value of its person.
with

overrides as (

    select * from {{ ref('person_overrides') }}
    where status = 'in force'

),

persons as (

    select * from {{ ref('persons') }}

),

said as (

    select
        overrides.id,
        overrides.value,
        overrides.field_name,
        case overrides.field_name
            when 'first_name' then persons.first_name
            when 'middle_name' then persons.middle_name
            when 'last_name' then persons.last_name
            when 'name_suffix' then persons.name_suffix
            when 'company_name' then persons.company_name
            when 'birth_date' then cast(persons.birth_date as char)
        end as person_value
    from overrides
    left join persons on overrides.person_id = persons.id

),

final as (

    select id
    from said
    where field_name not like 'primary%' and not value <=> person_value

)

select * from final
