{#-
    What the seeds of street words are asked about, as columns: street_name (all that follows the
    house number), first_word, last_word, last_word_but_one, word_count. Lines in which no such word
    can stand give NULL words.

    Arguments: base (street line without its unit), house_number (column, NULL for none), has_words
    (column: see has_street_words).
    Example:   '12 N OAK ST' -> 'N OAK ST', 'N', 'ST', 'OAK', 3
-#}
{% macro street_words(base, house_number, has_words) -%}
    {%- set name -%}
        substr({{ base }}, coalesce(char_length({{ house_number }}) + 1, 0) + 1)
    {%- endset -%}
    {{ name }} as street_name,
        case when {{ has_words }} then substring_index({{ name }}, ' ', 1) end as first_word,
        case when {{ has_words }} then substring_index({{ base }}, ' ', -1) end as last_word,
        substring_index(substring_index({{ base }}, ' ', -2), ' ', 1) as last_word_but_one,
        char_length({{ name }}) - char_length(replace({{ name }}, ' ', '')) + 1 as word_count
{%- endmacro %}
