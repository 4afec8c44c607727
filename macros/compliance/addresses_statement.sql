{#-
    The statement by which commands find the contact point of addresses that somebody wrote in one
    line: the macros by which files are standardized. One that contact points hold as it was written
    stays as it is. The mark is replaced by a list in JSON.

    Grain: one row per address. Columns: number (in the list, from 1), contact_value (null if none).
-#}
{% macro addresses_statement() -%}
    with

    written as (
        select
            listed.number,
            listed.line as street_1,
            {% for column in ['street_2', 'city', 'state', 'zip', 'country'] -%}
            cast(null as char) as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        from json_table(
            'lode:addresses', '$[*]' columns (
                number for ordinality,
                line varchar(1000) character set utf8mb4 collate utf8mb4_bin path '$'
            )
        ) as listed
    ),

    {{ addresses_apart('written', 'number') }},

    {{ standardized_addresses('addresses_apart', 'number') }},

    held as (
        select distinct contacts.contact_value
        from written
        inner join {{ ref('int_golden_contacts') }} as contacts
            on contacts.contact_kind = 'address' and written.street_1 = contacts.contact_value
    )

    select
        written.number,
        coalesce(held.contact_value, {{ mail_line('standard_addresses') }}) as contact_value
    from written
    left join standard_addresses on written.number = standard_addresses.number
    left join held on written.street_1 = held.contact_value
    order by written.number
{%- endmacro %}
