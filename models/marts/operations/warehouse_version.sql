{#-
    Which build of the warehouse the marts show. Built after all other marts, so that a reader who
    keys caches by it never mixes two builds.
    Grain: one row.
-#}
with

summary as (

    select * from {{ ref('warehouse_summary') }}

),

final as (

    select
        '{{ invocation_id }}' as version,
        built_at
    from summary

)

select * from final
