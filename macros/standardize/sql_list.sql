{#-
    A list of values as the inside of a SQL `in (…)`: quoted, or null for an empty list, which makes
    `in (null)` match nothing.

    Arguments: values (list of strings).   Example: sql_list(["a", "o'b"]) -> 'a', 'o''b'
-#}
{% macro sql_list(values) -%}
    {%- for value in values -%}
        '{{ value | replace("\\", "\\\\") | replace("'", "''") }}'{% if not loop.last %}, {% endif %}
    {%- endfor -%}
    {%- if not values -%} null {%- endif -%}
{%- endmacro %}
