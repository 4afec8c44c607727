{#-
    True if a key may join its carriers: nobody shares it, or only a household does. Never NULL.

    Arguments: shared_key (alias of the left join on shared_keys).
-#}
{% macro joins_somebody(shared_key) -%}
    coalesce({{ shared_key }}.kind, 'household') = 'household'
{%- endmacro %}
