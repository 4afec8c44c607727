{#-
    The dedup run whose clusters this run applies, fixed once: the newest published one.
    Grain: one row, or none before the first dedup run.
-#}
with

dedup_runs as (

    select * from {{ source('dedup', 'dedup_runs') }}

),

final as (

    select
        job_id,
        finished_at
    from dedup_runs
    where status = 'PUBLISHED'
    order by finished_at desc, job_id desc
    limit 1

)

select * from final
