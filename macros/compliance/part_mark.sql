{#- The character between the parts of a text that several values are put into; none of them has it. -#}
{% macro part_mark() -%}
    char(31 using utf8mb4)
{%- endmacro %}
