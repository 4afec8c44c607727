{#-
    Builds the model's table beside the one that readers use, then puts it in its place.

    persons__new is loaded and indexed, one atomic `rename table` makes it persons and the former
    one persons__old, which is dropped. Whoever reads meanwhile sees the old rows or the new rows,
    never nothing. A kill leaves at most __new or __old behind; the next build drops them.

    Arguments: query (the model's SQL).   Returns: the number of rows.
-#}
{% macro rebuild_table(query) -%}
    {%- set new = start_rebuild() -%}
    {%- set names = select_columns(query) -%}
    {%- do check_declared_columns(names) -%}
    {%- do run_query(create_typed_table(new)) -%}
    {%- set queries = rebuild_parts(config.get('rebuild_parts'), query) -%}
    {%- if queries -%}
        {%- set rows = load_parts(new, queries, names) -%}
    {%- else -%}
        {%- set rows = load_typed_table(new, query, names) -%}
    {%- endif -%}
    {%- do finish_rebuild(new) -%}
    {{ return(rows) }}
{%- endmacro %}
