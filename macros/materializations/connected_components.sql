{#-
    `materialized: connected_components`: the model selects edges (node_a, node_b); the table has one
    row per node with the smallest node of its component. See docs/materializations.md.
-#}
{% materialization connected_components, adapter='mysql' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- do prepare_session() -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- do check_component_columns(select_columns(sql)) -%}
    {%- set new = start_rebuild() -%}
    {%- set edges = create_edge_table(0) -%}
    {%- do load_edges(edges, sql) -%}
    {%- do run_query(create_typed_table(new)) -%}
    {%- set rows = seed_components(new, edges) -%}
    {%- do flatten_components(new) -%}
    {%- set rounds = join_components(new, edges, 1) -%}
    {%- do finish_rebuild(new) -%}

    {%- do report_result(
        'build ' ~ this.identifier ~ ': ' ~ rows ~ ' nodes in ' ~ rounds ~ ' rounds', 'BUILD', rows
    ) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do run_query('commit') -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
