{#-
    Contacts whose person has to be looked for again: those of the batch and those it takes out;
    those that share an e-mail, a phone or name and ZIP with an affected record; and those of
    persons touched. A contact that waits for its person is found by the keys of its record.
    Grain: one row per contact made (digest of what it says).
-#}
{%- set known_touchpoints = previous_state('touchpoints') -%}
{%- set unfinished = unpublished_state('int_touchpoints_touched') -%}
{%- set all_records = is_rebuild() or not known_touchpoints -%}
{%- set keys = [
    ('email_key', email_key('people.email_1')), ('email_key', email_key('people.email_2')),
    ('phone_e164', 'people.phone_1'), ('phone_e164', 'people.phone_2'),
    ('phone_e164', 'people.phone_3'), ('name_zip_key', 'people.name_zip_key'),
] -%}
-- depends_on: {{ ref('mailbox_folding') }}, {{ ref('letter_folds') }}
with

touchpoints as (

    select * from {{ ref('stg_touchpoints') }}
    where rejection_reason is null

),

affected as (

    select * from {{ ref('int_records_affected') }}

),

people as (

    select * from {{ ref('stg_people') }}

),

touched as (

    select * from {{ ref('int_persons_touched') }}

),

final as (

    select distinct content_hash
    from touchpoints
    where {{ batch_range_filter('record_id', 'touchpoints', all_records) }}
    {% if not all_records %}
    union distinct
    select content_hash
    from {{ known_touchpoints }}
    where {{ replaced_range_filter('id', 'touchpoints') }}
    union distinct
    select known_touchpoints.content_hash
    from touched
    inner join {{ known_touchpoints }} as known_touchpoints
        on touched.person_id = known_touchpoints.person_id
    {% for key, value in keys %}
    union distinct
    select touchpoints.content_hash
    from affected
    inner join people on affected.record_id = people.record_id
    inner join touchpoints on {{ value }} = touchpoints.{{ key }}
    {% endfor %}
    {% if unfinished %}
    union distinct
    select content_hash from {{ unfinished }}
    {% endif %}
    {% endif %}

)

select * from final
