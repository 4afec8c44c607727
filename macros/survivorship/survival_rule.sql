{#-
    Why the value of a record survives over the next one, in words; `outranked` for the others.

    Arguments: ranked (alias with preference, cell_precedence, effective_at, completeness and the
    next record's next_…), is_overridden (SQL condition: a manual decision gives the value).
-#}
{% macro survival_rule(ranked, is_overridden) -%}
    case
            when {{ is_overridden }} or {{ ranked }}.preference > 1 then 'outranked'
            when {{ ranked }}.next_record_id is null then 'only value'
            when {{ ranked }}.cell_precedence > {{ ranked }}.next_precedence
                then if({{ ranked }}.table_name = 'addresses', 'has a street', 'verified')
            when {{ ranked }}.effective_at > {{ ranked }}.next_effective_at then 'newest source date'
            when {{ ranked }}.completeness > {{ ranked }}.next_completeness
                then 'most complete record'
            when {{ ranked }}.record_id > {{ ranked }}.next_record_id then 'newest record'
            else 'first in its record'
        end
{%- endmacro %}
