{#-
    The validation rules of a feed, by number, as the seed has them when a model is compiled: a list
    of dicts with the seed's columns. Empty while parsing. A row that can't be evaluated stops the
    run with a sentence.

    Arguments: feed (people, touchpoints, campaigns, opt_outs or dnc).
    Example:   {% for rule in validation_rules_of('people') %} … {{ rule.field_name }} …
-#}
{% macro validation_rules_of(feed) -%}
    {%- set relation = ref('validation_rules') -%}
    {%- set rules = [] -%}
    {%- if execute and load_relation(relation) -%}
        {%- set query -%}
            select rule_number, source_type, field_name, rule_kind, parameter, severity, error_type
            from {{ relation }} where feed = '{{ feed }}' order by rule_number
        {%- endset -%}
        {%- for row in run_query(query).rows -%}
            {%- set rule = dict(row.items()) -%}
            {%- set fault = validation_rule_fault(feed, rule) -%}
            {%- if fault -%}
                {{ exceptions.raise_compiler_error(
                    'Rule ' ~ rule.rule_number ~ ' of the seed validation_rules can not be used: '
                    ~ fault ~ '. Correct seeds/validation/validation_rules.csv and run `dbt seed`.'
                ) }}
            {%- endif -%}
            {%- do rules.append(rule) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(rules) }}
{%- endmacro %}
