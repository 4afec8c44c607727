{#-
    The persons whose rows have to be computed again: those of affected records, under their new
    and former ids (a former id is one of the person's records); those who lost a record, or whose
    golden person did; those regrouped by a new dedup run, named by a new DNC list, opt-out or manual
    decision, or of a broken attempt. Grain: one row per person id, living or retired.
-#}
{%- set known_persons = previous_state('persons') -%}
{%- set known_phones = previous_state('phone_numbers') -%}
{%- set known_emails = previous_state('email_addresses') -%}
{%- set known_overrides = previous_state('person_overrides') -%}
{%- set unfinished = unpublished_state('int_persons_touched') -%}
with

affected as (

    select * from {{ ref('int_records_affected') }}

),

person_records as (

    select * from {{ ref('person_records') }}

),

assignments as (

    select * from {{ ref('int_golden_assignments') }}

),

opt_outs as (

    {{ requests_of_batch() }}

),

listed as (

    select * from {{ ref('stg_dnc_registry') }}
    where {{ batch_range_filter('record_id', 'dnc') }}

),

replaced_records as (

    select * from {{ ref('replaced_records') }}

),

former_ids as (

    select person_id from replaced_records
    union distinct
    select record_id as person_id from replaced_records

),

overrides as (

    select * from {{ ref('int_person_overrides') }}

),

reached as (

    select person_id from former_ids
    {% if not is_rebuild() %}
    union distinct
    select person_records.person_id
    from affected
    inner join person_records on affected.record_id = person_records.record_id
    {% endif %}
    {% if unfinished %}
    union distinct
    select person_id from {{ unfinished }}
    {% endif %}
    {% if known_persons and not is_rebuild() %}
    union distinct
    select known.id as person_id
    from former_ids
    inner join {{ known_persons }} as known on former_ids.person_id = known.golden_person_id
    union distinct
    select known_persons.id as person_id
    from affected
    inner join {{ known_persons }} as known_persons on affected.record_id = known_persons.id
    {% endif %}
    {% if has_new_dedup_run() and known_persons %}
    union distinct
    {{ persons_regrouped('assignments', known_persons) }}
    {% endif %}
    {% if known_overrides %}
    union distinct
    {{ persons_newly_decided('overrides', known_overrides) }}
    {% endif %}
    {% if known_phones %}
    union distinct
    select known_phones.person_id
    from listed
    inner join {{ known_phones }} as known_phones on listed.phone_e164 = known_phones.phone_e164
    {% endif %}
    {% if known_emails %}
    union distinct
    select known_emails.person_id
    from opt_outs
    inner join {{ known_emails }} as known_emails on opt_outs.email = known_emails.email
    {% endif %}
    union distinct
    {{ persons_with_new_facts(known_phones, known_emails) }}

),

final as (

    {{ records_per_person('reached', 'person_records') }}

)

select * from final
