{#-
    The records that a person had when a manual decision about it was made.
    Grain: one row per decision and record.
-#}
with

override_records as (

    select * from {{ source('raw', 'person_override_records') }}

),

final as (

    select
        override_id,
        record_id
    from override_records

)

select * from final
