{#-
    Text cut to a column's size, so that an over-long value can't stop a load. The cut is reported
    as VALUE_TOO_LONG by import_validation_log; the original stays in raw.

    Arguments: expression, size (characters); given (column that is blank where the expression may be,
    for one that is never blank leave it out).   Example: cut_to('city', 100)
-#}
{% macro cut_to(expression, size, given=none) -%}
    {{ "case when " ~ given ~ " <> '' then " if given }}rtrim(left({{ expression }}, {{ size }}))
    {{- ' end' if given }}
{%- endmacro %}
