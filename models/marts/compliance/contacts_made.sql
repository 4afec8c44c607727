{#-
    Every contact made that somebody can be held to: a golden person, or a number or mailbox of which
    nobody is known. A view, as canonical has them by channel and time.
    Grain: one row per contact made.
-#}
with

touchpoints as (

    select * from {{ ref('touchpoints') }}

),

persons as (

    select * from {{ ref('persons') }}

),

final as (

    select
        touchpoints.id as touchpoint_id,
        touchpoints.touchpoint_type as channel,
        touchpoints.touchpoint_date as made_at,
        persons.golden_person_id,
        case when touchpoints.phone_e164 is null then 'email' else 'phone' end as contact_kind,
        coalesce(touchpoints.phone_e164, touchpoints.email) as contact_value
    from touchpoints
    left join persons on touchpoints.person_id = persons.id
    where
        persons.golden_person_id is not null
        or touchpoints.phone_e164 is not null
        or touchpoints.email is not null

)

select * from final
