{#-
    The cells of canonical tables whose value comes from one record, as a list of dicts: table,
    field, of (what tells several rows of a person apart, such as the number), value, precedence
    (goes before the source date), slot (goes after it: the first phone of a record before the
    second). All are SQL expressions over stg_people with the alias people.

    Example: {% for cell in provenance_cells() %} … {{ cell.value }} … {% endfor %}
-#}
{% macro provenance_cells() -%}
    {%- set cells = [] -%}
    {%- for field in overridable_fields() if not field.startswith('primary') -%}
        {%- do cells.append({
            'table': 'persons', 'field': field, 'of': "''", 'slot': 0, 'precedence': '0',
            'value': 'cast(people.' ~ field ~ ' as char)',
        }) -%}
    {%- endfor -%}
    {%- for slot in [1, 2, 3] -%}
        {%- set number = 'people.phone_' ~ slot -%}
        {%- set phone = {'table': 'phone_numbers', 'slot': 9 - slot} -%}
        {%- do cells.append(dict(
            phone, field='primary_phone', of="''", value=number,
            precedence='people.is_phone_verified'
        )) -%}
        {%- for field, value in [
            ('phone_raw', number ~ '_raw'), ('phone_type', 'nullif(' ~ number ~ "_type, 'unknown')")
        ] -%}
            {%- do cells.append(dict(phone, field=field, of=number, value=value, precedence='0')) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for slot in [1, 2] -%}
        {%- set mailbox = 'people.email_' ~ slot -%}
        {%- set email = {'table': 'email_addresses', 'slot': 9 - slot, 'value': mailbox} -%}
        {%- set verified = 'people.is_email_verified' -%}
        {%- do cells.append(dict(email, field='primary_email', of="''", precedence=verified)) -%}
        {%- do cells.append(dict(email, field='email', of=mailbox, precedence=verified)) -%}
    {%- endfor -%}
    {%- set address = {'table': 'addresses', 'slot': 0} -%}
    {%- set located = 'case when coalesce(people.street, people.zip, people.city) is not null then ' -%}
    {%- do cells.append(dict(
        address, field='primary_address', of="''", precedence='people.street is not null',
        value=located ~ address_line('people') ~ ' end'
    )) -%}
    {%- for field in [
        'street', 'unit', 'city', 'state', 'zip', 'zip_plus4', 'county', 'country'
    ] -%}
        {%- do cells.append(dict(
            address, field=field, of='hex(' ~ address_hash('people') ~ ')', precedence='0',
            value=located ~ 'people.' ~ field ~ ' end'
        )) -%}
    {%- endfor -%}
    {{ return(cells) }}
{%- endmacro %}
