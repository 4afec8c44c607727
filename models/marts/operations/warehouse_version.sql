{#-
    Which build of the warehouse the marts show. Built after all other marts, so that a reader who has
    seen a version finds all of that build in every table. While the next build is at work, tables
    may show it already; the version then changes, and caches keyed by it are read anew.
    Grain: one row.
-#}
-- depends_on: {{ ref('kpi_days') }}
-- depends_on: {{ ref('audit_days') }}
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
