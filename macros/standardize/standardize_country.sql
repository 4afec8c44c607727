{#-
    A country as its ISO 3166-1 code of two letters; codes of two and three letters, English names
    and usual short forms are understood (seed country_names). NULL for anything else.

    Arguments: column (cleaned).   Example: standardize_country("country") -> 'U.S.A.' gives 'US'
    Source: ISO 3166-1. A name costs one read of the seed's primary key.
-#}
{% macro standardize_country(column) -%}
    case
        when {{ column }} in ('US', 'USA') then 'US'
        when {{ column }} is not null then (
            select country_names.country_code from {{ ref('country_names') }} as country_names
            where country_names.name = {{ place_key(column) }}
        )
    end
{%- endmacro %}
