{#-
    What all reasons about one contact point and channel come to, as the columns is_allowed, reasons
    (codes of what blocks), advice (codes of what warns), both with commas in the order of the seed,
    and next_allowed_at (the end of the last block; null if there is none, or nobody knows it). For a
    select that groups by contact point and channel.

    Arguments: marks (alias of the rows of macro reason_marks).
-#}
{% macro contact_verdict(marks) -%}
        max({{ marks }}.weight = 1) = 0 as is_allowed,
        {%- for weight, column in [(1, 'reasons'), (2, 'advice')] %}
        make_set(
            bit_or(case when {{ marks }}.weight = {{ weight }} then {{ marks }}.reason_bit else 0 end),
            {{ sql_list(reason_codes_in_order()) }}
        ) as {{ column }},
        {%- endfor %}
        case
            when max({{ marks }}.weight = 1 and {{ marks }}.blocks_until is null) = 0
                then max(case when {{ marks }}.weight = 1 then {{ marks }}.blocks_until end)
        end as next_allowed_at
{%- endmacro %}
