{#-
    Writes the edges that a model selects into the first edge table. A NULL node is an error.

    Arguments: edges (relation), query (columns node_a and node_b).
-#}
{% macro load_edges(edges, query) -%}
    {%- call statement('edges', auto_begin=false) -%}
        insert ignore into {{ edges }} (node_a, node_b)
        select distinct
            least(node_a, node_b) as smaller_node,
            greatest(node_a, node_b) as greater_node
        from (
            {{ query }}
        ) as selected
        order by smaller_node, greater_node
    {%- endcall -%}
    {%- do stop_on_warning(edges, last_warnings()) -%}
{%- endmacro %}
