{#-
    Pairs of persons that the dedup run in force left to a person's eye, and nobody has decided
    about. A pair whose merge would change whom we may contact is risky and comes first.
    Grain: one row per pair of persons, the smaller id on the left.
-#}
with

job as (

    select * from {{ ref('int_dedup_job') }}

),

runs as (

    select * from {{ source('dedup', 'dedup_runs') }}

),

pairs as (

    select pairs.*
    from {{ source('dedup', 'dedup_pairs') }} as pairs
    inner join job on pairs.job_id = job.job_id
    where pairs.decision = 'review'

),

decisions as (

    select * from {{ ref('identity_decisions') }}
    where kind in ('link', 'apart')

),

decided as (

    select distinct
        least(first_person_id, second_person_id) as person_id_l,
        greatest(first_person_id, second_person_id) as person_id_r
    from decisions
    where first_person_id is not null and second_person_id is not null

),

persons as (

    select * from {{ ref('persons') }}
    where record_count > 0

),

golden_persons as (

    select * from {{ ref('golden_persons') }}

),

final as (

    select
        pairs.person_id_l,
        pairs.person_id_r,
        l.golden_person_id as golden_person_id_l,
        r.golden_person_id as golden_person_id_r,
        pairs.match_weight,
        pairs.match_score,
        pairs.match_reason,
        runs.link_threshold,
        runs.review_threshold,
        pairs.waterfall,
        (
            golden_l.is_callable <> golden_r.is_callable
            or golden_l.is_textable <> golden_r.is_textable
            or golden_l.is_emailable <> golden_r.is_emailable
            or golden_l.is_mailable <> golden_r.is_mailable
        ) as is_risky,
        pairs.job_id
    from pairs
    inner join runs on pairs.job_id = runs.job_id
    inner join persons as l on pairs.person_id_l = l.id
    inner join persons as r on pairs.person_id_r = r.id
    inner join golden_persons as golden_l on l.golden_person_id = golden_l.golden_person_id
    inner join golden_persons as golden_r on r.golden_person_id = golden_r.golden_person_id
    left join decided
        on
            pairs.person_id_l = decided.person_id_l
            and pairs.person_id_r = decided.person_id_r
    where l.golden_person_id <> r.golden_person_id and decided.person_id_l is null

)

select * from final
