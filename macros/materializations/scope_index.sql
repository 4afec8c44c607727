{#-
    The index by which the rows of a merge_scope are found: one that begins with the scope column.

    Example: scope_index() -> 'by_person_id', or 'primary', or none
-#}
{% macro scope_index() -%}
    {%- set column = config.get('merge_scope').column -%}
    {%- if declared_key()[0] == column -%}
        {{ return('PRIMARY') }}
    {%- endif -%}
    {%- for name, index in declared_indexes().items() if index.columns[0] == column -%}
        {{ return(name) }}
    {%- endfor -%}
    {{ return(none) }}
{%- endmacro %}
