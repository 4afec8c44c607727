-- The mart has one row for each living original person and no other, and loses no record.
with

persons as (

    select * from {{ ref('persons') }}
    where record_count > 0

),

golden_persons as (

    select * from {{ ref('golden_persons') }}

),

totals as (

    select
        (
            select count(*) from persons
            where is_original = 1
        ) as originals,
        (select count(*) from golden_persons) as golden,
        (select coalesce(sum(record_count), 0) from persons) as records_of_persons,
        (select coalesce(sum(record_count), 0) from golden_persons) as records_of_golden_persons

),

final as (

    select *
    from totals
    where originals <> golden or records_of_persons <> records_of_golden_persons

)

select * from final
