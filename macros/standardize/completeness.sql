{#-
    How many of the columns hold a value.

    Arguments: columns (list).   Example: completeness(['email_1', 'phone_1']) -> 0, 1 or 2
-#}
{% macro completeness(columns) -%}
    {% for column in columns -%}
        ({{ column }} is not null){% if not loop.last %} + {% endif %}
    {%- endfor %}
{%- endmacro %}
