{#-
    The kind of problem of the first rule of severity `reject` that a record breaks, NULL if it
    breaks none: what a staging model takes for its rejection_reason.

    Arguments: feed, raw (alias of the feed's raw table).
    Example:   refused_by_rule('people', 'raw_people')
-#}
{% macro refused_by_rule(feed, raw) -%}
    {%- set rules = validation_rules_of(feed) | selectattr('severity', 'equalto', 'reject') | list -%}
    {%- if not rules -%}
        null
    {%- else -%}
        case
        {%- for rule in rules %}
            when {{ rule_condition(rule, raw) }} then {{ sql_list([rule.error_type]) }}
        {%- endfor %}
        end
    {%- endif -%}
{%- endmacro %}
