{#-
    Where the holders of contact points might have been at a moment, for plausible_places: the area
    code of each point, and ZIP and state of the addresses that those who held it had, all as of the
    moment.

    Addresses are read as contact points, since only of those former ones are kept; the last part of
    one line has state and ZIP. Of an address without a ZIP two letters at the end are taken for a
    state, even where they are a country's: one place more can only narrow.

    Arguments: holders (derived table of golden_person_id, area_code and a key), key (its column by
               which places are told apart), at (SQL expression, of holders too).
-#}
{% macro places_as_of(holders, key, at) -%}
    {%- set tail = "substring_index(homes.contact_value, ', ', -1)" -%}
    {%- set zip = '[0-9]{5}(-[0-9]{4})?$' -%}
    (
        select
            holders.{{ key }} as contact_key,
            null as zip,
            null as state_code,
            cast(holders.area_code as char) as area_code
        from {{ holders }} as holders
        {%- for relation, condition in holdings_as_of('homes', at) %}
        union all
        select straight_join
            holders.{{ key }},
            case
                when {{ tail }} regexp '^([A-Z]{2} )?{{ zip }}'
                    then substr(regexp_substr({{ tail }}, '{{ zip }}'), 1, 5)
            end,
            case when {{ tail }} regexp '^[A-Z]{2}( {{ zip }}|$)' then left({{ tail }}, 2) end,
            null
        from {{ holders }} as holders
        inner join {{ relation }} as homes
            on holders.golden_person_id = homes.golden_person_id
        where homes.contact_kind = 'address' and {{ condition }}
        {%- endfor %}
    )
{%- endmacro %}
