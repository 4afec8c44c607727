{#-
    In a dry run: brings in, of the warehouse that it is about, all that can decide who the records
    of the batch are. That is every person who carries one of their keys (or of the keys that
    replaced records had), every person who shares a key with one of these, with all records, and
    which of the keys concerned are shared by several people. Keys that joined nobody before still do,
    so their carriers stay away. A pre_hook of record_match_keys, which is then built from these
    people alone; nothing to do outside of dry runs.
-#}
{% macro copy_reached_people() -%}
    {%- if execute and var('dry_run_of') and flags.WHICH == 'run' and not is_rebuild() -%}
        {%- set own = {
            'staging': generate_schema_name('staging', none),
            'canonical': generate_schema_name('canonical', none),
        } -%}
        {%- set known = {
            'staging': var('dry_run_of') ~ '_staging', 'canonical': var('dry_run_of') ~ '_canonical',
        } -%}
        {%- for statement in reached_people_sql(own, known) -%}
            {%- do run_query(statement) -%}
            {%- do run_query('commit') -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return('') }}
{%- endmacro %}
