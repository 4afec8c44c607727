-- Every accepted touchpoint record is one contact: none is lost, and repeats are one.
with

staged as (

    select distinct content_hash from {{ ref('stg_touchpoints') }}
    where rejection_reason is null

),

touchpoints as (

    select content_hash from {{ ref('touchpoints') }}

),

final as (

    select staged.content_hash
    from staged
    left join touchpoints on staged.content_hash = touchpoints.content_hash
    where touchpoints.content_hash is null
    union all
    select touchpoints.content_hash
    from touchpoints
    left join staged on touchpoints.content_hash = staged.content_hash
    where staged.content_hash is null

)

select * from final
