{#-
    The statement that fills an empty typed table from a query, in primary-key order.

    Order: rows that come in another order than the key's are what makes a load slow (3,000,000 rows,
    sorted against unsorted: MariaDB 8 s and 59 s, MySQL 15 s and 85 s). Config `order_by: [columns]`
    chooses another order, `order_by: []` trusts the query's own.

    Errors: a plain insert would stop with a database error that Jinja cannot catch. `insert ignore`
    turns every such error into a warning, and any warning at all stops the run: nothing is ignored.
    It is only safe with unique_checks on: with it off, MariaDB's bulk load loses rows silently.

    Arguments: relation (from create_typed_table), query, names (columns of the query, in its order).
    Returns:   SQL.
-#}
{% macro load_statement(relation, query, names) -%}
    {%- set order = config.get('order_by') -%}
    {%- set order = declared_key() if order is none else order -%}
        insert ignore into {{ relation }} ({{ quoted_list(names) }})
        {%- if order %}
        select {{ quoted_list(names) }} from (
            {{ query }}
        ) as ordered
        order by {{ quoted_list([order] if order is string else order) }}
        {%- else %}
        {{ without_final(query) }}
        {%- endif %}
{%- endmacro %}
