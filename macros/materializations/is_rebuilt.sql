{#-
    Whether a run builds an incremental model anew.

    Arguments: relation (of the model).
-#}
{% macro is_rebuilt(relation) -%}
    {%- set existing = load_cached_relation(relation) -%}
    {{ return(existing is none or existing.is_view or should_full_refresh()) }}
{%- endmacro %}
