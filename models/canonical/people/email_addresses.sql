{#-
    The e-mail addresses of a person, as a set with exactly one primary: decided by hand, verified,
    newest, first in its record. A mailbox several persons share appears for each.
    Grain: one row per person and mailbox.
-#}
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

    {% for slot in [1, 2] %}
    select
        person_id,
        record_id * 10 + {{ slot }} as id,
        import_seq,
        email_{{ slot }} as email,
        is_email_verified as is_verified,
        effective_at,
        concat(survivorship_key, {{ 9 - slot }}) as mention_key
    from records
    where email_{{ slot }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

mailboxes as (

    select
        min(id) as id,
        person_id,
        email,
        max(is_verified) as is_verified,
        max(concat(is_verified, mention_key)) as rank_key,
        max(import_seq) as last_import_seq,
        max(effective_at) as last_seen_at
    from mentions
    group by person_id, email

),

ranked as (

    select
        mailboxes.*,
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
        ranked.id,
        ranked.person_id,
        ranked.email,
        if({{ is_opted_out('ranked.email') }}, 'opted_out', 'none') as opt_out_status,
        ranked.last_import_seq,
        ranked.preference = 1 as is_primary,
        ranked.is_verified,
        ranked.last_seen_at
    from ranked

)

select * from final
