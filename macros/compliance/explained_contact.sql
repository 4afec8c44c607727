{#-
    One contact point as decide_contact takes it, with the golden persons that hold it; a contact
    point that nobody holds is decided about as well. The values are marks that `lode comply`
    replaces by parameters. The number gets no cast: MariaDB 10.11 makes 32 bits of a whole number of
    ten digits that is cast, where it stores the row.
-#}
{% macro explained_contact() -%}
    (
        select
            golden.golden_person_id,
            asked.contact_hash,
            asked.contact_kind,
            asked.contact_value,
            asked.phone,
            asked.area_code,
            codes.state_code as area_state,
            golden.phone_type,
            asked.is_foreign,
            coalesce(golden.is_complete_address, 1) as is_complete_address
        from (
            select
                'lode:kind' as contact_kind,
                'lode:value' as contact_value,
                unhex('lode:hash') as contact_hash,
                'lode:phone' + 0 as phone,
                ('lode:phone' + 0) div 10000000 as area_code,
                'lode:kind' = 'phone' and 'lode:value' not like '+1__________' as is_foreign
        ) as asked
        left join {{ ref('nanp_area_codes') }} as codes
            on cast(asked.area_code as char) = codes.area_code
        left join {{ ref('int_golden_contacts') }} as golden
            on
                golden.contact_hash = unhex('lode:hash')
                and golden.contact_kind = asked.contact_kind
    )
{%- endmacro %}
