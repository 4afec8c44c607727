{#-
    Every contact point of a golden person, with what decisions need to know of the point itself.
    No verdict here: that is macro decide_contact.
    Grain: one row per golden person and contact point.
-#}
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

contact_sets as (

    {{ contacts_of_golden_persons(
        'persons', ref('phone_numbers'), ref('email_addresses'), ref('addresses')
    ) }}

),

area_codes as (

    select * from {{ ref('nanp_area_codes') }}

),

numbered as (

    select
        contact_sets.*,
        case
            when contact_kind = 'phone' and is_foreign = 0
                then cast(substr(contact_value, 3) as unsigned)
        end as phone,
        -- As text, like the seed's: a number compared with a text finds no key.
        case when contact_kind = 'phone' and is_foreign = 0 then substr(contact_value, 3, 3) end
            as area_text
    from contact_sets

),

final as (

    select
        numbered.golden_person_id,
        numbered.contact_kind,
        numbered.contact_value,
        numbered.contact_hash,
        numbered.contact_display,
        numbered.phone,
        numbered.phone div 10000000 as area_code,
        area_codes.state_code as area_state,
        numbered.phone_type,
        numbered.is_primary,
        numbered.is_verified,
        numbered.is_foreign,
        numbered.is_complete_address
    from numbered
    left join area_codes on numbered.area_text = area_codes.area_code

)

select * from final
