{#-
    The house number that a street line starts with; NULL or '' if there is none.

    Arguments: base (street line without its unit).
    Example:   house_number('base') -> '12-B N OAK ST' gives '12-B'
-#}
{% macro house_number(base) -%}
    regexp_substr({{ base }}, '{{ house_number_pattern() }}(?= )')
{%- endmacro %}
