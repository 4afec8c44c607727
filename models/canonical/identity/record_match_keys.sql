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

final as (

    {{ match_keys('people') }}

)

select * from final
