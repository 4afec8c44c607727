{#-
    The contact points of persons as one list, each row with what it says of the point and the id by
    which the point is looked up. No text of one: rows stay narrow enough to be grouped in memory.

    Grain: one row per person and contact point of it. Columns: golden_person_id, contact_kind,
    contact_hash, contact_id, phone_type, is_primary (of the golden person's own), is_verified,
    is_foreign, is_complete_address.

    Arguments: persons (name of a CTE over persons), and the relations of the three contact tables.
-#}
{% macro contacts_of_golden_persons(persons, phone_numbers, email_addresses, addresses) -%}
    {%- set complete -%}
        contact.street is not null and contact.city is not null and contact.state is not null
        and contact.zip is not null and contact.country <=> 'US'
    {%- endset -%}
    {%- set kinds = [
        ('phone', phone_numbers, 'contact.phone_e164', 'contact.phone_type',
         'contact.is_verified', "contact.phone_e164 not like '+1%'", '1'),
        ('email', email_addresses, 'contact.email', 'null', 'contact.is_verified', '0', '1'),
        ('address', addresses, one_line_address('contact'), 'null', '0', '0', complete),
    ] -%}
    {%- for kind, relation, value, phone_type, verified, foreign, complete in kinds %}
    select
        {{ persons }}.golden_person_id,
        '{{ kind }}' as contact_kind,
        {{ content_hash([value]) }} as contact_hash,
        contact.id as contact_id,
        {{ phone_type }} as phone_type,
        contact.is_primary = 1 and {{ persons }}.is_original = 1 as is_primary,
        {{ verified }} as is_verified,
        {{ foreign }} as is_foreign,
        {{ complete }} as is_complete_address
    from {{ persons }}
    inner join {{ relation }} as contact on {{ persons }}.id = contact.person_id
    where {{ value }} <> ''
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
