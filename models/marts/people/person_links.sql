{#-
    Pairs of persons that the dedup run in force linked: what holds a golden person's group
    together. A view, read by one of the persons: the run keeps its pairs in that order.
    Grain: one row per linked pair of persons, the smaller id on the left.
-#}
with

job as (

    select * from {{ ref('int_dedup_job') }}

),

pairs as (

    select * from {{ source('dedup', 'dedup_pairs') }}

),

final as (

    select
        pairs.person_id_l,
        pairs.person_id_r,
        pairs.match_weight,
        pairs.match_reason
    from job
    inner join pairs on job.job_id = pairs.job_id
    where pairs.decision = 'link'

)

select * from final
