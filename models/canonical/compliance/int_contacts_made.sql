{#-
    Contacts made that have to be judged again, as contact points at their own moment, for macro
    decide_contact: those looked at again by this run, later ones of the same point or golden person
    that a window of a cap ties to them, and those of golden persons with another member. One that is
    gone has no values left.
    Grain: one row per contact made (digest of what it says).
-#}
with

touched as (

    select * from {{ ref('int_touchpoints_touched') }}

),

persons_touched as (

    select * from {{ ref('int_persons_touched') }}

),

touchpoints as (

    select * from {{ ref('touchpoints') }}

),

persons as (

    select * from {{ ref('persons') }}

),

area_codes as (

    select * from {{ ref('nanp_area_codes') }}

),

channels as (

    select * from {{ ref('channels') }}

),

phones as (

    select * from {{ ref('int_golden_contacts') }}
    where contact_kind = 'phone'

),

judged as (

    select content_hash from touched
    union distinct
    {{ contacts_tied_by_caps('touched', 'touchpoints', 'persons') }}
    union distinct
    select touchpoints.content_hash
    from persons_touched
    inner join persons as owners on persons_touched.person_id = owners.id
    inner join persons as members on owners.golden_person_id = members.golden_person_id
    inner join touchpoints on members.id = touchpoints.person_id

),

final as (

    select
        judged.content_hash,
        judged.content_hash as contact_hash,
        made.id as touchpoint_id,
        made.touchpoint_type as channel,
        channels.contact_kind,
        coalesce(
            elt(field(channels.contact_kind, 'phone', 'email'), made.phone_e164, made.email), ''
        ) as contact_value,
        persons.golden_person_id,
        if(made.phone_e164 like '+1__________', cast(substr(made.phone_e164, 3) as unsigned), null)
            as phone,
        cast(area_codes.area_code as unsigned) as area_code,
        area_codes.state_code as area_state,
        case
            when changed.changed_at is null then phones.phone_type
            when changed.was_held = 1 then changed.phone_type
        end as phone_type,
        coalesce(made.phone_e164 not like '+1%', 0) as is_foreign,
        1 as is_complete_address,
        made.touchpoint_date as made_at
    from judged
    left join touchpoints as made on judged.content_hash = made.content_hash
    left join persons on made.person_id = persons.id
    left join channels on made.touchpoint_type = channels.channel
    left join area_codes
        on
            made.phone_e164 like '+1__________'
            and substr(made.phone_e164, 3, 3) = area_codes.area_code
    left join phones
        on
            persons.golden_person_id = phones.golden_person_id
            and made.phone_e164 = phones.contact_value
    {{ left_join_first_change('changed', 'persons', 'made.phone_e164', 'made.touchpoint_date') }}
    where changed_sooner.changed_at is null

)

select * from final
