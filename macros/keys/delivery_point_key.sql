{#-
    Where the mail carrier stops: ZIP code, house number with bare street name, and unit. Two
    spellings of one address have one key; NULL without a ZIP code or a street.

    Arguments: street_key, unit, zip (SQL expressions).
    Example:   '78701|12 OAK|APT 4'
    Source: USPS Publication 28, section 1 (delivery address line and last line).
-#}
{% macro delivery_point_key(street_key, unit, zip) -%}
    concat({{ zip }}, '|', {{ street_key }}, '|', coalesce({{ unit }}, ''))
{%- endmacro %}
