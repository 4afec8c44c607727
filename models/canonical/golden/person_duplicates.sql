{#-
    Who is a duplicate of whom: persons that the dedup run put behind a golden person, and ids
    that were retired because a record bridged two persons. A merge is dated by the first job that
    made it, so that a later job, or taking back what came between, changes nothing.
    Grain: one row per person that is not its own golden person.
-#}
with

touched as (

    select * from {{ ref('int_persons_touched') }}

),

persons as (

    select * from {{ ref('persons') }}

),

assignments as (

    select * from {{ ref('int_golden_assignments') }}

),

job as (

    select * from {{ ref('int_dedup_job') }}

),

events as (

    select * from {{ source('dedup', 'dedup_events') }}

),

runs as (

    select * from {{ source('dedup', 'dedup_runs') }}

),

redirects as (

    select * from {{ ref('person_redirects') }}

),

duplicates as (

    select persons.*
    from persons
    {% if is_incremental() %}
    inner join touched on persons.id = touched.person_id
    {% endif %}
    where persons.is_original = 0

),

first_merges as (

    select
        events.person_id,
        min(runs.finished_at) as merged_at
    from duplicates
    inner join events
        on
            duplicates.id = events.person_id
            and duplicates.golden_person_id = events.golden_after
    inner join runs on events.job_id = runs.job_id
    group by events.person_id

),

final as (

    select
        duplicates.id,
        duplicates.golden_person_id as original_id,
        duplicates.id as duplicate_id,
        coalesce(assignments.match_score, 100) as match_score,
        coalesce(assignments.match_reason, redirects.reason, 'bridge') as match_reason,
        coalesce(
            case
                when assignments.person_id is not null
                    then coalesce(first_merges.merged_at, job.finished_at)
            end,
            redirects.retired_at
        ) as merged_at
    from duplicates
    left join assignments on duplicates.id = assignments.person_id
    left join job on true
    left join first_merges on duplicates.id = first_merges.person_id
    left join redirects on duplicates.id = redirects.person_id

)

select * from final
