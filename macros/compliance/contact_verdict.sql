{#-
    What all reasons about one contact point and channel come to, as the columns is_allowed, against
    (what blocks), advised (what warns), both as sets of bits, and next_allowed_at (the end of the
    last block; null if there is none, or nobody knows it). For a select that groups by contact point
    and channel. Bits, since texts would make rows too wide to be joined in memory.

    Arguments: reasons (alias of the rows of decide_contact), codes (alias of reason codes with the
               column reason_bit).
-#}
{% macro contact_verdict(reasons, codes) -%}
        max({{ reasons }}.enforcement = 'enforce') = 0 as is_allowed,
        {%- for enforcement, column in [('enforce', 'against'), ('advise', 'advised')] %}
        bit_or(
            case when {{ reasons }}.enforcement = '{{ enforcement }}' then {{ codes }}.reason_bit else 0 end
        ) as {{ column }},
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
