{#-
    The e-mail addresses of a person, as a set with exactly one primary: decided by hand, verified,
    newest, first in its record. A mailbox several persons share appears for each.
    As with phone_numbers, the only mailbox of a person's only record is not compared with anything.
    Grain: one row per person and mailbox.
-#}
{%- set is_single = 'records.is_lone and records.email_2 is null' -%}
with

people as (

    select * from {{ ref('stg_people') }}

),

person_records as (

    select * from {{ ref('person_records') }}

),

imports as (

    select * from {{ ref('stg_imports') }}

),

touched as (

    select * from {{ ref('int_persons_touched') }}

),

overrides as (

    select * from {{ ref('int_overridden_values') }}

),

records as (

    {{ records_of_persons('person_records', 'people', 'imports', 'touched') }}

),

mentions as (

    select
        records.*,
        records.record_id * 10 + slots.slot as id,
        {{ value_in_slot('records.email_#', 2) }} as email
    from records
    cross join {{ mention_slots(2) }} as slots
    where not ({{ is_single }})

),

mailboxes as (

    select
        min(id) as id,
        person_id,
        email,
        max(is_email_verified) as is_verified,
        max(concat(is_email_verified, survivorship_key, 9 - id % 10)) as rank_key,
        max(import_seq) as last_import_seq,
        max(effective_at) as last_seen_at
    from mentions
    where email is not null
    group by person_id, email

),

ranked as (

    select
        mailboxes.*,
        mailboxes.id div 10 as record_id,
        row_number() over (
            partition by mailboxes.person_id
            order by
                overrides.person_id is not null desc, mailboxes.rank_key desc, mailboxes.id asc
        ) as preference
    from mailboxes
    left join overrides
        on mailboxes.person_id = overrides.person_id and mailboxes.email = overrides.primary_email

),

final as (

    select
        coalesce(ranked.id, records.record_id * 10 + 1) as id,
        records.person_id,
        coalesce(ranked.email, records.email_1) as email,
        if({{ is_opted_out('coalesce(ranked.email, records.email_1)') }}, 'opted_out', 'none')
            as opt_out_status,
        coalesce(ranked.last_import_seq, records.import_seq) as last_import_seq,
        coalesce(ranked.preference, 1) = 1 as is_primary,
        coalesce(ranked.is_verified, records.is_email_verified) as is_verified,
        coalesce(ranked.last_seen_at, records.effective_at) as last_seen_at
    from records
    left join ranked on records.record_id = ranked.record_id
    where ranked.id is not null or (records.email_1 is not null and {{ is_single }})

)

select * from final
