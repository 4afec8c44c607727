{#-
    Joins components that an edge still connects, until none does: the edges are drawn between roots,
    each root hangs itself under its smallest neighbour, then all is flattened again. At least half
    of the connected roots vanish in a round, and the edges shrink with them.

    Arguments: labels (flattened), edges (of the round before), number (of this round).
    Returns:   the number of rounds.
-#}
{% macro join_components(labels, edges, number) -%}
    {%- set node = adapter.quote(declared_key()[0]) -%}
    {%- set component = adapter.quote(
        model.columns.keys() | reject('equalto', declared_key()[0]) | first
    ) -%}
    {%- set shrunk = create_edge_table(number) -%}
    {%- call statement('shrink', auto_begin=false) -%}
        insert into {{ shrunk }} (node_a, node_b)
        select distinct
            least(a.{{ component }}, b.{{ component }}) as smaller_root,
            greatest(a.{{ component }}, b.{{ component }}) as greater_root
        from {{ edges }} as e
        straight_join {{ labels }} as a force index (primary) on a.{{ node }} = e.node_a
        straight_join {{ labels }} as b force index (primary) on b.{{ node }} = e.node_b
        where a.{{ component }} <> b.{{ component }}
        order by smaller_root, greater_root
    {%- endcall -%}
    {%- if not load_result('shrink').response.rows_affected -%}
        {{ return(number) }}
    {%- endif -%}
    {%- call statement('hang', auto_begin=false) -%}
        update (select node_b, min(node_a) as root from {{ shrunk }} group by node_b) as e
        straight_join {{ labels }} as n force index (primary) on n.{{ node }} = e.node_b
        set n.{{ component }} = e.root
    {%- endcall -%}
    {%- do run_query('commit') -%}
    {%- do flatten_components(labels) -%}
    {{ return(join_components(labels, shrunk, number + 1)) }}
{%- endmacro %}
