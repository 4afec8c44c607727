{#-
    `materialized: table`: a typed table with keys, swapped in atomically. See docs/materializations.md.
-#}
{% materialization table, adapter='mysql' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- do prepare_session() -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set rows = rebuild_table(sql) -%}

    {%- do report_result('build ' ~ this.identifier ~ ': ' ~ rows ~ ' rows', 'BUILD', rows) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do run_query('commit') -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
