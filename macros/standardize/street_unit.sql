{#-
    The secondary unit at the end of a street line, with the space before it; NULL or '' if there is
    none.

    Arguments: line (see street_line).   Example: '12 OAK ST APARTMENT 4' gives ' APARTMENT 4'
-#}
{% macro street_unit(line) -%}
    regexp_substr({{ line }}, '{{ street_unit_pattern() }}')
{%- endmacro %}
