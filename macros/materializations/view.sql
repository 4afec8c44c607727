{#-
    `materialized: view`: replaced in one atomic statement. See docs/materializations.md.
-#}
{% materialization view, adapter='mysql' %}
    {%- set target_relation = this.incorporate(type='view') -%}
    {%- do prepare_session() -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set new = start_rebuild().incorporate(type='view') -%}
    {%- set former = relation_types(this.schema, [this.identifier]) -%}
    {%- if former.values() | list == ['table'] -%}
        {%- do run_query('create view ' ~ new ~ ' as ' ~ sql) -%}
        {%- do swap_in(new, this) -%}
    {%- else -%}
        {%- do run_query('create or replace view ' ~ this ~ ' as ' ~ sql) -%}
    {%- endif -%}
    {%- do release_build_lock(this) -%}

    {%- do report_result('view ' ~ this.identifier, 'VIEW', 0) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do run_query('commit') -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
