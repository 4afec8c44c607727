{#-
    `materialized: builder`: no table of its own, but a second session that loads parts of another
    model's table while that is rebuilt. See docs/materializations.md.

    Config: builds (name of the model, of the same schema; it has to have config rebuild_parts).
-#}
{% materialization builder, adapter='mysql' %}
    {%- set built = this.incorporate(path={'identifier': config.require('builds')}, type='table') -%}
    {%- do prepare_session() -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set rows = help_rebuild(built) -%}

    {%- do report_result('load ' ~ rows ~ ' rows of ' ~ built.identifier, 'LOAD', rows) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do run_query('commit') -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': []}) }}
{% endmaterialization %}
