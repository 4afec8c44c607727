{#-
    Whether a cap is of the US, of one of the states named, or of a state in which the golden person
    has an address: the strictest of all holds.

    Arguments: states (SQL expression of a comma list).
-#}
{% macro is_cap_of(states) -%}
    (
        caps.jurisdiction = 'US'
        or find_in_set(caps.jurisdiction, {{ states }}) > 0
        or exists (
            select 1
            from {{ ref('persons') }} as residents
            inner join {{ ref('addresses') }} as homes on residents.id = homes.person_id
            where
                {#- With a bare =, MariaDB would first put together the homes of everybody. #}
                residents.golden_person_id <=> points.golden_person_id
                and homes.state = caps.jurisdiction
        )
    )
{%- endmacro %}
