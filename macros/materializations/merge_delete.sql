{#-
    Deletes the rows of the target that left the merge's scope; see merge_scope_sql.

    Arguments: batch (relation), audit_by (column, or none).
    Returns:   {import_seq: rows deleted}.
-#}
{% macro merge_delete(batch, audit_by) -%}
    {%- set import_seq = 't.' ~ adapter.quote(audit_by) if audit_by else 'null' -%}
    {%- set counted = 'select ' ~ import_seq ~ ' as import_seq, count(*) as deleted' -%}
    {%- set counts = {} -%}
    {%- set query = merge_scope_sql(batch, this, counted) ~ ' group by import_seq' -%}
    {%- for row in run_query(query).rows -%}
        {%- do counts.update({row[0]: row[1] | int}) -%}
    {%- endfor -%}
    {%- if counts -%}
        {%- do run_counted(merge_scope_sql(batch, this, 'delete t'), counts.values() | sum) -%}
    {%- endif -%}
    {{ return(counts) }}
{%- endmacro %}
