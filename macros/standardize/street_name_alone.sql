{#-
    The name of a street by the roles of its words (see street_word_roles): 'N OAK ST' gives 'OAK'.
-#}
{% macro street_name_alone() -%}
    {{ street_name_bare(
        'street_name',
        'if(has_first_directional, first_word, null)',
        "concat_ws(' ', if(has_suffix, suffix_word, null), "
        ~ "if(has_last_directional, last_word, null))"
    ) }}
{%- endmacro %}
