{#-
    A street in the postal spelling, by the roles of its words (see street_word_roles); NULL if
    nothing is left. Reads house_number and bare_street_name (see street_name_alone), too.

    Example: '12 NORTH OAK STREET' -> '12 N OAK ST'
    Source: USPS Publication 28, sections 23 and 233.
-#}
{% macro street_standard() -%}
    nullif({{ cut_to(
        "concat_ws(' ', nullif(house_number, ''), if(has_first_directional, first_abbreviation, null), "
        ~ "bare_street_name, if(has_suffix, suffix_abbreviation, null), "
        ~ "if(has_last_directional, last_abbreviation, null))", 255
    ) }}, '')
{%- endmacro %}
