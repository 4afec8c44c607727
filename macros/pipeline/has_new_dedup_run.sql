{#-
    True if the dedup run in force differs from the one that the last complete run applied, so that
    persons whose grouping changed have to be looked for. False while parsing.
-#}
{% macro has_new_dedup_run() -%}
    {%- set chosen = ref('int_dedup_job') -%}
    {%- set ledger = previous_state('pipeline_runs') -%}
    {%- if not execute -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set rows = run_query('select job_id from ' ~ chosen).columns[0].values() -%}
    {%- set chosen_job = rows[0] if rows | length > 0 else none -%}
    {%- if not ledger -%}
        {{ return(chosen_job is not none) }}
    {%- endif -%}
    {%- set query = 'select dedup_job_id from ' ~ ledger ~ ' order by id desc limit 1' -%}
    {%- set applied = run_query(query).columns[0].values() -%}
    {{ return(chosen_job != (applied[0] if applied | length > 0 else none)) }}
{%- endmacro %}
