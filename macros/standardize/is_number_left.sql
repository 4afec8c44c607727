{#-
    Whether a part of a text (macro numbers_apart) has four digits more than the number that was seen
    in it and its extension: they may stand for another one.

    Arguments: part, number (SQL expressions; the number in E.164, null if none was seen).
    Example:   is_number_left("'202-555-0101/0102'", "'+12025550101'") -> 1
-#}
{% macro is_number_left(part, number) -%}
    {%- set beside -%}
        ^[^0-9]*0(?:0|11)(?=[^0-9]*[1-9])
        {#- #}|(?:ext[a-z. ]*|x|#)[^0-9a-z]{0,3}[0-9]{1,6}(?![0-9])(?:/[0-9]{1,5}(?![0-9]))*
        {#- #}|\\P{Nd}
    {%- endset -%}
    char_length(regexp_replace({{ part }}, '{{ beside }}', ''))
        - coalesce(char_length({{ number }}) - if({{ number }} like '+1%', 2, 1), 0) >= 4
{%- endmacro %}
