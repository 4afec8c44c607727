{#-
    Whether a text is nothing but a secondary unit, such as Apt 4 or REAR.

    Arguments: expression.
-#}
{% macro is_unit_alone(expression) -%}
    coalesce({{ street_unit("concat('X ', upper(" ~ expression ~ '))') }}, '')
        = concat(' ', upper({{ expression }}))
{%- endmacro %}
