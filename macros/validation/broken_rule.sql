{#-
    The number of a validation rule if its condition is true, else NULL: one entry of the list that
    import_validation_log makes for each record.

    Arguments: number (of the rule in the seed validation_rules), condition (SQL).
    Example:   broken_rule(45, "people.birth_date < '1900-01-01'")
-#}
{% macro broken_rule(number, condition) -%}
    case when {{ condition }} then {{ number }} end
{%- endmacro %}
