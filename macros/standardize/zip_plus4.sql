{#-
    The four digits after a US ZIP code, or NULL.

    Arguments: column (cleaned), country_column.
    Example:   zip_plus4("zip", "country") -> '78701-1234' or '787011234' gives '1234'
    Source: USPS Domestic Mail Manual 602.1.8
-#}
{% macro zip_plus4(column, country_column) -%}
    case
        when char_length({{ column }}) < 9 then null
        when {{ column }} regexp '^[0-9]{4,5}[- ]+[0-9]{4}$|^[0-9]{9}$'
            and coalesce({{ country_column }}, 'US') in ('US', 'PR', 'VI', 'GU', 'AS', 'MP')
            then nullif(right({{ column }}, 4), '0000')
    end
{%- endmacro %}
