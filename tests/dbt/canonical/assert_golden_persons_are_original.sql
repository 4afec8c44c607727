-- A golden person stands for itself: following golden_person_id once always ends.
with

persons as (

    select * from {{ ref('persons') }}

),

final as (

    select
        persons.id,
        persons.golden_person_id,
        golden.golden_person_id as next_golden_person_id
    from persons
    inner join persons as golden on persons.golden_person_id = golden.id
    where
        golden.is_original = 0
        or golden.record_count = 0
        or persons.is_original <> (persons.id = persons.golden_person_id)

)

select * from final
