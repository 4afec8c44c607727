{#-
    A year of two digits as four: below the pivot it belongs to the 2000s, else to the 1900s. Does
    not depend on today's date, so that a rebuild gives the same.

    Arguments: expression (text of 2 or 4 digits), pivot (number).
    Example:   four_digit_year("'71'", 30) -> '1971'
-#}
{% macro four_digit_year(expression, pivot) -%}
    if(
        char_length({{ expression }}) = 2,
        concat(if({{ expression }} < {{ pivot }}, '20', '19'), {{ expression }}),
        {{ expression }}
    )
{%- endmacro %}
