{#-
    What deduplication did, job by job: every person that a published job put behind another golden
    person, or took out of its group. Append-only and kept over a full refresh: which fields the
    person gave is known from the values at the time.
    Grain: one row per job and person moved.
-#}
{%- set fields = overridable_fields() | reject('in', ['primary_phone', 'primary_email']) -%}
{%- set contacts = {
    'phone': ('phone_numbers', ['phone_e164']),
    'email': ('email_addresses', ['email']),
    'address': ('addresses', ['street', 'city', 'zip'])
} -%}
with

events as (

    select * from {{ source('dedup', 'dedup_events') }}

),

runs as (

    select * from {{ source('dedup', 'dedup_runs') }}
    where status = 'PUBLISHED'

),

job as (

    select * from {{ ref('int_dedup_job') }}

),

persons as (

    select * from {{ ref('persons') }}

),

phone_numbers as (

    select * from {{ ref('phone_numbers') }}

),

email_addresses as (

    select * from {{ ref('email_addresses') }}

),

addresses as (

    select * from {{ ref('addresses') }}

),

moved as (

    select
        events.*,
        runs.finished_at,
        events.golden_after <> events.person_id as is_merge
    from events
    inner join runs on events.job_id = runs.job_id
    inner join job on runs.finished_at <= job.finished_at
    {% if is_incremental() %}
    left join {{ this }} as known on events.id = known.id
    {% endif %}
    where
        events.golden_before <> events.golden_after
        {% if is_incremental() %}
        and known.id is null
        {% endif %}

),

ranked as (

    select
        persons.*,
        {{ person_survivorship_key('persons') }} as survivorship_key
    from persons

),

final as (

    select
        moved.id,
        moved.job_id,
        if(moved.is_merge, moved.golden_after, moved.golden_before) as original_person_id,
        moved.person_id as duplicate_person_id,
        if(moved.is_merge, coalesce(moved.match_score, 0), 0) as match_score,
        if(moved.is_merge, coalesce(moved.match_reason, 'golden'), 'split') as match_reason,
        concat('[', coalesce(case when moved.is_merge then concat_ws(
            ', ',
            {% for name in fields %}
            {{ field_given_by(name, 'duplicate', 'original') }},
            {% endfor %}
            {% for name, (table, columns) in contacts.items() %}
            {{ contact_given_by(
                name, table, columns, 'moved.person_id', 'moved.golden_after'
            ) }}{{ ',' if not loop.last }}
            {% endfor %}
        ) end, ''), ']') as merged_fields,
        moved.finished_at as created_at
    from moved
    left join ranked as original on moved.golden_after = original.id
    left join ranked as duplicate on moved.person_id = duplicate.id

)

select * from final
