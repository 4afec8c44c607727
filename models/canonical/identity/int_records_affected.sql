{#-
    The records whose person has to be resolved again in this run: those of the batch, and all
    records of every person that shares a key with them, or with a carrier of a key that several
    people have come to share, or no longer do: such a key decides what else may join its carriers.
    Records that are taken out count like those of the batch, but are not there any more. No join
    leads out of this set, so resolving it gives what resolving all would. Grain: one row per record.
-#}
{%- set known_records = previous_state('person_records') -%}
{%- set in_batch = batch_range_filter('record_id', 'people', is_rebuild()) -%}
-- depends_on: {{ ref('mailbox_folding') }}, {{ ref('letter_folds') }} {{ ref('import_batch') }}
with

people as (

    select * from {{ ref('stg_people') }}

),

match_keys as (

    select * from {{ ref('record_match_keys') }}

),

shared_keys as (

    select * from {{ ref('shared_keys') }}

),

replaced_records as (

    select * from {{ ref('replaced_records') }}

),

replaced_match_keys as (

    select * from {{ ref('replaced_match_keys') }}

),

{% if not is_rebuild() and execute %}
people_of_batch as (

    select * from people
    where {{ in_batch }}

),

carriers_of_changed_keys as (

    {{ carriers_of_changed_keys('shared_keys', 'replaced_match_keys', 'match_keys') }}

),

people_of_changed_keys as (

    select people.*
    from carriers_of_changed_keys as carriers
    inner join people on carriers.record_id = people.record_id

),

keys_reached as (

    select key_hash from ({{ match_keys('people_of_batch') }}) as keys_of_batch
    union distinct
    select key_hash from ({{ match_keys('people_of_changed_keys') }}) as keys_of_carriers
    union distinct
    select key_hash from replaced_match_keys

),

neighbours as (

    select match_keys.record_id
    from keys_reached
    inner join match_keys on keys_reached.key_hash = match_keys.key_hash
    left join shared_keys on keys_reached.key_hash = shared_keys.key_hash
    where {{ joins_somebody('shared_keys') }}
    union distinct
    select record_id from carriers_of_changed_keys

),

persons_reached as (

    select distinct known_records.person_id
    from neighbours
    inner join {{ known_records }} as known_records
        on neighbours.record_id = known_records.record_id
    union distinct
    select person_id from replaced_records

),

{% endif %}
final as (

    select record_id from people
    where {{ in_batch }} and rejection_reason is null
    {% if not is_rebuild() and execute %}
    union distinct
    select known_records.record_id
    from persons_reached
    inner join {{ known_records }} as known_records
        on persons_reached.person_id = known_records.person_id
    left join replaced_records on known_records.record_id = replaced_records.record_id
    where replaced_records.record_id is null
    {% endif %}

)

select * from final
