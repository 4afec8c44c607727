{#-
    Every contact point of a golden person, with what decisions need to know of the point itself.
    No verdict here: that is macro decide_contact.
    Grain: one row per golden person and contact point.
-#}
-- depends_on: {{ ref('int_golden_contacts_before') }}
with

touched as (

    select * from {{ ref('int_decisions_touched') }}

),

persons as (

    select persons.*
    from {{ ref('persons') }} as persons
    {% if is_incremental() %}
    inner join touched on persons.golden_person_id = touched.golden_person_id
    {% endif %}
    where persons.record_count > 0

),

phone_numbers as (

    select * from {{ ref('phone_numbers') }}

),

email_addresses as (

    select * from {{ ref('email_addresses') }}

),

addresses as (

    select * from {{ ref('addresses') }}

),

area_codes as (

    select * from {{ ref('nanp_area_codes') }}

),

contact_rows as (

    {{ contacts_of_golden_persons(
        'persons', ref('phone_numbers'), ref('email_addresses'), ref('addresses')
    ) }}

),

-- Sorted to be grouped, so that rows are written in the order of the key.
contact_sets as (

    select sql_big_result
        golden_person_id,
        contact_kind,
        contact_hash,
        min(contact_id) as contact_id,
        max(phone_type) as phone_type,
        max(is_primary) as is_primary,
        max(is_verified) as is_verified,
        max(is_foreign) as is_foreign,
        max(is_complete_address) as is_complete_address
    from contact_rows
    group by golden_person_id, contact_kind, contact_hash

),

final as (

    select
        contact_sets.golden_person_id,
        contact_sets.contact_kind,
        coalesce(
            phone_numbers.phone_e164, email_addresses.email, {{ one_line_address('addresses') }}
        ) as contact_value,
        contact_sets.contact_hash,
        coalesce(
            phone_numbers.phone_e164, email_addresses.email, {{ one_line_address('addresses') }}
        ) as contact_display,
        case
            when contact_sets.is_foreign = 0
                then cast(substr(phone_numbers.phone_e164, 3) as unsigned)
        end as phone,
        case
            when contact_sets.is_foreign = 0
                then cast(substr(phone_numbers.phone_e164, 3, 3) as unsigned)
        end as area_code,
        area_codes.state_code as area_state,
        contact_sets.phone_type,
        contact_sets.is_primary,
        contact_sets.is_verified,
        contact_sets.is_foreign,
        contact_sets.is_complete_address
    from contact_sets
    left join phone_numbers
        on contact_sets.contact_kind = 'phone' and contact_sets.contact_id = phone_numbers.id
    left join email_addresses
        on contact_sets.contact_kind = 'email' and contact_sets.contact_id = email_addresses.id
    left join addresses
        on contact_sets.contact_kind = 'address' and contact_sets.contact_id = addresses.id
    -- As text, like the seed's: a number compared with a text finds no key.
    left join area_codes
        on
            contact_sets.is_foreign = 0
            and substr(phone_numbers.phone_e164, 3, 3) = area_codes.area_code

)

select * from final
