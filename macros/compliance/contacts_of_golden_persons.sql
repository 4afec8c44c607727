{#-
    The contact points of golden persons, as one list: a point that several persons of the group
    hold appears once. It is primary if it is the golden person's own primary one. contact_hash is
    short enough for the engine to join by (a text of 254 characters is not).

    Arguments: persons (name of a CTE over persons), and the relations of the three contact tables.
-#}
{% macro contacts_of_golden_persons(persons, phone_numbers, email_addresses, addresses) -%}
    {%- set one_line_address -%}
        left(concat_ws(
            ', ', contact.street, contact.unit, contact.city,
            concat_ws(' ', contact.state, contact.zip), nullif(contact.country, 'US')
        ), 400)
    {%- endset -%}
    {%- set complete -%}
        contact.street is not null and contact.city is not null and contact.state is not null
        and contact.zip is not null and contact.country <=> 'US'
    {%- endset -%}
    {%- set kinds = [
        ('phone', phone_numbers, 'contact.phone_e164', 'contact.phone_type',
         'contact.is_verified', "contact.phone_e164 not like '+1%'", '1'),
        ('email', email_addresses, 'contact.email', 'null', 'contact.is_verified', '0', '1'),
        ('address', addresses, one_line_address, 'null', '0', '0', complete),
    ] -%}
    {%- for kind, relation, value, phone_type, verified, foreign, complete in kinds %}
    select
        {{ persons }}.golden_person_id,
        '{{ kind }}' as contact_kind,
        {{ value }} as contact_value,
        min({{ content_hash([value]) }}) as contact_hash,
        min({{ value }}) as contact_display,
        max({{ phone_type }}) as phone_type,
        max(contact.is_primary = 1 and {{ persons }}.is_original = 1) as is_primary,
        max({{ verified }}) as is_verified,
        max({{ foreign }}) as is_foreign,
        max({{ complete }}) as is_complete_address
    from {{ persons }}
    inner join {{ relation }} as contact on {{ persons }}.id = contact.person_id
    where {{ value }} <> ''
    group by {{ persons }}.golden_person_id, contact_value
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
