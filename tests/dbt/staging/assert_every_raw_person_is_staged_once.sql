-- Nothing is lost and nothing doubled on the way: every people record that has been processed is in
-- stg_people. (That no other is there follows from the key and the next condition.)
with

raw_people as (

    select * from {{ source('raw', 'staging_raw_import') }}

),

people as (

    select * from {{ ref('stg_people') }}

),

imports_staged as (

    select distinct import_seq from people

),

final as (

    select raw_people.record_id
    from raw_people
    inner join imports_staged on raw_people.import_seq = imports_staged.import_seq
    left join people on raw_people.record_id = people.record_id
    where people.record_id is null
    union all
    select people.record_id
    from people
    left join raw_people on people.record_id = raw_people.record_id
    where raw_people.record_id is null

)

select * from final
