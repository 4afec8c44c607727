{#-
    The accounting of an import: every record of the file is inserted, updated, unchanged,
    collapsed (a repeat inside the file) or rejected, and the sum must be the number of records
    that an independent counter found in the file. Written when the import is processed, and
    again if it is replayed; gone when it is undone.
    Grain: one row per processed import.
-#}
{{ config(pre_hook="{{ copy_known_contents() }}") }}
with

batch as (

    select * from {{ ref('import_batch') }}
    where not is_withdrawn

),

imports as (

    select * from {{ ref('stg_imports') }}

),

people as (

    select * from {{ ref('stg_people') }}
    where {{ batch_range_filter('record_id', 'people') }}

),

outcomes as (

    select * from {{ ref('int_person_import_outcomes') }}

),

feed_counts as (

    select * from {{ ref('int_feed_results') }}

),

people_rejected as (

    select
        import_seq,
        count(*) as rejected_count
    from people
    where rejection_reason is not null
    group by import_seq

),

people_counts as (

    select
        import_seq,
        sum(outcome = 'inserted') as inserted_count,
        sum(outcome = 'updated') as updated_count,
        sum(outcome = 'unchanged') as unchanged_count,
        sum(record_count - 1) as collapsed_count
    from outcomes
    group by import_seq

),

final as (

    select
        batch.import_seq,
        batch.import_id,
        batch.feed,
        imports.row_count as record_count,
        coalesce(people_counts.inserted_count, feed_counts.inserted_count, 0) as inserted_count,
        coalesce(people_counts.updated_count, 0) as updated_count,
        coalesce(people_counts.unchanged_count, feed_counts.unchanged_count, 0)
            as unchanged_count,
        coalesce(
            people_counts.collapsed_count,
            feed_counts.accepted_count - feed_counts.inserted_count - feed_counts.unchanged_count,
            0
        ) as collapsed_count,
        coalesce(people_rejected.rejected_count, feed_counts.rejected_count, 0)
        + imports.parse_rejected_count as rejected_count
    from batch
    inner join imports on batch.import_seq = imports.import_seq
    left join people_counts on batch.import_seq = people_counts.import_seq
    left join people_rejected on batch.import_seq = people_rejected.import_seq
    left join feed_counts on batch.import_seq = feed_counts.import_seq

)

select * from final
