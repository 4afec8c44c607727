{#-
    The numbers of the rules (seed validation_rules) that a record breaks, as a comma list; '' for a
    sound record. One expression, so that each record is checked in one pass. Repeats inside a file
    are looked for in import_duplicate_log, which has to see all of its records.

    Arguments: feed, raw (alias of the feed's raw table), standard (alias of its staging model).
    Example:   broken_rules('people', 'raw_people', 'people') -> '11,43'
-#}
{% macro broken_rules(feed, raw, standard) -%}
    concat_ws(
        ','
        {%- for rule in validation_rules_of(feed) if rule.rule_kind != 'duplicate' -%}
        , {{ broken_rule(rule.rule_number, rule_condition(rule, raw, standard)) }}
        {%- endfor -%}
        , null
    )
{%- endmacro %}
