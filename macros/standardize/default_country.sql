{#-
    The country of an address that names none: that of its state or province, or US if the postal
    code looks like a ZIP code; otherwise NULL.

    Arguments: country_column (standardized), state_column (standardized), zip_column (cleaned).
    Example:   default_country("country", "state", "zip") -> NULL, 'TX', '78701' gives 'US'
-#}
{% macro default_country(country_column, state_column, zip_column) -%}
    {%- set states = seed_values('state_names', 'state_code', "country_code = 'US'") -%}
    {%- set provinces = seed_values('state_names', 'state_code', "country_code = 'CA'") -%}
    case
        when {{ country_column }} is not null then {{ country_column }}
        when {{ state_column }} in ({{ sql_list(states | unique | list) }}) then 'US'
        when {{ state_column }} in ({{ sql_list(provinces | unique | list) }}) then 'CA'
        when {{ zip_column }} regexp '^[0-9]{5}(?:-?[0-9]{4})?$' then 'US'
    end
{%- endmacro %}
