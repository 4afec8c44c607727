{#-
    The verdict on every contact point of a golden person, on every channel it could serve: allowed
    unless a reason is enforced.
    Grain: one row per golden person, contact point and channel.
-#}
with

contacts as (

    select * from {{ ref('int_golden_contacts') }}

),

channels as (

    select * from {{ ref('channels') }}

),

reasons as (

    select * from {{ ref('contact_reasons') }}

),

reason_codes as (

    select * from {{ ref('reason_codes') }}

),

verdicts as (

    select
        reasons.golden_person_id,
        reasons.contact_hash,
        reasons.channel,
        {{ contact_verdict('reasons', 'reason_codes') }}
    from reasons
    left join reason_codes on reasons.reason_code = reason_codes.reason_code
    group by reasons.golden_person_id, reasons.contact_hash, reasons.channel

),

final as (

    select
        contacts.golden_person_id,
        contacts.contact_kind,
        contacts.contact_value,
        channels.channel,
        contacts.contact_display,
        contacts.phone_type,
        coalesce(verdicts.reasons, '') as reasons,
        coalesce(verdicts.advice, '') as advice,
        contacts.is_primary,
        contacts.is_verified,
        coalesce(verdicts.is_allowed, 1) as is_allowed,
        verdicts.next_allowed_at
    from contacts
    inner join channels on contacts.contact_kind = channels.contact_kind
    left join verdicts
        on
            contacts.golden_person_id = verdicts.golden_person_id
            and contacts.contact_hash = verdicts.contact_hash
            and channels.channel = verdicts.channel

)

select * from final
