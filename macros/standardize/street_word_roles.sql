{#-
    Which words of a line are its suffix and its first directional, as columns has_suffix and
    has_first_directional: a name is left between them. Reads the columns of street_words and
    street_word_look_ups.
-#}
{% macro street_word_roles() -%}
    suffix_word is not null
        and word_count - has_last_directional >= 2
        and has_last_directional = (last_abbreviation is not null) as has_suffix,
        first_abbreviation is not null
        and word_count - has_last_directional - (
            suffix_word is not null and has_last_directional = (last_abbreviation is not null)
        ) >= 2 as has_first_directional
{%- endmacro %}
