{#-
    What all reasons about one contact point and channel come to, as the columns is_allowed, reasons
    (what blocks), advice (what warns) and next_allowed_at (the end of the last block; null if there
    is none, or nobody knows it). For a select that groups by contact point and channel.

    Arguments: reasons (alias of the rows of decide_contact), codes (alias of seed reason_codes).
-#}
{% macro contact_verdict(reasons, codes) -%}
        max({{ reasons }}.enforcement = 'enforce') = 0 as is_allowed,
        {%- for enforcement, column in [('enforce', 'reasons'), ('advise', 'advice')] %}
        coalesce(group_concat(
            distinct case
                when {{ reasons }}.enforcement = '{{ enforcement }}' then {{ reasons }}.reason_code
            end
            order by {{ codes }}.sort_order separator ','
        ), '') as {{ column }},
        {%- endfor %}
        case
            when max(
                {{ reasons }}.enforcement = 'enforce' and {{ reasons }}.blocks_until is null
            ) = 0
                then max(
                    case
                        when {{ reasons }}.enforcement = 'enforce' then {{ reasons }}.blocks_until
                    end
                )
        end as next_allowed_at
{%- endmacro %}
