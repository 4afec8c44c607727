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
    where persons.record_count > 0 and {{ of_part('persons.golden_person_id') }}

),

contact_rows as (

    {{ contacts_of_golden_persons(
        'persons', ref('phone_numbers'), ref('email_addresses'), ref('addresses'),
        ref('nanp_area_codes')
    ) }}

),

final as (

    -- Sorted to be grouped, so that rows are written in the order of the key.
    select sql_big_result
        golden_person_id,
        contact_kind,
        max(contact_value) as contact_value,
        contact_hash,
        case
            when contact_kind = 'phone' and max(is_foreign) = 0
                then cast(substr(max(contact_value), 3) as unsigned)
        end as phone,
        case
            when contact_kind = 'phone' and max(is_foreign) = 0
                then cast(substr(max(contact_value), 3, 3) as unsigned)
        end as area_code,
        max(area_state) as area_state,
        max(phone_type) as phone_type,
        max(is_primary) as is_primary,
        max(is_verified) as is_verified,
        max(is_foreign) as is_foreign,
        max(is_complete_address) as is_complete_address,
        {{ utc_now() }} as added_at
    from contact_rows
    group by golden_person_id, contact_kind, contact_hash

)

select * from final
