{#-
    The value of a record's column that belongs to the place at hand (alias slots: mention_slots).

    Arguments: column (# stands for the number of the place), count (of places).
    Example:   value_in_slot('records.email_#', 2)
               -> elt(slots.slot, records.email_1, records.email_2)
-#}
{% macro value_in_slot(column, count) -%}
    elt(slots.slot
    {%- for slot in range(1, count + 1) %}, {{ column | replace('#', slot) }}{% endfor %})
{%- endmacro %}
