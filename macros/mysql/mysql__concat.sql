{#-
    dbt.concat for MySQL: `||` is OR there. NULL if any part is NULL, as the standard wants it.

    Arguments: fields (list of SQL expressions).
    Example:   dbt.concat(["first_name", "' '", "last_name"]) -> concat(first_name, ' ', last_name)
-#}
{% macro mysql__concat(fields) -%}
    concat({{ fields | join(', ') }})
{%- endmacro %}
