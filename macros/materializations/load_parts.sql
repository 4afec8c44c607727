{#-
    Fills an empty typed table part by part, by as many sessions as there are: this one, and that of a
    model with `materialized: builder`, if dbt runs it at the same time. Which part is whose is settled
    by a lock each; that it is done is written with its rows, so that a part whose session ended before
    is done by this one. Without a builder all parts are done here.

    Arguments: relation (from create_typed_table), queries (of the parts), names (columns of the query).
    Returns:   the number of rows.
-#}
{% macro load_parts(relation, queries, names) -%}
    {%- set parts = create_rebuild_parts() -%}
    {%- set own = "model = '" ~ this.identifier ~ "'" -%}
    {%- set rows = [] -%}
    {%- for query in queries -%}
        {%- set statement = load_statement(relation, query, names) -%}
        {%- do rows.append(
            "('" ~ this.identifier ~ "', " ~ loop.index0 ~ ", '" ~ invocation_id ~ "', "
            ~ sql_text(statement, statement | length) ~ ', null)'
        ) -%}
    {%- endfor -%}
    {%- do run_query('delete from ' ~ parts ~ ' where ' ~ own) -%}
    {%- do run_query('insert into ' ~ parts ~ ' values ' ~ rows | join(', ')) -%}
    {%- do run_query('commit') -%}
    {#- Those that are free, then those that somebody else had begun. -#}
    {%- for seconds in [0, 31536000] -%}
        {%- for part in range(queries | length) -%}
            {%- set done = load_part(parts, this.identifier, part, seconds) -%}
            {%- do stop_on_warning(relation, done.warnings) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set loaded = run_query('select sum(row_count) from ' ~ parts ~ ' where ' ~ own) -%}
    {%- do run_query('delete from ' ~ parts ~ ' where ' ~ own) -%}
    {%- do run_query('commit') -%}
    {{ return(loaded.rows[0][0] | int) }}
{%- endmacro %}
