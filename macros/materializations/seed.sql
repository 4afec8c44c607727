{#-
    Seeds: typed by `column_types`, with primary key and indexes from the config, swapped in
    atomically, and left alone while file and config are the same. With `keep_versions` the former rows
    stay, with the time in which they were known. See docs/materializations.md.
-#}
{% materialization seed, adapter='mysql' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- do prepare_session() -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set fingerprint = seed_fingerprint() -%}
    {%- set is_same = not should_full_refresh() and fingerprint == loaded_fingerprint(this) -%}
    {%- if is_same and not invocation_args_dict.get('show') -%}
        {%- do store_result('agate_table', response='OK') -%}
        {%- do report_result('seed ' ~ this.identifier ~ ': unchanged', 'UNCHANGED', 0) -%}
    {%- else -%}
        {%- set agate_table = load_agate_table() -%}
        {%- do store_result('agate_table', response='OK', agate_table=agate_table) -%}
        {%- set new = start_rebuild() -%}
        {%- do run_query(create_seed_table(new, agate_table, fingerprint)) -%}
        {%- do load_seed_rows(new, agate_table) -%}
        {%- set moment = none -%}
        {%- if config.get('keep_versions') -%}
            {%- set moment = keep_seed_versions(new, agate_table.column_names) -%}
        {%- endif -%}
        {%- do finish_rebuild(new) -%}
        {%- if moment -%}
            {%- do run_query(
                'select sleep(greatest(0, timestampdiff(microsecond, ' ~ utc_now() ~ ", '" ~ moment
                ~ "') / 1000000))"
            ) -%}
        {%- endif -%}
        {%- set rows = agate_table.rows | length -%}
        {%- do report_result('seed ' ~ this.identifier ~ ': ' ~ rows ~ ' rows', 'SEED', rows) -%}
    {%- endif -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do run_query('commit') -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
