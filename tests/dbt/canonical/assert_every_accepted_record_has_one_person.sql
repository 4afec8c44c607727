-- Records are mapped or rejected, one or the other: an accepted record without a person would be
-- lost, a rejected one with a person would be contacted.
with

people as (

    select * from {{ ref('stg_people') }}

),

person_records as (

    select * from {{ ref('person_records') }}

),

final as (

    select
        people.record_id,
        people.rejection_reason,
        person_records.person_id
    from people
    left join person_records on people.record_id = person_records.record_id
    where (people.rejection_reason is null) <> (person_records.person_id is not null)

)

select * from final
