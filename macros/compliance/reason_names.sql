{#-
    The codes of a set of reasons (see contact_verdict) with commas, in the order of the seed. For a
    select that groups by the set.

    Arguments: bits (SQL expression), codes (alias of reason codes with the column reason_bit).
-#}
{% macro reason_names(bits, codes) -%}
    cast(
        coalesce(
            group_concat(
                case when {{ bits }} & {{ codes }}.reason_bit then {{ codes }}.reason_code end
                order by {{ codes }}.reason_bit separator ','
            ), ''
        ) as char(255)
    )
{%- endmacro %}
