{#-
    A number written without its calling code, with the calling code of its country before it.

    Arguments: column, country_column (ISO code of two letters).
    Example:   national_phone("phone", "country") -> '030 26550280' in DE gives '+49 030 26550280'
    Source: seed country_calling_codes
-#}
{% macro national_phone(column, country_column) -%}
    concat(
        '+',
        {{ seed_lookup(country_column, 'country_calling_codes', 'country_code', 'calling_code') }},
        ' ',
        {{ column }}
    )
{%- endmacro %}
