{#-
    Every contact point of a golden person on each channel it could serve, with the facts that the
    verdict needs. No verdict here: that is macro contact_reasons.
    Grain: one row per golden person, contact point and channel.
-#}
with

persons as (

    select * from {{ ref('persons') }}
    where record_count > 0

),

contact_sets as (

    {{ contacts_of_golden_persons(
        'persons', ref('phone_numbers'), ref('email_addresses'), ref('addresses')
    ) }}

),

blocked_points as (

    select * from {{ ref('int_opted_out_contacts') }}

),

used_caps as (

    select * from {{ ref('int_used_frequency_caps') }}

),

registry_age as (

    select timestampdiff(day, max(uploaded_at), {{ utc_now() }}) as registry_age_days
    from {{ ref('stg_imports') }}
    where feed = 'dnc'

),

channels as (

    select * from {{ ref('channels') }}

),

blocked_persons as (

    select distinct
        contact_sets.golden_person_id,
        blocked_points.channel
    from contact_sets
    inner join blocked_points on contact_sets.contact_hash = blocked_points.contact_hash

),

final as (

    select
        contact_sets.golden_person_id,
        contact_sets.contact_kind,
        contact_sets.contact_value,
        channels.channel,
        contact_sets.contact_display,
        contact_sets.phone_type,
        contact_sets.is_primary,
        contact_sets.is_verified,
        contact_sets.is_dnc_listed,
        contact_sets.is_foreign,
        contact_sets.is_complete_address,
        blocked_points.contact_value is not null as has_contact_opt_out,
        blocked_persons.golden_person_id is not null as has_person_opt_out,
        used_caps.golden_person_id is not null as is_cap_reached,
        registry_age.registry_age_days
    from contact_sets
    inner join channels on contact_sets.contact_kind = channels.contact_kind
    cross join registry_age
    left join blocked_points
        on
            contact_sets.contact_hash = blocked_points.contact_hash
            and channels.channel = blocked_points.channel
    left join blocked_persons
        on
            contact_sets.golden_person_id = blocked_persons.golden_person_id
            and channels.channel = blocked_persons.channel
    left join used_caps
        on
            contact_sets.golden_person_id = used_caps.golden_person_id
            and channels.channel = used_caps.channel

)

select * from final
