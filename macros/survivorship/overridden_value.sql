{#-
    The value that the newest manual decision of a group gives a field, or NULL.

    Arguments: field (name), relation (alias of the decisions, optional).
    Example:   overridden_value('last_name') in a `group by person_id`
-#}
{% macro overridden_value(field, relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    substr(max(
            case when {{ prefix }}field_name = '{{ field }}'
                then concat(lpad({{ prefix }}id, 20, '0'), {{ prefix }}value) end
        ), 21)
{%- endmacro %}
