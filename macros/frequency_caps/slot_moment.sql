{#-
    When a slot counts as a contact at a moment: when it was used, or taken if it is only held yet.

    Arguments: at (SQL expression).
-#}
{% macro slot_moment(at) -%}
    if(slots.used_at <= {{ at }}, slots.used_at, slots.reserved_at)
{%- endmacro %}
