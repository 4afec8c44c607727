{#-
    The contact points of persons as one list, with what each row says of the point.

    Grain: one row per person and contact point of it. Columns: golden_person_id, contact_kind,
    contact_hash, contact_value, area_state, phone_type, is_primary (of the golden person's own),
    is_verified, is_foreign, is_complete_address.

    Arguments: persons (name of a CTE over persons), and the relations of the three contact tables and
               of the area codes.
-#}
{% macro contacts_of_golden_persons(
    persons, phone_numbers, email_addresses, addresses, area_codes
) -%}
    {%- set complete -%}
        contact.street is not null and contact.city is not null and contact.state is not null
        and contact.zip is not null and contact.country <=> 'US'
    {%- endset -%}
    {#- As text, like the seed's: a number compared with a text finds no key. -#}
    {%- set codes -%}
    left join {{ area_codes }} as codes
        on contact.phone_e164 like '+1%' and substr(contact.phone_e164, 3, 3) = codes.area_code
    {%- endset -%}
    {%- set kinds = [
        ('phone', phone_numbers, 'contact.phone_e164', 'codes.state_code', 'contact.phone_type',
         'contact.is_verified', "contact.phone_e164 not like '+1%'", '1', codes),
        ('email', email_addresses, 'contact.email', 'null', 'null', 'contact.is_verified', '0',
         '1', ''),
        ('address', addresses, one_line_address('contact'), 'null', 'null', '0', '0', complete, ''),
    ] -%}
    {%- for kind, relation, value, state, phone_type, verified, foreign, complete, more in kinds %}
    select
        {{ persons }}.golden_person_id,
        '{{ kind }}' as contact_kind,
        {{ content_hash([value]) }} as contact_hash,
        {{ value }} as contact_value,
        {{ state }} as area_state,
        {{ phone_type }} as phone_type,
        contact.is_primary = 1 and {{ persons }}.is_original = 1 as is_primary,
        {{ verified }} as is_verified,
        {{ foreign }} as is_foreign,
        {{ complete }} as is_complete_address
    from {{ persons }}
    inner join {{ relation }} as contact on {{ persons }}.id = contact.person_id
    {{ more }}
    where {{ value }} <> ''
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
