{#-
    The inside of a merge's transaction: counts what will change, changes it, checks that exactly that
    changed, and writes the audit log.

    Arguments: batch (relation), rows (of the batch).
    Returns:   {inserted, updated, unchanged, deleted}.
-#}
{% macro merge_rows(batch, rows) -%}
    {%- set audit_by = config.get('audit_by') -%}
    {%- set counts = {'INSERT': {}, 'UPDATE': {}, 'UNCHANGED': {}, 'DELETE': {}} -%}
    {%- if audit_by -%}
        {%- do audit_first_build() -%}
    {%- endif -%}
    {%- if rows -%}
        {%- for row in run_query(merge_counts_sql(batch, this, audit_by)).rows -%}
            {%- do counts['INSERT'].update({row[0]: row[1] | int}) -%}
            {%- do counts['UPDATE'].update({row[0]: row[2] | int}) -%}
            {%- do counts['UNCHANGED'].update({row[0]: row[3] | int}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if config.get('merge_scope') -%}
        {%- do counts['DELETE'].update(merge_delete(batch, audit_by)) -%}
    {%- endif -%}
    {%- set done = {
        'inserted': counts['INSERT'].values() | sum,
        'updated': counts['UPDATE'].values() | sum,
        'unchanged': counts['UNCHANGED'].values() | sum,
        'deleted': counts['DELETE'].values() | sum,
    } -%}
    {%- if done.updated -%}
        {%- do run_counted(merge_update_sql(batch, this), done.updated) -%}
    {%- endif -%}
    {%- if done.inserted -%}
        {%- do run_counted(merge_insert_sql(batch, this, done.inserted == rows), done.inserted) -%}
    {%- endif -%}
    {%- if audit_by -%}
        {%- do write_audit_rows(counts) -%}
    {%- endif -%}
    {{ return(done) }}
{%- endmacro %}
