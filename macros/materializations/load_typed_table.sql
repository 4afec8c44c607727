{#-
    Fills an empty typed table from a query, in primary-key order; the first thing wrong with a row
    becomes a sentence. See load_statement.

    Arguments: relation (from create_typed_table), query, names (columns of the query, in its order).
    Returns:   the number of rows.
-#}
{% macro load_typed_table(relation, query, names) -%}
    {%- call statement('load', auto_begin=false) -%}
        {{ load_statement(relation, query, names) }}
    {%- endcall -%}
    {%- set rows = load_result('load').response.rows_affected -%}
    {%- do stop_on_warning(relation, last_warnings()) -%}
    {{ return(rows) }}
{%- endmacro %}
