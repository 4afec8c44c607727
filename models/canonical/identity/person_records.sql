{#-
    The one map from records to persons; everything else about persons is computed from it.
    A person is a connected component of records that share a key and pass the guard, and is named
    by its smallest record. Who is who depends on the set of records alone, not on their order.
    Grain: one row per accepted record.
-#}
-- depends_on: {{ ref('replaced_records') }}
with

affected as (

    select * from {{ ref('int_records_affected') }}

),

components as (

    select * from {{ ref('int_record_components') }}

),

pairs as (

    select * from {{ ref('int_record_pairs') }}

),

best_keys as (

    select
        record_id,
        min(key_rank) as key_rank
    from (
        select
            record_id,
            key_rank
        from pairs
        union all
        select
            other_record_id as record_id,
            key_rank
        from pairs
    ) as both_ends
    group by record_id

),

resolved as (

    select
        affected.record_id,
        coalesce(components.component, affected.record_id) as person_id,
        best_keys.key_rank
    from affected
    left join components on affected.record_id = components.node
    left join best_keys on affected.record_id = best_keys.record_id

),

final as (

    select
        record_id,
        person_id,
        record_id div 10000000000 as import_seq,
        case
            when record_id = person_id then 'new'
            when key_rank = 1 then 'email'
            when key_rank = 2 then 'phone'
            when key_rank = 3 then 'name_zip'
        end as match_type
    from resolved

)

select * from final
