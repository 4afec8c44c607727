{#-
    The contact points of golden persons, as one list: a point that several persons of the group
    hold appears once. It is primary if it is the golden person's own primary one. contact_hash is
    short enough for the engine to join by (a text of 254 characters is not).

    Only groups of several persons are grouped, and persons of several addresses, since two of them
    may read alike: a person has a number or a mailbox once.

    Arguments: persons (name of a CTE over persons), and the relations of the three contact tables.
-#}
{% macro contacts_of_golden_persons(persons, phone_numbers, email_addresses, addresses) -%}
    {%- set kinds = [
        ('phone', phone_numbers, 'contact.phone_e164', 'contact.phone_type',
         'contact.is_verified', "contact.phone_e164 not like '+1%'", '1'),
        ('email', email_addresses, 'contact.email', 'null', 'contact.is_verified', '0', '1'),
        ('address', addresses, contact_address_line('contact'), 'null', '0', '0',
         contact_address_is_complete('contact')),
    ] -%}
    {%- for kind, relation, value, phone_type, verified, foreign, complete in kinds %}
    {%- set grouped -%}
        select golden_person_id from {{ persons }}
        where is_original = 0
        {%- if kind == 'address' %}
        union distinct
        select {{ persons }}.golden_person_id
        from {{ persons }}
        inner join {{ relation }} as contact on {{ persons }}.id = contact.person_id
        where contact.is_primary = 0
        {%- endif %}
    {%- endset %}
    {%- for is_grouped in [false, true] %}
    select
        {{ persons }}.golden_person_id,
        '{{ kind }}' as contact_kind,
        {{ value }} as contact_value,
        {{ 'min' if is_grouped }}({{ content_hash([value]) }}) as contact_hash,
        {{ 'min' if is_grouped }}({{ value }}) as contact_display,
        {{ 'max' if is_grouped }}({{ phone_type }}) as phone_type,
        {{ 'max' if is_grouped }}(contact.is_primary = 1 and {{ persons }}.is_original = 1) as is_primary,
        {{ 'max' if is_grouped }}({{ verified }}) as is_verified,
        {{ 'max' if is_grouped }}({{ foreign }}) as is_foreign,
        {{ 'max' if is_grouped }}({{ complete }}) as is_complete_address
    from {{ persons }}
    inner join {{ relation }} as contact on {{ persons }}.id = contact.person_id
    {{ 'inner' if is_grouped else 'left' }} join (
        select distinct golden_person_id from ({{ grouped }}) as found
    ) as several on {{ persons }}.golden_person_id = several.golden_person_id
    where
        {{ value }} <> ''
        {{- ' and several.golden_person_id is null' if not is_grouped }}
    {{ 'group by ' ~ persons ~ '.golden_person_id, contact_value' if is_grouped }}
    {{ 'union all' if not is_grouped }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
