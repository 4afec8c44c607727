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

golden_contacts as (

    select * from {{ ref('int_golden_contacts') }}

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
        case channels.contact_kind
            when 'phone' then coalesce(made.phone_e164, '')
            when 'email' then coalesce(made.email, '')
            else ''
        end as contact_value,
        persons.golden_person_id,
        case
            when made.phone_e164 like '+1__________'
                then cast(substr(made.phone_e164, 3) as unsigned)
        end as phone,
        cast(area_codes.area_code as unsigned) as area_code,
        area_codes.state_code as area_state,
        golden_contacts.phone_type,
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
    left join golden_contacts
        on
            persons.golden_person_id = golden_contacts.golden_person_id
            and golden_contacts.contact_kind = 'phone'
            and made.phone_e164 = golden_contacts.contact_value

)

select * from final
