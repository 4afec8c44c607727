{#-
    The people, once each: a person and its duplicates as one, every value the newest and most
    complete one of the group, with what we may use to contact them.
    Grain: one row per golden person.
-#}
with

persons as (

    select * from {{ ref('persons') }}
    where record_count > 0

),

addresses as (

    select * from {{ ref('addresses') }}
    where is_primary = 1

),

contact_points as (

    select * from {{ ref('contact_points') }}

),

identities as (

    select * from {{ ref('int_golden_identities') }}

),

ranked_addresses as (

    select
        persons.golden_person_id,
        addresses.*,
        row_number() over (
            partition by persons.golden_person_id
            order by addresses.last_seen_at desc, addresses.id desc
        ) as preference
    from addresses
    inner join persons on addresses.person_id = persons.id

),

contacts as (

    select
        golden_person_id,
        coalesce(
            max(case when contact_kind = 'email' and is_primary = 1 then contact_value end),
            max(case when contact_kind = 'email' then contact_value end)
        ) as primary_email,
        coalesce(
            max(case when contact_kind = 'phone' and is_primary = 1 then contact_value end),
            max(case when contact_kind = 'phone' then contact_value end)
        ) as primary_phone,
        max(channel = 'call' and is_allowed) as is_callable,
        max(channel = 'sms' and is_allowed) as is_textable,
        max(channel = 'email' and is_allowed) as is_emailable,
        max(channel = 'mail' and is_allowed) as is_mailable
    from contact_points
    group by golden_person_id

),

final as (

    select
        identities.golden_person_id,
        identities.first_name,
        identities.middle_name,
        identities.last_name,
        identities.name_suffix,
        nullif(concat_ws(
            ' ',
            identities.first_name,
            identities.middle_name,
            identities.last_name,
            identities.name_suffix
        ), '') as full_name,
        identities.company_name,
        coalesce(identities.decided_email, contacts.primary_email) as primary_email,
        coalesce(identities.decided_phone, contacts.primary_phone) as primary_phone,
        ranked_addresses.street,
        ranked_addresses.unit,
        ranked_addresses.city,
        ranked_addresses.state,
        ranked_addresses.zip,
        ranked_addresses.county,
        ranked_addresses.country,
        identities.record_count,
        identities.person_count,
        identities.import_count,
        coalesce(contacts.is_callable, 0) as is_callable,
        coalesce(contacts.is_textable, 0) as is_textable,
        coalesce(contacts.is_emailable, 0) as is_emailable,
        coalesce(contacts.is_mailable, 0) as is_mailable,
        identities.birth_date,
        identities.first_seen_at,
        identities.updated_at
    from identities
    left join contacts on identities.golden_person_id = contacts.golden_person_id
    left join ranked_addresses
        on
            identities.golden_person_id = ranked_addresses.golden_person_id
            and ranked_addresses.preference = 1

)

select * from final
