{#-
    The condition that a row of the batch (b) says something else than its row of the target (t).

    Example: (not (t.`score` <=> b.`score`) or not (cast(t.`email` as binary) <=> …))
-#}
{% macro merge_difference() -%}
    (
    {%- for name, data_type in merge_columns(compared=true).items() %}
        {{ byte_differs('t.' ~ adapter.quote(name), 'b.' ~ adapter.quote(name), data_type) }}
        {{- ' or' if not loop.last }}
    {%- else %}
        false
    {%- endfor %}
    )
{%- endmacro %}
