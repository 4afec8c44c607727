{#-
    The life of a lead: every contact made, with the person who owns the contact point today. Of
    several owners the one with the smallest id is named; a contact point nobody owns yet is kept
    without a person.
    Grain: one row per contact made (repeats in a file or a later file are one).
-#}
with

touchpoints as (

    select * from {{ ref('stg_touchpoints') }}

),

campaigns as (

    select * from {{ ref('campaigns') }}

),

email_addresses as (

    select * from {{ ref('email_addresses') }}

),

phone_numbers as (

    select * from {{ ref('phone_numbers') }}

),

first_mentions as (

    select min(record_id) as id
    from touchpoints
    where rejection_reason is null
    group by content_hash

),

owners_by_email as (

    select
        touchpoints.record_id,
        min(email_addresses.person_id) as person_id
    from touchpoints
    inner join email_addresses on touchpoints.email = email_addresses.email
    group by touchpoints.record_id

),

owners_by_phone as (

    select
        touchpoints.record_id,
        min(phone_numbers.person_id) as person_id
    from touchpoints
    inner join phone_numbers on touchpoints.phone_e164 = phone_numbers.phone_e164
    group by touchpoints.record_id

),

campaign_names as (

    select
        id,
        {{ content_hash(['lower(name)']) }} as name_hash
    from campaigns

),

final as (

    select
        touchpoints.record_id as id,
        coalesce(owners_by_email.person_id, owners_by_phone.person_id) as person_id,
        campaign_names.id as campaign_id,
        touchpoints.touchpoint_type,
        touchpoints.status,
        touchpoints.email,
        touchpoints.phone_e164,
        touchpoints.metadata,
        touchpoints.import_seq,
        touchpoints.touchpoint_date
    from first_mentions
    inner join touchpoints on first_mentions.id = touchpoints.record_id
    left join owners_by_email on touchpoints.record_id = owners_by_email.record_id
    left join owners_by_phone on touchpoints.record_id = owners_by_phone.record_id
    left join campaign_names
        on {{ content_hash(['lower(touchpoints.campaign_name)']) }} = campaign_names.name_hash

)

select * from final
