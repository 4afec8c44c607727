{#-
    The last day on which a fact holds by a rule: so many days or months after it, a month's end
    staying a month's end (31 August and 18 months is 28 February); none at all if the rule says 0.

    Arguments: rule (alias of compliance_rules), happened_at (SQL expression).
-#}
{% macro last_day_of_rule(rule, happened_at) -%}
    case
        when {{ rule }}.value = 0 then date({{ happened_at }}) - interval 1 day
        when {{ rule }}.unit = 'months'
            then date({{ happened_at }}) + interval {{ rule }}.value month
        else date({{ happened_at }}) + interval {{ rule }}.value day
    end
{%- endmacro %}
