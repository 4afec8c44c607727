{#-
    Every contact point of a golden person on every channel it could serve, with the verdict and all
    its reasons. Suppression sticks to the contact point and spreads to the golden person's other
    points of that channel; what is unknown is not allowed.
    Grain: one row per golden person, contact point and channel.
-#}
with

contacts as (

    select * from {{ ref('int_golden_contacts') }}

),

verdicts as (

    select
        golden_person_id,
        contact_kind,
        contact_value,
        channel,
        contact_display,
        phone_type,
        is_primary,
        is_verified,
        {{ contact_reasons() }} as reasons
    from contacts

),

final as (

    select
        golden_person_id,
        contact_kind,
        contact_value,
        channel,
        contact_display,
        phone_type,
        reasons,
        is_primary,
        is_verified,
        reasons = '' as is_allowed
    from verdicts

)

select * from final
