{#-
    The match keys that records had whose import is undone or loaded once more: who shares one of
    them has to be resolved again. Fixed before stg_people loses those records.
    Grain: one row per key.
-#}
{%- set known_people = previous_state('stg_people', layer='staging') -%}
{%- set unfinished = unpublished_state('replaced_match_keys', layer='staging') -%}
-- depends_on: {{ ref('mailbox_folding') }}, {{ ref('letter_folds') }}
with

batch as (

    select * from {{ ref('import_batch') }}

),

{% if known_people and not is_rebuild() %}
people as (

    select * from {{ known_people }}
    where {{ replaced_range_filter('record_id', 'people') }}

),

{% endif %}
final as (

    {% if known_people and not is_rebuild() %}
    select distinct key_hash from ({{ match_keys('people') }}) as keys_of_people
    {% else %}
    select import_seq as key_hash from batch
    where 1 = 0
    {% endif %}
    {% if unfinished and not is_rebuild() %}
    union distinct
    select key_hash from {{ unfinished }}
    {% endif %}

)

select * from final
