{#-
    A street name without its directionals and suffix: 'N OAK ST' gives 'OAK'.

    Arguments: street_name; before, after (SQL expressions of the words to drop, NULL if none: the
    directional before, suffix and directional behind together with the space between them).
-#}
{% macro street_name_bare(street_name, before, after) -%}
    substr(
        {{ street_name }},
        coalesce(char_length({{ before }}) + 1, 0) + 1,
        char_length({{ street_name }})
        - coalesce(char_length({{ before }}) + 1, 0)
        - coalesce(char_length(nullif({{ after }}, '')) + 1, 0)
    )
{%- endmacro %}
