{#-
    Inserts the rows of the batch that the target does not have.

    Arguments: batch, target (relations), all_new (bool: no row of the batch is in the target).
-#}
{% macro merge_insert_sql(batch, target, all_new) -%}
    {%- set names = model.columns.keys() | list -%}
    insert into {{ target }} ({{ quoted_list(names) }})
    select {{ quoted_list(names, 'b') }}
    from {{ batch }} as b
    {%- if not all_new %}
    left join {{ target }} as t force index (primary) on {{ merge_key_match() }}
    where t.{{ adapter.quote(declared_key()[0]) }} is null
    {%- endif %}
{%- endmacro %}
