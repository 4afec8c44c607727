{#-
    Updates the rows of the target that differ from the batch; the batch is read, the target looked up.

    Arguments: batch, target (relations).
-#}
{% macro merge_update_sql(batch, target) -%}
    update {{ batch }} as b
    straight_join {{ target }} as t force index (primary) on {{ merge_key_match() }}
    set
    {%- for name in merge_columns(compared=false) %}
        t.{{ adapter.quote(name) }} = b.{{ adapter.quote(name) }}{{ ',' if not loop.last }}
    {%- endfor %}
    where {{ merge_difference() }}
{%- endmacro %}
