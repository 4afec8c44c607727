{#-
    Why the value of one person survives over that of the next one of its group, in words: those of
    survival_rule.

    Arguments: key and next_key (of person_survivorship_key: 1 character, then 20 of the moment, 2 of
    how complete and 20 of the id; next_key is NULL for the only one), is_overridden (SQL condition:
    a manual decision gives the value).
-#}
{% macro person_survival_rule(key, next_key, is_overridden) -%}
    case
            when {{ is_overridden }} then 'manual override'
            when {{ next_key }} is null then 'only value'
            when left({{ key }}, 21) > left({{ next_key }}, 21) then 'newest source date'
            when left({{ key }}, 23) > left({{ next_key }}, 23) then 'most complete record'
            else 'newest record'
        end
{%- endmacro %}
