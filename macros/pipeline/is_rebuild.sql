{#-
    True when this run builds everything from raw: `--full-refresh`, or the record-to-person map was
    never built. Models that are rebuilt on every run (working sets) ask this instead of
    is_incremental(), which speaks of their own table only.

    Example: {% if is_rebuild() %} all records {% else %} records of the batch {% endif %}
-#}
{% macro is_rebuild() -%}
    {{ return(flags.FULL_REFRESH or not previous_state('person_records')) }}
{%- endmacro %}
