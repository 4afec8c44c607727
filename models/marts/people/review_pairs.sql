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

    select decided.*
    from {{ source('dedup', 'dedup_decisions') }} as decided
    left join {{ source('dedup', 'dedup_decisions') }} as ended on decided.id = ended.revokes_id
    where decided.kind in ('link', 'apart') and ended.id is null

),

sides as (

    select
        decisions.id,
        held.side,
        min(records.record_id) as record_id
    from decisions
    inner join {{ source('dedup', 'dedup_decision_records') }} as held
        on decisions.id = held.decision_id
    inner join {{ ref('person_records') }} as records on held.record_id = records.record_id
    group by decisions.id, held.side

),

decided as (

    select distinct
        least(one.person_id, other.person_id) as person_id_l,
        greatest(one.person_id, other.person_id) as person_id_r
    from sides as first_side
    inner join sides as second_side on first_side.id = second_side.id and second_side.side = 2
    inner join {{ ref('person_records') }} as one on first_side.record_id = one.record_id
    inner join {{ ref('person_records') }} as other on second_side.record_id = other.record_id
    where first_side.side = 1

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
