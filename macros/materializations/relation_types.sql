{#-
    Which of some relations exist, and as what, asked of the server and not of dbt's cache.

    Arguments: schema, identifiers (list).
    Example:   relation_types('s', ['persons', 'persons__old']) -> {'persons': 'table'}
-#}
{% macro relation_types(schema, identifiers) -%}
    {%- set query -%}
        select
            table_name as name,
            case when table_type = 'VIEW' then 'view' else 'table' end as type
        from information_schema.tables
        where table_schema = '{{ schema }}' and table_name in ('{{ identifiers | join("', '") }}')
    {%- endset -%}
    {%- set types = {} -%}
    {%- for row in run_query(query).rows -%}
        {%- do types.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {{ return(types) }}
{%- endmacro %}
