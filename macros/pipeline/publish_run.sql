{#-
    Ends a complete run: writes the accounting of its imports into the loaders' ledger, moves them
    to COMPLETE (COMPLETE_WITH_ERRORS if records were rejected, FAILED if the sum does not close)
    and remembers which dedup run was applied. Imports that were being undone are UNDONE. All in one
    transaction. On-run-end.

    Does nothing unless every model was built in this run without an error, so that an import whose
    run broke off, or ran in part (--select), stays LOADED and is taken again.

    Arguments: results (dbt's list of results).
-#}
{% macro publish_run(results) -%}
    {%- if not execute or flags.WHICH not in ('run', 'build') -%}
        {{ return('') }}
    {%- endif -%}
    {%- set built = [] -%}
    {%- set broken = [] -%}
    {%- for result in results -%}
        {%- if result.status in ('error', 'fail', 'skipped') -%}
            {%- do broken.append(result.node.name) -%}
        {%- elif result.node.resource_type == 'model' -%}
            {%- do built.append(result.node.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
        {%- if node.config.materialized != 'ephemeral' and node.name not in built -%}
            {%- do broken.append(node.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if broken -%}
        {{ return('') }}
    {%- endif -%}
    {%- set raw = generate_schema_name('raw', none) -%}
    {%- set staging = generate_schema_name('staging', none) -%}
    {%- set canonical = generate_schema_name('canonical', none) -%}
    {%- do run_query('start transaction') -%}
    {%- do run_query(publish_imports_sql(raw, staging, canonical)) -%}
    {%- set undone -%}
        update {{ raw }}.import_metadata as imports
        inner join {{ staging }}.import_batch as batch
            on imports.id = batch.import_seq and batch.is_withdrawn
        set imports.status = 'UNDONE', imports.completed_at = {{ utc_now() }}
        where imports.status = 'UNDOING'
    {%- endset -%}
    {%- do run_query(undone) -%}
    {%- set ledger_entry -%}
        insert into {{ canonical }}.pipeline_runs (run_id, dedup_job_id, finished_at)
        select '{{ invocation_id }}', max(job_id), {{ utc_now() }}
        from {{ canonical }}.int_dedup_job
    {%- endset -%}
    {%- do run_query(ledger_entry) -%}
    {%- do run_query('delete from ' ~ canonical ~ '.pipeline_attempts') -%}
    {%- do run_query('commit') -%}
    {{ return('') }}
{%- endmacro %}
