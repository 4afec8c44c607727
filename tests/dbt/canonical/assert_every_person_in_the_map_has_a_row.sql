-- persons has a living row for each person of the map, with the number of its records, and no
-- other living rows.
with

person_records as (

    select * from {{ ref('person_records') }}

),

persons as (

    select * from {{ ref('persons') }}

),

mapped as (

    select
        person_id,
        count(*) as record_count
    from person_records
    group by person_id

),

final as (

    select
        mapped.person_id,
        mapped.record_count as mapped_records,
        persons.record_count as stated_records
    from mapped
    left join persons on mapped.person_id = persons.id
    where persons.id is null or persons.record_count <> mapped.record_count
    union all
    select
        persons.id as person_id,
        0 as mapped_records,
        persons.record_count as stated_records
    from persons
    left join mapped on persons.id = mapped.person_id
    where mapped.person_id is null and persons.record_count > 0

)

select * from final
