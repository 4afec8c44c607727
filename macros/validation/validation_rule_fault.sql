{#-
    Why a row of the seed validation_rules can't be used: it can't be evaluated, or would refuse
    what must not be refused. Empty for a sound one.

    Arguments: feed, rule (dict of the seed's columns).
    Example:   validation_rule_fault('dnc', rule) -> 'repeats are looked for among people only'
-#}
{% macro validation_rule_fault(feed, rule) -%}
    {%- set known = ['required', 'format', 'min_length', 'max_length', 'duplicate', 'rejected'] -%}
    {%- set of_people = [
        'unusable', 'ambiguous_date', 'before_date', 'yet_to_come', 'domain_typo', 'placeholder',
        'two_persons', 'several_numbers', 'several_addresses', 'several_streets', 'long_street',
        'long_name_part'
    ] -%}
    {%- set of_feed = {
        'people': of_people,
        'touchpoints': ['unusable', 'ambiguous_date'],
        'opt_outs': ['unusable', 'unread']
    }.get(feed, []) -%}
    {%- set fault = '' -%}
    {%- if rule.rule_kind not in known + of_feed -%}
        {%- set fault = 'its kind ' ~ rule.rule_kind ~ ' is not known for ' ~ feed -%}
    {%- elif rule.rule_kind in ['format', 'min_length', 'max_length', 'rejected'] and not rule.parameter -%}
        {%- set fault = 'its kind ' ~ rule.rule_kind ~ ' needs a parameter' -%}
    {%- elif rule.rule_kind in ['min_length', 'max_length'] and not modules.re.match('[0-9]+$', rule.parameter) -%}
        {%- set fault = 'its parameter ' ~ rule.parameter ~ ' is no number of characters' -%}
    {%- elif rule.rule_kind == 'duplicate' and feed != 'people' -%}
        {%- set fault = 'repeats are looked for among people only' -%}
    {%- elif rule.severity == 'reject' and feed in ['opt_outs', 'dnc'] -%}
        {%- set fault = 'a request not to be contacted is never refused by a rule' -%}
    {%- elif rule.severity == 'reject'
        and rule.rule_kind not in ['required', 'format', 'min_length', 'max_length'] -%}
        {%- set fault = 'a rule of the kind ' ~ rule.rule_kind ~ ' can not refuse a record' -%}
    {%- endif -%}
    {{ return(fault) }}
{%- endmacro %}
