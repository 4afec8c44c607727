{#-
    The persons whose rows have to be computed again: those of affected records, under their new
    and their former ids (a former id is always one of the person's records); those who lost a
    record, and those whose golden person did; those that a new dedup run groups otherwise; those
    with a contact point that a new DNC list or opt-out names; those of an attempt that broke off.
    Grain: one row per person id, living or retired.
-#}
{%- set known_persons = previous_state('persons') -%}
{%- set known_phones = previous_state('phone_numbers') -%}
{%- set known_emails = previous_state('email_addresses') -%}
{%- set is_regrouped = has_new_dedup_run() -%}
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

    select * from {{ ref('stg_opt_outs') }}
    where {{ batch_range_filter('record_id', 'opt_outs') }}

),

dnc_registry as (

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

current_ids as (

    select distinct person_records.person_id
    from affected
    inner join person_records on affected.record_id = person_records.record_id

),

final as (

    select person_id from current_ids
    union distinct
    select person_id from former_ids
    {% if unfinished %}
    union distinct
    select person_id from {{ unfinished }}
    {% endif %}
    {% if known_persons and not is_rebuild() %}
    union distinct
    select known_persons.id as person_id
    from former_ids
    inner join {{ known_persons }} as known_persons
        on former_ids.person_id = known_persons.golden_person_id
    union distinct
    select known_persons.id as person_id
    from affected
    inner join {{ known_persons }} as known_persons on affected.record_id = known_persons.id
    {% endif %}
    {% if known_persons and is_regrouped %}
    union distinct
    select assignments.person_id
    from assignments
    inner join {{ known_persons }} as known_persons on assignments.person_id = known_persons.id
    where known_persons.golden_person_id <> assignments.golden_person_id
    union distinct
    select known_persons.id as person_id
    from {{ known_persons }} as known_persons
    left join assignments on known_persons.id = assignments.person_id
    where
        known_persons.is_original = 0
        and known_persons.record_count > 0
        and assignments.person_id is null
    {% endif %}
    {% if known_phones %}
    union distinct
    select known_phones.person_id
    from dnc_registry
    inner join {{ known_phones }} as known_phones
        on dnc_registry.phone_e164 = known_phones.phone_e164
    {% endif %}
    {% if known_emails %}
    union distinct
    select known_emails.person_id
    from opt_outs
    inner join {{ known_emails }} as known_emails on opt_outs.email = known_emails.email
    {% endif %}

)

select * from final
