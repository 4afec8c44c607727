{#-
    The condition that a row of the batch (b) and a row of the target (t) have the same primary key.

    Example: t.`id` = b.`id`
-#}
{% macro merge_key_match() -%}
    {%- for name in declared_key() -%}
        t.{{ adapter.quote(name) }} = b.{{ adapter.quote(name) }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
