{#-
    The words that programs and people write into an empty cell, as a list. dbt reads the word null
    in a seed as an empty cell: its spellings are named here.

    Source: seed placeholder_values, kind null_word
-#}
{% macro null_words() -%}
    {{ return(
        ['NULL', 'null'] + seed_values('placeholder_values', 'value', "kind = 'null_word'")
    ) }}
{%- endmacro %}
