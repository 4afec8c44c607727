{#-
    A regular expression for a number of the North American plan without its 1: an assigned area
    code, an exchange from 200, four digits; brackets and punctuation between them.

    Example: '[+]?1?{{ nanp_number_pattern() }}'
    Source: ATIS-0300051 / NANPA; seed nanp_area_codes
-#}
{% macro nanp_number_pattern() -%}
    {%- set gap = '[^0-9a-zA-Z+#]{0,4}' -%}
    {{ gap }}{{ phone_area_codes() }}{{ gap }}[2-9][0-9]{2}{{ gap }}[0-9]{4}
{%- endmacro %}
