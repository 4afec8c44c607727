{#-
    The parts of a text that may hold one telephone number each, as a list in JSON: the text is cut
    before each further number. A semicolon, comma, bar, ampersand, plus that stands alone or line break always cuts; a
    slash, a word, blanks or a plus only before what can be a whole number, so that `202/555-0101` and
    `… ext 5` stay in one piece.

    Arguments: column.
    Example:   numbers_apart("phone") -> '202-555-0101 x5 / 202-555-0102' gives
               ["202-555-0101 x5","202-555-0102"]
-#}
{% macro numbers_apart(column) -%}
    {%- set begins -%}
        (?:1[^0-9a-z+]{0,2})?{{ nanp_number_pattern() }}(?![0-9])
        {#- #}|(?:00|011)[^0-9a-z+]{0,2}[2-9](?:[^0-9a-z+]{0,2}[0-9]){6}
    {%- endset -%}
    {%- set cut -%}
        [;,|&]+| *[+] +| *[/][^0-9+]*(?={{ begins }})| +[a-z][^0-9+]*(?={{ begins }})
        {#- #}|(?<=[0-9]{4})[^0-9+]+(?={{ begins }})
        {#- #}|[^0-9+]+(?=[+][^0-9]{0,2}[0-9])
    {%- endset -%}
    concat(
        '["',
        regexp_replace(replace({{ json_words(column) }}, '+', ' +'), '{{ cut }}', '","'),
        '"]'
    )
{%- endmacro %}
