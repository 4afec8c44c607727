{#-
    What the seeds of street words say of a line, as columns: unit_abbreviation, first_abbreviation,
    last_abbreviation (directionals), suffix_word, suffix_abbreviation, has_last_directional. The
    from clause is that of street_word_joins.

    Arguments: parts (alias of the row with the columns of street_words).
-#}
{% macro street_word_look_ups(parts) -%}
    unit_designators.abbreviation as unit_abbreviation,
        first_directionals.abbreviation as first_abbreviation,
        last_directionals.abbreviation as last_abbreviation,
        street_suffixes.word as suffix_word,
        street_suffixes.abbreviation as suffix_abbreviation,
        last_directionals.word is not null
        and {{ parts }}.word_count >= if(street_suffixes.word is null, 2, 3) as has_last_directional
{%- endmacro %}
