{#-
    What two rules do together: it only warns if one of them does.

    Arguments: rule, other (SQL expressions that give enforce or advise; other may be none).
-#}
{% macro weaker_rule(rule, other) -%}
    {%- if other -%}
    case when {{ other }} = 'advise' then 'advise' else {{ rule }} end
    {%- else -%}
    {{ rule }}
    {%- endif -%}
{%- endmacro %}
