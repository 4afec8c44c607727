{#-
    The value of a column that survives in a group: that of the record with the highest
    survivorship_key among those that have one. A blank never wins. One pass, no sort.

    Arguments: column, key (column or expression with the 43 characters of survivorship_key).
    Example:   surviving_value('first_name', 'survivorship_key')
-#}
{% macro surviving_value(column, key='survivorship_key') -%}
    substr(max(case when {{ column }} is not null then concat({{ key }}, {{ column }}) end), 44)
{%- endmacro %}
