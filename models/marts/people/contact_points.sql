{#-
    Every contact point of a golden person on every channel it could serve, with the verdict and all
    its reasons. Suppression sticks to the contact point and spreads to the golden person's other
    points of that channel; what is unknown is not allowed, nor is a point that the run at work has
    not decided about yet. A view that both engines look through, by golden person or by contact
    point: where nothing stands against a point, nothing is written about it.
    Grain: one row per golden person, contact point and channel.
-#}
with

contacts as (

    select * from {{ ref('int_golden_contacts') }}

),

channels as (

    select * from {{ ref('channels') }}

),

verdicts as (

    select * from {{ ref('contact_verdicts') }}

),

decided as (

    select * from {{ ref('decided_facts') }}

),

final as (

    select
        contacts.golden_person_id,
        contacts.contact_kind,
        contacts.contact_value,
        channels.channel,
        contacts.contact_value as contact_display,
        contacts.phone_type,
        contacts.is_primary,
        contacts.is_verified,
        verdicts.next_allowed_at,
        coalesce(verdicts.reasons, '') as reasons,
        coalesce(verdicts.advice, '') as advice,
        coalesce(verdicts.is_allowed, contacts.added_at <= decided.decided_at) as is_allowed
    from contacts
    inner join decided on decided.id = 1
    inner join channels on contacts.contact_kind = channels.contact_kind
    left join verdicts
        on
            contacts.golden_person_id = verdicts.golden_person_id
            and contacts.contact_hash = verdicts.contact_hash
            and channels.channel = verdicts.channel

)

select * from final
