{#-
    Whether a row of a seed of rules is what we went by at a moment, whatever days it held on.

    Arguments: rule (alias of a seed that keeps its versions), at (SQL expression of the moment).
-#}
{% macro is_known_rule(rule, at) -%}
    ({{ rule }}.known_at <= {{ at }} and {{ rule }}.known_until > {{ at }})
{%- endmacro %}
