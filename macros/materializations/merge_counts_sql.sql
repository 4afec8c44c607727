{#-
    What a merge is going to do, counted before it does it: one row per import (column audit_by), or
    one row in all.

    Reads each row of the batch once and looks its key up in the target.

    Arguments: batch, target (relations), audit_by (column, or none).
    Columns:   import_seq, inserted, updated, unchanged.
-#}
{% macro merge_counts_sql(batch, target, audit_by) -%}
    {%- set import_seq = 'b.' ~ adapter.quote(audit_by) if audit_by else 'null' -%}
    select
        import_seq,
        cast(sum(is_new) as unsigned) as inserted,
        cast(sum(not is_new and is_different) as unsigned) as updated,
        cast(sum(not is_new and not is_different) as unsigned) as unchanged
    from (
        select
            {{ import_seq }} as import_seq,
            t.{{ adapter.quote(declared_key()[0]) }} is null as is_new,
            {{ merge_difference() }} as is_different
        from {{ batch }} as b
        left join {{ target }} as t force index (primary) on {{ merge_key_match() }}
    ) as compared
    group by import_seq
{%- endmacro %}
