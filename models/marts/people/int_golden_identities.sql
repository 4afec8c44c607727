{#-
    The name, company and birth date of a golden person, field by field over the persons of its
    group: the newest, then the most complete, a blank never.
    Grain: one row per golden person.
-#}
with

persons as (

    select * from {{ ref('persons') }}
    where record_count > 0

),

ranked_persons as (

    select
        persons.*,
        {{ survivorship_key(
            'persons.id',
            'persons.updated_at',
            '(persons.first_name is not null) + (persons.middle_name is not null)'
            ~ ' + (persons.last_name is not null) + (persons.birth_date is not null)'
        ) }} as survivorship_key
    from persons

),

survivors as (

    select
        golden_person_id,
        {{ surviving_value('first_name') }} as first_name,
        {{ surviving_value('middle_name') }} as middle_name,
        {{ surviving_value('last_name') }} as last_name,
        {{ surviving_value('name_suffix') }} as name_suffix,
        {{ surviving_value('company_name') }} as company_name,
        {{ surviving_value('cast(birth_date as char)') }} as birth_date,
        sum(record_count) as record_count,
        count(*) as person_count,
        count(distinct last_import_seq) as import_count,
        min(created_at) as first_seen_at,
        max(updated_at) as updated_at
    from ranked_persons
    group by golden_person_id

),

final as (

    select
        golden_person_id,
        first_name,
        middle_name,
        last_name,
        name_suffix,
        company_name,
        record_count,
        person_count,
        import_count,
        cast(birth_date as date) as birth_date,
        first_seen_at,
        updated_at
    from survivors

)

select * from final
