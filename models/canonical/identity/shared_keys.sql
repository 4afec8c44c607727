{#-
    Keys that several people share. A hub (a switchboard, a placeholder nobody listed yet) is carried
    by more different people than `hub_key_cap`; people are counted, not records, so that one person
    in thirteen monthly files keeps a working e-mail key. Carriers of a household's mailbox or number
    have first names that can't be one person's. Carriers of one name and ZIP who contradict each other
    are namesakes. Only a household's key may still join. Grain: one row per shared key.
-#}
-- depends_on: {{ ref('mailbox_folding') }}, {{ ref('letter_folds') }}
{%- set is_hub = 'counted.people_count > ' ~ var('hub_key_cap', 12) %}
{%- set kind = "case when " ~ is_hub ~ " then 'hub' when counted.key_rank < 3 then 'household'"
    ~ " else 'namesakes' end" %}
{%- set this_run = '(select coalesce(max(batch.import_seq), 0) from batch)' %}
with

match_keys as (

    select * from {{ ref('record_match_keys') }}

),

people as (

    select * from {{ ref('stg_people') }}

),

nickname_pairs as (

    select * from {{ ref('nickname_pairs') }}

),

batch as (

    select * from {{ ref('import_batch') }}

),

replaced_match_keys as (

    select * from {{ ref('replaced_match_keys') }}

),

{% if is_incremental() %}
known as (

    select * from {{ this }}

),

people_of_batch as (

    select * from people
    where {{ batch_range_filter('record_id', 'people') }}

),

keys_reached as (

    {{ keys_of_batch('people_of_batch', 'known', 'replaced_match_keys') }}

),

{% endif %}
counted as (

    select
        match_keys.key_hash,
        min(match_keys.key_rank) as key_rank,
        count(distinct match_keys.identity_hash) as people_count
    {% if is_incremental() %}
    from keys_reached
    inner join match_keys on keys_reached.key_hash = match_keys.key_hash
    {% else %}
    from match_keys
    {% endif %}
    group by match_keys.key_hash
    having count(*) > 1

),

households as (

    {{ keys_of_households('counted', 'match_keys', 'people', 'nickname_pairs') }}

),

namesakes as (

    {{ keys_of_namesakes('counted', 'match_keys', 'people') }}

),

final as (

    select
        counted.key_hash,
        counted.key_rank,
        {{ kind }} as kind,
        {% if is_incremental() %}
        if(known.kind = {{ kind }}, known.found_in_import, {{ this_run }}) as found_in_import
        {% else %}
        {{ this_run }} as found_in_import
        {% endif %}
    from counted
    left join households on counted.key_hash = households.key_hash
    left join namesakes on counted.key_hash = namesakes.key_hash
    {% if is_incremental() %}
    left join known on counted.key_hash = known.key_hash
    {% endif %}
    where {{ is_hub }} or coalesce(households.key_hash, namesakes.key_hash) is not null

)

select * from final
