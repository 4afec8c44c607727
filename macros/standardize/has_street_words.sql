{#-
    True for a street line in which directionals and a suffix may stand: no box or rural route, and
    no street of another country.

    Arguments: base (street line without its unit), country_column.
-#}
{% macro has_street_words(base, country_column) -%}
    {{ base }} not regexp '^(?:PO BOX|RR|HC) ?[0-9#]'
    and coalesce({{ country_column }}, 'US') in ('US', 'PR', 'CA', 'VI', 'GU')
{%- endmacro %}
