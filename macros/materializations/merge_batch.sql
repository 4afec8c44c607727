{#-
    Merges a query into the model's table: one transaction that inserts what is new, updates what
    differs, deletes what left the scope, and writes the audit log.

    Arguments: query (the model's SQL).
    Returns:   {inserted, updated, unchanged, deleted}.
-#}
{% macro merge_batch(query) -%}
    {%- do take_build_lock(this) -%}
    {%- set batch = this.incorporate(path={'identifier': this.identifier ~ '__batch'}, type='table') -%}
    {%- set names = select_columns(query) -%}
    {%- do check_declared_columns(names) -%}
    {%- do check_merge_scope() -%}
    {%- do run_query('drop temporary table if exists ' ~ batch) -%}
    {%- do run_query(create_typed_table(batch, temporary=true)) -%}
    {%- do check_same_shape(batch, this) -%}
    {%- do add_declared_indexes(this) -%}
    {%- set rows = load_typed_table(batch, query, names) -%}
    {%- do run_query('commit') -%}
    {%- set done = {'inserted': 0, 'updated': 0, 'unchanged': 0, 'deleted': 0} -%}
    {%- if rows or config.get('merge_scope') -%}
        {%- do run_query('start transaction') -%}
        {%- do done.update(merge_rows(batch, rows)) -%}
        {%- do run_query('commit') -%}
        {%- if done.inserted + done.deleted >= 500 -%}
            {%- do refresh_statistics(this) -%}
        {%- endif -%}
    {%- endif -%}
    {%- do run_query('drop temporary table if exists ' ~ batch) -%}
    {%- do release_build_lock(this) -%}
    {{ return(done) }}
{%- endmacro %}
