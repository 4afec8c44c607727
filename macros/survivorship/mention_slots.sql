{#-
    The places of a record that can name a contact point (phone_1, phone_2 …), as a derived table of
    numbers: joined to records, it makes one row of each place.

    Arguments: count (of places).   Example: from records cross join {{ mention_slots(3) }} as slots
-#}
{% macro mention_slots(count) -%}
    (
        {%- for slot in range(1, count + 1) %}
        select {{ slot }} as slot
        {{- ' union all' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
