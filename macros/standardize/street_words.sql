{#-
    What the seeds of street words are asked about, as columns: house_number, street_name (all that
    follows it), first_word, last_word, last_word_but_one, word_count. Boxes and rural routes, which
    have no such words, and streets of other countries give NULL words.

    Arguments: base (street line without its unit), country_column.
    Example:   '12 N OAK ST' -> '12', 'N OAK ST', 'N', 'ST', 'OAK', 3
-#}
{% macro street_words(base, country_column) -%}
    {%- set is_plain -%}
        {{ base }} not regexp '^(?:PO BOX|RR|HC) ?[0-9#]'
        and coalesce({{ country_column }}, 'US') in ('US', 'PR', 'CA', 'VI', 'GU')
    {%- endset -%}
    {%- set name -%} regexp_replace({{ base }}, '{{ house_number_pattern() }} ', '') {%- endset -%}
    nullif(regexp_substr({{ base }}, '{{ house_number_pattern() }}(?= )'), '') as house_number,
        {{ name }} as street_name,
        case when {{ is_plain }} then substring_index({{ name }}, ' ', 1) end as first_word,
        case when {{ is_plain }} then substring_index({{ base }}, ' ', -1) end as last_word,
        substring_index(substring_index({{ base }}, ' ', -2), ' ', 1) as last_word_but_one,
        char_length({{ name }}) - char_length(replace({{ name }}, ' ', '')) + 1 as word_count
{%- endmacro %}
