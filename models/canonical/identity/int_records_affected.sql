{#-
    The records whose person has to be resolved again in this run: those of the batch, and all
    records of every person that shares a key with them or holds a key that has just become a hub.
    Records that are taken out count like those of the batch, but are not there any more.
    No join can lead out of this set, so resolving it alone gives what resolving everything would.
    Grain: one row per record.
-#}
{%- set known_records = previous_state('person_records') -%}
-- depends_on: {{ ref('mailbox_folding') }}
with

people as (

    select * from {{ ref('stg_people') }}
    where {{ batch_range_filter('record_id', 'people', is_rebuild()) }}

),

match_keys as (

    select * from {{ ref('record_match_keys') }}

),

hub_keys as (

    select * from {{ ref('hub_keys') }}

),

batch as (

    select * from {{ ref('import_batch') }}

),

replaced_records as (

    select * from {{ ref('replaced_records') }}

),

replaced_match_keys as (

    select * from {{ ref('replaced_match_keys') }}

),

{% if not is_rebuild() and execute %}
known_records as (

    select * from {{ known_records }}

),

keys_reached as (

    select key_hash from ({{ match_keys('people') }}) as keys_of_people
    union distinct
    select key_hash from replaced_match_keys

),

neighbours as (

    select match_keys.record_id
    from keys_reached
    inner join match_keys on keys_reached.key_hash = match_keys.key_hash
    left join hub_keys on keys_reached.key_hash = hub_keys.key_hash
    where hub_keys.key_hash is null

),

carriers_of_new_hubs as (

    select match_keys.record_id
    from batch
    inner join hub_keys on batch.import_seq = hub_keys.found_in_import
    inner join match_keys on hub_keys.key_hash = match_keys.key_hash

),

persons_reached as (

    select distinct known_records.person_id
    from (
        select record_id from neighbours
        union distinct
        select record_id from carriers_of_new_hubs
    ) as records_reached
    inner join known_records on records_reached.record_id = known_records.record_id
    union distinct
    select person_id from replaced_records

),

records_of_persons_reached as (

    select known_records.record_id
    from persons_reached
    inner join known_records on persons_reached.person_id = known_records.person_id
    left join replaced_records on known_records.record_id = replaced_records.record_id
    where replaced_records.record_id is null

),

{% endif %}
final as (

    select record_id from people
    where rejection_reason is null
    {% if not is_rebuild() and execute %}
    union distinct
    select record_id from records_of_persons_reached
    {% endif %}

)

select * from final
