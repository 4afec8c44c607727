{#-
    Column names, quoted and separated by commas.

    Arguments: names (list), alias (of the table, or none).
    Example:   quoted_list(['id', 'email'], 't') -> t.`id`, t.`email`
-#}
{% macro quoted_list(names, alias=none) -%}
    {%- for name in names -%}
        {{ alias ~ '.' if alias }}{{ adapter.quote(name) }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
