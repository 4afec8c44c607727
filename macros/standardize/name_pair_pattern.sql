{#-
    A regular expression for the word between two persons in one name field, with the spaces around it, to
    be used without regard to case; also before the words of a mailing house behind a name.

    Example: 'John & Mary Smith', 'John Smith or current resident'
-#}
{% macro name_pair_pattern() -%}
    {{ ' (?:&|and|y/o|and/or|or(?= current )) ' }}
{%- endmacro %}
