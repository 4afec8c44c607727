{#-
    What stood in the raw column that a rule is about, at most 255 characters; NULL for rules that
    are about no single column.

    Arguments: feed, raw (alias of rows with the columns of the feed's raw table), rules (alias of
    the seed validation_rules).
-#}
{% macro rule_value(feed, raw, rules) -%}
    {%- set fields = [] -%}
    {%- for rule in validation_rules_of(feed) if rule.rule_kind not in ['rejected', 'required'] -%}
        {%- if rule.field_name not in fields %}{% do fields.append(rule.field_name) %}{% endif -%}
    {%- endfor -%}
    {%- if not fields -%}
        cast(null as char(255))
    {%- else -%}
        left(case {{ rules }}.field_name
        {%- for field in fields %}
            when '{{ field }}' then {{ raw }}.{{ field }}
        {%- endfor %}
        end, 255)
    {%- endif -%}
{%- endmacro %}
