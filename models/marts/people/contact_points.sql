{#-
    Every contact point of a golden person on every channel it could serve, with the verdict and all
    its reasons. Suppression sticks to the contact point and spreads to the golden person's other
    points of that channel; what is unknown is not allowed.
    Grain: one row per golden person, contact point and channel.
-#}
with

verdicts as (

    select * from {{ ref('int_contact_verdicts') }}

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
        advice,
        is_primary,
        is_verified,
        is_allowed,
        next_allowed_at
    from verdicts

)

select * from final
