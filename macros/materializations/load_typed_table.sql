{#-
    Fills an empty typed table from a query, in primary-key order; the first thing wrong with a row
    becomes a sentence.

    Order: rows that come in another order than the key's are what makes a load slow (3,000,000 rows,
    sorted against unsorted: MariaDB 8 s and 59 s, MySQL 15 s and 85 s). Config `order_by: [columns]`
    chooses another order, `order_by: []` trusts the query's own.

    Errors: a plain insert would stop with a database error that Jinja cannot catch. `insert ignore`
    turns every such error into a warning, and any warning at all stops the run: nothing is ignored.
    It is only safe with unique_checks on: with it off, MariaDB's bulk load loses rows silently.

    Arguments: relation (from create_typed_table), query, names (columns of the query, in its order).
    Returns:   the number of rows.
-#}
{% macro load_typed_table(relation, query, names) -%}
    {%- set order = config.get('order_by') -%}
    {%- set order = declared_key() if order is none else order -%}
    {%- call statement('load', auto_begin=false) -%}
        insert ignore into {{ relation }} ({{ quoted_list(names) }})
        {%- if order %}
        select {{ quoted_list(names) }} from (
            {{ query }}
        ) as ordered
        order by {{ quoted_list([order] if order is string else order) }}
        {%- else %}
        {{ without_final(query) }}
        {%- endif %}
    {%- endcall -%}
    {%- set rows = load_result('load').response.rows_affected -%}
    {%- do stop_on_warning(relation) -%}
    {{ return(rows) }}
{%- endmacro %}
