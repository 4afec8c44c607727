{#-
    Which golden person stands for a person, where that is somebody else. A golden person who was
    bridged away since the dedup run is replaced by the one who holds its records now; one whose
    record was taken out, by the smallest of those it stood for.
    Grain: one row per living person that is a duplicate.
-#}
with

job as (

    select * from {{ ref('int_dedup_job') }}

),

clusters as (

    select * from {{ source('dedup', 'dedup_clusters') }}

),

person_records as (

    select * from {{ ref('person_records') }}

),

clusters_in_force as (

    select clusters.*
    from job
    inner join clusters on job.job_id = clusters.job_id

),

smallest_members as (

    select
        clusters_in_force.golden_person_id,
        min(person_records.person_id) as person_id
    from clusters_in_force
    inner join person_records on clusters_in_force.person_id = person_records.person_id
    group by clusters_in_force.golden_person_id

),

with_current_golden as (

    select
        clusters_in_force.person_id,
        coalesce(
            next_cluster.golden_person_id, golden_record.person_id, smallest_members.person_id
        ) as golden_person_id,
        clusters_in_force.match_score,
        clusters_in_force.match_reason
    from clusters_in_force
    inner join person_records as own_record
        on
            clusters_in_force.person_id = own_record.record_id
            and clusters_in_force.person_id = own_record.person_id
    left join person_records as golden_record
        on clusters_in_force.golden_person_id = golden_record.record_id
    left join smallest_members
        on
            clusters_in_force.golden_person_id = smallest_members.golden_person_id
            and golden_record.record_id is null
    left join clusters_in_force as next_cluster
        on golden_record.person_id = next_cluster.person_id

),

final as (

    select
        person_id,
        golden_person_id,
        match_score,
        match_reason
    from with_current_golden
    where person_id <> golden_person_id

)

select * from final
