{#-
    The column names that a query returns, in its order, without running it.

    Arguments: query (SQL of a select).   Example: select_columns('select 1 as id') -> ['id']
-#}
{% macro select_columns(query) -%}
    {%- set probe -%}
        select * from (
            {{ query }}
        ) as probe limit 0
    {%- endset -%}
    {{ return(run_query(probe).column_names | list) }}
{%- endmacro %}
