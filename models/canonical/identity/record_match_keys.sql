{#-
    Every match key of every record, clustered by key, so that the records which share a key lie
    side by side. Keys are 64-bit digests; the values themselves are in stg_people.
    Grain: one row per key and record.
-#}
{{ config(pre_hook=["{{ remove_replaced_keys() }}", "{{ copy_reached_people() }}"]) }}
with

people as (

    select * from {{ ref('stg_people') }}
    where {{ batch_range_filter('record_id', 'people', not is_incremental()) }}

),

match_keys as (

    {{ match_keys('people') }}

),

final as (

    select
        key_hash,
        record_id,
        min(key_rank) as key_rank,
        min(identity_hash) as identity_hash
    from match_keys
    group by key_hash, record_id

)

select * from final
