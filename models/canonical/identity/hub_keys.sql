{#-
    Keys that join nobody: carried by more different people than `hub_key_cap` (a switchboard, a
    placeholder nobody listed yet). Different people are counted, not records, so that one person
    in thirteen monthly files keeps a working e-mail key. A key that records lost is counted again.
    Grain: one row per hub key.
-#}
-- depends_on: {{ ref('mailbox_folding') }}
with

match_keys as (

    select * from {{ ref('record_match_keys') }}

),

people as (

    select * from {{ ref('stg_people') }}
    where {{ batch_range_filter('record_id', 'people', not is_incremental()) }}

),

batch as (

    select * from {{ ref('import_batch') }}

),

replaced_match_keys as (

    select * from {{ ref('replaced_match_keys') }}

),

{% if is_incremental() %}
known_hubs as (

    select * from {{ this }}

),

keys_of_batch as (

    select distinct key_hash from ({{ match_keys('people') }}) as keys_of_people

),

keys_to_count as (

    select keys_of_batch.key_hash
    from keys_of_batch
    left join known_hubs on keys_of_batch.key_hash = known_hubs.key_hash
    where known_hubs.key_hash is null
    union distinct
    select key_hash from replaced_match_keys

),

carriers as (

    select
        match_keys.key_hash,
        match_keys.key_rank,
        match_keys.identity_hash
    from keys_to_count
    inner join match_keys on keys_to_count.key_hash = match_keys.key_hash

),
{% else %}
carriers as (

    select
        key_hash,
        key_rank,
        identity_hash
    from match_keys

),
{% endif %}

hubs as (

    select
        key_hash,
        min(key_rank) as key_rank,
        (select coalesce(max(batch.import_seq), 0) from batch) as found_in_import
    from carriers
    group by key_hash
    having count(distinct identity_hash) > {{ var('hub_key_cap', 12) }}

),

final as (

    {% if is_incremental() %}
    select
        hubs.key_hash,
        hubs.key_rank,
        coalesce(known_hubs.found_in_import, hubs.found_in_import) as found_in_import
    from hubs
    left join known_hubs on hubs.key_hash = known_hubs.key_hash
    {% else %}
    select
        key_hash,
        key_rank,
        found_in_import
    from hubs
    {% endif %}

)

select * from final
