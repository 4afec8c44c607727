-- The id of a person is its smallest record, so that a rebuild from raw gives the same ids.
with

person_records as (

    select * from {{ ref('person_records') }}

),

final as (

    select
        person_id,
        min(record_id) as smallest_record_id
    from person_records
    group by person_id
    having person_id <> min(record_id)

)

select * from final
