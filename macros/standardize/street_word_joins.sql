{#-
    The joins that street_word_look_ups reads: each word of a line in the seed it may stand in.

    Arguments: parts (alias of the row with the columns of street_words and unit_word).
-#}
{% macro street_word_joins(parts) -%}
    left join {{ ref('usps_unit_designators') }} as unit_designators
        on {{ parts }}.unit_word = unit_designators.word
    left join {{ ref('usps_directionals') }} as first_directionals
        on {{ parts }}.first_word = first_directionals.word
    left join {{ ref('usps_directionals') }} as last_directionals
        on {{ parts }}.last_word = last_directionals.word
    left join {{ ref('usps_street_suffixes') }} as street_suffixes
        on
            street_suffixes.word
            = if(last_directionals.word is null, {{ parts }}.last_word, {{ parts }}.last_word_but_one)
{%- endmacro %}
