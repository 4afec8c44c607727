{#-
    Loads one part of a rebuild, unless another session does or has done so.

    Arguments: parts (relation of create_rebuild_parts), name (of the model), part (its number), seconds
               (for which to wait if another session is at work on it).
    Returns:   {rows: number of rows loaded here, warnings: what the load left; nothing was kept then}.
-#}
{% macro load_part(parts, name, part, seconds) -%}
    {%- set lock = build_lock_name(parts.incorporate(path={'identifier': name})) ~ '.' ~ part -%}
    {%- set own -%}
        where model = '{{ name }}' and part = {{ part }} and run_id = '{{ invocation_id }}'
    {%- endset -%}
    {%- set done = namespace(rows=0, warnings=[]) -%}
    {%- set taken = run_query("select get_lock('" ~ lock ~ "', " ~ seconds ~ ')') -%}
    {%- if taken.rows[0][0] == 1 -%}
        {%- set found = run_query(
            'select statement from ' ~ parts ~ ' ' ~ own ~ ' and row_count is null'
        ).rows -%}
        {%- if found -%}
            {%- call statement('load', auto_begin=false) -%}
                {{ found[0][0] }}
            {%- endcall -%}
            {%- set done.rows = load_result('load').response.rows_affected -%}
            {%- set done.warnings = last_warnings() -%}
            {%- if done.warnings -%}
                {%- do run_query('rollback') -%}
            {%- else -%}
                {%- do run_query(
                    'update ' ~ parts ~ ' set row_count = ' ~ done.rows ~ ' ' ~ own
                ) -%}
            {%- endif -%}
        {%- endif -%}
        {%- do run_query('commit') -%}
        {%- do run_query("select release_lock('" ~ lock ~ "')") -%}
    {%- endif -%}
    {{ return(done) }}
{%- endmacro %}
