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

    {% if is_incremental() %}
    select contacts.*
    from touched
    inner join {{ ref('int_golden_contacts') }} as contacts
        on touched.golden_person_id = contacts.golden_person_id
    {% else %}
    select * from {{ ref('int_golden_contacts') }}
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

    select
        reason_code,
        1 << (row_number() over (order by sort_order asc, reason_code asc) - 1) as reason_bit
    from {{ ref('reason_codes') }}

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

-- Few sets of reasons for many points: each is put into words once.
reason_sets as (

    select distinct
        against,
        advised
    from verdicts

),

spelled_out as (

    select
        reason_sets.against,
        reason_sets.advised,
        {{ reason_names('reason_sets.against', 'reason_codes') }} as reasons,
        {{ reason_names('reason_sets.advised', 'reason_codes') }} as advice
    from reason_sets
    cross join reason_codes
    group by reason_sets.against, reason_sets.advised

),

final as (

    -- Points first, in the order of their key: the engine would begin with the four channels.
    select straight_join
        contacts.golden_person_id,
        contacts.contact_kind,
        contacts.contact_value,
        channels.channel,
        contacts.contact_display,
        contacts.phone_type,
        contacts.is_primary,
        contacts.is_verified,
        verdicts.next_allowed_at,
        coalesce(spelled_out.reasons, '') as reasons,
        coalesce(spelled_out.advice, '') as advice,
        coalesce(verdicts.is_allowed, 1) as is_allowed
    from contacts
    inner join channels on contacts.contact_kind = channels.contact_kind
    left join verdicts
        on
            contacts.golden_person_id = verdicts.golden_person_id
            and contacts.contact_hash = verdicts.contact_hash
            and channels.channel = verdicts.channel
    left join spelled_out
        on
            verdicts.against = spelled_out.against
            and verdicts.advised = spelled_out.advised

)

select * from final
