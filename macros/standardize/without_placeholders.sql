{#-
    A telephone number, or NULL for a placeholder such as 888-888-8888 (seed placeholder_values).

    Arguments: number (SQL expression, in E.164; it is worked out twice).
    Example:   without_placeholders('phone_1')
-#}
{% macro without_placeholders(number) -%}
    {%- set placeholders = phone_placeholders() -%}
    {%- if placeholders -%}
    case when {{ number }} not in ({{ sql_list(placeholders) }}) then {{ number }} end
    {%- else -%}
    {{ number }}
    {%- endif -%}
{%- endmacro %}
