{#-
    Text cut to a column's size, so that an over-long value can't stop a load. The cut is reported
    as VALUE_TOO_LONG by import_validation_log; the original stays in raw.

    Arguments: expression, size (characters).   Example: cut_to('city', 100)
-#}
{% macro cut_to(expression, size) -%}
    nullif(rtrim(left({{ expression }}, {{ size }})), '')
{%- endmacro %}
