{#-
    A street line without the secondary unit at its end.

    Arguments: line (see street_line), unit (what street_unit found in it).
    Example:   street_without_unit('line', 'unit') -> '12 OAK ST APT 4' gives '12 OAK ST'
-#}
{% macro street_without_unit(line, unit) -%}
    nullif(
        left({{ line }}, char_length({{ line }}) - coalesce(char_length({{ unit }}), 0)), ''
    )
{%- endmacro %}
