{#-
    Every contact point of a golden person on every channel it could serve, with the verdict and all
    its reasons. Suppression sticks to the contact point and spreads to the golden person's other
    points of that channel; what is unknown is not allowed.
    Grain: one row per golden person, contact point and channel.
-#}
with

touched as (

    select * from {{ ref('int_decisions_touched') }}

),

contacts as (

    select contacts.*
    from {{ ref('int_golden_contacts') }} as contacts
    {% if is_incremental() %}
    inner join touched on contacts.golden_person_id = touched.golden_person_id
    {% endif %}

),

channels as (

    select * from {{ ref('channels') }}

),

reasons as (

    select reasons.*
    from {{ ref('contact_reasons') }} as reasons
    {% if is_incremental() %}
    inner join touched on reasons.golden_person_id = touched.golden_person_id
    {% endif %}

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
        contacts.is_primary,
        contacts.is_verified,
        verdicts.next_allowed_at,
        coalesce(verdicts.reasons, '') as reasons,
        coalesce(verdicts.advice, '') as advice,
        coalesce(verdicts.is_allowed, 1) as is_allowed
    from contacts
    inner join channels on contacts.contact_kind = channels.contact_kind
    left join verdicts
        on
            contacts.golden_person_id = verdicts.golden_person_id
            and contacts.contact_hash = verdicts.contact_hash
            and channels.channel = verdicts.channel

)

select * from final
