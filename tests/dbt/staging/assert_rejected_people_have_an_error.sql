-- A record is never refused without a line that says why.
with

people as (

    select * from {{ ref('stg_people') }}

),

problems as (

    select * from {{ ref('import_validation_log') }}

),

final as (

    select people.record_id
    from people
    left join problems
        on people.record_id = problems.record_id and problems.error_type = 'MISSING_REQUIRED'
    where people.rejection_reason is not null and problems.record_id is null

)

select * from final
