{#-
    `materialized: incremental`: a merge by primary key. See docs/materializations.md.
-#}
{% materialization incremental, adapter='mysql' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- do prepare_session() -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- if is_rebuilt(this) -%}
        {%- set rows = rebuild_table(sql) -%}
        {%- if config.get('audit_by') -%}
            {%- do audit_first_build(always=true) -%}
            {%- do run_query('commit') -%}
        {%- endif -%}
        {%- do report_result('build ' ~ this.identifier ~ ': ' ~ rows ~ ' rows', 'BUILD', rows) -%}
    {%- else -%}
        {%- set done = merge_batch(sql) -%}
        {%- set message -%}
            merge {{ this.identifier }}: {{ done.inserted }} inserted, {{ done.updated }} updated,
            {{- ' ' }}{{ done.unchanged }} unchanged, {{ done.deleted }} deleted
        {%- endset -%}
        {%- do report_result(message, 'MERGE', done.inserted + done.updated + done.deleted) -%}
    {%- endif -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do run_query('commit') -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
