{#-
    Notes that a run begins (see unpublished_state). The time is the server's own, to the second,
    as it notes the making of tables. On-run-start.
-#}
{% macro begin_attempt() -%}
    {%- if execute and flags.WHICH in ('run', 'build') -%}
        {%- set attempts = generate_schema_name('canonical', none) ~ '.pipeline_attempts' -%}
        {%- set statement -%}
            insert into {{ attempts }} (run_id, is_full_refresh, started_at)
            values ('{{ invocation_id }}', {{ flags.FULL_REFRESH | int }}, now())
        {%- endset -%}
        {%- do run_query(statement) -%}
        {%- do run_query('commit') -%}
    {%- endif -%}
    {{ return('') }}
{%- endmacro %}
