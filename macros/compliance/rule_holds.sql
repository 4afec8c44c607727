{#-
    Whether a row of a seed of rules counts at a moment: it held on the day that it is about, by what we
    went by at the moment. A row that somebody changed, added or removed since is as it was then.

    Arguments: rule (alias of a seed that keeps its versions), at (SQL expression of the moment), day (SQL
               expression of the day, or a moment of it, that the rule has to hold on; that of the
               moment if left out).
    Example:   rule_holds('rules', utc_now())
-#}
{% macro rule_holds(rule, at, day=none) -%}
    (
        date({{ day or at }}) between {{ rule }}.valid_from and {{ rule }}.valid_to
        and {{ is_known_rule(rule, at) }}
    )
{%- endmacro %}
