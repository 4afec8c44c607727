{#-
    Creates the temporary table of a round's edges, the smaller node first, each pair once.

    Arguments: number (of the round; two rounds' tables are alive at a time).
    Returns:   the relation.
-#}
{% macro create_edge_table(number) -%}
    {%- set name = this.identifier ~ '__edges_' ~ number % 2 -%}
    {%- set edges = this.incorporate(path={'identifier': name}, type='table') -%}
    {%- set node_type = model.columns[declared_key()[0]].data_type -%}
    {%- do run_query('drop temporary table if exists ' ~ edges) -%}
    {%- set ddl -%}
        create temporary table {{ edges }} (
            node_a {{ node_type }} not null,
            node_b {{ node_type }} not null,
            primary key (node_a, node_b)
        )
        engine = innodb default character set utf8mb4 collate utf8mb4_bin
    {%- endset -%}
    {%- do run_query(ddl) -%}
    {{ return(edges) }}
{%- endmacro %}
