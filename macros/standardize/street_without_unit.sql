{#-
    A street line without the secondary unit at its end (see street_unit).

    Arguments: line (see street_line).   Example: '12 OAK ST APT 4' gives '12 OAK ST'
-#}
{% macro street_without_unit(line) -%}
    nullif(regexp_replace({{ line }}, '{{ street_unit_pattern() }}', ''), '')
{%- endmacro %}
