{#-
    First label of every node: its smallest neighbour, or itself.

    Arguments: labels (empty table of node and component), edges (smaller node first).
    Returns:   the number of nodes.
-#}
{% macro seed_components(labels, edges) -%}
    {%- set columns = model.columns.keys() | list -%}
    {%- set node = declared_key()[0] -%}
    {%- set component = columns | reject('equalto', node) | first -%}
    {%- call statement('seed', auto_begin=false) -%}
        insert into {{ labels }} ({{ quoted_list([node, component]) }})
        select node, min(node_a)
        from (
            select
                case side.is_first when 1 then e.node_a else e.node_b end as node,
                e.node_a
            from {{ edges }} as e
            cross join (select 1 as is_first union all select 0) as side
        ) as ends
        group by node
        order by node
    {%- endcall -%}
    {%- do run_query('commit') -%}
    {{ return(load_result('seed').response.rows_affected) }}
{%- endmacro %}
